import Bank
import Books
import Ledger
import Registry
import Store
import TestKit
import Testing
import Units

/// More tasks of an array at once (`ArrayTaskThrottle`), where only those are held that may run at once:
/// asked about like any raise.
@Suite(.takingTurns) struct ThrottleRaiseTests {
    struct Row: CustomTestStringConvertible {
        let what: String
        var policy = HoldPolicy.throttle
        var waiting: Int64 = 6
        var running: Int64 = 0
        var caller = "ada"
        let atOnce: Int64
        var seconds: Int64?
        let answer: String
        var testDescription: String { what }
    }

    /// ada's array of tasks that cost 6 SU each, two of them at once; astro has 100.
    @Test(arguments: [
        Row(what: "five at once", atOnce: 5, answer: "18.00 more, 70.00 left in astro-2026"),
        Row(what: "any number", atOnce: 0, answer: "24.00 more, 64.00 left in astro-2026"),
        Row(what: "more than there are", atOnce: 9, answer: "24.00 more, 64.00 left in astro-2026"),
        Row(what: "fewer", atOnce: 1, answer: "nothing"),
        Row(what: "as many", atOnce: 2, answer: "nothing"),
        Row(
            what: "one of them runs", waiting: 5, running: 1, atOnce: 4,
            answer: "12.00 more, 76.00 left in astro-2026"),
        Row(
            what: "and a longer limit", atOnce: 3, seconds: 120,
            answer: "24.00 more, 64.00 left in astro-2026"),
        Row(what: "all are held anyway", policy: .submit, atOnce: 5, answer: "nothing"),
        Row(what: "none is held before its start", policy: .start, atOnce: 5, answer: "nothing"),
        Row(
            what: "beyond the credit", waiting: 20, atOnce: 17,
            answer: """
                this job may cost 102.00 SU, 100.00 SU are available in astro-2026 (granted 100.00, \
                charged 0.00, held 12.00, of it by this job 12.00). No time limit of a minute or \
                more would fit.
                """),
        Row(what: "a stranger", caller: "eve", atOnce: 5, answer: "nothing"),
        Row(
            what: "a stranger, beyond the credit", waiting: 20, caller: "eve", atOnce: 17,
            answer: ModificationTests.noSay),
    ])
    func `what may run at once beyond before is set aside`(row: Row) async throws {
        let books = try await self.books(row.policy, tasks: row.waiting + row.running)
        defer { books.stopAndRemove() }
        try await show(row.waiting, row.running, atOnce: 2, books)
        var asked = raise(to: row.atOnce, by: row.caller)
        asked.timeLimitSeconds = row.seconds
        #expect(try await books.answer(to: asked) == row.answer)
        #expect(try books.store.verify().finding == nil)
        #expect(books.bank.quarantined.isEmpty)
    }

    @Test func `it is settled when a poll shows it, and not by what runs`() async throws {
        let books = try await self.books(.throttle, tasks: 6)
        defer { books.stopAndRemove() }
        try await show(5, 1, atOnce: 2, books)
        _ = try await books.answer(to: raise(to: 4, by: "ada"))
        #expect(try books.figures().held == ServiceUnits(microSU: 24_000_000))
        // Another start, by the old limit: the next task takes what is held for it.
        try await show(4, 2, atOnce: 2, books)
        #expect(try books.figures().held == ServiceUnits(microSU: 24_000_000))
        #expect(try books.raises().count == 1)
        try await show(4, 2, atOnce: 4, books)
        // Two run and two more may.
        #expect(try books.figures().held == ServiceUnits(microSU: 24_000_000))
        #expect(try books.raises().count == 0)
        let told = try books.store.notices(ofJob: 7, tokens: ["A"], cluster: "reef")
        #expect(told.map(\.kind) == ["raised"])
    }

    @Test func `any number is shown by no limit at all`() async throws {
        let books = try await self.books(.throttle, tasks: 6)
        defer { books.stopAndRemove() }
        try await show(6, 0, atOnce: 2, books)
        _ = try await books.answer(to: raise(to: 0, by: "ada"))
        try await show(6, 0, atOnce: nil, books)
        #expect(try books.figures().held == ServiceUnits(microSU: 36_000_000))
        #expect(try books.raises().count == 0)
    }

    private func raise(to atOnce: Int64, by caller: String) -> Modification {
        var asked = Modification(cluster: "reef", job: 7, ownerName: "ada", callerName: caller)
        asked.tasksAtOnce = atOnce
        return asked
    }

    private func books(_ policy: HoldPolicy, tasks: Int64) async throws -> TestBank {
        let books = try TestBank()
        var site = try Site.pair()
        site.projects[0].allocations[0].holdPolicy = policy
        _ = try await books.perform(.apply(site, backdate: false), id: "apply")
        var admission = Admission.small(token: "A", cpus: 10, tasks: tasks)
        admission.concurrency = 2
        _ = try await books.perform(.admit(admission), id: "A")
        return books
    }

    private func show(
        _ waiting: Int64, _ running: Int64, atOnce: Int64?, _ books: TestBank
    ) async throws {
        books.clock.advance(bySeconds: 1)
        var job = JobObservation.small(job: 7, token: "A", at: books.clock.now)
        let start = ModificationTests.start
        for task in 0..<running {
            job = job.run(raw: 100 + task, submit: start, start: start, cpus: 10)
        }
        job = job.pending(tasks: waiting, cpus: 10)
        job.pending?.concurrency = atOnce
        _ = try await books.perform(.observe(job))
        #expect(try books.store.verify().finding == nil)
        #expect(books.bank.quarantined.isEmpty)
    }
}
