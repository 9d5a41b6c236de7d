/// How far a pass reaches and how much it takes at once: windows, what is asked for by job id, the settle
/// time, the purge horizon, slurmctld's queue, and where the next pass begins.

import Bank
import Books
import Ledger
import Reconciliation
import Records
import Store
import TestKit
import Testing
import Units

@testable import Collector

@Suite struct ReconcileReachTests {
    let scene: Scene
    init() async throws { scene = try await Scene(seed: 11, jobs: 300) }

    private struct Killed: Error {}

    /// Of a run of `seconds` that ended `ago` seconds before now.
    private func job(_ id: Int64, endedAgo ago: Int64, seconds: Int64 = 600) -> JobRecord {
        var job = scene.jobs[0]
        (job.jobID, job.rawJobID) = ("\(id)", id)
        let end = scene.books.clock.now.advanced(bySeconds: -ago)
        job.start = end.advanced(bySeconds: -seconds)
        (job.submit, job.end, job.suspendedSeconds) = (end.advanced(bySeconds: -seconds), end, 0)
        job.status = JobStatus(.completed)
        return job
    }

    // MARK: How much at once

    @Test func `what no window settles is asked for by job id, however long ago it began`()
        async throws
    {
        var rows = scene.jobs
        // Seen to begin a month ago, and never again; and one whose row is gone.
        var lost = rows.remove(at: 0)
        let missing = rows.remove(at: 150)
        (lost.end, lost.status) = (nil, JobStatus(.running))
        try await scene.feed(rows + [lost, missing])
        try scene.write(rows: rows)
        let found = try await scene.reconcile().found
        #expect(Set(found.map(\.kind)) == [.holdWithoutJob, .missingRow])

        let history = try scene.asked().filter { $0[0] == "history" }
        let named = history.filter { $0.contains("--jobs") }
        #expect(Set(named.compactMap(\.last)) == [lost.jobID, missing.jobID])
        // All else is a window's rows, or what is open this very second.
        for words in history where !words.contains("--jobs") {
            let seconds = try #require(Int64(words[4])) - #require(Int64(words[2]))
            #expect(words.contains("--ended") && seconds <= 32 * 86_400 || seconds <= 2, "\(words)")
        }
        try scene.end()
    }

