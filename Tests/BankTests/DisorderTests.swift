/// Facts late, in another order, under another name, or of a job id that was given out twice.

import Bank
import Books
import Ledger
import Registry
import Store
import TestKit
import Testing
import Units

@Suite struct DisorderTests {
    let books: TestBank
    init() async throws {
        books = try TestBank()
        _ = try await books.perform(.apply(.small(), backdate: false), id: "apply")
    }

    func expect(_ figures: String, _ comment: Comment? = nil, line: Int = #line) throws {
        let location = SourceLocation(
            fileID: #fileID, filePath: #filePath, line: line, column: 1)
        #expect(try books.figures().description == figures, comment, sourceLocation: location)
        #expect(try books.store.verify().finding == nil, comment, sourceLocation: location)
    }

    @Test func `a user whose name was not found at submission is charged all the same`()
        async throws
    {
        let t0 = books.clock.now
        _ = try await books.perform(
            .admit(.small(token: "A", user: "uid:1001", cpus: 10)), id: "A")
        let job = JobObservation.small(job: 7, token: "A", user: "ada", at: t0)
        _ = try await books.perform(.observe(job.run(submit: t0, start: t0, cpus: 10)))
        _ = try await books.perform(
            .observe(
                job.run(submit: t0, start: t0, end: t0.advanced(bySeconds: 10), cpus: 10)))
        try expect("granted 100.00 available 99.00 held 0.00 charged 1.00")
        books.stopAndRemove()
    }

    @Test func `an older observation sets nothing back after a newer one`() async throws {
        let t0 = books.clock.now
        _ = try await books.perform(.admit(.small(token: "A", cpus: 10, tasks: 3)), id: "A")
        func job(_ seconds: Int64) -> JobObservation {
            .small(job: 7, token: "A", at: t0.advanced(bySeconds: seconds))
        }
        _ = try await books.perform(
            .observe(job(30).run(raw: 8, submit: t0, start: t0, cpus: 10, seconds: 120)))
        try expect("granted 100.00 available 88.00 held 12.00 charged 0.00")
        // Of the past: a task that ended, two that waited, and the first with its old limit.
        _ = try await books.perform(
            .observe(
                job(10).pending(tasks: 2, cpus: 10)
                    .run(raw: 8, submit: t0, start: t0, cpus: 10)
                    .run(raw: 9, submit: t0, start: t0, end: t0.advanced(bySeconds: 5), cpus: 10)))
        try expect("granted 100.00 available 87.50 held 12.00 charged 0.50")
        _ = try await books.perform(.observe(job(20).pending(tasks: 2, cpus: 10)))
        try expect("granted 100.00 available 87.50 held 12.00 charged 0.50")
        books.stopAndRemove()
    }

    @Test func `a job id given out twice charges each run where its own hold stands`() async throws
    {
        let t0 = books.clock.now
        var site = try Site.small()
        site.projects.append(
            SiteProject(
                name: "geo", accounts: ["geo"],
                allocations: [
                    SiteAllocation(
                        name: "geo-2026", clusters: ["reef"],
                        initial: try ServiceUnits(parsing: "50"),
                        window: site.projects[0].allocations[0].window)
                ]))
        _ = try await books.perform(.apply(site, backdate: false), id: "geo")
        _ = try await books.perform(.admit(.small(token: "A", cpus: 10)), id: "A")
        _ = try await books.perform(
            .observe(
                .small(job: 7, token: "A", at: t0).run(submit: t0, start: t0, cpus: 10)))
        // slurmctld crashed and forgot the job: its id goes to another project's.
        _ = try await books.perform(
            .admit(.small(token: "B", account: "geo", cpus: 10)), id: "B")
        let t1 = t0.advanced(bySeconds: 20)
        let both = JobObservation.small(job: 7, token: "B", at: t1)
            .run(submit: t0, start: t0, end: t0.advanced(bySeconds: 10), cpus: 10)
            .run(submit: t1, start: t1, cpus: 10)
        _ = try await books.perform(.observe(both))
        try expect("granted 100.00 available 99.00 held 0.00 charged 1.00")
        #expect(
            try books.figures("geo-2026").description
                == "granted 50.00 available 44.00 held 6.00 charged 0.00")
        #expect(try books.store.openHolds().map(\.claim.token) == ["B"])
        books.stopAndRemove()
    }

