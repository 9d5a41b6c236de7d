/// Refunds of whole jobs: every run once, all or none, in one transaction.

import Bank
import Books
import Ledger
import Registry
import Store
import TestKit
import Testing
import Units

@Suite struct JobRefundTests {
    let books: TestBank
    init() async throws {
        books = try TestBank()
        _ = try await books.perform(.apply(.small(), backdate: false), id: "apply")
    }

    private func refund(_ job: String = "7", into: Int64? = nil) -> Command {
        .refundJob(JobRefundRequest(job: job, into: into.map(LotID.init)))
    }

    /// Three tasks of array 7, charged 6, 12 and 18 SU, and a job 71 that is none of it.
    private func array() async throws {
        for task in 1...3 as ClosedRange<Int64> {
            try await books.charge(job: 7, cpus: 10 * task, name: "7_\(task)", raw: 6 + task)
        }
        try await books.charge(job: 71, cpus: 1, name: "71", raw: 71)
    }

    @Test func `every run of an array comes back whole, once, and no other job's`() async throws {
        try await array()
        let before = books.store.tip.seq
        let outcome = try await books.perform(refund(), id: "r")
        let done = Outcome.jobRefunded(
            JobRefunded(
                job: "7", cluster: "reef",
                parts: [
                    .init(
                        allocation: "astro-2026", runs: 3, amount: try books.su("36"),
                        available: try books.su("99.4"))
                ], settledRuns: 0, runningRuns: 0))
        #expect(outcome == done)
        #expect(books.store.tip.seq == before + 3)
        #expect(try books.lotLines() == ["2 open: available 99.40 charged 0.60"])
        #expect(
            try books.statementLines().suffix(3) == ["refund 6.00", "refund 12.00", "refund 18.00"])
        // The same id answers as before; another finds nothing left.
        #expect(try await books.perform(refund(), id: "r") == done)
        #expect(
            try await books.answer(to: refund(), id: "s")
                == "refused: of job 7 nothing is left to refund: 3 runs refunded already or charged "
                + "nothing.")
        #expect(try books.lotLines() == ["2 open: available 99.40 charged 0.60"])
        #expect(try books.store.verify().finding == nil)
        #expect(books.bank.quarantined.isEmpty)
        books.stopAndRemove()
    }

    @Test func `what was refunded of a run before is not refunded again`() async throws {
        try await array()
        _ = try await books.perform(
            .refund(RefundRequest(job: "7_3", amount: try books.su("10"))))
        _ = try await books.perform(.refund(RefundRequest(job: "7_1")))
        guard case .jobRefunded(let done) = try await books.perform(refund()) else {
            return #expect(Bool(false))
        }
        #expect(done.parts.map(\.amount) == [try books.su("20")])
        #expect(done.parts.map(\.runs) == [2] && done.settledRuns == 1)
        #expect(try books.lotLines() == ["2 open: available 99.40 charged 0.60"])
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `runs that go on are told, and come back when they have ended`() async throws {
        try await array()
        let start = books.clock.now
        let seen = JobObservation.small(job: 7, token: nil, at: start)
        _ = try await books.perform(
            .observe(seen.run(raw: 10, submit: start, start: start, cpus: 10)))
        // Its own name is 10 then; as a task it is one of the array's.
        guard case .jobRefunded(let done) = try await books.perform(refund()) else {
            return #expect(Bool(false))
        }
        #expect(done.runningRuns == 0 && done.parts.map(\.runs) == [3])
        #expect(
            try await books.answer(to: refund("10"))
                == "refused: of job 10 nothing is left to refund: 0 runs settled, 1 run still running, "
                + "charged at the end.")
        books.stopAndRemove()
    }

    @Test func `overdraft that lots have paid meanwhile comes back run by run`() async throws {
        // 60 and 60 of 100: 20 as overdraft; a grant of 50 pays it.
        try await books.charge(job: 7, cpus: 100, name: "7_1", raw: 7)
        try await books.charge(job: 7, cpus: 100, name: "7_2", raw: 8)
        #expect(try books.lotLines().first == "overdraft: available -20.00 charged 20.00")
        try await books.grant("50", seconds: 86_400)
        #expect(
            try books.lotLines() == [
                "2 open: charged 100.00", "3 open: available 30.00 charged 20.00",
            ])
        _ = try await books.perform(refund())
        #expect(try books.lotLines() == ["2 open: available 100.00", "3 open: available 50.00"])
        #expect(try books.store.verify().finding == nil)
        #expect(books.bank.quarantined.isEmpty)
        books.stopAndRemove()
    }

    @Test func `where one run can't come back none does`() async throws {
        try await books.grant("10", seconds: 100)
        try await books.charge(job: 7, cpus: 10, name: "7_1", raw: 7)
        try await books.charge(job: 7, cpus: 10, name: "7_2", raw: 8)
        books.clock.advance(bySeconds: 200)
        let answer = try await books.answer(to: refund())
        #expect(
            answer.hasPrefix("refused: of this would return 10.00 SU to lot 3, which ended "),
            "\(answer)")
        #expect(
            try books.lotLines() == [
                "2 open: available 98.00 charged 2.00", "3 ended: charged 10.00",
            ])
        #expect(try await books.answer(to: refund(into: 99)).contains("has no lot 99"))
        _ = try await books.perform(refund(into: 2))
        #expect(
            try books.lotLines() == ["2 open: available 110.00", "3 ended: withdrawn 10.00"])
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test(
        arguments: [
            ("9", "there is no run of job 9 in the books; a job is charged when it ends."),
            ("x", "x is no job; write 123, an array task 123_4, or 123+1."),
        ])
    func `a job that isn't known is refused`(job: String, text: String) async throws {
        #expect(try await books.answer(to: refund(job)) == "refused: \(text)")
        books.stopAndRemove()
    }

    @Test func `hundreds of tasks come back in one transaction`() async throws {
        let start = books.clock.now
        var seen = JobObservation.small(job: 7, token: nil, at: start)
        for task in 1...300 as ClosedRange<Int64> {
            seen = seen.run(
                raw: 6 + task, submit: start, start: start, end: start.advanced(bySeconds: 6))
            seen.runs[Int(task) - 1].jobName = "7_\(task)"
        }
        _ = try await books.perform(.observe(seen))
        #expect(try books.figures().charged == books.su("18"))
        let before = books.store.tip.seq
        _ = try await books.perform(refund())
        #expect(try books.figures().available == books.su("100"))
        #expect(books.store.tip.seq == before + 300)
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }
}
