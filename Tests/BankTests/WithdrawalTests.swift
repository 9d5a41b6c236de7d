/// Credit that is taken back: only what is free, from which lots, and never twice.

import Bank
import Books
import Ledger
import Registry
import Store
import TestKit
import Testing
import Units

@Suite(.takingTurns) struct WithdrawalTests {
    /// Lots: 2 of 100 to the year's end, 5 of 10 for 100 s, 6 of 20 that opens in 50 s for 100 s.
    private func books() async throws -> TestBank {
        let books = try TestBank()
        _ = try await books.perform(.apply(.pair(), backdate: false), id: "apply")
        try await books.grant("10", seconds: 100)
        try await books.grant("20", from: 50, seconds: 100)
        return books
    }

    struct Row: CustomTestStringConvertible {
        let name: String
        /// CPUs held for a minute first: 0.60 SU each.
        var held: Int64 = 0
        let amount: String
        var lot: Int64?
        /// The lots after it, or the refusal.
        let answer: [String]
        var testDescription: String { name }
    }

    static let rows: [Row] = [
        Row(
            name: "the latest-ending lot gives first", amount: "60",
            answer: [
                "2 open: available 40.00 withdrawn 60.00", "5 open: available 10.00",
                "6 pending: available 20.00",
            ]),
        Row(
            name: "then the next, also one that has yet to open", amount: "125",
            answer: [
                "2 open: withdrawn 100.00", "5 open: available 5.00 withdrawn 5.00",
                "6 pending: withdrawn 20.00",
            ]),
        Row(
            name: "all that is free", amount: "130",
            answer: [
                "2 open: withdrawn 100.00", "5 open: withdrawn 10.00",
                "6 pending: withdrawn 20.00",
            ]),
        Row(
            name: "one micro-SU more than is free", amount: "130.000001",
            answer: [
                "refused: 130.000001 SU are asked for, 130.00 SU can be taken from astro-2026 "
                    + "(granted 130.00, charged 0.00, held 0.00). What is held or charged stays."
            ]),
        Row(
            name: "what is held stays", held: 50, amount: "100",
            answer: [
                "2 open: held 20.00 withdrawn 80.00", "5 open: held 10.00",
                "6 pending: withdrawn 20.00",
            ]),
        Row(
            name: "more than what is held leaves", held: 50, amount: "100.5",
            answer: [
                "refused: 100.50 SU are asked for, 100.00 SU can be taken from astro-2026 "
                    + "(granted 130.00, charged 0.00, held 30.00). What is held or charged stays."
            ]),
        Row(
            name: "one lot alone", amount: "7", lot: 5,
            answer: [
                "2 open: available 100.00", "5 open: available 3.00 withdrawn 7.00",
                "6 pending: available 20.00",
            ]),
        Row(
            name: "more than the one lot has", amount: "11", lot: 5,
            answer: [
                "refused: 11.00 SU are asked for, 10.00 SU can be taken from lot 5 of astro-2026 "
                    + "(granted 130.00, charged 0.00, held 0.00). What is held or charged stays."
            ]),
        Row(
            name: "a lot of another allocation", amount: "1", lot: 4,
            answer: ["refused: allocation astro-2026 has no lot 4."]),
        Row(
            name: "the overdraft's lot", amount: "1", lot: 1,
            answer: ["refused: allocation astro-2026 has no lot 1."]),
        Row(
            name: "nothing", amount: "0", answer: ["refused: an amount is more than 0 SU."]),
    ]

    @Test(arguments: rows)
    func `a withdrawal takes what is free or is refused`(row: Row) async throws {
        let books = try await books()
        if row.held > 0 {
            _ = try await books.perform(.admit(.small(token: "A", cpus: row.held)), id: "A")
        }
        let before = books.store.tip.seq
        let command = Command.withdraw(
            WithdrawRequest(
                allocation: "astro-2026", amount: try books.su(row.amount),
                lot: row.lot.map(LotID.init)))
        let answer = try await books.answer(to: command, id: "w")
        if answer.hasPrefix("refused") {
            #expect([answer] == row.answer)
            #expect(books.store.tip.seq == before)
        } else {
            #expect(try books.lotLines() == row.answer)
            // The same command again gives the same answer and changes nothing.
            #expect(try await books.answer(to: command, id: "w") == answer)
            #expect(books.store.tip.seq == before + 1)
        }
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `what is held beyond all lots is covered before anything is taken`() async throws {
        let books = try await books()
        // 120 SU are held for a job that nobody admitted: 110 of the lots, 10 as overdraft.
        let seen = JobObservation.small(job: 9, token: nil, at: books.clock.now)
        _ = try await books.perform(.observe(seen.pending(cpus: 200)))
        #expect(
            try books.lotLines() == [
                "overdraft: available -10.00 held 10.00", "2 open: held 100.00",
                "5 open: held 10.00", "6 pending: available 20.00",
            ])
        let all = Command.withdraw(.init(allocation: "astro-2026", amount: try books.su("10.01")))
        #expect(try await books.answer(to: all).contains("10.00 SU can be taken"))
        books.stopAndRemove()
    }

    @Test func `an ended lot gives nothing, and an unknown or deleted allocation neither`()
        async throws
    {
        let books = try await books()
        books.clock.advance(bySeconds: 100)
        let one = try books.su("1")
        #expect(
            try await books.answer(
                to: .withdraw(.init(allocation: "astro-2026", amount: one, lot: LotID(5))))
                == "refused: lot 5 ended 2026-06-01T00:01:40Z; what it had left has expired.")
        #expect(
            try await books.answer(to: .withdraw(.init(allocation: "x", amount: one)))
                == "refused: there is no allocation x.")
        books.stopAndRemove()
    }

    @Test func `a statement shows it, and a dry run does not`() async throws {
        let books = try await books()
        let request = WithdrawRequest(allocation: "bio-2026", amount: try books.su("20"))
        var order = Order(
            caller: "test", id: "d", digest: Array(repeating: 0, count: 32),
            reason: "not needed", isDryRun: true, command: .withdraw(request))
        guard case .withdrawn(let would) = try await books.bank.perform(order) else {
            return #expect(Bool(false))
        }
        #expect(would.available.description == "30.00")
        #expect(try books.statementLines("bio-2026") == ["grant 50.00"])
        order.isDryRun = false
        guard case .withdrawn(let did) = try await books.bank.perform(order) else {
            return #expect(Bool(false))
        }
        #expect(did == would)
        #expect(
            try books.statementLines("bio-2026")
                == ["grant 50.00", "withdrawal -20.00, not needed"])
        books.stopAndRemove()
    }
}
