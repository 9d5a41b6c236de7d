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
}
