import Bank
import Books
import Ledger
import Registry
import Store
import TestKit
import Testing
import Units

/// A raise that somebody asks for who has no say in the job, as far as Atoll knows, and what Slurm makes
/// of it: told, and held as soon as it is shown.
@Suite(.takingTurns) struct PassedOverTests {
    struct Row: CustomTestStringConvertible {
        let what: String
        var state = ModificationTests.State.waiting
        var caller = "eve"
        var seconds: Int64 = 120
        var mayAll = false
        var coordinates: Set<String> = []
        var passes = false
        let kinds: [String]
        var testDescription: String { what }
    }

    /// ada's job of 10 CPUs for a minute.
    @Test(arguments: [
        Row(what: "a stranger raises what waits", kinds: ["modify_passed_over"]),
        Row(
            what: "a stranger raises what runs", state: .running, kinds: ["modify_passed_over"]),
        Row(
            what: "a stranger raises an array: once", state: .array, kinds: ["modify_passed_over"]),
        Row(what: "a stranger lowers", seconds: 30, kinds: []),
        Row(what: "nobody knows which job it is", state: .unseen, passes: true, kinds: []),
        Row(what: "nobody knows the job", state: .unknown, kinds: []),
        Row(what: "the owner raises what waits", caller: "ada", kinds: ["raised"]),
        Row(
            what: "the owner raises what runs", state: .running, caller: "ada",
            kinds: ["modify_passed_over"]),
        Row(
            what: "a coordinator raises what runs", state: .running, coordinates: ["astro"],
            kinds: ["modify_passed_over"]),
        Row(what: "a coordinator raises what waits", coordinates: ["astro"], kinds: ["raised"]),
        Row(what: "an operator raises what runs", state: .running, mayAll: true, kinds: ["raised"]),
    ])
    func `who has no such say is passed over, and why tells of it`(row: Row) async throws {
        let books = try await TestBank.withTwoProjects()
        defer { books.stopAndRemove() }
        try await books.submit(row.state)
        var asked = Modification(
            cluster: "reef", job: 7, ownerName: "ada", callerName: row.caller,
            callerMayAll: row.mayAll, wish: "7: time limit 00:02:00")
        (asked.timeLimitSeconds, asked.coordinated) = (row.seconds, row.coordinates)
        (asked.callerID, asked.ranksReadAt) = (4_242, books.clock.now)
        guard case .modified(let modified) = try await books.perform(.modify(asked)) else {
            return #expect(Bool(false), "no answer")
        }
        #expect(modified.isPassedOver == (row.passes || row.kinds == ["modify_passed_over"]))
        let told = try books.store.notices(ofJob: 7, tokens: ["A"], cluster: "reef")
        #expect(told.map(\.kind) == row.kinds)
        if row.kinds == ["modify_passed_over"] {
            #expect(told.first?.user == "ada")
            #expect(
                told.first?.text == """
                    7: time limit 00:02:00: nothing was set aside, for uid 4242 has no such say in \
                    the job by what was read of Slurm at \(books.clock.now). What Slurm makes of it \
                    is held once a poll shows it.
                    """)
        }
    }

    private func stranger(_ seconds: Int64) -> Command {
        var asked = Modification(cluster: "reef", job: 7, ownerName: "ada", callerName: "eve")
        (asked.timeLimitSeconds, asked.callerID) = (seconds, 4_242)
        asked.wish = "7: time limit \(seconds) s"
        return .modify(asked)
    }

    private func show(_ job: JobObservation, _ books: TestBank) async throws {
        books.clock.advance(bySeconds: 1)
        var job = job
        job.at = books.clock.now
        _ = try await books.perform(.observe(job))
        #expect(try books.store.verify().finding == nil)
        #expect(books.bank.quarantined.isEmpty)
    }

    private func told(_ books: TestBank) throws -> [KeptNotice] {
        try books.store.notices(ofJob: 7, tokens: ["A"], cluster: "reef")
    }

    @Test func `Slurm did it: what waits is held beyond the credit, and listed`() async throws {
        let books = try await TestBank.withTwoProjects()
        defer { books.stopAndRemove() }
        let t0 = books.clock.now
        let job = JobObservation.small(job: 7, token: "A", at: t0)
        try await books.submit(.waiting)
        // As while atolld was away.
        #expect(try await books.refusal(of: stranger(1_200)) != nil)
        #expect(
            try books.figures().description
                == "granted 100.00 available 94.00 held 6.00 charged 0.00")
        try await show(job.pending(cpus: 10, seconds: 1_200), books)
        // 20 minutes of 10 CPUs are 120 SU, of which 100 are there.
        #expect(
            try books.figures().description
                == "granted 100.00 available -20.00 held 120.00 charged 0.00")
        let seen = try told(books)
        #expect(seen.map(\.kind) == ["modify_passed_over", "raise_seen"])
        #expect(
            seen.last?.text == """
                Slurm shows a time limit of 00:20:00, for which nothing was set aside: 114.00 SU \
                more held, 20.00 SU of it beyond the credit.
                """)
        #expect(
            seen.last?.figures == [
                .init("held", .amount(try ServiceUnits(parsing: "114"))),
                .init("short", .amount(try ServiceUnits(parsing: "20"))),
            ])
        // The same poll again is no news.
        try await show(job.pending(cpus: 10, seconds: 1_200), books)
        #expect(try told(books).map(\.times) == [1, 1])
        let start = books.clock.now
        let runs = job.run(submit: t0, start: start, cpus: 10, seconds: 1_200)
        try await show(runs, books)
        books.clock.advance(bySeconds: 1_100)
        try await show(
            job.run(
                submit: t0, start: start, end: start.advanced(bySeconds: 1_100), cpus: 10,
                seconds: 1_200), books)
        #expect(
            try books.figures().description
                == "granted 100.00 available -10.00 held 0.00 charged 110.00")
        #expect(try told(books).count == 2)
    }

    @Test func `Slurm did it: what runs is held to its new end, and listed`() async throws {
        let books = try await TestBank.withTwoProjects()
        defer { books.stopAndRemove() }
        let t0 = books.clock.now
        let job = JobObservation.small(job: 7, token: "A", at: t0)
        try await books.submit(.running)
        _ = try await books.perform(stranger(120))
        try await show(job.run(submit: t0, start: t0, cpus: 10, seconds: 120), books)
        #expect(
            try books.figures().description
                == "granted 100.00 available 88.00 held 12.00 charged 0.00")
        let seen = try told(books)
        #expect(seen.map(\.kind) == ["modify_passed_over", "raise_seen"])
        #expect(seen.last?.text.hasSuffix("was set aside: 6.00 SU more held.") == true)
    }

    @Test func `it started before a poll showed the raise: listed with its start`() async throws {
        let books = try await TestBank.withTwoProjects()
        defer { books.stopAndRemove() }
        let t0 = books.clock.now
        try await books.submit(.waiting)
        _ = try await books.perform(stranger(120))
        let job = JobObservation.small(job: 7, token: "A", at: t0)
        try await show(job.run(submit: t0, start: t0, cpus: 10, seconds: 120), books)
        #expect(try books.figures().held == ServiceUnits(microSU: 12_000_000))
        #expect(try told(books).map(\.kind) == ["modify_passed_over", "raise_seen"])
    }

    @Test func `Slurm refused it: nothing is held, and nothing more is told`() async throws {
        let books = try await TestBank.withTwoProjects()
        defer { books.stopAndRemove() }
        try await books.submit(.waiting)
        _ = try await books.perform(stranger(900))
        let job = JobObservation.small(job: 7, token: "A", at: books.clock.now)
        try await show(job.pending(cpus: 10), books)
        #expect(try books.figures().held == ServiceUnits(microSU: 6_000_000))
        #expect(try told(books).map(\.kind) == ["modify_passed_over"])
    }

    /// The owner's, to two minutes.
    private var ownRaise: Command {
        var asked = Modification(
            cluster: "reef", job: 7, ownerName: "ada", callerName: "ada")
        asked.timeLimitSeconds = 120
        return .modify(asked)
    }

    @Test func `what was set aside for a raise is no news when it is shown`() async throws {
        let books = try await TestBank.withTwoProjects()
        defer { books.stopAndRemove() }
        try await books.submit(.waiting)
        _ = try await books.perform(ownRaise)
        let job = JobObservation.small(job: 7, token: "A", at: books.clock.now)
        try await show(job.pending(cpus: 10, seconds: 120), books)
        #expect(try told(books).map(\.kind) == ["raised"])
    }

    @Test func `however often strangers ask, the job's other notices stay`() async throws {
        let books = try await TestBank.withTwoProjects()
        defer { books.stopAndRemove() }
        try await books.submit(.waiting)
        _ = try await books.perform(ownRaise)
        for minutes in 3...80 {
            // From 17 on they are beyond the credit.
            let refusal = try await books.refusal(of: stranger(Int64(minutes) * 60))
            #expect((refusal != nil) == (minutes > 16))
        }
        let seen = try told(books)
        #expect(seen.map(\.kind) == ["raised"] + Array(repeating: "modify_passed_over", count: 5))
        #expect(seen.last?.text.hasPrefix("7: time limit 4800 s: ") == true)
    }
}
