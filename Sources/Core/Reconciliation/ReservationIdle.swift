/// What slurmdbd's rollup adds of a reservation's unused time to the associations that it names.
///
/// It goes by the hour and by the record. A job inside takes the whole reservation for as long as it
/// runs, whatever its size; jobs side by side take it several times. What is left is divided equally and
/// rounded down. Nodes that were down are neither used nor idle. So Slurm 22.05 was seen to do it, and 25.11's source says the same.

import Ledger
import Units

/// One record of a reservation; one that was changed has several.
package struct ReservedSpan: Hashable, Sendable {
    package let reservationID: Int64
    package let name: String
    package let span: Interval
    package let counts: TRESCounts
    /// One that is left out has a minus sign: it has a share, which nobody sees.
    package let associations: Set<Int64>
    /// Of its nodes, those that were down, and when.
    package let down: [DownNode]

    package init(
        reservationID: Int64, name: String = "", span: Interval, counts: TRESCounts,
        associations: Set<Int64>, down: [DownNode] = []
    ) {
        (self.reservationID, self.name, self.span) = (reservationID, name, span)
        (self.counts, self.associations, self.down) = (counts, associations, down)
    }

    /// Cores decide first; nodes are not added up.
    fileprivate var rolledUp: [(name: TRESName, count: Int64)] {
        let all = counts.sorted.filter { $0.name != .node && $0.count > 0 }
        return all.filter { $0.name == .cpu } + all.filter { $0.name != .cpu }
    }
}

package struct DownNode: Hashable, Sendable {
    package let span: Interval
    package let counts: TRESCounts

    package init(span: Interval, counts: TRESCounts) { (self.span, self.counts) = (span, counts) }
}

package struct ReservationIdle: Sendable {
    private struct Place: Hashable { let record: Int, hour: Instant }

    private let comparing: UseComparing
    private let records: [ReservedSpan]
    private let byID: [Int64: [Int]]
    /// Seconds that jobs ran inside, by record, hour and TRES.
    private var taken: [Place: [TRESName: Int64]] = [:]

    package init(_ comparing: UseComparing, _ records: [ReservedSpan]) {
        (self.comparing, self.records) = (comparing, records)
        byID = Dictionary(grouping: records.indices) { records[$0].reservationID }
    }

    /// The id of the reservation of that name which was there during `span`, longest if it had several;
    /// nil: none was.
    package func reservationID(named name: String, during span: Interval) -> Int64? {
        var seconds: [Int64: Int64] = [:]
        for record in records where record.name == name {
            let inside = record.span.intersection(span)?.seconds ?? 0
            if inside > 0 { seconds[record.reservationID, default: 0] += inside }
        }
        return seconds.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }

    /// One row, within `part` of time alone.
    package mutating func take(_ row: RecordedUse, _ run: Run?, within part: Interval) {
        guard let id = row.reservationID, let lasting = comparing.lasting(row) else { return }
        for place in byID[id] ?? [] {
            guard let here = records[place].span.intersection(lasting)?.intersection(part) else {
                continue
            }
            for hour in hours(of: here) {
                guard let inside = hour.intersection(here)?.seconds else { continue }
                for (name, count) in row.counts.sorted where count > 0 {
                    guard name != .cpu || comparing.usesCores(row, run, in: hour) else { continue }
                    taken[Place(record: place, hour: hour.start), default: [:]][name, default: 0] +=
                        inside
                }
            }
        }
    }

    /// Unit-seconds by association.
    package var shares: [Int64: [TRESName: Int64]] {
        var shares: [Int64: [TRESName: Int64]] = [:]
        for (place, record) in records.enumerated() where !record.associations.isEmpty {
            for hour in hours(of: record.span) {
                guard let reserved = hour.intersection(record.span) else { continue }
                let taken = taken[Place(record: place, hour: hour.start)] ?? [:]
                for (name, count) in record.rolledUp {
                    let down = record.down.reduce(0) {
                        $0 + $1.counts[name] * ($1.span.intersection(reserved)?.seconds ?? 0)
                    }
                    let left =
                        max(count * reserved.seconds - down, 0) - count * (taken[name] ?? 0)
                    // The first that is used up ends it for those that follow.
                    guard left > 0 else { break }
                    let share = left / Int64(record.associations.count)
                    for association in record.associations {
                        shares[association, default: [:]][name, default: 0] += share
                    }
                }
            }
        }
        return shares
    }

    /// The whole hours, of those that are covered, which `span` touches.
    private func hours(of span: Interval) -> [Interval] {
        guard let inside = span.intersection(comparing.window.covered), !inside.isEmpty else {
            return []
        }
        var start = comparing.window.hour(of: inside.start)
        var hours: [Interval] = []
        while start < inside.end {
            let end = start.advanced(bySeconds: 3_600)
            if let hour = Interval(start: start, end: end) { hours.append(hour) }
            start = end
        }
        return hours
    }
}
