import Bank
import Books
import Ledger
import Rates
import Registry
import Store
import TestKit
import Testing
import Units

@Suite struct StoryTests {
    let books: TestBank
    init() async throws {
        books = try TestBank()
        _ = try await books.perform(.apply(.small(), backdate: false), id: "apply")
    }

    func expect(_ figures: String, _ comment: Comment? = nil, line: Int = #line) throws {
        let location = SourceLocation(
            fileID: #fileID, filePath: #filePath, line: line, column: 1)
        #expect(try books.figures().description == figures, comment, sourceLocation: location)
        let verification = try books.store.verify()
        #expect(verification.finding == nil, comment, sourceLocation: location)
    }

    @Test func `a job is held, started, charged what it ran, and the rest given back`() async throws
    {
        let t0 = books.clock.now
        let outcome = try await books.perform(.admit(.small(token: "A", cpus: 10)), id: "A")
        guard case .admitted(let admitted) = outcome else { return #expect(Bool(false)) }
        #expect(admitted.held.description == "6.00")
        #expect(admitted.left.description == "94.00")
        try expect("granted 100.00 available 94.00 held 6.00 charged 0.00")

        let job = JobObservation.small(job: 7, token: "A", at: t0)
        _ = try await books.perform(.observe(job.pending(cpus: 10)))
        try expect("granted 100.00 available 94.00 held 6.00 charged 0.00", "bound")

        let start = t0.advanced(bySeconds: 5)
        _ = try await books.perform(.observe(job.run(submit: t0, start: start, cpus: 10)))
        try expect("granted 100.00 available 94.00 held 6.00 charged 0.00", "running")

        let end = start.advanced(bySeconds: 13)
        let ended = job.run(submit: t0, start: start, end: end, cpus: 10)
        _ = try await books.perform(.observe(ended))
        try expect("granted 100.00 available 98.70 held 0.00 charged 1.30")
        _ = try await books.perform(.observe(ended))
        try expect("granted 100.00 available 98.70 held 0.00 charged 1.30", "shown twice")
        #expect(try books.store.openHolds().isEmpty)
        books.stopAndRemove()
    }

    @Test func `a waiting job of which no time limit is known keeps its hold`() async throws {
        _ = try await books.perform(.admit(.small(token: "A", cpus: 10)), id: "A")
        let job = JobObservation.small(job: 7, token: "A", at: books.clock.now)
        _ = try await books.perform(.observe(job.pending(cpus: 10, seconds: 0)))
        try expect("granted 100.00 available 94.00 held 6.00 charged 0.00")
        books.stopAndRemove()
    }

    @Test func `the same id gives the same answer and holds once`() async throws {
        let first = try await books.perform(.admit(.small(token: "A")), id: "A")
        let second = try await books.perform(.admit(.small(token: "A")), id: "A")
        #expect(first == second)
        try expect("granted 100.00 available 99.40 held 0.60 charged 0.00")
        books.stopAndRemove()
    }

    @Test func `credit that is not there is refused with figures and what would fit`() async throws
    {
        let refusal = try await books.refusal(
            of: .admit(.small(token: "A", cpus: 100, seconds: 120)))
        #expect(
            refusal?.text == """
                this job may cost 120.00 SU, 100.00 SU are available in astro-2026 (granted \
                100.00, charged 0.00, held 0.00). At most 00:01:00 of -t would fit.
                """)
        try expect("granted 100.00 available 100.00 held 0.00 charged 0.00")
        books.stopAndRemove()
    }

    @Test func `a member is stopped by the own cap while the allocation has credit`() async throws {
        let refusal = try await books.refusal(
            of: .admit(.small(token: "A", user: "ben", cpus: 10, seconds: 60)))
        #expect(
            refusal?.text == """
                this job may cost 6.00 SU, 5.00 SU are left of your own cap in astro-2026 \
                (cap 5.00, used 0.00). No time limit of a minute or more would fit.
                """)
        _ = try await books.perform(.admit(.small(token: "B", user: "ben", cpus: 5)), id: "B")
        try expect("granted 100.00 available 97.00 held 3.00 charged 0.00")
        books.stopAndRemove()
    }

    @Test func `a top-up lets the refused job in`() async throws {
        let big = Admission.small(token: "A", cpus: 200)
        #expect(try await books.refusal(of: .admit(big)) != nil)
        _ = try await books.perform(
            .grant(GrantRequest(allocation: "astro-2026", amount: ServiceUnits(parsing: "50"))))
        _ = try await books.perform(.admit(big), id: "A")
        try expect("granted 150.00 available 30.00 held 120.00 charged 0.00")
        books.stopAndRemove()
    }

