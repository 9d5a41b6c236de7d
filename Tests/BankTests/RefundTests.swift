/// Refunds: tied to a run, whole or in part, never more than was charged, and back where it came from.

import Bank
import Books
import Ledger
import Registry
import Store
import TestKit
import Testing
import Units

@Suite(.takingTurns) struct RefundTests {
    /// astro-2026 with lot 2 of 100 to the year's end; ada's job 7 was charged 6 SU.
    private func books(charged cpus: Int64 = 10) async throws -> TestBank {
        let books = try TestBank()
        _ = try await books.perform(.apply(.small(), backdate: false), id: "apply")
        if cpus > 0 { try await books.charge(job: 7, cpus: cpus) }
        return books
    }

    private func refund(
        _ amount: String? = nil, job: String = "7", run: Int64? = nil, cluster: String? = nil,
        into: Int64? = nil
    ) throws -> Command {
        .refund(
            RefundRequest(
                job: job, cluster: cluster, run: run.map(RunID.init),
                amount: try amount.map { try ServiceUnits(parsing: $0) },
                into: into.map(LotID.init)))
    }

    private func use(_ books: TestBank, _ user: String = "ada") throws -> MemberUse? {
        try books.store.uses(of: books.allocation().id)[user]
    }

    @Test func `in part, and then the rest, which waives the run`() async throws {
        let books = try await books()
        guard case .refunded(let part) = try await books.perform(refund("2.5"), id: "r1") else {
            return #expect(Bool(false))
        }
        #expect((part.refunded.description, part.isWaived) == ("2.50", false))
        #expect(try books.lotLines() == ["2 open: available 96.50 charged 3.50"])
        #expect(try use(books) == MemberUse(charged: books.su("6"), refunded: books.su("2.5")))
        #expect(try use(books)?.used.description == "3.50")
        guard case .refunded(let rest) = try await books.perform(refund(), id: "r2") else {
            return #expect(Bool(false))
        }
        #expect((rest.amount.description, rest.isWaived) == ("3.50", true))
        #expect(try books.lotLines() == ["2 open: available 100.00"])
        #expect(try use(books)?.used == .zero)
        #expect(
            try books.statementLines()
                == ["grant 100.00", "charge -6.00", "refund 2.50", "refund 3.50"])
        #expect(try books.store.verify().finding == nil)
        // Asked again with the same id: the same answer, nothing more.
        #expect(try await books.perform(refund(), id: "r2") == .refunded(rest))
        #expect(
            try await books.answer(to: refund())
                == "refused: all of the 6.00 SU that job 7 was charged are refunded already.")
        // A restart reads the waiver, and the picture's use, from the tables.
        let again = try books.reopened()
        #expect(
            try await again.answer(to: refund("1")).contains("are refunded already"))
        again.stopAndRemove()
    }

    struct Row: CustomTestStringConvertible {
        let name: String
        var job = "7"
        var run: Int64?
        var cluster: String?
        var amount: String?
        var into: Int64?
        let refusal: String
        var testDescription: String { name }
    }

    static let refusals: [Row] = [
        Row(
            name: "one micro-SU more than was charged", amount: "6.000001",
            refusal:
                "6.000001 SU are asked for, at most 6.00 SU can be refunded: job 7 was charged "
                + "6.00 SU, refunded 0.00 SU."),
        Row(name: "nothing", amount: "0", refusal: "a refund is more than 0 SU."),
        Row(
            name: "another job", job: "8",
            refusal: "there is no run of job 8 in the books; a job is charged when it ends."),
        Row(
            name: "another cluster", cluster: "lagoon",
            refusal: "there is no run of job 7 of cluster lagoon in the books; a job is charged "
                + "when it ends."),
        Row(
            name: "another job's run", run: 99,
            refusal: "there is no run 99 of job 7 in the books."),
        Row(
            name: "no job at all", job: "7; --",
            refusal: "7; -- is no job; write 123, an array task 123_4, or 123+1."),
        Row(
            name: "an empty task", job: "7_",
            refusal: "7_ is no job; write 123, an array task 123_4, or 123+1."),
        Row(
            name: "into no lot", into: 9,
            refusal: "allocation astro-2026 has no lot 9. Open: 2 to 2027-01-01T00:00:00Z."),
        Row(
            name: "into the overdraft", into: 1,
            refusal: "allocation astro-2026 has no lot 1. Open: 2 to 2027-01-01T00:00:00Z."),
    ]

    @Test(arguments: refusals)
    func `what can't be is refused and nothing is written`(row: Row) async throws {
        let books = try await books()
        let before = books.store.tip.seq
        let command = try refund(
            row.amount, job: row.job, run: row.run, cluster: row.cluster, into: row.into)
        #expect(try await books.answer(to: command) == "refused: \(row.refusal)")
        #expect(books.store.tip.seq == before)
        books.stopAndRemove()
    }

    @Test func `a job that runs or was free has nothing to give back`() async throws {
        let books = try await books(charged: 0)
        let now = books.clock.now
        let running = JobObservation.small(job: 7, token: nil, at: now).run(submit: now, start: now)
        _ = try await books.perform(.observe(running))
        #expect(
            try await books.answer(to: refund())
                == "refused: job 7 runs still; it is charged when it ends.")
        var free = JobObservation.small(job: 8, token: nil, at: now)
            .run(submit: now, start: now, end: now.advanced(bySeconds: 60), state: "NODE_FAIL")
        free.runs[0].freeBecause = "free: NODE_FAIL"
        _ = try await books.perform(.observe(free))
        #expect(
            try await books.answer(to: refund(job: "8"))
                == "refused: nothing was charged for job 8 (free: NODE_FAIL).")
        books.stopAndRemove()
    }

    @Test func `of several runs one is named`() async throws {
        let books = try await books(charged: 0)
        try await books.charge(job: 7, cpus: 10)
        try await books.charge(job: 7, cpus: 20, submit: 500)
        try await books.charge(job: 70, cpus: 1)
        #expect(
            try await books.answer(to: refund()) == """
                refused: job 7 has 2 runs; name one of them with --run:
                  2: 7 from 2026-06-01T00:00:00Z, COMPLETED, charged 12.00 SU
                  1: 7 from 2026-06-01T00:00:00Z, COMPLETED, charged 6.00 SU
                """)
        _ = try await books.perform(refund(run: 2))
        #expect(try books.figures().charged.description == "6.60")
        books.stopAndRemove()
    }

    @Test func `an array's tasks are found by their own and by their array's number`() async throws
    {
        let books = try await books(charged: 0)
        try await books.charge(job: 7, cpus: 10, name: "7_1", raw: 7)
        try await books.charge(job: 7, cpus: 20, name: "7_12", raw: 8)
        try await books.charge(job: 71, cpus: 1, name: "71", raw: 71)
        #expect(try await books.answer(to: refund(job: "7")).contains("job 7 has 2 runs"))
        _ = try await books.perform(refund(job: "7_1"))
        #expect(try books.figures().charged.description == "12.60")
        books.stopAndRemove()
    }

    @Test func `the last drawn comes back first`() async throws {
        let books = try await books(charged: 0)
        try await books.grant("4", seconds: 1_000)
        // 4 of the short lot, 100 of the year's, 16 as overdraft.
        try await books.charge(job: 7, cpus: 200)
        #expect(
            try books.lotLines() == [
                "overdraft: available -16.00 charged 16.00", "2 open: charged 100.00",
                "3 open: charged 4.00",
            ])
        _ = try await books.perform(refund("10"))
        #expect(try books.lotLines().first == "overdraft: available -6.00 charged 6.00")
        _ = try await books.perform(refund("10"))
        #expect(
            try books.lotLines()
                == ["2 open: available 4.00 charged 96.00", "3 open: charged 4.00"])
        _ = try await books.perform(refund("98"))
        #expect(
            try books.lotLines()
                == ["2 open: available 100.00", "3 open: available 2.00 charged 2.00"])
        _ = try await books.perform(refund())
        #expect(try books.figures().available.description == "104.00")
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `credit that comes back pays what others owe`() async throws {
        let books = try await books(charged: 0)
        try await books.charge(job: 7, cpus: 100)  // 60 of the 100
        try await books.charge(job: 8, cpus: 100)  // 40, and 20 as overdraft
        _ = try await books.perform(refund("30"))
        #expect(try books.lotLines() == ["2 open: available 10.00 charged 90.00"])
        #expect(
            try books.statementLines().suffix(3)
                == ["refund 30.00", "overdraft -20.00", "overdraft 20.00"])
        // 20 of job 8 were overdraft that lot 2 has paid since: there they return to.
        _ = try await books.perform(refund("15", job: "8"))
        #expect(try books.lotLines() == ["2 open: available 25.00 charged 75.00"])
        _ = try await books.perform(refund(job: "8"))
        _ = try await books.perform(refund())
        #expect(try books.lotLines() == ["2 open: available 100.00"])
        #expect(try use(books)?.used == .zero)
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `a lot that ended takes nothing back; another is named for it`() async throws {
        let books = try await books(charged: 0)
        try await books.grant("4", seconds: 100)
        try await books.charge(job: 7, cpus: 10)  // 4 of lot 3, 2 of lot 2
        books.clock.advance(bySeconds: 100)
        #expect(
            try await books.answer(to: refund())
                == "refused: of this would return 4.00 SU to lot 3, which ended "
                + "2026-06-01T00:01:40Z. Name an open lot of astro-2026 with --into. "
                + "Open: 2 to 2027-01-01T00:00:00Z.")
        // What returns to open lots needs none.
        _ = try await books.perform(refund("2"))
        #expect(
            try books.lotLines() == ["2 open: available 100.00", "3 ended: charged 4.00"])
        #expect(
            try await books.answer(to: refund(into: 3))
                == "refused: lot 3 is valid 2026-06-01T00:00:00Z … 2026-06-01T00:01:40Z, not now. "
                + "Open: 2 to 2027-01-01T00:00:00Z.")
        guard case .refunded(let done) = try await books.perform(refund(into: 2)) else {
            return #expect(Bool(false))
        }
        let four = try books.su("4")
        #expect(done.isWaived && done.parts == [LotPart(lot: LotID(2), amount: four)])
        #expect(
            try books.lotLines() == ["2 open: available 104.00", "3 ended: withdrawn 4.00"])
        #expect(try use(books)?.used == .zero)
        #expect(
            try books.statementLines()
                == [
                    "grant 100.00", "grant 4.00", "charge -4.00", "charge -2.00", "refund 2.00",
                    "refund 4.00",
                ])
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `overdraft that an ended lot has paid goes to the lot named`() async throws {
        let books = try await books(charged: 0)
        try await books.charge(job: 7, cpus: 200)  // 100, and 20 as overdraft
        try await books.grant("25", seconds: 100)  // pays the 20
        books.clock.advance(bySeconds: 100)
        #expect(
            try books.lotLines() == [
                "2 open: charged 100.00", "3 open: available 5.00 charged 20.00",
            ])
        #expect(try await books.answer(to: refund("30")).contains("20.00 SU to lot 3, which ended"))
        _ = try await books.perform(refund("30", into: 2))
        #expect(
            try books.lotLines()
                == [
                    "2 open: available 30.00 charged 90.00",
                    "3 ended: expired 5.00 withdrawn 20.00",
                ])
        #expect(try use(books)?.used.description == "90.00")
        let always = Interval(start: Instant(epochSeconds: 0), end: nil)!
        let sums = try books.store.statement(of: books.allocation().id, over: always) { _ in }
        #expect(sums.closing.description == "30.00", "settled: all but what is charged or expired")
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `a member's cap has room again`() async throws {
        let books = try await books(charged: 0)
        try await books.charge(job: 7, cpus: 8, user: "ben")  // 4.80 of his 5
        let next = Command.admit(.small(token: "A", user: "ben"))
        #expect(try await books.answer(to: next).hasPrefix("refused"))
        _ = try await books.perform(refund("1"))
        #expect(try await books.refusal(of: next) == nil)
        #expect(books.bank.quarantined.isEmpty)
        books.stopAndRemove()
    }

    @Test func `a picture in memory counts a refund as the tables do`() async throws {
        let books = try await books(charged: 0)
        try await books.charge(job: 7, cpus: 8, user: "ben")
        _ = try await books.perform(refund("4.8"))
        let ask = Admission.small(token: "", user: "ben", cpus: 8)
        let quoted = books.bank.picture.quote(ask, at: books.clock.now)
        guard case .success(let admitted) = quoted.answer else { return #expect(Bool(false)) }
        #expect(admitted.left.description == "95.20")
        books.stopAndRemove()
    }
}