    @Test func `of many such runs a hundred are asked for at a time`() async throws {
        // One row of a run that was seen to the end, and a journal that has all the others alone.
        try await scene.feed(scene.jobs)
        try scene.write(rows: [scene.jobs[299]])
        let runs = try scene.books.store.runs(
            of: "reef",
            endedIn: #require(Interval(start: scene.start, end: scene.books.clock.now)))
        let batches = ReconcileDesk.batches(of: runs + runs)
        #expect(batches.map(\.count) == Array(repeating: 100, count: 6))
        let found = try scene.desk().readRows(of: batches[5])
        #expect(found.keys.map(\.jobID) == [scene.jobs[299].rawJobID])
        try scene.end()
    }

    /// slurmdbd has lost everything: the windows must not grow for want of rows.
    @Test func `windows are as short as the books' runs need`() async throws {
        try await scene.feed(scene.jobs)
        try scene.write(rows: [])
        var desk = try scene.desk()
        desk.isDryRun = true
        desk.queueTries = 0
        desk.pace = WindowPace(rowLimit: 20)
        let now = scene.books.clock.now
        let window = try #require(Interval(start: scene.start, end: now))
        var pass = ReconciliationPass(
            cluster: "reef", caller: "test", isDryRun: true, window: window, begunAt: now)
        pass = try scene.books.store.begin(pass)
        try desk.begin(pass)
        var (seen, most) = (Int64(0), Int64(0))
        desk.tell = { news in
            guard case .progress(let far) = news else { return }
            (most, seen) = (max(most, far.runs - seen), far.runs)
        }
        _ = try desk.walkAll(clock: { now })
        #expect(seen == 300 && most <= 20, "\(most) at once")
        try scene.end()
    }

    // MARK: What is too young, and what is on its way

    @Test func `what ended within six hours is left alone, and is taken up when it is older`()
        async throws
    {
        let unseen = job(8_001, endedAgo: 6 * 3_600 - 60)
        let longer = job(8_002, endedAgo: 6 * 3_600 - 50)
        let old = job(8_003, endedAgo: 6 * 3_600 + 60)
        var told = longer
        told.end = longer.end?.advanced(bySeconds: -10)
        try await scene.feed(scene.jobs + [told])
        try scene.write(rows: scene.jobs + [unseen, longer, old])
        let before = try scene.charged()

        #expect(try await scene.reconcile().found.map(\.job) == [old.jobID])
        #expect(try scene.charged() == before + scene.due(of: [old]))
        // An end that is asked for is no way around it.
        #expect(try await scene.reconcile(until: scene.books.clock.now).found.isEmpty)

        scene.books.clock.advance(bySeconds: 120)
        let found = try await scene.reconcile().found
        #expect(Set(found.map(\.job)) == [unseen.jobID, longer.jobID])
        #expect(try scene.charged() == scene.due() + scene.due(of: [unseen, longer, old]))
        try scene.end()
    }

    @Test func `nothing is corrected while slurmctld has something to tell slurmdbd`() async throws
    {
        try await scene.feed(Array(scene.jobs.dropFirst(3)))
        try scene.write(diag: [("DBDAgentQueueSize", "12")])
        let (seq, charged) = (scene.books.store.tip.seq, try scene.charged())
        await #expect(throws: ReconcileError.self) { try await scene.reconcile() }
        #expect(scene.books.store.tip.seq == seq)
        // Nor is it when the queue fills while the pass goes on.
        try scene.write(diag: [("DBDAgentQueueSize", "0")])
        try await scene.feed(Array(scene.jobs[..<3]))
        var rows = scene.jobs
        rows[250].end = rows[250].end?.advanced(bySeconds: 100)
        try scene.write(rows: rows)
        let whole = try scene.charged()
        #expect(whole > charged)
        await #expect(throws: ReconcileError.self) {
            try await scene.reconcile { _ in try scene.write(diag: [("DBDAgentQueueSize", "1")]) }
        }
        #expect(try scene.charged() == whole)
        let pass = try #require(try scene.books.store.lastPass(on: "reef", done: false))
        #expect(!pass.isDone && pass.corrected == 0)
        // And is done once it is empty.
        try scene.write(diag: [("DBDAgentQueueSize", "0")])
        #expect(try await scene.reconcile().found.map(\.job) == [rows[250].jobID])
        #expect(try scene.charged() == scene.due(of: rows))
        try scene.end()
    }

    // MARK: Where it begins

    @Test func `a pass begins where the last clean one ended, at least a day back`() async throws {
        try await scene.feed(scene.jobs)
        let first = try await scene.reconcile().pass
        #expect(first.window.start < scene.start)
        scene.books.clock.advance(bySeconds: 60)
        let second = try await scene.reconcile().pass
        #expect(second.window.start == second.window.end.advanced(bySeconds: -86_400))
        scene.books.clock.advance(bySeconds: 5 * 86_400)
        let third = try await scene.reconcile().pass
        #expect(third.window.start == second.window.end)
        try scene.end()
    }

