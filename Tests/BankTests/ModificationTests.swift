import Bank
import Books
import Ledger
import Rates
import Registry
import Store
import TestKit
import Testing
import Units

/// Who × what × state: what a change of a job is answered, and what is set aside for it at once.
@Suite(.takingTurns) struct ModificationTests {
    enum State: String { case unseen, waiting, running, array, unknown }

    struct Row: CustomTestStringConvertible {
        let name: String
        var state = State.waiting
        var owner = "ada"
        var caller = "ada"
        let change: @Sendable (inout Modification) -> Void
        /// `6.00 more, 88.00 left in astro-2026`, `nothing`, or the refusal.
        let answer: String
        var testDescription: String { name }
    }

    /// ada's job of 10 CPUs for a minute holds 6 of astro's 100 SU, her array of three 18; ben's of
    /// one CPU 0.60 of the 5 that he may use. bio has 50.
    static let rows: [Row] = [
        Row(
            name: "the owner raises what waits", change: { $0.timeLimitSeconds = 120 },
            answer: "6.00 more, 88.00 left in astro-2026"),
        Row(
            name: "the owner raises what runs: Slurm refuses that itself", state: .running,
            change: { $0.timeLimitSeconds = 120 }, answer: "nothing"),
        Row(
            name: "a coordinator raises what runs", state: .running, caller: "eve",
            change: {
                $0.coordinated = ["astro"]
                $0.timeLimitSeconds = 120
            }, answer: "nothing"),
        Row(
            name: "the owner moves the end of what runs", state: .running,
            change: { $0.endsAt = start.advanced(bySeconds: 119) }, answer: "nothing"),
        Row(
            name: "an operator raises what runs", state: .running, caller: "root",
            change: {
                $0.callerMayAll = true
                $0.timeLimitSeconds = 120
            }, answer: "6.00 more, 88.00 left in astro-2026"),
        Row(
            name: "an operator moves the end of what runs", state: .running, caller: "root",
            change: {
                $0.callerMayAll = true
                $0.endsAt = start.advanced(bySeconds: 119)
            }, answer: "6.00 more, 88.00 left in astro-2026"),
        Row(
            name: "the owner raises what no poll has shown", state: .unseen,
            change: { $0.timeLimitSeconds = 120 },
            answer: "6.00 more, 88.00 left in astro-2026"),
        Row(
            name: "a stranger raises", caller: "eve", change: { $0.timeLimitSeconds = 120 },
            answer: "nothing"),
        Row(
            name: "a stranger who says he is the owner raises", owner: "eve", caller: "eve",
            change: { $0.timeLimitSeconds = 120 }, answer: "nothing"),
        Row(
            name: "a stranger raises what no poll has shown", state: .unseen, caller: "eve",
            change: { $0.timeLimitSeconds = 120 }, answer: "nothing"),
        Row(
            name: "a stranger raises beyond the credit", caller: "eve",
            change: { $0.timeLimitSeconds = 360_000 }, answer: noSay),
        Row(
            name: "a coordinator of the account raises", caller: "eve",
            change: {
                $0.coordinated = ["astro"]
                $0.timeLimitSeconds = 120
            }, answer: "6.00 more, 88.00 left in astro-2026"),
        Row(
            name: "a coordinator of another account raises", caller: "eve",
            change: {
                $0.coordinated = ["bio"]
                $0.timeLimitSeconds = 120
            }, answer: "nothing"),
        Row(
            name: "an operator raises", caller: "root",
            change: {
                $0.callerMayAll = true
                $0.timeLimitSeconds = 120
            }, answer: "6.00 more, 88.00 left in astro-2026"),
        Row(
            name: "an operator raises beyond the credit", caller: "root",
            change: {
                $0.callerMayAll = true
                $0.timeLimitSeconds = 3_600
            },
            answer: """
                this job may cost 360.00 SU, 100.00 SU are available in astro-2026 (granted 100.00, \
                charged 0.00, held 6.00, of it by this job 6.00). At most 00:16:00 of -t would fit.
                """),
        Row(
            name: "the owner lowers", change: { $0.timeLimitSeconds = 30 }, answer: "nothing"),
        Row(
            name: "an operator raises what runs beyond the credit", state: .running,
            caller: "root",
            change: {
                $0.callerMayAll = true
                $0.timeLimitSeconds = 3_600
            },
            answer: """
                this job may cost 360.00 SU, 100.00 SU are available in astro-2026 (granted 100.00, \
                charged 0.00, held 6.00, of it by this job 6.00). At most 00:16:00 of -t would fit.
                """),
        Row(
            name: "beyond the credit where a warning is all",
            change: {
                $0.admitsShort = true
                $0.timeLimitSeconds = 1_200
            }, answer: "114.00 more, -20.00 left in astro-2026, short"),
        Row(
            name: "beyond the own cap", owner: "ben", caller: "ben",
            change: { $0.timeLimitSeconds = 600 },
            answer: """
                this job may cost 6.00 SU, 5.00 SU are left of your own cap in astro-2026 (cap 5.00, \
                used 0.00). At most 00:08:00 of -t would fit.
                """),
        Row(
            name: "all tasks of an array", state: .array, change: { $0.timeLimitSeconds = 120 },
            answer: "18.00 more, 64.00 left in astro-2026"),
        Row(
            name: "one task of an array", state: .array,
            change: {
                $0.part = JobPart(naming: "7_1")
                $0.timeLimitSeconds = 120
            }, answer: "6.00 more, 76.00 left in astro-2026"),
        Row(
            name: "two tasks of an array", state: .array,
            change: {
                $0.part = JobPart(naming: "7_[0-2:2]")
                $0.timeLimitSeconds = 120
            }, answer: "12.00 more, 70.00 left in astro-2026"),
        Row(
            name: "a dearer QOS", change: { $0.qos = "high" },
            answer: "12.00 more, 82.00 left in astro-2026"),
        Row(
            name: "a QOS that nobody knows, and a longer limit",
            change: {
                $0.qos = "nonsense"
                $0.timeLimitSeconds = 120
            }, answer: "6.00 more, 88.00 left in astro-2026"),
        Row(
            name: "more CPUs",
            change: {
                $0.changesSize = true
                $0.options = [
                    .init(partition: "cpu", footprint: TRESCounts([.cpu: 20, .node: 1]))
                ]
            }, answer: "6.00 more, 88.00 left in astro-2026"),
        Row(
            name: "more CPUs, of a job of which nothing is known",
            change: { $0.changesSize = true },
            answer: """
                what this job asked for is not known, so another size can't be priced. Cancel it \
                and submit it anew.
                """),
        Row(
            name: "another account", change: { $0.accountLineage = ["bio"] },
            answer: "6.00 more, 44.00 left in bio-2026"),
        Row(
            name: "another account, and more than it has",
            change: {
                $0.accountLineage = ["bio"]
                $0.timeLimitSeconds = 600
            },
            answer: """
                this job may cost 60.00 SU, 50.00 SU are available in bio-2026 (granted 50.00, \
                charged 0.00, held 0.00). At most 00:08:00 of -t would fit.
                """),
        Row(
            name: "another account of the same project", change: { $0.accountLineage = ["astro2"] },
            answer: "nothing"),
        Row(
            name: "another account, of what runs", state: .running,
            change: { $0.accountLineage = ["bio"] },
            answer: """
                what runs of a job is paid by astro-2026 to its end, so the rest of it can't go to \
                bio-2026. Cancel the rest and submit it anew.
                """),
        Row(
            name: "an account that no project has", change: { $0.accountLineage = ["chem"] },
            answer: """
                no project has the Slurm account chem. Submit with -A and an account that has one.
                """),
        Row(
            name: "an account that no project has, where such are admitted",
            change: {
                $0.accountLineage = ["chem"]
                $0.admitsUnknownAccount = true
            }, answer: "nothing"),
        Row(
            name: "longer than the allocation lasts", caller: "root",
            change: {
                $0.callerMayAll = true
                $0.timeLimitSeconds = 400 * 86_400
                $0.admitsShort = true
            },
            answer: """
                allocation astro-2026 ends 2027-01-01T00:00:00Z, before the job could. At most \
                214-00:00:00 of -t would fit.
                """),
        Row(
            name: "a job that nobody knows", state: .unknown, owner: "eve", caller: "eve",
            change: { $0.timeLimitSeconds = 3_600 }, answer: "nothing"),
    ]

