/// A month of slurmdbd's rows beside books that were fed from them with known damage: the report names
/// exactly the damage that was done.

import Bank
import Books
import Estimate
import Foundation
import Ledger
import Logging
import Reconciliation
import Records
import Registry
import Store
import TestKit
import Testing
import Units

@testable import Collector

@Suite struct ReconcilerTests {
    let scene: Scene
    init() async throws { scene = try await Scene(seed: 7, jobs: 400) }

    @Test func `where all agrees nothing is found`() async throws {
        try await scene.feed(scene.jobs)
        let (pass, found) = try await scene.reconcile()
        #expect(found == [] && pass.records == 400 && pass.runs == 400)
        try scene.end()
    }

    @Test func `what was dropped, repeated, swapped and delayed is found, no more, and once`()
        async throws
    {
        var fed = scene.jobs
        let dropped = [fed[10], fed[200], fed[390]]
        // Another end, another size, another account than slurmdbd has.
        fed[20].end = fed[20].end?.advanced(bySeconds: -1)
        fed[30].allocTRES = TRESCounts([.cpu: 64])
        fed[40].end = fed[40].end?.advanced(bySeconds: 7)
        (fed[50].end, fed[51].end) = (
            fed[50].start?.advanced(bySeconds: 999), fed[51].start?.advanced(bySeconds: 998)
        )
        let delayed = fed[60]
        let strange = scene.stranger()
        var order = fed.filter { job in !dropped.contains(job) && job != delayed }
        order += order[100..<120]
        order.swapAt(5, 300)
        try await scene.feed(order)
        var running = delayed
        (running.end, running.status) = (nil, JobStatus(.running))
        try await scene.feed([running])
        try scene.write(rows: scene.jobs + [strange])

        let (pass, found) = try await scene.reconcile()
        let kinds = Dictionary(grouping: found, by: \.kind).mapValues {
            Set($0.compactMap { Int64($0.job) })
        }
        func ids(_ jobs: [JobRecord]) -> Set<Int64> { Set(jobs.map(\.rawJobID)) }
        #expect(kinds[.neverSeen] == ids(dropped))
        #expect(kinds[.stranger] == [strange.rawJobID])
        #expect(kinds[.chargedTooLittle]?.contains(delayed.rawJobID) == true)
        let named = Set(kinds.values.flatMap { $0 })
        let harmed = [20, 30, 40, 50, 51].map { scene.jobs[$0] }
        #expect(named == ids(dropped + harmed + [delayed, strange]))
        #expect(pass.person == 1 && pass.corrected == 9)
        #expect(try scene.charged() == scene.due())

        // The second time it finds what only a person can settle, and nothing else.
        let (again, rest) = try await scene.reconcile()
        #expect(rest.map(\.kind) == [.stranger] && again.corrected == 0)
        _ = try await scene.books.perform(
            .settle(Settlement(job: strange.jobID)), id: "settle")
        #expect(try await scene.reconcile().found == [])
        try scene.end()
    }

    @Test func `a dry run names the same and changes nothing`() async throws {
        try await scene.feed(Array(scene.jobs.dropFirst(3)))
        let seq = scene.books.store.tip.seq
        let (dry, would) = try await scene.reconcile(isDryRun: true)
        #expect(dry.corrected == 3 && scene.books.store.tip.seq == seq)
        let (done, found) = try await scene.reconcile()
        #expect(done.corrected == 3 && found.map(\.kind) == would.map(\.kind))
        #expect(dry.more == done.more)
        try scene.end()
    }

    @Test func `a dry run tells corrections and what takes a person in the order of a real one`()
        async throws
    {
        // Some the books lack, and rows that are missing between them; all in one window.
        try await scene.feed(scene.jobs.enumerated().filter { $0.0 % 3 != 0 }.map(\.1))
        try scene.write(rows: scene.jobs.enumerated().filter { $0.0 % 3 != 1 }.map(\.1))
        func told(isDryRun: Bool) async throws -> [String] {
            let (pass, found) = try await scene.reconcile(isDryRun: isDryRun)
            let told = found.map { "\($0.kind.rawValue) \($0.job)" }
            // And `--last` tells them so again.
            let kept = try scene.books.store.findings(of: pass).map { "\($0.kind) \($0.job)" }
            #expect(kept == told)
            return told
        }
        let would = try await told(isDryRun: true)
        let found = try await told(isDryRun: false)
        #expect(Set(found.map { $0.split(separator: " ")[0] }).count > 1)
        #expect(would == found)
        try scene.end()
    }

