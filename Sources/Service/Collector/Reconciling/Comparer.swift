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
    /// Without a row, and submitted before what slurmdbd keeps for certain: sreport has their use still.
    package var purgedRuns: Int64 = 0
}

extension Reconciler {
    /// Blocks: never on an event loop.
    ///
    /// - Parameters:
    ///   - rolledUpTo: up to where sreport knows anything; nil: all of it.
    ///   - hourOffsetSeconds: how far slurmdbd's time zone is off whole hours.
    package func compare(
        _ cluster: String, _ asked: Interval, rolledUpTo: Instant?, hourOffsetSeconds: Int64 = 0
    ) throws -> Comparison {
        guard let watch = watch(of: cluster) else { throw ReconcileError.noCluster(cluster) }
        let window = ComparedWindow(
            asked, rolledUpTo: rolledUpTo, hourOffsetSeconds: hourOffsetSeconds)
        var desk = try CompareDesk(watch, store, window, now: clock())
        return try desk.walkAll()
    }
}

private struct CompareDesk {
    let watch: ClusterWatch
    let store: JournalStore
    let comparing: UseComparing
    let names: [UserID: String]
    /// What was submitted before may be purged; nil: nobody says.
    private let horizon: Instant?
    private var purgedRuns: Int64 = 0
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
        // slurmctld is asked for it, and may be down.
        horizon = (try? watch.readStanding())?.horizon(at: now)
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
        try placeIdle()
        comparison.purgedRuns = purgedRuns
        comparison.uses = found.values.sorted { ($0.account, $0.user) < ($1.account, $1.user) }
        return comparison
    }

    // MARK: Reservations

    /// Each share to its account or user. Of an association that is young and had no jobs slurmdbd
    /// deletes the row itself: its share is nobody's, and sreport leaves it out.
    private mutating func placeIdle() throws {
        let shares = idle.shares
        guard !shares.isEmpty else { return }
        // sreport shows the use of deleted ones as well.
        let associations = try watch.readPlain(
            AssociationRecord.self, ["associations", "--with-deleted"])
        let owners = Dictionary(
            associations.map { ($0.associationID, Key(account: $0.account, user: $0.user ?? "")) },
            uniquingKeysWith: { first, _ in first })
        for (association, amounts) in shares where association > 0 {
            guard let key = owners[association] else { continue }
            var use = ComparedUse(account: key.account, user: key.user)
            for (name, amount) in amounts { use.add(.reservationIdle, name, amount) }
            found[key, default: ComparedUse(account: key.account, user: key.user)].add(use)
        }
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
        for run in alone {
            if let other = others[run.key] {
                take(other, run, part)
                continue
            }
            let row = purged(run, part)
            take(row, run, part)
            // What it took of a reservation is in the rollup, too.
            if let row { idle.take(row, run, within: part) }
        }
        return rows.count
    }

    /// What slurmdbd's row was like as far as the books know: its rollup stays when the row is purged.
    private mutating func purged(_ run: Run, _ part: Interval) -> RecordedUse? {
        guard let horizon, run.key.submit < horizon, let end = run.end else { return nil }
        if part.contains(max(run.start, comparing.window.asked.start)) { purgedRuns += 1 }
        var row = RecordedUse(
            key: run.key, account: run.account, user: name(of: run), counts: run.counts,
            start: run.start, end: end, suspendedSeconds: run.suspendedSeconds, isExempt: false)
        if let name = run.reservation, let span = Interval(start: run.start, end: end) {
            row.reservationID = idle.reservationID(named: name, during: span)
        }
        return row
    }

    private func name(of run: Run) -> String {
        names[UserID(run.user)] ?? "user \(run.user)"
    }

    private mutating func take(_ row: RecordedUse?, _ run: Run?, _ part: Interval) {
        let name = run.map(name(of:)) ?? ""
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