    static let noSay = """
        by what was last read of Slurm you have no such say in this job, and this change can't be let \
        pass without. Slurm is read anew: try again in a minute.
        """
    static let start = try! Instant(parsing: "2026-06-01T00:00:00Z")

    @Test(arguments: rows) func `a change is answered by who asks for what`(row: Row) async throws {
        let books = try await TestBank.withTwoProjects()
        defer { books.stopAndRemove() }
        try await books.submit(row.state, by: row.owner == "ben" ? "ben" : "ada")
        let before = try [books.figures(), books.figures("bio-2026")]
        let head = books.store.tip.seq
        var asked = Modification(
            cluster: "reef", job: 7, ownerName: row.owner, callerName: row.caller)
        row.change(&asked)
        let answer = try await books.answer(to: asked)
        #expect(answer == row.answer)
        if !answer.contains("more,") {
            #expect(books.store.tip.seq == head, "nothing is recorded")
            #expect(try [books.figures(), books.figures("bio-2026")] == before)
        }
        #expect(try books.store.verify().finding == nil)
        #expect(books.bank.quarantined.isEmpty)
    }
}

extension TestBank {
    /// astro (100 SU, accounts astro and astro2) and bio (50 SU); QOS high costs three times as much.
    static func withTwoProjects() async throws -> TestBank {
        let books = try TestBank()
        var site = try Site.pair()
        site.projects[0].accounts.append("astro2")
        site.factors = [
            SiteFactor(
                subject: .qos("high"), cluster: nil, factor: try Rational(parsing: "3"),
                window: site.resources[0].rates[0].window)
        ]
        _ = try await books.perform(.apply(site, backdate: false), id: "apply")
        return books
    }

