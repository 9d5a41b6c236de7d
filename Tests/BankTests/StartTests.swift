import Bank
import Books
import Ledger
import Registry
import Store
import TestKit
import Testing
import Units

/// What is checked again when a job starts: one row a rule.
@Suite struct StartTests {
    static let root = Asker(userName: "root", isOperator: true)
    static let member = Edit.Thing.member(.init(allocation: "astro-2026", user: "ben"))
    static let allocation = Edit.Thing.allocation(.init(name: "astro-2026"))
    static let project = Edit.Thing.project(.init(name: "astro"))

    /// Site, a job of ben's of 1 core that was admitted (0.60 SU), and its start a while later.
    static func waiting(_ site: Site? = nil) async throws -> TestBank {
        let books = try TestBank()
        _ = try await books.perform(.apply(site ?? .small(), backdate: false), id: "site")
        _ = try await books.perform(.admit(.small(token: "A", user: "ben")), id: "A")
        return books
    }

    struct Level: CustomTestStringConvertible {
        let off: Edit.Thing
        let says: String
        var testDescription: String { off.name }
    }

    static let levels = [
        Level(off: member, says: "your membership in astro-2026 is INACTIVE."),
        Level(off: allocation, says: "allocation astro-2026 is INACTIVE."),
        Level(off: project, says: "project astro is INACTIVE."),
    ]

    @Test(arguments: levels)
    func `a level that was disabled while the job waited refuses its start; enabled, it may`(
        level: Level
    ) async throws {
        let books = try await Self.waiting()
        _ = try await books.perform(.edit(Edit(.disable, level.off), by: Self.root))
        let t0 = books.clock.now
        let ask = StartRequest.small(job: 7, token: "A", user: "ben", submit: t0, at: t0)
        #expect(try await books.start(ask) == level.says)
        #expect(try books.heldBack(7) == "asked status")
        #expect(try books.store.heldBack(on: "reef").map(\.reason) == [level.says])
        #expect(try books.figures().held.description == "0.60", "its credit stays set aside")
        // The hook says that Slurm holds it; asked about again it may not go yet.
        _ = try await books.perform(.start(.settle(cluster: "reef", jobID: 7, .held)))
        #expect(try books.heldBack(7) == "held status")
        #expect(try await books.review(ask) == level.says)
        _ = try await books.perform(.edit(Edit(.enable, level.off), by: Self.root))
        #expect(try await books.review(ask) == "yes 0.60 of astro-2026")
        #expect(try books.heldBack(7) == "held status", "a review lets nothing go")
        _ = try await books.perform(
            .start(.settle(cluster: "reef", jobID: 7, .over(because: "let go"))))
        #expect(try books.heldBack(7) == "over status: let go")
        #expect(try books.store.heldBack(on: "reef").isEmpty)
        #expect(try await books.start(ask) == "yes 0.60 of astro-2026")
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `a member who was disabled stops nobody else`() async throws {
        let books = try await Self.waiting()
        _ = try await books.perform(.admit(.small(token: "B")), id: "B")
        _ = try await books.perform(.edit(Edit(.disable, Self.member), by: Self.root))
        let t0 = books.clock.now
        #expect(
            try await books.start(.small(job: 8, token: "B", submit: t0, at: t0))
                == "yes 0.60 of astro-2026")
        books.stopAndRemove()
    }

    struct Money: CustomTestStringConvertible {
        let testDescription: String
        /// What astro-2026 is granted; the job waits with a hold of 10 cores, a minute: 6 SU.
        let grant: String
        /// What is set aside for others before the start, in cores for a minute.
        var others: Int64 = 0
        /// SU a core-hour from before the start on.
        var rate: String?
        /// What it gets, and its limit, at the start.
        var cpus: Int64 = 10
        var seconds: Int64 = 60
        var admitsShort = false
        let says: String
    }

