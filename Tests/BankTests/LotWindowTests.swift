/// Credit with windows: what expires, what is kept, and what is owed before it.

import Bank
import Books
import Ledger
import Registry
import Store
import TestKit
import Testing
import Units

@Suite struct LotWindowTests {
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

    /// 10 SU that end in `seconds`.
    private func grantShort(_ seconds: Int64) async throws {
        _ = try await books.perform(
            .grant(
                GrantRequest(
                    allocation: "astro-2026", amount: ServiceUnits(parsing: "10"),
                    end: books.clock.now.advanced(bySeconds: seconds))))
    }

    @Test
    func `a run keeps the credit of a lot that ends while it runs, also when it is re-priced`()
        async throws
    {
        let t0 = books.clock.now
        try await grantShort(100)
        _ = try await books.perform(.admit(.small(token: "A", cpus: 10)), id: "A")
        let job = JobObservation.small(job: 7, token: "A", at: t0)
        _ = try await books.perform(.observe(job.run(submit: t0, start: t0, cpus: 10)))
        try expect("granted 110.00 available 104.00 held 6.00 charged 0.00")
        books.clock.advance(bySeconds: 101)
        let later = JobObservation.small(job: 7, token: "A", at: books.clock.now)
        _ = try await books.perform(
            .observe(later.run(submit: t0, start: t0, cpus: 10, seconds: 120)))
        try expect("granted 110.00 available 94.00 held 12.00 charged 0.00 expired 4.00")
        books.stopAndRemove()
    }

    @Test func `a start that is seen after its lot ended keeps what it had pinned`() async throws {
        let t0 = books.clock.now
        try await grantShort(100)
        _ = try await books.perform(.admit(.small(token: "A", cpus: 10)), id: "A")
        books.clock.advance(bySeconds: 105)
        let start = t0.advanced(bySeconds: 99)
        let job = JobObservation.small(job: 7, token: "A", at: books.clock.now)
        _ = try await books.perform(.observe(job.run(submit: t0, start: start, cpus: 10)))
        try expect("granted 110.00 available 100.00 held 6.00 charged 0.00 expired 4.00")
        books.stopAndRemove()
    }

    @Test func `a charge as overdraft is paid by credit that came back, before that expires`()
        async throws
    {
        let t0 = books.clock.now
        // 60 held of the year's 100; a job that nobody admitted takes the rest and 20 more.
        _ = try await books.perform(.admit(.small(token: "A", cpus: 100)), id: "A")
        let job = JobObservation.small(job: 9, token: nil, at: t0)
            .run(submit: t0, start: t0, cpus: 100)
        _ = try await books.perform(.observe(job))
        _ = try await books.perform(.void(cluster: "reef", token: "A"))
        let ended = JobObservation.small(job: 9, token: nil, at: t0)
            .run(submit: t0, start: t0, end: t0.advanced(bySeconds: 60), cpus: 100)
        _ = try await books.perform(.observe(ended))
        try expect("granted 100.00 available 40.00 held 0.00 charged 60.00")
        #expect(
            try books.store.lots(of: books.allocation().id).map(\.balances.available.microSU)
                == [0, 40_000_000])
        books.clock.advance(bySeconds: 366 * 86_400)
        _ = try await books.perform(.tick)
        try expect("granted 100.00 available 0.00 held 0.00 charged 60.00 expired 40.00")
        books.stopAndRemove()
    }

    @Test func `a lot whose whole window passed unseen pays what was owed before it expires`()
        async throws
    {
        let t0 = books.clock.now
        _ = try await books.perform(
            .grant(
                GrantRequest(
                    allocation: "astro-2026", amount: ServiceUnits(parsing: "50"),
                    start: t0.advanced(bySeconds: 200), end: t0.advanced(bySeconds: 300))))
        let job = JobObservation.small(job: 9, token: nil, at: t0)
            .run(submit: t0, start: t0, end: t0.advanced(bySeconds: 60), cpus: 200)
        _ = try await books.perform(.observe(job))
        try expect("granted 150.00 available 30.00 held 0.00 charged 120.00", "50 still to open")
        books.clock.advance(bySeconds: 400)
        _ = try await books.perform(.tick)
        try expect("granted 150.00 available 0.00 held 0.00 charged 120.00 expired 30.00")
        books.stopAndRemove()
    }

    @Test func `a refusal names all that makes up its figure`() async throws {
        var site = try Site.small()
        site.projects[0].allocations[0].overdraftLimit = try ServiceUnits(parsing: "7")
        _ = try await books.perform(.apply(site, backdate: false), id: "limit")
        _ = try await books.perform(
            .grant(
                GrantRequest(
                    allocation: "astro-2026", amount: ServiceUnits(parsing: "3"),
                    start: books.clock.now.advanced(bySeconds: 3_600))))
        let refusal = try await books.refusal(
            of: .admit(.small(token: "A", cpus: 1_000, seconds: 60)))
        #expect(
            refusal?.text.hasPrefix(
                "this job may cost 600.00 SU, 107.00 SU are available in astro-2026 (granted "
                    + "103.00, charged 0.00, held 0.00, beginning later 3.00, overdraft limit "
                    + "7.00).") == true, "\(refusal?.text ?? "admitted")")
        books.stopAndRemove()
    }
}
