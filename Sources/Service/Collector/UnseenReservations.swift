/// Reservations that came and went while nobody looked: atolld or slurmctld was away, or they were
/// shorter than the time between two polls. slurmdbd has them, with the numbers of their associations.

import Books
import Estimate
import Ledger
import Logging
import Records
import Units

/// Up to when slurmdbd has told of them.
struct UnseenReservations {
    private var toldUpTo: Instant?
    private var readAt: Instant?
    private var askedAt: ContinuousClock.Instant?
    private var isMissing = true

    /// Once in a while, for those between two polls and what slurmdbd is told late.
    private static let usualPause = Duration.seconds(600)
    /// After an absence, and where there was no answer.
    private static let shortPause = Duration.seconds(60)
    private static let absenceSeconds: Int64 = 60
    /// What slurmdbd may be told late by slurmctld, whose messages wait for it.
    private static let overlapSeconds: Int64 = 3_600

    /// Since when slurmdbd is to be asked at a reading of what slurmctld shows; nil: not now.
    ///
    /// - Parameter begin: since when there may be some, before the first answer.
    mutating func since(
        at reading: Instant, now: ContinuousClock.Instant, begin: Instant
    ) -> Instant? {
        let last = readAt
        readAt = reading
        if let last, reading.seconds(since: last) > Self.absenceSeconds { isMissing = true }
        let pause = isMissing ? Self.shortPause : Self.usualPause
        guard askedAt.map({ now - $0 >= pause }) ?? true else { return nil }
        askedAt = now
        isMissing = true
        return (toldUpTo ?? begin).advanced(bySeconds: -Self.overlapSeconds)
    }

    mutating func told(upTo instant: Instant) { (toldUpTo, isMissing) = (instant, false) }
}

extension ClusterWatch {
    /// To be recorded before what is shown: of a name at its first sight there may have been one before.
    ///
    /// - Parameter known: names whose versions are open: they are asked for as they change.
    func unseenReservations(
        besides known: Set<String>, shown: [String: ReservationFacts],
        _ reader: ReservationTranslator, at begunAt: Instant, _ memory: inout WatchMemory
    ) throws -> [ReservationObservation] {
        let bornAt = rules.observing.watchedFrom(settings.cluster)
        guard memory.hasAccounting,
            let asked = memory.reservations.unseen.since(
                at: begunAt, now: steadyClock(), begin: recordedBefore ?? bornAt)
        else { return [] }
        let since = max(asked, bornAt)
        guard since < begunAt else { return [] }
        let records: [ReservationRecord]
        do {
            let reading = try gauge.read(
                PlainDecoder<ReservationRecord>.self,
                [
                    "reservation-history", "--start", String(since.epochSeconds), "--end",
                    String(begunAt.epochSeconds),
                ])
            report(reading, &memory)
            records = reading.records
        } catch {
            logger.debug(
                "slurmdbd does not tell of reservations that nobody saw",
                metadata: ["error": "\(error)"])
            return []
        }
        // What the books have of a name at a time, and how it ended, was seen.
        let seen = Dictionary(
            grouping: try books.reservations(on: settings.cluster, since: since), by: \.name)
        let unseen = records.filter { record in
            guard let end = record.end, record.start < end, end <= begunAt, end > since,
                !known.contains(record.name), shown[record.name].map({ end <= $0.start }) ?? true
            else { return false }
            return !(seen[record.name] ?? []).contains { $0.start < end && $0.end > record.start }
        }
        memory.reservations.unseen.told(upTo: begunAt)
        return Dictionary(grouping: unseen, by: \.name).map { name, spans in
            var told = observation(name, nil, at: begunAt, memory)
            told.bornAt = bornAt
            told.recorded = spans.map { span in
                var facts = reader.facts(span)
                reader.takeOwner(of: span, in: &facts)
                return facts
            }
            logger.notice(
                "a reservation came and went unseen; slurmdbd has it",
                metadata: ["reservation": "\(name)", "spans": "\(spans.count)"])
            // With it slurmctld forgot which jobs ran inside.
            let first = spans.map(\.start).min() ?? begunAt
            memory.reservations.forgotten[name] = .init(since: first)
            return told
        }
    }
}
