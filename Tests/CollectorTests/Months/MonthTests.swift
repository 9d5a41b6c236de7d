/// A month with every life in it, harmed in known ways: the report names exactly what was done, the
/// corrections come to what Slurm's record says, and a second pass has nothing to correct.

import Bank
import Books
import Ledger
import Reconciliation
import Records
import Registry
import Store
import Synchronization
import TestKit
import Testing
import Units

@testable import Collector

@Suite struct MonthTests {
    // In the last one a job that was cancelled while it waited left its row among those that are lost.
    @Test(arguments: [1, 2, 3, 3_908_141] as [UInt64])
    func `the report names exactly the damage that was done`(seed: UInt64) async throws {
        try await check(seed)
    }

    @Test func `so it does in a fresh month`() async throws {
        let seed = UInt64.random(in: 10...9_999_999)
        print("a fresh month: seed \(seed)")
        try await check(seed)
    }

    @Test func `a month that nothing happened to is clean`() async throws {
        let it = try await MonthBooks(seed: 4, isHarmed: false)
        let (pass, found) = try it.reconcile()
        #expect(found.isEmpty, "\(found)")
        #expect(pass.runs == Int64(it.month.runs.count) && pass.isClean)
        try expectBooks(it)
    }

    private func check(_ seed: UInt64) async throws {
        let it = try await MonthBooks(seed: seed)
        let expected = it.damage.expected(of: it.month)
        let (dry, would) = try it.reconcile(isDryRun: true)
        let (pass, found) = try it.reconcile()
        expectSame(found.map(Expected.init), expected, "seed \(seed)")
        #expect(would.count == found.count && dry.more == pass.more && dry.less == pass.less)
        try await it.settleReservations()
        try expectBooks(it, "seed \(seed)")

        // Again only what takes a person; what comes late now changes nothing.
        for sight in it.feed.afterwards { try await it.tell(sight) }
        let again = try it.reconcile()
        #expect(again.pass.corrected == 0, "seed \(seed)")
        expectSame(
            again.found.map { Expected($0).asked },
            expected.filter(\.takesPerson).map(\.asked), "seed \(seed), again")
        try expectBooks(it, "seed \(seed), again")

        // And nothing once persons have said what stands.
        for finding in again.found { try await settle(finding, it) }
        let last = try it.reconcile()
        #expect(last.found.isEmpty, "seed \(seed): \(last.found)")
        try expectBooks(it, "seed \(seed), settled")
    }

    /// Whatever ends it, the next pass goes on where it was, and their report is the same.
    @Test func `a pass that is killed at any point goes on where it was`() async throws {
        let it = try await MonthBooks(seed: 5, stories: 3)
        let expected = it.damage.expected(of: it.month)
        var (kills, asking, told) = (0, 1, 1)
        while try it.books.store.lastPass(on: "reef", done: true) == nil, kills < 500 {
            // Slurm is the last that it asks, or the reader leaves; here and there the process goes, too.
            var count = 0
            do {
                _ = try it.reconcile(endingAt: kills % 2 == 0 ? asking : .max) { _ in
                    count += 1
                    if kills % 2 == 1, count == told { throw MonthSlurm.Killed() }
                }
            } catch {
                kills += 1
            }
            if kills % 3 == 0 { try it.restart() }
            (asking, told) = (asking % 11 + 1, told % 4 + 1)
        }
        #expect(kills > 5, "\(kills)")
        let pass = try #require(try it.books.store.lastPass(on: "reef", done: true))
        let kept = try it.books.store.findings(of: pass)
        expectSame(
            kept.map { "\($0.kind) \($0.job)" }, expected.map { "\($0.kind.rawValue) \($0.job)" },
            "kept")
        #expect(pass.corrected == Int64(expected.filter { !$0.takesPerson }.count))
        #expect(pass.person == Int64(expected.filter(\.takesPerson).count))
        try await it.settleReservations()
        try expectBooks(it)
        #expect(try it.reconcile().pass.corrected == 0)
    }

    // MARK: What a person does

    private func settle(_ finding: Finding, _ it: MonthBooks) async throws {
        if finding.kind == .gap {
            let keys = it.damage.lost.map { it.month.runs[$0].row }.map {
                RunKey(cluster: "reef", jobID: $0.rawJobID, submit: $0.submit)
            }
            for run in try it.books.store.runs(named: keys).values {
                let settlement = Settlement(job: run.jobName, run: run.id)
                _ = try await it.books.perform(.settle(settlement), id: "settle-\(run.id)")
            }
        } else if finding.kind == .unownedReservation {
            let none = ReservationAssignment(
                cluster: "reef", name: finding.job, allocation: nil,
                charge: ReservationCharge.none)
            _ = try await it.books.perform(
                .reservation(.assign(none)), id: "assign-\(finding.job)")
        } else if let run = finding.run {
            var settlement = Settlement(job: finding.job, run: run)
            let unseen = it.damage.harms.first {
                $1.isEndUnseen && it.month.runs[$0].row.jobID == finding.job
            }
            // It is said to have ended at once: its share goes back and nothing is charged.
            settlement.end = unseen.map { it.month.runs[$0.key].run.start }
            _ = try await it.books.perform(.settle(settlement), id: "settle-\(run)")
        } else {
            // `sacctmgr show runawayjobs`
            it.slurm.state.withLock { state in
                for place in state.rows.indices where state.rows[place].jobID == finding.job {
                    state.rows[place].end = state.rows[place].start
                    state.rows[place].status = JobStatus(.completed)
                }
            }
        }
    }

    // MARK: Comparing

    private func expectBooks(_ it: MonthBooks, _ what: String = "") throws {
        for (allocation, account) in [("astro-2026", "astro"), ("bio-2026", "bio")] {
            #expect(
                try it.charged(allocation)
                    == it.damage.chargedMicroSU(of: it.month, account: account),
                "\(what): \(account)")
        }
        let found = try it.books.store.verify().finding
        #expect(found == nil, "\(what)")
        #expect(it.books.bank.quarantined.isEmpty, "\(what)")
    }

    /// As many of each, whatever their order.
    private func expectSame<It: Hashable & CustomStringConvertible>(
        _ found: [It], _ expected: [It], _ what: String
    ) {
        var left: [It: Int] = [:]
        for it in expected { left[it, default: 0] += 1 }
        for it in found { left[it, default: 0] -= 1 }
        let missing = left.filter { $0.value > 0 }.map { "not found: \($0.key)" }
        let surplus = left.filter { $0.value < 0 }.map { "found: \($0.key)" }
        let text = (missing + surplus).sorted().joined(separator: "\n")
        #expect(missing.isEmpty && surplus.isEmpty, "\(what)\n\(text)")
    }
}

extension Expected {
    /// Who it is about: what a correction changed before is not said again.
    fileprivate var asked: String { "\(kind.rawValue) \(job)" }
}
