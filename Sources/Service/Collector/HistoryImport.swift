/// From the records of an import to runs of the past, by the same rules as live history.

import Books
import Estimate
import Records
import Units

package struct HistoryImport {
    /// What a row is to an import.
    package enum Verdict: Sendable {
        case run(ImportedRun)
        /// It has not ended, by its own words.
        case open
        case neverRan
        case exempt
        /// It has just ended, and the collector sees to it.
        case live
        case rejected(String)
    }

    private let observing: Observing
    /// For what ended before the cutover, which counts in whole.
    private let observingBefore: Observing
    private let cutover: Instant?
    /// From here on the collector charges what ends; nil: it watches no such cluster.
    private let watchedFrom: Instant?
    private let now: Instant

    /// What ended so long ago the collector has recorded, where it ever will.
    package static let collectedWithinSeconds: Int64 = 3_600

    /// - Parameter isWatched: whether the collector reads the cluster.
    init(
        cluster: String, policy: ObservingPolicy, isWatched: Bool,
        lineage: @escaping (String) -> [String], now: Instant
    ) {
        func observing(_ policy: ObservingPolicy) -> Observing {
            Observing(
                cluster: cluster, policy: policy, lineage: lineage,
                isAssociated: { _, _ in true }, mostSeconds: { _ in nil },
                isRunning: { _ in false })
        }
        watchedFrom = isWatched ? policy.watchedFrom(cluster) : nil
        cutover = policy.cutovers[cluster]
        self.now = now
        var whole = policy
        // What ended before the books began is what an import is for.
        (whole.bornAt, whole.cutovers) = (Instant(epochSeconds: 0), [:])
        observingBefore = observing(whole)
        var clipped = whole
        clipped.cutovers = policy.cutovers
        self.observing = observing(clipped)
    }

    package func take(_ record: JobRecord) -> Verdict {
        if observing.policy.exempts(record) { return .exempt }
        guard record.state.isFinished else { return .open }
        guard let start = record.start else { return .neverRan }
        guard let end = record.end else { return .open }
        if end < start { return .rejected("End is before Start") }
        if end > now { return .rejected("End lies in the future") }
        if record.allocTRES.isEmpty {
            return end == start ? .neverRan : .rejected("AllocTRES is empty")
        }
        if let watchedFrom, end > watchedFrom,
            now.seconds(since: end) < Self.collectedWithinSeconds
        {
            return .live
        }
        let isBefore = cutover.map { end <= $0 } ?? false
        let observing = isBefore ? observingBefore : observing
        guard let facts = observing.run(record, at: now, isLive: false) else { return .neverRan }
        return .run(
            ImportedRun(
                facts: facts, userName: record.userName,
                accountLineage: observing.lineage(record.account ?? "")))
    }
}

extension Collector {
    /// How records of a cluster's past are taken, by the rules as they are now.
    package func historyImport(of cluster: String, at now: Instant) -> HistoryImport {
        let view = view(of: cluster)
        return HistoryImport(
            cluster: cluster, policy: observingPolicy(on: cluster), isWatched: view != nil,
            lineage: { account in view?.associations.lineage(of: account) ?? [account] }, now: now)
    }
}

extension RunFacts {
    /// Leaves what lies after a cutover. What was suspended is spread over the whole evenly, since only
    /// its sum is told.
    mutating func clip(to cutover: Instant) {
        guard start < cutover else { return }
        let before = min(cutover, end ?? cutover).seconds(since: start)
        suspension = nil
        guard let end else {
            start = cutover
            return
        }
        if end <= cutover {
            (start, suspendedSeconds) = (end, 0)
            freeBecause = Self.beforeCutover
            return
        }
        let share = Int128(suspendedSeconds) * Int128(before) / Int128(end.seconds(since: start))
        suspendedSeconds -= Int64(share)
        start = cutover
    }
}
