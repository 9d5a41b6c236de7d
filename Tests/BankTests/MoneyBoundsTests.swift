/// Amounts at the edge of 64 bits: refused in words, or done exactly; never wrapped.

import Bank
import Books
import Ledger
import Rates
import Registry
import Store
import TestKit
import Testing
import Units

@Suite(.takingTurns) struct MoneyBoundsTests {
    private static let largest = ServiceUnits(microSU: ServiceUnits.lineLimit - 1)
    private static let one = ServiceUnits(microSU: 1)

    /// astro-2026 with 0 SU, bio-2026 with 50.
    private func books(rate: String = "36") async throws -> TestBank {
        let books = try TestBank()
        var site = try Site.pair()
        site.projects[0].allocations[0].initial = .zero
        site.resources[0].rates[0].suPerHour = try Rational(parsing: rate)
        _ = try await books.perform(.apply(site, backdate: false), id: "apply")
        return books
    }

    @Test func `the largest grant is granted, withdrawn and granted no second time`() async throws {
        let books = try await books()
        let grant = Command.grant(.init(allocation: "astro-2026", amount: Self.largest))
        #expect(try await books.refusal(of: grant) == nil)
        let more = Command.grant(.init(allocation: "astro-2026", amount: Self.one))
        #expect(
            try await books.answer(to: more)
                == "refused: all grants of an allocation together are less than "
                + "1,000,000,000,000 SU; 999,999,999,999.999999 SU are granted to astro-2026.")
        #expect(
            try await books.answer(
                to: .withdraw(
                    .init(allocation: "astro-2026", amount: ServiceUnits(microSU: .max)))
            ).contains("9,223,372,036,854.775807 SU are asked for"))
        _ = try await books.perform(
            .withdraw(.init(allocation: "astro-2026", amount: Self.largest)))
        #expect(try books.figures().available == .zero)
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `a transfer that the target has no room for is refused`() async throws {
        let books = try await books()
        _ = try await books.perform(.grant(.init(allocation: "astro-2026", amount: Self.largest)))
        let all = TransferRequest(from: "astro-2026", to: "bio-2026", amount: Self.largest)
        #expect(
            try await books.answer(to: .transfer(all))
                == "refused: all grants of an allocation together are less than "
                + "1,000,000,000,000 SU; 50.00 SU are granted to bio-2026.")
        var fits = all
        fits.amount = try books.su("999999999949.999999")
        #expect(try await books.refusal(of: .transfer(fits)) == nil)
        #expect(try books.figures("bio-2026").available == Self.largest)
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `the largest charge is refunded, and no more than it`() async throws {
        let books = try await books(rate: "1000000000000")
        _ = try await books.perform(.grant(.init(allocation: "astro-2026", amount: Self.largest)))
        // 10¹² SU an hour for 3599 s, just below what a line may be.
        try await books.charge(job: 7, cpus: 1, seconds: 3_599)
        #expect(try books.figures().charged.description == "999,722,222,222.222222")
        let most = RefundRequest(job: "7", amount: ServiceUnits(microSU: .max))
        #expect(
            try await books.answer(to: .refund(most))
                .contains("at most 999,722,222,222.222222 SU can be refunded"))
        _ = try await books.perform(.refund(.init(job: "7")))
        #expect(try books.figures().available == Self.largest)
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `a refund into a lot that has no room is refused`() async throws {
        let books = try await books(rate: "1000000000000")
        _ = try await books.perform(
            .grant(
                .init(
                    allocation: "astro-2026", amount: books.su("500000000000"),
                    end: books.clock.now.advanced(bySeconds: 100))))
        try await books.charge(job: 7, cpus: 1, seconds: 1_700)
        books.clock.advance(bySeconds: 100)
        _ = try await books.perform(
            .grant(.init(allocation: "astro-2026", amount: books.su("499999999999"))))
        let lot = try books.store.lots(of: books.allocation().id).last?.id
        #expect(
            try await books.answer(to: .refund(.init(job: "7", into: lot)))
                .contains("all grants of an allocation together are less than"))
        #expect(
            try await books.refusal(
                of: .refund(.init(job: "7", amount: Self.one, into: lot))) == nil)
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `a million CPUs for a year at the dearest rate are refused, and recorded unrated`()
        async throws
    {
        let books = try await books(rate: "1000000000000")
        _ = try await books.perform(.grant(.init(allocation: "astro-2026", amount: Self.largest)))
        let year: Int64 = 200 * 86_400  // what is left of the allocation
        let ask = Admission.small(token: "A", cpus: 1_000_000, seconds: year)
        #expect(
            try await books.answer(to: .admit(ask))
                == "refused: the cost of this job passes what can be accounted for.")
        let quoted = books.bank.picture.quote(ask, at: books.clock.now)
        guard case .failure(.tooLarge) = quoted.answer else { return #expect(Bool(false)) }
        try await books.charge(job: 9, cpus: 1_000_000, seconds: 31_536_000)
        #expect(try books.figures().charged == .zero)
        #expect(
            try await books.answer(to: .refund(.init(job: "9")))
                == "refused: nothing was charged for job 9 (unrated: CPU: too large).")
        let tip = books.bank.picture.tip
        let pool = Pool(
            allocation: try books.allocation().id.number, overdraftLimit: .zero,
            lots: try books.store.lots(of: books.allocation().id))
        let found = try tip.registry.deadline(
            .init(allocation: "astro-2026", footprint: TRESCounts([.cpu: 1_000_000])), of: pool,
            card: tip.card, at: books.clock.now)
        #expect(found.reason == .usedUp && found.until == books.clock.now)
        #expect(books.bank.quarantined.isEmpty)
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }
}
