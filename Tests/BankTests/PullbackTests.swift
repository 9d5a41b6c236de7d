/// Unused credit that a rule takes back at its date: once, and only what is free.

import Bank
import Books
import Ledger
import Registry
import Store
import TestKit
import Testing
import Units

@Suite(.takingTurns) struct PullbackTests {
    /// 100 SU for the year; what is unused beyond `keep` is taken back in `seconds`.
    private func site(_ keep: String, in seconds: Int64 = 100) throws -> Site {
        var site = try Site.small()
        let at = try Instant(parsing: "2026-06-01").advanced(bySeconds: seconds)
        site.projects[0].allocations[0].pullbacks = [
            SitePullback(at: at, keep: try Rational(parsing: keep))
        ]
        return site
    }

    private func apply(_ site: Site, to books: TestBank) async throws -> [String] {
        guard case .applied(let changes) = try await books.perform(.apply(site, backdate: false))
        else { return [] }
        return changes.filter { $0.what == "pullback" }
            .map { "\($0.action.rawValue) \($0.name): \($0.detail)" }
    }

    struct Row: CustomTestStringConvertible {
        let keep: String
        /// CPUs charged and held for a minute before the date: 0.60 SU each.
        var charged: Int64 = 0
        var held: Int64 = 0
        /// Granted besides for a time that begins after the date.
        var later = false
        let lots: [String]
        var testDescription: String { "keep \(keep), \(charged) charged, \(held) held" }
    }

    static let rows: [Row] = [
        Row(keep: "0.5", lots: ["2 open: available 50.00 withdrawn 50.00"]),
        Row(keep: "0", lots: ["2 open: withdrawn 100.00"]),
        Row(keep: "1", lots: ["2 open: available 100.00"]),
        Row(
            keep: "1/3",
            lots: ["2 open: available 33.333334 withdrawn 66.666666"]),
        Row(
            keep: "0.5", charged: 50,
            lots: ["2 open: available 50.00 charged 30.00 withdrawn 20.00"]),
        Row(keep: "0.5", charged: 100, lots: ["2 open: available 40.00 charged 60.00"]),
        Row(
            keep: "0.1", charged: 50, held: 50,
            lots: ["2 open: available 10.00 held 30.00 charged 30.00 withdrawn 30.00"]),
        Row(
            keep: "0.5", later: true,
            lots: ["2 open: available 50.00 withdrawn 50.00", "3 pending: available 40.00"]),
        Row(
            keep: "0.5", charged: 200,
            lots: ["overdraft: available -20.00 charged 20.00", "2 open: charged 100.00"]),
    ]

    @Test(arguments: rows)
    func `what is unused beyond the share that stays is taken at the date`(row: Row) async throws {
        let books = try TestBank()
        #expect(try await apply(site(row.keep), to: books).count == 1)
        if row.charged > 0 { try await books.charge(job: 7, cpus: row.charged) }
        if row.held > 0 {
            _ = try await books.perform(.admit(.small(token: "A", cpus: row.held)), id: "A")
        }
        if row.later { try await books.grant("40", from: 200, seconds: 900) }
        books.clock.advance(bySeconds: 99)
        _ = try await books.perform(.tick)
        let before = try books.figures()
        books.clock.advance(bySeconds: 1)
        _ = try await books.perform(.tick)
        #expect(try books.lotLines() == row.lots)
        #expect(try books.figures().granted == before.granted)
        let after = books.store.tip.seq
        // Done once: neither time nor the same file again takes more.
        books.clock.advance(bySeconds: 50)
        _ = try await books.perform(.tick)
        #expect(try await apply(site(row.keep), to: books) == [])
        #expect(books.store.tip.seq == after)
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `it is carried out at the next start when nobody ran at its date, and shown`()
        async throws
    {
        let books = try TestBank()
        _ = try await apply(site("0.5"), to: books)
        books.clock.advance(bySeconds: 5_000)
        let again = try books.reopened()
        _ = try await again.perform(.tick)
        #expect(try again.statementLines() == ["grant 100.00", "pullback -50.00"])
        #expect(try again.store.verify().finding == nil)
        again.stopAndRemove()
    }

    @Test func `a deadline knows of it before its day, and is right`() async throws {
        let books = try TestBank()
        _ = try await apply(site("0.25"), to: books)
        func ask() throws -> Deadline {
            let tip = books.bank.picture.tip
            let pool = Pool(
                allocation: try books.allocation().id.number, overdraftLimit: .zero,
                lots: try books.store.lots(of: books.allocation().id))
            return try tip.registry.deadline(
                .init(allocation: "astro-2026", footprint: TRESCounts([.cpu: 10])), of: pool,
                card: tip.card, at: books.clock.now)
        }
        // 0.1 SU a second: 10 are used when 65 of the other 90 are taken, 25 last 250 s more.
        let before = try ask()
        #expect(before.until == books.clock.now.advanced(bySeconds: 350))
        try await books.charge(job: 7, cpus: 10, seconds: 100)
        books.clock.advance(bySeconds: 100)
        _ = try await books.perform(.tick)
        #expect(try ask().until == before.until)
        books.stopAndRemove()
    }

    @Test func `a rule may be changed until its date, not after it`() async throws {
        let books = try TestBank()
        _ = try await apply(site("0.5"), to: books)
        #expect(
            try await apply(site("0.25"), to: books)
                == ["change astro-2026: 2026-06-01T00:01:40Z, keep 25%"])
        books.clock.advance(bySeconds: 100)
        #expect(
            try await books.answer(to: .apply(site("1"), backdate: false))
                == "refused: the pull-back of astro-2026 at 2026-06-01T00:01:40Z is past; leave its "
                + "keep at 25%.")
        #expect(try books.lotLines() == ["2 open: available 25.00 withdrawn 75.00"])
        books.stopAndRemove()
    }

    @Test func `a date that is past when it is declared takes nothing`() async throws {
        let books = try TestBank()
        #expect(
            try await apply(site("0.5", in: -100), to: books)
                == ["add astro-2026: 2026-05-31T23:58:20Z, keep 50%: is past, nothing is taken"])
        _ = try await books.perform(.tick)
        #expect(try books.lotLines() == ["2 open: available 100.00"])
        #expect(
            try await books.answer(
                to: .apply(site("0.5", in: 500 * 86_400), backdate: false))
                == "refused: a pull-back of astro-2026 lies within 2026-01-01T00:00:00Z … "
                + "2027-01-01T00:00:00Z and keeps at most 100%.")
        books.stopAndRemove()
    }
}