    /// Job 7: 10 CPUs for a minute, ben's only one.
    func submit(_ state: ModificationTests.State, by user: String = "ada") async throws {
        guard state != .unknown else { return }
        let cpus: Int64 = user == "ben" ? 1 : 10
        let tasks: Int64 = state == .array ? 3 : 1
        _ = try await perform(
            .admit(.small(token: "A", user: user, cpus: cpus, tasks: tasks)), id: "A")
        let job = JobObservation.small(job: 7, token: "A", user: user, at: clock.now)
        switch state {
        case .waiting, .array:
            _ = try await perform(.observe(job.pending(tasks: tasks, cpus: cpus)))
        case .running:
            _ = try await perform(
                .observe(job.run(submit: clock.now, start: clock.now, cpus: cpus)))
        case .unseen, .unknown: break
        }
    }

    /// What a change is answered, in words.
    func answer(to asked: Modification, id: String? = nil) async throws -> String {
        do {
            guard case .modified(let it) = try await perform(.modify(asked), id: id) else {
                return "something else"
            }
            guard let allocation = it.allocation else { return "nothing" }
            return "\(it.held) more, \(it.left) left in \(allocation)"
                + (it.isShort ? ", short" : "")
        } catch BankError.refused(let refusal) {
            return refusal.text
        }
    }

    /// The raises that are not settled.
    func raises() throws -> [Claim] {
        try store.openHolds().map(\.claim).filter { $0.raise != nil }
    }
}