    /// Years of nights, or dry runs by the hundred, must not have the next pass walk all of history.
    @Test func `it does so however many passes there were`() async throws {
        try await scene.feed(scene.jobs)
        let first = try await scene.reconcile().pass
        let store = scene.books.store
        var reached = first.window.end
        func note(isDryRun: Bool, _ seconds: Int64) throws -> ReconciliationPass {
            let end = reached.advanced(bySeconds: seconds)
            var pass = try store.begin(
                ReconciliationPass(
                    cluster: "reef", caller: "test", isDryRun: isDryRun,
                    window: try #require(
                        Interval(start: reached.advanced(bySeconds: -60), end: end)),
                    begunAt: end))
            (pass.reached, pass.isDone, pass.endedAt) = (end, true, end)
            pass.corrected = 1
            try store.note(pass, found: [KeptFinding(kind: "changed", job: "1", what: "x")])
            return pass
        }
        var passes: [ReconciliationPass] = []
        for _ in 0..<(JournalStore.keptPasses + 50) {
            passes.append(try note(isDryRun: false, 86_400))
            reached = reached.advanced(bySeconds: 86_400)
        }
        for _ in 0...JournalStore.keptPasses { _ = try note(isDryRun: true, 86_400) }
        #expect(try store.lastPass(on: "reef", done: true)?.id == passes.last?.id)
        #expect(try store.cleanUpTo(on: "reef", from: first.window.start) == reached)
        // What they found is not kept for ever.
        #expect(try store.findings(of: passes[40]).isEmpty)
        #expect(try store.findings(of: passes[60]).count == 1)
        scene.books.clock.advance(
            bySeconds: reached.seconds(since: first.window.end) + 2 * 86_400)
        #expect(try await scene.reconcile().pass.window.start == reached)
        try scene.end()
    }

    @Test func `a pass that goes on leaves out what slurmdbd has purged since`() async throws {
        try await scene.feed(scene.jobs)
        _ = try? await scene.reconcile { _ in throw Killed() }
        let begun = try #require(try scene.books.store.lastPass(on: "reef", done: false))
        #expect(!begun.isDone && begun.reached < scene.start.advanced(bySeconds: 2 * 86_400))

        let purged = scene.books.clock.now.advanced(bySeconds: -20 * 86_400)
        try scene.write(rows: scene.jobs.filter { $0.submit >= purged })
        try scene.write(diag: [("DBDAgentQueueSize", "0"), ("PurgeJobAfter", "20 days")])
        let (pass, found) = try await scene.reconcile()
        #expect(found.map(\.kind) == [.purged], "\(found.map(\.what))")
        #expect(pass.id == begun.id && pass.isClean)
        try scene.end()
    }

    @Test func `what was purged before a pass that was ended is told by the one that goes on`()
        async throws
    {
        try await scene.feed(scene.jobs)
        let purged = scene.books.clock.now.advanced(bySeconds: -20 * 86_400)
        try scene.write(rows: scene.jobs.filter { $0.submit >= purged })
        try scene.write(diag: [("DBDAgentQueueSize", "0"), ("PurgeJobAfter", "20 days")])
        _ = try? await scene.reconcile { _ in throw Killed() }
        let begun = try #require(try scene.books.store.lastPass(on: "reef", done: false))
        #expect(!begun.isDone)
        let (pass, found) = try await scene.reconcile()
        let before = Interval(start: Instant(epochSeconds: 0), end: begun.window.start)!
        let left = try scene.books.store.runCount(on: "reef", endedIn: before)
        #expect(left > 0 && pass.id == begun.id)
        #expect(found.map(\.kind) == [.purged], "\(found.map(\.what))")
        #expect(found.first?.what.contains(" \(left) that ended before") == true, "\(found)")
        try scene.end()
    }

    @Test func `what was submitted before slurmdbd's purge is not missed, however late it ended`()
        async throws
    {
        let long = job(8_010, endedAgo: 5 * 86_400, seconds: 25 * 86_400)
        let short = job(8_011, endedAgo: 5 * 86_400)
        try await scene.feed([long, short])
        try scene.write(rows: [])
        try scene.write(diag: [("DBDAgentQueueSize", "0"), ("PurgeJobAfter", "20 days")])
        let (pass, found) = try await scene.reconcile()
        #expect(found.map(\.kind) == [.missingRow, .purged] && pass.runs == 2)
        #expect(found.first?.job == short.jobID)
        #expect(found.last?.what.contains("1 that ended later") == true, "\(found)")
        try scene.end()
    }

    // MARK: What it leaves behind

    @Test func `the finding is the reason of the entry that corrects it`() async throws {
        var fed = scene.jobs
        let charged = fed.indices.filter { fed[$0].state == .completed }
        fed[charged[9]].end = fed[charged[9]].end?.advanced(bySeconds: -1)
        let unseen = fed.remove(at: charged[3])
        try await scene.feed(fed)
        let found = try await scene.reconcile().found
        #expect(found.count == 2)
        let lines = try scene.books.statementLines()
        for finding in found {
            let entry = lines.filter { $0.hasSuffix(", reconciliation: \(finding.what)") }
            #expect(entry.count == 1, "\(finding.what)")
        }
        #expect(found.contains { $0.job == unseen.jobID && $0.what.hasPrefix("never seen") })
        // And they are told again, as long as anybody asks.
        let last = try #require(try scene.books.store.lastPass(on: "reef", done: true))
        let kept = try scene.books.store.findings(of: last)
        #expect(kept == found.map { KeptFinding($0) })
        try scene.end()
    }
}
