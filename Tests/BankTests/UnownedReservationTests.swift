/// Reservations that are over and that nobody pays for: that can be said, so that nobody asks again.

import Bank
import Books
import Ledger
import Registry
import Store
import TestKit
import Testing
import Units

@Suite struct UnownedReservationTests {
    private func assign(
        _ books: TestBank, allocation: String? = nil, charge: ReservationCharge? = nil
    ) -> Command {
        .reservation(
            .assign(
                ReservationAssignment(
                    cluster: "reef", name: "class", allocation: allocation, charge: charge)))
    }

    @Test func `one that is over, or never seen, is nobody's once that was said`() async throws {
        let books = try TestBank()
        defer { books.stopAndRemove() }
        _ = try await books.perform(.apply(.small(), backdate: false))
        #expect(try books.store.reservationsOfNobody(on: "reef").isEmpty)
        guard
            case .reserved(let it) = try await books.perform(
                assign(books, charge: ReservationCharge.none), id: "a")
        else {
            Issue.record("not assigned")
            return
        }
        #expect(it.charge == .none && it.allocation == nil && it.held == .zero)
        let rules = try books.store.reservationsOfNobody(on: "reef")
        #expect(rules.map(\.name) == ["class"] && rules.map(\.charge) == [nil])
        #expect(rules.map(\.settledUntil) == [books.clock.now])
        // Said again it makes no entry.
        let seq = books.store.tip.seq
        _ = try await books.perform(assign(books, charge: ReservationCharge.none), id: "b")
        #expect(books.store.tip.seq == seq)
        // Nobody can be charged for it any more.
        let refusal = try await books.refusal(of: assign(books, allocation: "astro-2026"))
        #expect(refusal?.text.contains("only --charge none") == true)
        #expect(try books.store.verify().finding == nil)
    }
}
