/// What a run used: the question that a rate card answers.

import Units

/// One run's use of a fixed footprint. A run that changed its size is one usage for each size.
package struct Usage: Hashable, Sendable {
    package var cluster: String
    package var partition: String
    package var qos: String?
    /// What was allocated, in base units (sacct's AllocTRES).
    package var counts: TRESCounts
    /// From start to end by the wall clock, suspensions included.
    package var interval: Interval
    /// All seconds suspended (sacct's Suspended): what is charged is the interval's seconds less
    /// these, whatever was observed.
    package var suspendedSeconds: Int64
    /// Suspensions that were observed; they say where the suspended seconds lie.
    package var suspensions: [Interval]

    /// - Parameter suspendedSeconds: nil takes what `suspensions` come to within `interval`.
    package init(
        cluster: String, partition: String, qos: String?, counts: TRESCounts, interval: Interval,
        suspendedSeconds: Int64? = nil, suspensions: [Interval] = []
    ) {
        (self.cluster, self.partition, self.qos) = (cluster, partition, qos)
        (self.counts, self.interval, self.suspensions) = (counts, interval, suspensions)
        self.suspendedSeconds =
            suspendedSeconds ?? merged(suspensions, within: interval).reduce(0) { $0 + $1.seconds }
    }
}

extension Usage {
    /// What of it lies within `window`; nil where nothing does.
    ///
    /// Suspended seconds that nobody saw are shared out by the second, so that the parts in windows
    /// that meet add up to the whole.
    package func clipped(to window: Interval) -> Usage? {
        guard let part = interval.intersection(window) else { return nil }
        if part == interval { return self }
        let before = suspendedSeconds(until: part.start)
        return Usage(
            cluster: cluster, partition: partition, qos: qos, counts: counts, interval: part,
            suspendedSeconds: suspendedSeconds(until: part.end) - before, suspensions: suspensions)
    }

    /// How many of the suspended seconds count as lying before `instant`, rounded down.
    private func suspendedSeconds(until instant: Instant) -> Int64 {
        let suspended = min(max(suspendedSeconds, 0), interval.seconds)
        guard suspended > 0, let past = Interval(start: interval.start, end: instant) else {
            return 0
        }
        let seen = merged(suspensions, within: interval).reduce(0) { $0 + $1.seconds }
        let seenPast = merged(suspensions, within: past).reduce(0) { $0 + $1.seconds }
        guard suspended >= seen else { return share(of: suspended, seenPast, of: seen) }
        let unseen = share(
            of: suspended - seen, past.seconds - seenPast, of: interval.seconds - seen)
        return seenPast + unseen
    }
}

private func share(of amount: Int64, _ part: Int64, of whole: Int64) -> Int64 {
    whole > 0 ? Int64(Int128(amount) * Int128(part) / Int128(whole)) : 0
}
