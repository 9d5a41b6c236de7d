/// Sets the books beside slurmdbd's record: one pass at a time a cluster, window by window, in bounded
/// memory; what it has done is noted as it goes, so that a pass that was ended goes on where it was.

import Bank
import Foundation
import Ledger
import Logging
import Reconciliation
import Store
import Synchronization
import Units

package struct ReconcileOrder: Sendable {
    package var cluster: String
    /// nil: where the last clean pass ended, at least a day back.
    package var start: Instant?
    /// nil: as far as records have settled.
    package var end: Instant?
    package var isDryRun: Bool
    /// Who asks, as orders name it: `uid:0`.
    package var caller: String

    package init(
        cluster: String, start: Instant? = nil, end: Instant? = nil, isDryRun: Bool = false,
        caller: String
    ) {
        (self.cluster, self.start, self.end) = (cluster, start, end)
        (self.isDryRun, self.caller) = (isDryRun, caller)
    }
}

/// What is told while a pass goes on.
package enum ReconcileNews: Sendable {
    case progress(ReconciliationPass)
    case found(Finding)
}

/// Why no pass was made, or not to its end.
package enum ReconcileError: Error, Sendable {
    case noCluster(String)
    case busy(String)
    case invalid(String)
    /// It can be asked for again, and goes on where it was.
    case unavailable(String)
}

package final class Reconciler: Sendable {
    private let collector: Collector
    private let bank: Bank
    let store: JournalStore
    private let logger: Logger
    let clock: @Sendable () -> Instant
    private let queueTries: Int
    /// By cluster: who runs one and since when.
    private let underWay = Mutex<[String: String]>([:])

    /// - Parameter queueTries: how often it is looked whether slurmctld has told slurmdbd all, two
    ///   seconds apart.
    package init(
        _ collector: Collector, bank: Bank, store: JournalStore, logger: Logger,
        clock: @escaping @Sendable () -> Instant, queueTries: Int = 15
    ) {
        (self.collector, self.bank, self.store) = (collector, bank, store)
        (self.logger, self.clock, self.queueTries) = (logger, clock, queueTries)
    }

    /// One pass; returns when it is done. Blocks: never on an event loop.
    ///
    /// - Parameter tell: throws to end the pass where it is.
    package func reconcile(
        _ order: ReconcileOrder, tell: (ReconcileNews) throws -> Void
    ) throws -> ReconciliationPass {
        guard let watch = collector.watch(of: order.cluster) else {
            throw ReconcileError.noCluster(order.cluster)
        }
        let now = clock()
        let taken = underWay.withLock { all -> String? in
            defer { all[order.cluster] = all[order.cluster] ?? "\(order.caller) since \(now)" }
            return all[order.cluster]
        }
        if let taken {
            throw ReconcileError.busy("\(order.cluster) is being reconciled: by \(taken).")
        }
        defer { underWay.withLock { $0[order.cluster] = nil } }
        var desk = try ReconcileDesk(watch, bank: bank, store: store, logger: logger, now: now)
        desk.isDryRun = order.isDryRun
        desk.caller = order.caller
        desk.queueTries = queueTries
        let pass = try pass(for: order, &desk, now: now)
        try desk.begin(pass)
        return try withoutActuallyEscaping(tell) { tell in
            desk.tell = tell
            defer { desk.tell = { _ in } }
            return try desk.walkAll(clock: clock)
        }
    }

    func watch(of cluster: String) -> ClusterWatch? { collector.watch(of: cluster) }

    // MARK: Where it begins and ends

    private func pass(
        for order: ReconcileOrder, _ desk: inout ReconcileDesk, now: Instant
    ) throws -> ReconciliationPass {
        let (settled, horizon) = (desk.settledBefore, desk.purged.horizon)
        let end = min(order.end ?? settled, settled)
        // What slurmdbd has purged, or the ledger never had, leaves no gap.
        let clean = try store.cleanUpTo(on: order.cluster, from: max(desk.bornAt, horizon))
        let last = try order.isDryRun ? nil : store.lastPass(on: order.cluster, done: false)
        if order.start == nil, order.end == nil, var last, !last.isDone, last.window.start <= clean
        {
            // It was ended before its end: on from there, but for what slurmdbd has purged since.
            // What was left out before it was ended it has not told.
            try leaveOut(
                from: begins(order.cluster, desk), until: last.window.start, of: order, &desk)
            try leaveOut(from: last.reached, until: settled, of: order, &desk)
            last.reached = max(last.reached, horizon)
            last.extend(to: max(end, last.reached))
            return last
        }
        let usual = min(clean, end.advanced(bySeconds: -86_400))
        var start = max(order.start ?? max(usual, desk.bornAt), horizon)
        if start > end || start == end && order.start != nil {
            guard order.start == nil, order.end == nil else {
                throw ReconcileError.invalid(
                    desk.purged.outside(settled, desk.settleSeconds))
            }
            start = end
        }
        guard let window = Interval(start: start, end: end) else {
            throw ReconcileError.invalid("--end is before --start.")
        }
        try leaveOut(
            from: order.start ?? begins(order.cluster, desk), until: settled, of: order, &desk)
        return try store.begin(
            ReconciliationPass(
                cluster: order.cluster, caller: order.caller, isDryRun: order.isDryRun,
                window: window, begunAt: now))
    }

    /// Where a pass would begin, had slurmdbd purged nothing.
    private func begins(_ cluster: String, _ desk: ReconcileDesk) throws -> Instant {
        guard let last = try store.lastPass(on: cluster, done: true) else { return desk.bornAt }
        return try store.cleanUpTo(on: cluster, from: last.window.start)
    }

    /// Counts what lies beyond the horizon of what would have been compared.
    private func leaveOut(
        from start: Instant, until end: Instant, of order: ReconcileOrder,
        _ desk: inout ReconcileDesk
    ) throws {
        let horizon = min(desk.purged.horizon, end)
        guard let past = Interval(start: start, end: horizon), !past.isEmpty else { return }
        desk.purged.earlierRuns += try store.runCount(on: order.cluster, endedIn: past)
        desk.purged.wasAsked = order.start != nil
    }
}