    static let money = [
        Money(testDescription: "as asked for", grant: "6", says: "yes 6.00 of astro-2026"),
        Money(
            testDescription: "less than asked for", grant: "6", cpus: 5,
            says: "yes 3.00 of astro-2026"),
        Money(
            testDescription: "more cores, and there is credit", grant: "12", cpus: 20,
            says: "yes 12.00 of astro-2026"),
        Money(
            testDescription: "more cores than there is credit for", grant: "12", others: 5,
            cpus: 20,
            says: """
                this job may cost 12.00 SU, 9.00 SU are available in astro-2026 (granted 12.00, \
                charged 0.00, held 3.00). No time limit of a minute or more would fit.
                """),
        Money(
            testDescription: "a longer limit than there is credit for", grant: "12", others: 5,
            seconds: 120,
            says: """
                this job may cost 12.00 SU, 9.00 SU are available in astro-2026 (granted 12.00, \
                charged 0.00, held 3.00). At most 00:01:00 of -t would fit.
                """),
        Money(
            testDescription: "dearer, and there is credit", grant: "12", rate: "72",
            says: "yes 12.00 of astro-2026"),
        Money(
            testDescription: "dearer than there is credit", grant: "11", rate: "72",
            says: """
                this job may cost 12.00 SU, 11.00 SU are available in astro-2026 (granted 11.00, \
                charged 0.00, held 0.00). No time limit of a minute or more would fit.
                """),
        Money(
            testDescription: "dearer, but only warned", grant: "11", rate: "72",
            admitsShort: true, says: "yes 12.00 of astro-2026"),
        Money(
            testDescription: "cheaper, and others took the rest", grant: "12", others: 10,
            rate: "18", says: "yes 3.00 of astro-2026"),
    ]

