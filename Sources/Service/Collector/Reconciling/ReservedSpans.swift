/// slurmdbd's reservations and what of them was down, as its rollup sees them.

import Estimate
import Reconciliation
import Records
import Units

extension ClusterWatch {
    /// MAINT too: slurmdbd asks for the associations alone.
    func readReserved(_ span: Interval, now: Instant) throws -> [ReservedSpan] {
        guard !span.isEmpty else { return [] }
        let words = [
            "--start", String(span.start.epochSeconds), "--end", String(span.end.epochSeconds),
        ]
        let reservations = try readPlain(ReservationRecord.self, ["reservation-history"] + words)
            .filter { !$0.associationIDs.isEmpty }
        guard !reservations.isEmpty else { return [] }
        let events = try readPlain(NodeEventRecord.self, ["node-events"] + words)
            .filter { !$0.isMaintenance }
        let byNode = Dictionary(grouping: events, by: \.node)
        return reservations.compactMap { record in
            guard let id = record.reservationID, let end = record.end,
                let span = Interval(start: record.start, end: end)
            else { return nil }
            let nodes =
                byNode.isEmpty ? [] : (try? expandHostList(record.nodes ?? "")) ?? []
            let down = nodes.flatMap { byNode[$0] ?? [] }.compactMap { event in
                Interval(start: event.start, end: event.end ?? max(now, event.start)).map {
                    DownNode(span: $0, counts: event.tres)
                }
            }
            return ReservedSpan(
                reservationID: id, name: record.name, span: span, counts: record.tres,
                associations: Set(record.associationIDs.compactMap { Int64($0) }), down: down)
        }
    }

    func readPlain<Record: PlainRecord>(
        _ record: Record.Type, _ words: [String]
    ) throws -> [Record] {
        do { return try gauge.read(PlainDecoder<Record>.self, words).records } catch let failure
            as GaugeFailure
        {
            throw ReconcileError.unavailable("\(failure)")
        }
    }
}
