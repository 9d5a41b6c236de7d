/// Reservations that came and went while nobody looked: atolld or slurmctld was away, or they were
/// shorter than the time between two polls. slurmdbd has them, with the numbers of their associations.

import Books
import Estimate
import Ledger
import Logging
import Records
import Units

/// When nobody looked, and up to when slurmdbd has told of it.
struct UnseenReservations {
    /// Between two readings of what slurmctld shows, in order. What slurmdbd has at any other time and no
    /// reading showed was not in force.
    private var gaps: [Interval] = []
    private var toldUpTo: Instant?
    private var readAt: Instant?
    private var askedAt: ContinuousClock.Instant?
    /// Since when slurmdbd is to be asked after an absence; nil: it has told of it.
    private(set) var missingSince: Instant?

    /// Once in a while, for those between two polls and what slurmdbd is told late.
    private static let usualPause = Duration.seconds(600)
    /// After an absence, and where there was no answer.
    private static let shortPause = Duration.seconds(60)
    private static let absenceSeconds: Int64 = 60
    /// What slurmdbd may be told late by slurmctld, whose messages wait for it.
    private static let overlapSeconds: Int64 = 3_600

    /// Since when slurmdbd is to be asked at a reading of what slurmctld shows; nil: not now.
    ///
    /// - Parameters:
    ///   - begin: since when nobody looked before the first reading.
    ///   - pollSeconds: as far as polls are apart there is no absence.
    mutating func since(
        at reading: Instant, now: ContinuousClock.Instant, begin: Instant, pollSeconds: Int
    ) -> Instant? {
        let last = readAt ?? begin
        if let gap = Interval(start: last, end: reading), !gap.isEmpty { gaps.append(gap) }
        let absence = max(Self.absenceSeconds, 3 * Int64(pollSeconds))
        if readAt == nil || reading.seconds(since: last) > absence {
            missingSince = min(missingSince ?? last, last)
        }
        readAt = reading
        let pause = missingSince == nil ? Self.usualPause : Self.shortPause
        guard askedAt.map({ now - $0 >= pause }) ?? true else { return nil }
        askedAt = now
        let told = toldUpTo.map { $0.advanced(bySeconds: -Self.overlapSeconds) }
        let since = [told, missingSince].compactMap(\.self).min() ?? begin
        gaps.removeAll { $0.end <= since }
        return since
    }

    mutating func told(upTo instant: Instant) { (toldUpTo, missingSince) = (instant, nil) }

    /// Whether it began and ended within one time in which nobody looked.
    func isUnseen(from start: Instant, to end: Instant) -> Bool {
        gaps.contains { $0.start <= start && end <= $0.end }
    }
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
        // What slurmdbd is owed to be asked about outlives a restart.
        let asked = memory.reservations.unseen.since(
            at: begunAt, now: steadyClock(), begin: owedBefore ?? bornAt,
            pollSeconds: settings.pollSeconds)
        guard memory.hasAccounting, let asked else { return [] }
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
        let first = records.map(\.start).min() ?? since
        // What the books have of a name, then or later, was seen; one that never began as well.
        let seen = Dictionary(
            grouping: try books.reservations(on: settings.cluster, since: min(first, since)),
            by: \.name)
        let unseen = records.filter { record in
            guard let end = record.end, record.start < end, end > since,
                memory.reservations.unseen.isUnseen(from: record.start, to: end),
                !known.contains(record.name), shown[record.name].map({ end <= $0.start }) ?? true
            else { return false }
            return !(seen[record.name] ?? []).contains {
                max($0.end, $0.start.advanced(bySeconds: 1)) > record.start
            }
        }
        memory.reservations.unseen.told(upTo: begunAt)
        return Dictionary(grouping: unseen, by: \.name).map { name, spans in
            var told = observation(name, nil, at: begunAt, memory)
            told.recorded = spans.map { span in
                var facts = reader.facts(span)
                reader.takeOwner(of: span, in: &facts)
                return facts
            }
            logger.info(
                "a reservation came and went unseen; slurmdbd has it",
                metadata: ["reservation": "\(name)", "spans": "\(spans.count)"])
            // With it slurmctld forgot which jobs ran inside.
            memory.reservations.forgotten[name] = .init(
                since: spans.map(\.start).min() ?? begunAt)
            return told
        }
    }
}
