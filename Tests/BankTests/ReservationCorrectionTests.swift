/// Charges of reservations that something turned up about later: jobs inside, refunds, suspensions.

import Bank
import Books
import Ledger
import Registry
import Store
import TestKit
import Testing
import Units

@Suite struct ReservationCorrectionTests: ReservationStory {
    let books: TestBank
    let t0: Instant

    init() async throws { (books, t0) = try await Self.begin() }

    @Test func `what is learnt of jobs inside after the charge corrects it, both ways`()
        async throws
    {
        try await see(facts(0, 100), at: 0)
        try await job(1, 10, seenAt: 11, limit: 600)
        try await see(nil, at: 101, last: 99)
        // It seems to run on: 4 cores from 10 to 100 are its own.
        #expect(try versions() == ["course 0…100 ended idle 6.40"])
        try await job(1, 10, 50, seenAt: 150)
        try await settle()
        #expect(try versions() == ["course 0…100 ended idle 8.40"], "it had ended at 50")
        try expect("available 90.00 held 0.00 charged 10.00")
        // One that nobody had seen comes to light.
        try await job(2, 60, 80, seenAt: 160)
        try await settle()
        #expect(try versions() == ["course 0…100 ended idle 7.60"])
        try expect("available 90.00 held 0.00 charged 10.00")
        let rows = try statement()
        #expect(rows.contains("correction 0.80"), "\(rows)")
        books.stopAndRemove()
    }

    func statement() throws -> [String] {
        var rows: [String] = []
        let all = Interval(start: Instant(epochSeconds: 0), end: nil)
        _ = try books.store.statement(of: books.allocation().id, over: #require(all)) {
            rows.append("\($0.kind) \($0.amount)")
        }
        return rows
    }

    @Test func `a charge that was refunded in whole is corrected no more`() async throws {
        try await see(facts(0, 100), at: 0)
        try await job(1, 10, seenAt: 11, limit: 600)
        try await see(nil, at: 101, last: 99)
        let run = try #require(try books.store.reservations(all: true).first?.version.run)
        var refund = RefundRequest(job: "course")
        refund.run = run
        _ = try await books.perform(.refund(refund))
        try await job(1, 10, 50, seenAt: 150)
        try await settle()
        let row = try #require(try books.store.reservations(all: true).first)
        #expect(row.charged == row.refunded)
        #expect(try books.figures().charged.description == "1.60", "the job alone")
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `suspended seconds are the owner's; a free run was used all the same`()
        async throws
    {
        try await see(facts(0, 100), at: 0)
        try await job(1, 10, 40, suspended: 10, seenAt: 45)
        try await job(2, 50, 60, state: "NODE_FAIL", seenAt: 65)
        try await see(nil, at: 101, last: 99)
        // 1000 core seconds, less 4 × 20 and 4 × 10.
        #expect(try versions() == ["course 0…100 ended idle 8.80"])
        books.stopAndRemove()
    }

    @Test func `jobs that take more than is reserved leave nothing idle, and no less`()
        async throws
    {
        try await see(facts(0, 100), at: 0)
        try await job(1, 0, 60, cpus: 8, seenAt: 61)
        try await job(2, 0, 60, cpus: 8, seenAt: 61)
        try await see(nil, at: 101, last: 99)
        #expect(try versions() == ["course 0…100 ended idle 4.00"])
        books.stopAndRemove()
    }

    @Test func `a part refunded outlasts corrections down and up`() async throws {
        try await see(facts(0, 100), at: 0)
        try await see(nil, at: 101, last: 100)
        try expect("available 90.00 held 0.00 charged 10.00")
        let run = try #require(try books.store.reservations(all: true).first?.version.run)
        let refund = RefundRequest(job: "course", run: run, amount: try books.su("8"))
        _ = try await books.perform(.refund(refund))
        try expect("available 98.00 held 0.00 charged 2.00")
        // 9 of 10 cores were in use all the time: 1 SU is idle; then it is learnt that 5 were.
        try await job(1, 0, 100, cpus: 9, seenAt: 110, limit: 100)
        try await settle()
        try await job(2, 0, 100, cpus: 1, seenAt: 120, limit: 100)
        try await settle()
        #expect(books.bank.quarantined.isEmpty)
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }
}
