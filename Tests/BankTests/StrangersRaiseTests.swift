import Bank
import Ledger
import Registry
import Store
import TestKit
import Testing
import Units

@testable import Books

/// Who became an operator of Slurm's a moment ago is a stranger by what was read: what they raise is
/// refused where an operator's would be, and two of them don't get past the credit together.
@Suite(.takingTurns) struct StrangersRaiseTests {
    struct Row: CustomTestStringConvertible {
        let what: String
        var state = ModificationTests.State.waiting
        var caller = "eve"
        var seconds: Int64 = 3_600
        var mode: Mode?
        var change: @Sendable (inout Modification) -> Void = { _ in }
        let isRefused: Bool
        var testDescription: String { what }
    }

    /// ada's job of 10 CPUs holds 6 of astro's 100 SU for its minute; an hour is 360.
    @Test(arguments: [
        Row(what: "a stranger, what waits", isRefused: true),
        Row(what: "a stranger, what runs", state: .running, isRefused: true),
        Row(what: "a stranger, an array", state: .array, isRefused: true),
        Row(what: "a stranger, what no poll has shown", state: .unseen, isRefused: true),
        Row(what: "a stranger, a job that nobody knows", state: .unknown, isRefused: false),
        Row(what: "a stranger, within the credit", seconds: 960, isRefused: false),
        Row(what: "a stranger, less", seconds: 30, isRefused: false),
        Row(
            what: "a stranger, another account with too little",
            change: { $0.accountLineage = ["bio"] }, isRefused: true),
        Row(
            what: "a stranger, longer than the allocation lasts", seconds: 400 * 86_400,
            change: { $0.admitsShort = true }, isRefused: true),
        Row(
            what: "a stranger, where a warning is all", change: { $0.admitsShort = true },
            isRefused: false),
        Row(what: "a stranger, in mode warn", mode: .warn, isRefused: false),
        Row(what: "a stranger, in mode observe", mode: .observe, isRefused: false),
        Row(what: "the owner, what runs", state: .running, caller: "ada", isRefused: true),
        Row(
            what: "a coordinator, what runs", state: .running,
            change: { $0.coordinated = ["astro"] }, isRefused: true),
    ])
    func `what would be refused to an operator is refused, with no figures`(row: Row) async throws {
        let books = try await TestBank.withTwoProjects()
        defer { books.stopAndRemove() }
        try await books.submit(row.state)
        if let mode = row.mode { try await books.set(mode) }
        let (before, head) = (try books.figures(), books.store.tip.seq)
        var asked = Modification(
            cluster: "reef", job: 7, ownerName: "ada", callerName: row.caller,
            wish: "7: time limit")
        (asked.timeLimitSeconds, asked.callerID) = (row.seconds, 4_242)
        row.change(&asked)
        let refusal = try await books.refusal(of: .modify(asked))
        #expect((refusal != nil) == row.isRefused)
        if let refusal {
            #expect(refusal.text == ModificationTests.noSay)
            // The job's own people may read why.
            let told = try books.store.notices(ofJob: 7, tokens: ["A"], cluster: "reef")
            #expect(told.map(\.kind) == ["modify_passed_over"])
            #expect(told.first?.text.hasPrefix("7: time limit: refused, for uid 4242 has") == true)
            #expect(told.first?.user == "ada")
        }
        #expect(try books.figures() == before)
        #expect(books.store.tip.seq == head)
        #expect(try books.tolerated().isEmpty)
    }

    @Test func `of an array its owner raises what waits, whatever its running tasks would cost`()
        async throws
    {
        let books = try await TestBank.withTwoProjects()
        defer { books.stopAndRemove() }
        try await books.submit(.array)
        let now = books.clock.now
        var job = JobObservation.small(job: 7, token: "A", at: now)
            .run(submit: now, start: now, cpus: 10)
        job.pending =
            JobObservation.small(job: 7, token: "A", at: now)
            .pending(tasks: 2, cpus: 10).pending
        _ = try await books.perform(.observe(job))
        // Four minutes: 48 SU for the two that wait; the one that runs would take 24.
        let answer = try await books.answer(to: raise(7, to: 240, by: "ada"))
        #expect(answer == "36.00 more, 46.00 left in astro-2026")
        let more = try await books.answer(to: raise(7, to: 420, by: "ada"))
        #expect(more == "36.00 more, 10.00 left in astro-2026")
    }