    @Test func `somebody else's job with the same id and another token has a claim of its own`()
        async throws
    {
        let t0 = books.clock.now
        _ = try await books.perform(.admit(.small(token: "A", cpus: 10)), id: "A")
        _ = try await books.perform(.observe(.small(job: 7, token: "A", at: t0).pending(cpus: 10)))
        // Submitted while nobody answered: its token is not known.
        for second in [10, 20] as [Int64] {
            let at = t0.advanced(bySeconds: second)
            _ = try await books.perform(
                .observe(.small(job: 7, token: "B", user: "cy", at: at).pending(cpus: 20)))
        }
        try expect("granted 100.00 available 82.00 held 18.00 charged 0.00")
        let claims = try books.store.openHolds().map(\.claim)
        #expect(claims.map(\.token) == ["A", "B"])
        #expect(Set(claims.map(\.user)).count == 2)
        // Another token that an operator wrote makes no other job of it.
        _ = try await books.perform(
            .observe(
                .small(job: 7, token: "C", at: t0.advanced(bySeconds: 30)).pending(cpus: 10)))
        #expect(try books.store.openHolds().count == 2)
        books.stopAndRemove()
    }

    @Test func `an observation that is older than what is known says that it was passed over`()
        async throws
    {
        let t0 = books.clock.now
        let job = { (seconds: Int64) in
            JobObservation.small(job: 20, token: "A", at: t0.advanced(bySeconds: seconds))
        }
        _ = try await books.perform(.admit(.small(token: "A", cpus: 10, tasks: 2)), id: "A")
        #expect(try await books.perform(.observe(job(10).pending(tasks: 2))) == .nothing)
        let ask = StartRequest.small(
            job: 20, raw: 21, token: "A", cpus: 10, submit: t0, at: t0.advanced(bySeconds: 21))
        #expect(try await books.start(ask).hasPrefix("yes"))
        // The poll began a second before, and sees that the other task was cancelled.
        let shown = { (seconds: Int64) in
            job(seconds).run(raw: 21, submit: t0, start: t0.advanced(bySeconds: 21), cpus: 10)
        }
        #expect(try await books.perform(.observe(shown(20))) == .passedOver)
        try expect("granted 100.00 available 88.00 held 12.00 charged 0.00")
        #expect(try await books.perform(.observe(shown(30))) == .nothing)
        try expect("granted 100.00 available 94.00 held 6.00 charged 0.00")
        // Another limit of what runs, likewise.
        let longer = { (seconds: Int64) in
            job(seconds).run(
                raw: 21, submit: t0, start: t0.advanced(bySeconds: 21), cpus: 10, seconds: 120)
        }
        #expect(try await books.perform(.observe(longer(29))) == .passedOver)
        #expect(try await books.perform(.observe(longer(40))) == .nothing)
        try expect("granted 100.00 available 88.00 held 12.00 charged 0.00")
        books.stopAndRemove()
    }

    @Test func `a release asked for again while a run goes on is no entry`() async throws {
        let t0 = books.clock.now
        _ = try await books.perform(.admit(.small(token: "A", tasks: 2)), id: "A")
        _ = try await books.perform(
            .observe(
                JobObservation.small(job: 7, token: "A", at: t0).pending()
                    .run(raw: 8, submit: t0, start: t0)))
        let claim = try #require(try books.store.openHolds().first?.claim.id)
        let release = Command.release(claim: claim, because: "its job is gone")
        #expect(try await books.perform(release) == .released(ServiceUnits(microSU: 600_000)))
        let before = books.bank.picture.tip.seq
        #expect(try await books.perform(release) == .released(.zero))
        #expect(books.bank.picture.tip.seq == before)
        books.stopAndRemove()
    }
}