    @Test(arguments: money)
    func `credit is checked at the rates of the start, the own hold counting as free`(
        row: Money
    ) async throws {
        let books = try TestBank()
        _ = try await books.perform(
            .apply(.small(grant: row.grant), backdate: false), id: "site")
        _ = try await books.perform(.admit(.small(token: "A", cpus: 10)), id: "A")
        if row.others > 0 {
            _ = try await books.perform(.admit(.small(token: "B", cpus: row.others)), id: "B")
        }
        let submit = books.clock.now
        if let rate = row.rate {
            _ = try await books.perform(
                .apply(.small(grant: row.grant, rate: rate), backdate: true), id: "rate")
        }
        let held = try books.figures().held
        let ask = StartRequest.small(
            job: 7, token: "A", cpus: row.cpus, seconds: row.seconds, submit: submit,
            at: books.clock.now, admitsShort: row.admitsShort)
        #expect(try await books.start(ask) == row.says)
        if !row.says.hasPrefix("yes") {
            #expect(try books.figures().held == held, "a refused start moves nothing")
            #expect(try books.heldBack(7) == "asked credit")
        }
        #expect(try await books.start(ask) == row.says, "asked twice")
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `a cap that was lowered stops what is new, not what was set aside`() async throws {
        let books = try TestBank()
        var site = try Site.small()
        _ = try await books.perform(.apply(site, backdate: false), id: "site")
        _ = try await books.perform(.admit(.small(token: "A", user: "ben", cpus: 5)), id: "A")
        site.projects[0].allocations[0].members[0].cap = try ServiceUnits(parsing: "2")
        _ = try await books.perform(.apply(site, backdate: false), id: "cap")
        let t0 = books.clock.now
        func ask(_ cpus: Int64) -> StartRequest {
            .small(job: 7, token: "A", user: "ben", cpus: cpus, submit: t0, at: t0)
        }
        #expect(
            try await books.start(ask(6)) == """
                this job may cost 3.60 SU, 2.00 SU are left of your own cap in astro-2026 \
                (cap 2.00, used 0.00). No time limit of a minute or more would fit.
                """)
        #expect(try books.heldBack(7) == "asked cap")
        #expect(try await books.start(ask(5)) == "yes 3.00 of astro-2026")
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `held at start: nothing is set aside before, and the start needs the credit`()
        async throws
    {
        let books = try TestBank()
        var site = try Site.small(grant: "6")
        site.projects[0].allocations[0].holdPolicy = .start
        _ = try await books.perform(.apply(site, backdate: false), id: "site")
        for token in ["A", "B"] {
            _ = try await books.perform(.admit(.small(token: token, cpus: 10)), id: token)
        }
        #expect(try books.figures().held == .zero)
        let t0 = books.clock.now
        func ask(_ job: Int64, _ token: String) -> StartRequest {
            .small(job: job, token: token, cpus: 10, submit: t0, at: t0)
        }
        #expect(try await books.start(ask(7, "A")) == "yes 6.00 of astro-2026")
        let refused = try await books.start(ask(8, "B"))
        #expect(refused.hasPrefix("this job may cost 6.00 SU, 0.00 SU are available"), "\(refused)")
        // The first one ends after 10 s; what was promised to others is not there for the second.
        let end = t0.advanced(bySeconds: 10)
        let first = JobObservation.small(job: 7, token: "A", at: end)
            .run(submit: t0, start: t0, end: end, cpus: 10)
        _ = try await books.perform(.observe(first))
        _ = try await books.perform(
            .grant(GrantRequest(allocation: "astro-2026", amount: ServiceUnits(parsing: "1"))))
        #expect(try await books.review(ask(8, "B")) == "yes 6.00 of astro-2026")
        let promised = try ServiceUnits(parsing: "0.5")
        #expect(
            try await books.review(ask(8, "B"), promised: promised).hasPrefix("this job may cost"))
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `what a poll forced below zero while the job waited was never had`() async throws {
        let books = try TestBank()
        _ = try await books.perform(.apply(.small(grant: "3"), backdate: false), id: "site")
        // Nobody was asked: it waits with 3.00 of the lot and 3.00 below zero.
        let waits = JobObservation.small(job: 7, token: nil, at: books.clock.now)
            .pending(cpus: 10)
        _ = try await books.perform(.observe(waits))
        #expect(try books.figures().held.description == "6.00")
        let t0 = books.clock.now
        let ask = StartRequest.small(job: 7, token: nil, cpus: 10, submit: t0, at: t0)
        #expect(try await books.start(ask).hasPrefix("this job may cost 6.00 SU, 3.00 SU"))
        _ = try await books.perform(
            .grant(GrantRequest(allocation: "astro-2026", amount: ServiceUnits(parsing: "3"))))
        #expect(try await books.start(ask) == "yes 6.00 of astro-2026")
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `a limit of overdraft is kept by all that start, not by each`() async throws {
        let books = try TestBank()
        var site = try Site.small(grant: "0")
        site.projects[0].allocations[0].overdraftLimit = try ServiceUnits(parsing: "10")
        _ = try await books.perform(.apply(site, backdate: false), id: "site")
        let t0 = books.clock.now
        for job: Int64 in 1...3 {
            let waits = JobObservation.small(job: job, token: nil, at: t0).pending(cpus: 10)
            _ = try await books.perform(.observe(waits))
        }
        // 6 SU each, and nobody was asked: 8 beyond the limit in all.
        let ask = { StartRequest.small(job: $0, token: nil, cpus: 10, submit: t0, at: t0) }
        #expect(try await books.start(ask(1)).hasPrefix("this job may cost 6.00 SU"))
        let gone = JobObservation.small(job: 3, token: nil, at: t0)
        _ = try await books.perform(.observe(gone))
        #expect(try await books.start(ask(1)).hasPrefix("this job may cost 6.00 SU"))
        _ = try await books.perform(
            .grant(GrantRequest(allocation: "astro-2026", amount: ServiceUnits(parsing: "2"))))
        #expect(try await books.start(ask(1)) == "yes 6.00 of astro-2026")
        #expect(try await books.start(ask(2)) == "yes 6.00 of astro-2026")
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `of an array held partly below zero start those that there is credit for`()
        async throws
    {
        let books = try TestBank()
        _ = try await books.perform(.apply(.small(grant: "0"), backdate: false), id: "site")
        let t0 = books.clock.now
        // Ends before its allocation, as the overdraft does not.
        var grant = GrantRequest(allocation: "astro-2026", amount: try ServiceUnits(parsing: "12"))
        grant.end = t0.advanced(bySeconds: 86_400)
        _ = try await books.perform(.grant(grant))
        let waits = JobObservation.small(job: 7, token: nil, at: t0).pending(tasks: 3, cpus: 10)
        _ = try await books.perform(.observe(waits))
        func ask(_ raw: Int64) -> StartRequest {
            .small(job: 7, raw: raw, token: nil, cpus: 10, submit: t0, at: t0)
        }
        #expect(try await books.start(ask(8)) == "yes 6.00 of astro-2026")
        #expect(try await books.start(ask(9)) == "yes 6.00 of astro-2026")
        #expect(try await books.start(ask(7)).hasPrefix("this job may cost 6.00 SU, 0.00 SU"))
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `of an account without a project nothing is asked, of one without credit all`()
        async throws
    {
        let books = try TestBank()
        _ = try await books.perform(.apply(.small(grant: "3"), backdate: false), id: "site")
        let t0 = books.clock.now
        let nobody = StartRequest.small(
            job: 6, token: nil, account: "nobody", submit: t0, at: t0)
        #expect(try await books.start(nobody) == "unaccounted")
        // Submitted while atolld was away: no hold stands for it.
        func ask(_ cpus: Int64) -> StartRequest {
            .small(job: 7, token: nil, cpus: cpus, submit: t0, at: t0)
        }
        #expect(try await books.start(ask(10)).hasPrefix("this job may cost 6.00 SU, 3.00 SU"))
        #expect(try await books.start(ask(5)) == "yes 3.00 of astro-2026")
        #expect(
            try books.store.openHolds().map(\.claim.remark) == [
                "adopted: no hold stood for it"
            ])
        books.stopAndRemove()
    }
}