    /// - Parameter polls: how many had begun, and how many had shown what there is.
    private func raise(
        _ job: Int64, to seconds: Int64, by caller: String, polls: (Int64, Int64) = (1, 0)
    ) -> Modification {
        var asked = Modification(
            cluster: "reef", job: job, ownerName: "ada", callerName: caller)
        asked.timeLimitSeconds = seconds
        (asked.pollsBegun, asked.pollsShown) = polls
        return asked
    }

    /// Jobs 7 and 8 of ada's, 6 SU each.
    private func withTwoJobs() async throws -> TestBank {
        let books = try await TestBank.withTwoProjects()
        try await books.submit(.waiting)
        _ = try await books.perform(.admit(.small(token: "B", cpus: 10)), id: "B")
        _ = try await books.perform(
            .observe(.small(job: 8, token: "B", at: books.clock.now).pending(cpus: 10)))
        return books
    }

    @Test func `two in one second pass only where both fit`() async throws {
        let books = try await withTwoJobs()
        defer { books.stopAndRemove() }
        // Ten minutes are 60 SU; 88 are free.
        #expect(try await books.answer(to: raise(7, to: 600, by: "eve")) == "nothing")
        let tooMuch = try await books.answer(to: raise(8, to: 600, by: "zoe"))
        #expect(tooMuch == ModificationTests.noSay)
        // Asked again, as of an array's other records, it is the same.
        #expect(try await books.answer(to: raise(7, to: 600, by: "eve")) == "nothing")
        // 34 more are there beside it.
        #expect(try await books.answer(to: raise(8, to: 400, by: "zoe")) == "nothing")
    }

    @Test func `a lower raise of the same job does not hide the higher one`() async throws {
        let books = try await withTwoJobs()
        defer { books.stopAndRemove() }
        _ = try await books.answer(to: raise(7, to: 600, by: "eve"))
        _ = try await books.answer(to: raise(7, to: 120, by: "eve"))
        let tooMuch = try await books.answer(to: raise(8, to: 600, by: "zoe"))
        #expect(tooMuch == ModificationTests.noSay)
    }

    @Test func `it counts until a poll that began after it has shown what came of it`() async throws
    {
        let books = try await withTwoJobs()
        defer { books.stopAndRemove() }
        _ = try await books.answer(to: raise(7, to: 600, by: "eve", polls: (5, 4)))
        // The poll that was under way need not show it.
        let early = try await books.answer(to: raise(8, to: 600, by: "zoe", polls: (6, 5)))
        #expect(early == ModificationTests.noSay)
        let later = try await books.answer(to: raise(8, to: 600, by: "zoe", polls: (6, 6)))
        #expect(later == "nothing")
    }

    @Test func `whom Slurm knows is never refused for what strangers ask`() async throws {
        let books = try await withTwoJobs()
        defer { books.stopAndRemove() }
        _ = try await books.answer(to: raise(7, to: 600, by: "eve"))
        let own = try await books.answer(to: raise(8, to: 600, by: "ada"))
        #expect(own == "54.00 more, 34.00 left in astro-2026")
        _ = try await books.perform(.admit(.small(token: "C", cpus: 50)), id: "C")
        #expect(try books.figures().available == ServiceUnits(microSU: 4_000_000))
    }

    @Test func `what an owner's cap does not cover is refused, too`() async throws {
        let books = try await TestBank.withTwoProjects()
        defer { books.stopAndRemove() }
        // ben may use 5 SU.
        try await books.submit(.waiting, by: "ben")
        #expect(try await books.answer(to: raise(7, to: 600, by: "eve")) == ModificationTests.noSay)
        #expect(try await books.answer(to: raise(7, to: 480, by: "eve")) == "nothing")
    }

    @Test func `what is remembered is bounded`() {
        var passed = PassedRaises()
        func key(_ claim: Int64) -> PassedRaise.Key { .init(claim: claim, tasks: nil) }
        for claim in 1...1_000 as ClosedRange<Int64> {
            #expect(passed.hasRoom(for: [key(claim)]))
            passed.note(
                PassedRaise(
                    key: key(claim), cluster: "reef", allocation: 1, user: 1,
                    amount: ServiceUnits(microSU: 1), pollsBegun: 1))
        }
        #expect(!passed.hasRoom(for: [key(1_001)]))
        #expect(passed.hasRoom(for: [key(7)]))
        passed.forgetShown(to: raise(7, to: 60, by: "eve", polls: (2, 2)))
        #expect(passed.hasRoom(for: [key(1_001)]))
    }
}
