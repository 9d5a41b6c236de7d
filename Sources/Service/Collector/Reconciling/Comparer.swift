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
    /// Unit-seconds that were reserved in the covered hours, by TRES.
    package var reserved: [TRESName: Int64] = [:]
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
    }

    mutating func walkAll() throws -> Comparison {
        let (asked, hours) = (comparing.window.asked, comparing.window.hours)
        let (start, end) = (min(asked.start, hours.start), max(asked.end, hours.end))
        var pace = WindowPace()
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
        comparison.uses = found.values.sorted { ($0.account, $0.user) < ($1.account, $1.user) }
        comparison.reserved = try readReserved()
        return comparison
    }

    /// As slurmdbd has it, MAINT too: whose it is stands in no record.
    private func readReserved() throws -> [TRESName: Int64] {
        let covered = comparing.window.covered
        guard !covered.isEmpty else { return [:] }
        let records: [ReservationRecord]
        do {
            records = try watch.gauge.read(
                PlainDecoder<ReservationRecord>.self,
                [
                    "reservation-history", "--start", String(covered.start.epochSeconds), "--end",
                    String(covered.end.epochSeconds),
                ]
            ).records
        } catch let failure as GaugeFailure {
            throw ReconcileError.unavailable("\(failure)")
        }
        var reserved: [TRESName: Int64] = [:]
        for record in records {
            let end = min(record.end ?? comparing.now, covered.end)
            let seconds = end.seconds(since: max(record.start, covered.start))
            guard seconds > 0 else { continue }
            for (name, count) in record.tres.sorted {
                reserved[name, default: 0] += count * seconds
            }
        }
        return reserved
    }

    private var cluster: String { watch.settings.cluster }

    /// Returns how many rows were read.
    private mutating func walk(_ part: Interval) throws -> Int {
        let rows = try read(part, isWindow: true)
        let runs = try store.runs(of: cluster, overlapping: part)
        let books = Dictionary(runs.map { ($0.key, $0) }, uniquingKeysWith: { _, last in last })
        // A row may have a run that lies elsewhere, and a run a row: neither is alone.
        let elsewhere = try store.runs(named: rows.keys.filter { books[$0] == nil })
        for (key, row) in rows { take(row, books[key] ?? elsewhere[key], part) }
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
                if isWindow, rows.count > WindowPace.rowLimit, WindowPace.mayCut(span) {
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
        return RecordedUse(
            key: RunKey(cluster: cluster, jobID: job.rawJobID, submit: job.submit),
            account: job.account ?? "", user: job.userName, counts: job.allocTRES, start: start,
            end: job.state.isFinished ? job.end : nil,
            suspendedSeconds: max(job.suspendedSeconds ?? 0, 0),
            isExempt: watch.rules.observing.exempts(job))
    }
}
