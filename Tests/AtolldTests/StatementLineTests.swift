/// What of the journal's postings a statement shows: a line a job and resource, in words for who reads it.

import Bank
import Books
import Ledger
import Registry
import Server
import Store
import Synchronization
import TestKit
import Testing
import Units
import Wire

@testable import atolld

@Suite(.serialized) struct StatementLineTests {
    typealias Daemon = MoneyAccessTests.Daemon

    /// `KIND JOB USER AMOUNT BALANCE DETAIL` of each line, and the sums at the end.
    private func lines(_ daemon: Daemon, uid: UInt32) async -> (lines: [String], last: String) {
        let rows = Mutex<[String]>([])
        let outcome = await withCheckedContinuation { go in
            let sink = AnswerSink(id: RequestID("s")!) { line in
                guard case .row(let row) = line.outcome else {
                    return go.resume(returning: line.outcome)
                }
                guard case .statement(let it) = row else { return }
                let words = [it.kind, it.job, it.user, "\(it.amount)", "\(it.balance)", it.detail]
                rows.withLock { $0.append(words.map { $0 ?? "-" }.joined(separator: " ")) }
            }
            daemon.handler.handle(
                Request(id: RequestID("s")!, .statement(.init(allocation: "astro-2026"))),
                from: Peer(pid: 1, uid: uid, gid: uid), answer: sink)
        }
        guard case .done(.statement(let end)) = outcome else { return ([], "\(outcome)") }
        return (rows.withLock { $0 }, "\(end.rows) rows, \(end.opening) to \(end.closing)")
    }

    @Test
    func `a charge is one line with its use, from however many lots, and what pays debts is none`()
        async throws
    {
        let daemon = try await Daemon()
        defer { daemon.test.stopAndRemove() }
        // 6 of 100 SU are charged; a second lot, then more than both have, then what pays the debt.
        func grant(_ amount: String, _ id: String) async throws {
            _ = try await daemon.test.perform(
                .grant(
                    GrantRequest(
                        allocation: "astro-2026", amount: try ServiceUnits(parsing: amount))),
                id: id)
        }
        try await grant("10", "two")
        try await daemon.test.charge(job: 8, cpus: 200, user: "uid:\(Daemon.pi)")
        try await grant("50", "three")
        let member = "uid:\(Daemon.member)"
        let pi = "uid:\(Daemon.pi)"
        let seen = await lines(daemon, uid: 0)
        #expect(
            seen.lines == [
                "grant - - 100.00 100.00 -", "charge 7 \(member) -6.00 94.00 0.166667 CPU h",
                "grant - - 10.00 104.00 -", "charge 8 \(pi) -120.00 -16.00 3.33 CPU h",
                "grant - - 50.00 34.00 -",
            ])
        #expect(seen.last == "5 rows, 0.00 to 34.00")
        // The member sees the other's as a sum, with nothing of whose and what.
        #expect(
            await lines(daemon, uid: Daemon.member).lines == [
                "grant - - 100.00 100.00 -", "charge 7 \(member) -6.00 94.00 0.166667 CPU h",
                "grant - - 10.00 104.00 -", "others - - -120.00 -16.00 -",
                "grant - - 50.00 34.00 -",
            ])
    }
}