    @Test func `a pass that is ended anywhere goes on where it was`() async throws {
        try await scene.feed(scene.jobs.enumerated().filter { $0.0 % 9 != 0 }.map(\.1))
        struct Killed: Error {}
        var kills = 0
        for after in 1...6 {
            var told = 0
            do {
                _ = try await scene.reconcile { _ in
                    told += 1
                    if told == after { throw Killed() }
                }
            } catch is Killed {
                kills += 1
            }
        }
        _ = try await scene.reconcile()
        #expect(kills > 1)
        #expect(try scene.charged() == scene.due())
        let last = try #require(try scene.books.store.lastPass(on: "reef", done: true))
        #expect(last.isClean && last.window.start <= scene.start)
        #expect(try await scene.reconcile().found == [])
        try scene.end()
    }

    @Test func `a clean pass over the last days forgets nothing of the days before`() async throws {
        try await scene.feed(scene.jobs)
        var rows = scene.jobs
        let missing = rows.remove(at: 90)
        try scene.write(rows: rows)
        let late = scene.start.advanced(bySeconds: 28 * 86_400)
        #expect(try await scene.reconcile().found.map(\.job) == [missing.jobID])
        #expect(try await scene.reconcile(from: late).found.isEmpty)
        #expect(try await scene.reconcile().found.map(\.job) == [missing.jobID], "once more")
        // Nor is one that was asked for from a later day on, and ended, what the next goes on with.
        struct Killed: Error {}
        _ = try? await scene.reconcile(from: late) { _ in throw Killed() }
        #expect(try await scene.reconcile().found.map(\.job) == [missing.jobID])
        _ = try await scene.books.perform(
            .settle(Settlement(job: missing.jobID)), id: "settle")
        let (clean, found) = try await scene.reconcile()
        #expect(found == [] && clean.window.start <= scene.start)
        #expect(try await scene.reconcile().pass.window.start > scene.start)
        try scene.end()
    }

