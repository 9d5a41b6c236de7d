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
}