    @Test func `a restart between hold and charge charges once and releases once`() async throws {
        let t0 = books.clock.now
        _ = try await books.perform(.admit(.small(token: "A", cpus: 10)), id: "A")
        let again = try books.reopened()
        let job = JobObservation.small(job: 7, token: "A", at: t0)
            .run(submit: t0, start: t0, end: t0.advanced(bySeconds: 10), cpus: 10)
        _ = try await again.perform(.observe(job))
        _ = try await again.perform(.observe(job))
        #expect(
            try again.figures().description
                == "granted 100.00 available 99.00 held 0.00 charged 1.00")
        #expect(try again.store.verify().finding == nil)
        again.stopAndRemove()
    }

    @Test func `an array is held for all tasks and each is charged on its own`() async throws {
        let t0 = books.clock.now
        _ = try await books.perform(.admit(.small(token: "A", cpus: 10, tasks: 4)), id: "A")
        try expect("granted 100.00 available 76.00 held 24.00 charged 0.00")
        var job = JobObservation.small(job: 7, token: "A", at: t0)
            .pending(tasks: 2, cpus: 10)
            .run(raw: 8, submit: t0, start: t0, cpus: 10)
            .run(raw: 9, submit: t0, start: t0, end: t0.advanced(bySeconds: 1), cpus: 10)
        _ = try await books.perform(.observe(job))
        try expect("granted 100.00 available 81.90 held 18.00 charged 0.10")
        job = JobObservation.small(job: 7, token: "A", at: t0.advanced(bySeconds: 9))
            .run(raw: 8, submit: t0, start: t0, end: t0.advanced(bySeconds: 2), cpus: 10)
        _ = try await books.perform(.observe(job))
        try expect("granted 100.00 available 99.70 held 0.00 charged 0.30", "rest cancelled")
        books.stopAndRemove()
    }

    @Test func `what ran past its hold is charged in full, if need be as overdraft`() async throws {
        let t0 = books.clock.now
        _ = try await books.perform(.admit(.small(token: "A", cpus: 160)), id: "A")
        let job = JobObservation.small(job: 7, token: "A", at: t0)
            .run(submit: t0, start: t0, end: t0.advanced(bySeconds: 85), cpus: 160)
        _ = try await books.perform(.observe(job))
        try expect("granted 100.00 available -36.00 held 0.00 charged 136.00")
        _ = try await books.perform(
            .grant(GrantRequest(allocation: "astro-2026", amount: ServiceUnits(parsing: "50"))))
        try expect("granted 150.00 available 14.00 held 0.00 charged 136.00", "the lot pays it")
        books.stopAndRemove()
    }

    @Test func `a lot that ends lets its unheld credit expire, and what returns to it`()
        async throws
    {
        let end = books.clock.now.advanced(bySeconds: 100)
        _ = try await books.perform(
            .grant(
                GrantRequest(
                    allocation: "astro-2026", amount: ServiceUnits(parsing: "10"), end: end)))
        _ = try await books.perform(.admit(.small(token: "A", cpus: 10)), id: "A")
        books.clock.advance(bySeconds: 101)
        _ = try await books.perform(.tick)
        try expect("granted 110.00 available 100.00 held 6.00 charged 0.00 expired 4.00")
        _ = try await books.perform(.void(cluster: "reef", token: "A"))
        try expect("granted 110.00 available 100.00 held 0.00 charged 0.00 expired 10.00")
        books.stopAndRemove()
    }

    @Test func `a job without a hold is adopted, below zero where it must be`() async throws {
        let t0 = books.clock.now
        let job = JobObservation.small(job: 9, token: nil, at: t0).pending(cpus: 200)
        _ = try await books.perform(.observe(job))
        try expect("granted 100.00 available -20.00 held 120.00 charged 0.00")
        func told(_ job: Int64) throws -> [KeptNotice] {
            try books.store.notices(ofJob: job, tokens: [], cluster: "reef")
        }
        #expect(
            try told(9).map(\.text) == [
                "found in Slurm without a hold: 120.00 SU held then, 20.00 SU of it beyond the credit."
            ])
        #expect(
            try told(9).first?.figures == [
                .init("held", .amount(try ServiceUnits(parsing: "120"))),
                .init("short", .amount(try ServiceUnits(parsing: "20"))),
            ])
        // One that runs already: of its 60 SU none is there; and what is covered needs no notice.
        let running = JobObservation.small(job: 10, token: nil, at: t0)
            .run(submit: t0, start: t0, cpus: 100)
        _ = try await books.perform(.observe(running))
        #expect(
            try told(10).map(\.text) == [
                "found in Slurm without a hold: 60.00 SU held then, 60.00 SU of it beyond the credit."
            ])
        _ = try await books.perform(
            .observe(
                .small(job: 10, token: nil, at: t0)
                    .run(submit: t0, start: t0, end: t0, cpus: 100)))
        _ = try await books.perform(.observe(.small(job: 9, token: nil, at: t0)))
        try expect("granted 100.00 available 100.00 held 0.00 charged 0.00", "cancelled")
        let covered = JobObservation.small(job: 11, token: nil, at: t0).pending(cpus: 10)
        _ = try await books.perform(.observe(covered))
        #expect(try told(11).isEmpty)
        books.stopAndRemove()
    }

    @Test func `a job that comes after its hold went is held again`() async throws {
        let t0 = books.clock.now
        _ = try await books.perform(.admit(.small(token: "A", cpus: 10)), id: "A")
        let claim = try #require(try books.store.openHolds().first?.claim.id)
        _ = try await books.perform(.release(claim: claim, because: "no job came for it"))
        try expect("granted 100.00 available 100.00 held 0.00 charged 0.00")
        let job = JobObservation.small(job: 7, token: "A", at: t0)
        _ = try await books.perform(.observe(job.pending(cpus: 10)))
        try expect("granted 100.00 available 94.00 held 6.00 charged 0.00")
        // From now on the job id finds it, whatever became of the token.
        let bare = JobObservation.small(job: 7, token: nil, at: t0)
        _ = try await books.perform(.observe(bare))
        try expect("granted 100.00 available 100.00 held 0.00 charged 0.00")
        books.stopAndRemove()
    }

    @Test func `a requeued job is charged once a run and held once`() async throws {
        let t0 = books.clock.now
        _ = try await books.perform(.admit(.small(token: "A", cpus: 10)), id: "A")
        let job = JobObservation.small(job: 7, token: "A", at: t0)
        _ = try await books.perform(.observe(job.run(submit: t0, start: t0, cpus: 10)))
        let t1 = t0.advanced(bySeconds: 20)
        let requeued = JobObservation.small(job: 7, token: "A", at: t1)
            .pending(cpus: 10)
            .run(submit: t0, start: t0, end: t1, cpus: 10, state: "REQUEUED")
        _ = try await books.perform(.observe(requeued))
        try expect("granted 100.00 available 92.00 held 6.00 charged 2.00")
        let t2 = t1.advanced(bySeconds: 30)
        let again = JobObservation.small(job: 7, token: "A", at: t2)
            .run(submit: t1, start: t1, end: t2, cpus: 10)
        _ = try await books.perform(.observe(again))
        try expect("granted 100.00 available 95.00 held 0.00 charged 5.00")
        books.stopAndRemove()
    }

    @Test func `a bound hold can't be voided by its token`() async throws {
        _ = try await books.perform(.admit(.small(token: "A")), id: "A")
        let job = JobObservation.small(job: 7, token: "A", at: books.clock.now).pending()
        _ = try await books.perform(.observe(job))
        let outcome = try await books.perform(.void(cluster: "reef", token: "A"))
        #expect(outcome == .released(.zero))
        try expect("granted 100.00 available 99.40 held 0.60 charged 0.00")
        books.stopAndRemove()
    }

    @Test func `credit follows the window of its allocation`() async throws {
        var site = try Site.small()
        let end = books.clock.now.advanced(bySeconds: 1_000)
        site.projects[0].allocations[0].window = Interval(
            start: site.projects[0].allocations[0].window.start, end: end)!
        _ = try await books.perform(.apply(site, backdate: false), id: "shorter")
        books.clock.advance(bySeconds: 1_001)
        _ = try await books.perform(.tick)
        try expect("granted 100.00 available 0.00 held 0.00 charged 0.00 expired 100.00")
        books.stopAndRemove()
    }

    @Test func `applying the same site again changes nothing`() async throws {
        let before = books.bank.picture.tip.seq
        let outcome = try await books.perform(.apply(.small(), backdate: false), id: "again")
        #expect(outcome == .applied([]))
        #expect(books.bank.picture.tip.seq == before)
        books.stopAndRemove()
    }

    @Test func `a restart keeps the version of the rate card`() async throws {
        var site = try Site.small()
        let year = site.resources[0].rates[0].window
        site.factors = [
            SiteFactor(
                subject: .qos("low"), cluster: nil, factor: try .init(1, over: 2), window: year)
        ]
        _ = try await books.perform(.apply(site, backdate: true), id: "factor")
        site.resources[0].rates[0].suPerHour = try .init(parsing: "40")
        _ = try await books.perform(.apply(site, backdate: true), id: "rate")
        let version = books.bank.picture.tip.card.version
        let again = try books.reopened()
        #expect(again.bank.picture.tip.card.version == version)
        again.stopAndRemove()
    }
}