    @Test func `rows that are missing, open or of no length give nothing back`() async throws {
        try await scene.feed(scene.jobs)
        let before = try scene.charged()
        var rows = scene.jobs
        rows[70].end = rows[70].start
        (rows[80].end, rows[80].status) = (nil, JobStatus(.running))
        let missing = rows.remove(at: 90)
        let gap = Array(rows[200..<230])
        rows.removeSubrange(200..<230)
        try scene.write(rows: rows)
        let (pass, found) = try await scene.reconcile()
        #expect(try scene.charged() == before && pass.corrected == 0)
        #expect(Set(found.map(\.kind)) == [.zeroLengthRow, .openRow, .missingRow, .gap])
        #expect(found.contains { $0.kind == .missingRow && $0.job == missing.jobID })
        // The books know whose each is, though no row tells.
        #expect(
            found.allSatisfy { finding in
                finding.kind == .gap
                    || [finding.user, finding.account, finding.allocation].allSatisfy {
                        $0?.isEmpty == false
                    }
            }, "\(found)")
        // Each is counted once, in a gap or alone.
        let lost = found.filter { [.missingRow, .gap].contains($0.kind) }
        #expect(
            lost.reduce(0) { $0 + ($1.before?.microSU ?? 0) } == scene.due(of: gap + [missing]))
        #expect(found.allSatisfy { $0.takesPerson })
        try scene.end()
    }

    @Test func `what slurmdbd has purged by now is not missed`() async throws {
        try await scene.feed(scene.jobs)
        try scene.write(rows: [])
        try scene.write(diag: [("DBDAgentQueueSize", "0"), ("PurgeJobAfter", "1 days")])
        scene.books.clock.advance(bySeconds: 10 * 86_400)
        let charged = try scene.charged()
        let (pass, found) = try await scene.reconcile()
        #expect(try scene.charged() == charged && charged == scene.due())
        // It is said why, once, and is nobody's to do.
        #expect(found.map(\.kind) == [.purged] && pass.isClean && pass.corrected == 0)
        #expect(found.first?.what.contains("400 that ended before;") == true, "\(found)")
        scene.books.clock.advance(bySeconds: 86_400)
        #expect(try await scene.reconcile().found == [])
        try scene.end()
    }

    @Test(
        arguments: [
            ("12 months", Int64(12 * 28 * 86_400)), ("30 days*", 30 * 86_400), ("24 hours", 86_400),
            ("NONE", nil), ("", nil),
        ] as [(String, Int64?)])
    func `how long slurmdbd keeps`(text: String, seconds: Int64?) {
        #expect(PurgeSpan(text)?.leastSeconds == seconds)
    }

    /// Hours are purged by the hour: where that were a day as well, nothing would be left of one.
    @Test(arguments: [("24 hours", 79_200), ("2 days", 86_400), ("1 months", 2_332_800)])
    func `where its silence begins to mean something`(text: String, ago: Int64) {
        let now = Instant(epochSeconds: 1_800_000_000)
        let standing = AccountingStanding(queue: 0, purgeAfter: PurgeSpan(text))
        #expect(standing.horizon(at: now) == now.advanced(bySeconds: -ago))
    }

    @Test func `where it purges sooner than records settle, that is said`() async throws {
        try await scene.feed(scene.jobs)
        try scene.write(diag: [("DBDAgentQueueSize", "0"), ("PurgeJobAfter", "6 hours")])
        let (pass, found) = try await scene.reconcile()
        #expect(pass.window.isEmpty && pass.runs == 0)
        #expect(found.map(\.kind) == [.purged])
        #expect(found.first?.what.contains("jobs after 6 hours (PurgeJobAfter)") == true)
        await #expect(throws: ReconcileError.self) {
            try await scene.reconcile(until: scene.books.clock.now)
        }
        try scene.end()
    }

    @Test(arguments: [0, 1, 3 * 3_600])
    func `from where nothing has settled nothing is compared, and the setting is named`(
        after seconds: Int64
    ) async throws {
        let settled = scene.books.clock.now.advanced(bySeconds: -6 * 3_600)
        await #expect {
            try await scene.reconcile(from: settled.advanced(bySeconds: seconds))
        } throws: { error in
            guard case ReconcileError.invalid(let why) = error else { return false }
            return why.contains("of what ended after \(settled) slurmdbd may still learn")
                && why.contains("[reconcile] settle_seconds = 21600 in atoll.toml")
        }
        try scene.end()
    }

    @Test func `windows are as long as they have few rows, within bounds`() throws {
        var pace = WindowPace()
        let t0 = Instant(epochSeconds: 0)
        let far = Instant(epochSeconds: 1 << 40)
        let day = try #require(pace.next(from: t0, before: far))
        #expect(day.seconds == 86_400)
        pace.wasTooHeavy(day)
        #expect(pace.next(from: t0, before: far)?.seconds == 43_200)
        for _ in 0..<10 { pace.took(0, of: try #require(pace.next(from: t0, before: far))) }
        #expect(pace.next(from: t0, before: far)?.seconds == 2_764_800)
        for _ in 0..<30 { pace.wasTooHeavy(try #require(pace.next(from: t0, before: far))) }
        #expect(pace.next(from: t0, before: far)?.seconds == 1)
    }

    @Test(
        arguments: [
            // Half of 60,000 in each, and no more than 8 days; where the books have few, a day as ever.
            (300_000, Int64(50), Int64(5)), (70_000, 1_000, 8), (60_000, 100, 1), (0, 100, 1),
        ])
    func `the first window is as long as the books' runs have it`(
        runs: Int, days: Int64, first: Int64
    ) throws {
        var pace = WindowPace()
        let t0 = Instant(epochSeconds: 0)
        let end = t0.advanced(bySeconds: days * 86_400)
        pace.expect(runs, in: try #require(Interval(start: t0, end: end)))
        #expect(pace.next(from: t0, before: end)?.seconds == first * 86_400)
    }
}
