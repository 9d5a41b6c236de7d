import Bank
import Books
import Ledger
import Rates
import Registry
import Store
import TestKit
import Testing
import Units

/// Charges of the past priced anew. Site.small: CPU at 36 SU an hour; job 7 used 10 CPUs for a minute.
@Suite(.takingTurns) struct RerateTests {
    private func books() async throws -> TestBank {
        let books = try TestBank()
        _ = try await books.perform(.apply(.small(), backdate: false))
        try await books.charge(job: 7, cpus: 10)
        books.clock.advance(bySeconds: 86_400)
        return books
    }

    private func setRate(_ rate: String, _ books: TestBank) async throws {
        _ = try await books.perform(.apply(.small(rate: rate), backdate: true))
    }

    /// `before → after`, with what stays as it was said.
    private func rerate(_ books: TestBank, run: Int64 = 1) async throws -> String {
        guard case .rerated(let it) = try await books.perform(.rerate(RunID(run))) else {
            return "odd"
        }
        if let left = it.left { return "\(left)" }
        let parts = it.parts.map { "\($0.before) → \($0.after)" }.joined(separator: ", ")
        return parts + (it.isChanged ? "" : ", as it was")
    }

    @Test(arguments: [
        ("18", "6.00 → 3.00", ["charge -6.00", "rerate 3.00"]),
        ("72", "6.00 → 12.00", ["charge -6.00", "rerate -6.00"]),
        ("36", "6.00 → 6.00, as it was", ["charge -6.00"]),
    ])
    func `the difference is an entry, and a second time there is none`(
        rate: String, expected: String, lines: [String]
    ) async throws {
        let books = try await books()
        defer { books.stopAndRemove() }
        try await setRate(rate, books)
        #expect(try await rerate(books) == expected)
        let after = expected.split(separator: " ")[2].prefix { $0 != "," }
        let seq = books.bank.picture.tip.seq
        #expect(try await rerate(books) == "\(after) → \(after), as it was")
        #expect(books.bank.picture.tip.seq == seq)
        #expect(try books.statementLines() == ["grant 100.00"] + lines)
        #expect(try books.figures().charged == books.su(String(after)))
        #expect(try books.store.verify().finding == nil)
    }

    @Test func `what was refunded stays so, but is never more than what is charged then`()
        async throws
    {
        let books = try await books()
        defer { books.stopAndRemove() }
        _ = try await books.perform(
            .refund(RefundRequest(job: "7", amount: books.su("4"))), id: "r1")
        try await setRate("18", books)
        // Charged 3, of which 3 are refunded: the 2 that were paid go back.
        #expect(try await rerate(books) == "6.00 → 3.00")
        #expect(try books.lotLines() == ["2 open: available 100.00"])
        #expect(try await rerate(books).hasSuffix("as it was"))
        try await setRate("72", books)
        // Charged 12, refunded 3.
        _ = try await rerate(books)
        #expect(try books.lotLines() == ["2 open: available 91.00 charged 9.00"])
        #expect(try await rerate(books).hasSuffix("as it was"))
        #expect(try books.store.verify().finding == nil)
    }

    @Test func `a waived run stays waived`() async throws {
        let books = try await books()
        defer { books.stopAndRemove() }
        _ = try await books.perform(.refund(RefundRequest(job: "7")), id: "r1")
        try await setRate("72", books)
        #expect(try await rerate(books) == "waived")
        #expect(try books.lotLines() == ["2 open: available 100.00"])
    }

    @Test func `usage without a rate is priced when there is one`() async throws {
        let books = try TestBank()
        defer { books.stopAndRemove() }
        var site = try Site.small()
        let later = Interval(
            start: try Instant(parsing: "2026-08-01"), end: try Instant(parsing: "2027-01-01"))!
        site.resources[0].rates[0].window = later
        _ = try await books.perform(.apply(site, backdate: false))
        try await books.charge(job: 7, cpus: 10)
        #expect(try books.figures().charged == .zero)
        #expect(try await rerate(books).hasSuffix("as it was"))
        books.clock.advance(bySeconds: 86_400)
        try await setRate("36", books)
        #expect(try await rerate(books) == "0.00 → 6.00")
        #expect(try books.figures().charged == books.su("6"))
        let always = Interval(start: Instant(epochSeconds: 0), end: nil)!
        let runs = try books.store.endedRuns(in: always, after: RunID(0), limit: 10)
        #expect(runs.map(\.remark) == [nil])
        #expect(runs.map(\.cardVersion) == [books.bank.picture.tip.card.version])
    }

    @Test func `runs in a window come page by page`() async throws {
        let books = try await books()
        defer { books.stopAndRemove() }
        try await books.charge(job: 8, cpus: 1)
        let day = { (text: String) in
            Interval(
                start: try Instant(parsing: text),
                end: try Instant(parsing: text)
                    .advanced(bySeconds: 86_400))!
        }
        func jobs(_ window: Interval, after id: Int64 = 0, _ limit: Int = 10) throws -> [Int64] {
            try books.store.endedRuns(in: window, after: RunID(id), limit: limit)
                .map(\.key.jobID)
        }
        #expect(try jobs(day("2026-06-01")) == [7])
        #expect(try jobs(day("2026-06-02")) == [8])
        let both = Interval(start: Instant(epochSeconds: 0), end: nil)!
        #expect(try jobs(both, 1) == [7])
        #expect(try jobs(both, after: 1, 1) == [8])
    }
}
