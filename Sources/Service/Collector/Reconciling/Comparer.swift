/// Sums of raw use by account, user and TRES: the books' runs beside slurmdbd's rows, window by window
/// in bounded memory. It changes nothing.

import Foundation
import Ledger
import Logging
import Reconciliation
import Records
import Registry
import Store
import Units

package struct Comparison: Sendable {
    package let window: ComparedWindow
    package var uses: [ComparedUse] = []
    /// Shares of what reservations left idle whose associations slurmdbd has no longer, by TRES.
    package var unplaced: [TRESName: Int64] = [:]
}

extension Reconciler {
    /// Blocks: never on an event loop.
    ///
    /// - Parameter rolledUpTo: up to where sreport knows anything; nil: all of it.
    package func compare(
        _ cluster: String, _ asked: Interval, rolledUpTo: Instant?
    ) throws -> Comparison {
        guard let watch = watch(of: cluster) else { throw ReconcileError.noCluster(cluster) }
        var desk = try CompareDesk(
            watch, store, ComparedWindow(asked, rolledUpTo: rolledUpTo), now: clock())
        return try desk.walkAll()
    }
}

private struct CompareDesk {
    let watch: ClusterWatch
    let store: JournalStore
    let comparing: UseComparing
    let names: [UserID: String]
    private var found: [Key: ComparedUse] = [:]
    private var idle: ReservationIdle

    private struct Key: Hashable { let account, user: String }

    init(
        _ watch: ClusterWatch, _ store: JournalStore, _ window: ComparedWindow, now: Instant
    ) throws {
        (self.watch, self.store) = (watch, store)
        let rules = watch.rules.observing
        let cluster = watch.settings.cluster
        comparing = UseComparing(
            window, now: now, bornAt: rules.watchedFrom(cluster),
            cutover: rules.cutovers[cluster])
        names = try store.userNames()
        idle = ReservationIdle(
            comparing, try watch.readReserved(comparing.window.covered, now: now))
    }

    /// Whatever overlaps a window is read with it.
    private static let pace = WindowPace(leastSeconds: 3_600)

    mutating func walkAll() throws -> Comparison {
        let (asked, hours) = (comparing.window.asked, comparing.window.hours)
        let (start, end) = (min(asked.start, hours.start), max(asked.end, hours.end))
        var pace = Self.pace
        var reached = start
        while reached < end, let part = pace.next(from: reached, before: end) {
            do {
                pace.took(try walk(part), of: part)
                reached = part.end
            } catch is WindowTooHeavy {
                pace.wasTooHeavy(part)
            }
        }
        var comparison = Comparison(window: comparing.window)
        comparison.unplaced = try placeIdle()
        comparison.uses = found.values.sorted { ($0.account, $0.user) < ($1.account, $1.user) }
        return comparison
    }

    // MARK: Reservations

    /// Each share to its account or user; what is left belongs to associations that are gone.
    private mutating func placeIdle() throws -> [TRESName: Int64] {
        let shares = idle.shares
        guard !shares.isEmpty else { return [:] }
        let associations = try watch.readPlain(AssociationRecord.self, ["associations"])
        let owners = Dictionary(
            associations.map { ($0.associationID, Key(account: $0.account, user: $0.user ?? "")) },
            uniquingKeysWith: { first, _ in first })
        var unplaced: [TRESName: Int64] = [:]
        for (association, amounts) in shares where association > 0 {
            guard let key = owners[association] else {
                unplaced.merge(amounts, uniquingKeysWith: +)
                continue
            }
            var use = ComparedUse(account: key.account, user: key.user)
            for (name, amount) in amounts { use.add(.reservationIdle, name, amount) }
            found[key, default: ComparedUse(account: key.account, user: key.user)].add(use)
        }
        return unplaced
    }

    private var cluster: String { watch.settings.cluster }

    /// Returns how many rows were read.
    private mutating func walk(_ part: Interval) throws -> Int {
        let rows = try read(part, isWindow: true)
        let runs = try store.runs(of: cluster, overlapping: part)
        let books = Dictionary(runs.map { ($0.key, $0) }, uniquingKeysWith: { _, last in last })
        // A row may have a run that lies elsewhere, and a run a row: neither is alone.
        let elsewhere = try store.runs(named: rows.keys.filter { books[$0] == nil })
        for (key, row) in rows {
            let run = books[key] ?? elsewhere[key]
            take(row, run, part)
            idle.take(row, run, within: part)
        }
        let alone = runs.filter { rows[$0.key] == nil }
        guard let first = alone.map(\.start).min(),
            let last = alone.map({ $0.end ?? part.end }).max(),
            let span = Interval(
                start: min(first, part.start).advanced(bySeconds: -600),
                end: max(last, part.end).advanced(bySeconds: 600))
        else { return rows.count }
        let keys = Set(alone.map(\.key))
        let others = try read(span, isWindow: false) { keys.contains($0) }
        for run in alone { take(others[run.key], run, part) }
        return rows.count
    }

    private mutating func take(_ row: RecordedUse?, _ run: Run?, _ part: Interval) {
        let name = run.map { names[UserID($0.user)] ?? "user \($0.user)" } ?? ""
        for use in comparing.compare(row, run, user: name, within: part) {
            let key = Key(account: use.account, user: use.user)
            found[key, default: ComparedUse(account: use.account, user: use.user)].add(use)
        }
    }

    // MARK: slurmdbd

    private func read(
        _ span: Interval, isWindow: Bool, keep: (RunKey) -> Bool = { _ in true }
    ) throws -> [RunKey: RecordedUse] {
        var reader = RecordReader<JobDecoder>(ReadSettings(maxProblemsKept: 20))
        var rows: [RunKey: RecordedUse] = [:]
        var gauge = watch.gauge
        gauge.deadlineSeconds = max(gauge.deadlineSeconds, 600)
        do {
            try gauge.run([
                "history", "--start", String(span.start.epochSeconds), "--end",
                String(span.end.epochSeconds),
            ]) { chunk in
                try reader.read(chunk) { job in
                    if let row = use(job), keep(row.key) { rows[row.key] = row }
                }
                if isWindow, rows.count > Self.pace.rowLimit, Self.pace.mayCut(span) {
                    throw WindowTooHeavy()
                }
            }
            try reader.finish()
        } catch let error as RecordError {
            throw ReconcileError.unavailable("atoll-gauge history: \(error)")
        } catch let failure as GaugeFailure {
            throw ReconcileError.unavailable("\(failure)")
        }
        return rows
    }

    private func use(_ job: JobRecord) -> RecordedUse? {
        guard let start = job.start, !job.allocTRES.isEmpty else { return nil }
        var row = RecordedUse(
            key: RunKey(cluster: cluster, jobID: job.rawJobID, submit: job.submit),
            account: job.account ?? "", user: job.userName, counts: job.allocTRES, start: start,
            end: job.state.isFinished ? job.end : nil,
            suspendedSeconds: max(job.suspendedSeconds ?? 0, 0),
            isExempt: watch.rules.observing.exempts(job))
        row.reservationID = job.reservationID.flatMap { $0 > 0 ? $0 : nil }
        return row
    }
}
