/// Credit that changes its allocation: two legs in one entry, and the windows stay.

import Bank
import Books
import Ledger
import Registry
import Store
import TestKit
import Testing
import Units

@Suite(.takingTurns) struct TransferTests {
    /// astro-2026: lot 2 of 100 to the year's end, 5 of 10 for 100 s; bio-2026: lot 4 of 50.
    private func books(bioStarts: String = "2026-01-01") async throws -> TestBank {
        let books = try TestBank()
        _ = try await books.perform(
            .apply(.pair(start: bioStarts), backdate: false), id: "apply")
        try await books.grant("10", seconds: 100)
        return books
    }

    private func transfer(
        _ amount: String, lot: Int64? = nil, from: String = "astro-2026", to: String = "bio-2026"
    ) throws -> Command {
        .transfer(
            TransferRequest(
                from: from, to: to, amount: try ServiceUnits(parsing: amount),
                lot: lot.map(LotID.init)))
    }

    @Test func `each lot that gives has a new one with its window in the other allocation`()
        async throws
    {
        let books = try await books()
        let before = books.store.tip.seq
        guard
            case .transferred(let done) = try await books.perform(transfer("104"), id: "t")
        else { return #expect(Bool(false)) }
        #expect(books.store.tip.seq == before + 1, "both legs are one entry")
        #expect(done.legs.map(\.amount.description) == ["100.00", "4.00"])
        #expect(
            try books.lotLines() == [
                "2 open: withdrawn 100.00", "5 open: available 6.00 withdrawn 4.00",
            ])
        #expect(
            try books.lotLines("bio-2026") == [
                "4 open: available 50.00", "6 open: available 100.00", "7 open: available 4.00",
            ])
        let mine = try books.store.lots(of: books.allocation().id)
        let theirs = try books.store.lots(of: books.allocation("bio-2026").id)
        for leg in done.legs {
            #expect(
                mine.first { $0.id == leg.from }?.window
                    == theirs.first { $0.id == leg.to }?.window)
        }
        #expect(done.available.description == "6.00")
        #expect(done.targetAvailable.description == "154.00")
        #expect(
            try books.statementLines().suffix(2) == [
                "transfer -100.00, to bio-2026", "transfer -4.00, to bio-2026",
            ])
        #expect(try books.statementLines("bio-2026").last == "transfer 4.00, from astro-2026")
        #expect(try books.store.verify().finding == nil)
        // What came for 100 s ends with its window there, too.
        books.clock.advance(bySeconds: 100)
        _ = try await books.perform(.tick)
        #expect(try books.lotLines("bio-2026").last == "7 ended: expired 4.00")
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `credit that comes pays what the other allocation owes`() async throws {
        let books = try await books()
        let now = books.clock.now
        // bio-2026 is charged 60 of its 50 SU.
        var job = JobObservation.small(job: 9, token: nil, at: now)
        job.accountLineage = ["bio"]
        job = job.run(submit: now, start: now, end: now.advanced(bySeconds: 60), cpus: 100)
        _ = try await books.perform(.observe(job))
        #expect(
            try books.lotLines("bio-2026")
                == ["overdraft: available -10.00 charged 10.00", "4 open: charged 50.00"])
        _ = try await books.perform(transfer("30"))
        #expect(
            try books.lotLines("bio-2026")
                == ["4 open: charged 50.00", "6 open: available 20.00 charged 10.00"])
        #expect(
            try books.statementLines("bio-2026").suffix(3)
                == ["transfer 30.00, from astro-2026", "overdraft -10.00", "overdraft 10.00"])
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    struct Row: CustomTestStringConvertible {
        let name: String
        let amount: String
        var lot: Int64?
        var from = "astro-2026"
        var to = "bio-2026"
        var bioStarts = "2026-01-01"
        let refusal: String
        var testDescription: String { name }
    }

    static let refusals: [Row] = [
        Row(
            name: "more than is free", amount: "110.5",
            refusal: "110.50 SU are asked for, 110.00 SU can be taken from astro-2026 (granted "
                + "110.00, charged 0.00, held 0.00). What is held or charged stays."),
        Row(
            name: "to itself", amount: "1", to: "astro-2026",
            refusal: "a transfer is between two allocations; astro-2026 is named twice."),
        Row(
            name: "from nowhere", amount: "1", from: "x", refusal: "there is no allocation x."),
        Row(name: "to nowhere", amount: "1", to: "x", refusal: "there is no allocation x."),
        Row(
            name: "a lot of the other", amount: "1", lot: 4,
            refusal: "allocation astro-2026 has no lot 4."),
        Row(
            name: "a lot that ends before the other begins", amount: "1", lot: 5,
            bioStarts: "2026-07-01",
            refusal: "lot 5 is valid 2026-06-01T00:00:00Z … 2026-06-01T00:01:40Z, allocation "
                + "bio-2026 2026-07-01T00:00:00Z … 2027-01-01T00:00:00Z: none of it could be used "
                + "there. Name another with --lot, or withdraw and grant."),
    ]

    @Test(arguments: refusals)
    func `what can't be is refused and nothing is written`(row: Row) async throws {
        let books = try await books(bioStarts: row.bioStarts)
        let before = books.store.tip.seq
        let command = try transfer(row.amount, lot: row.lot, from: row.from, to: row.to)
        #expect(try await books.answer(to: command) == "refused: \(row.refusal)")
        #expect(books.store.tip.seq == before)
        books.stopAndRemove()
    }

    @Test func `there and back again leaves each with what it had`() async throws {
        let books = try await books()
        for _ in 0..<3 {
            _ = try await books.perform(transfer("60"))
            _ = try await books.perform(transfer("60", from: "bio-2026", to: "astro-2026"))
        }
        #expect(try books.figures().available.description == "110.00")
        #expect(try books.figures("bio-2026").available.description == "50.00")
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }
}
