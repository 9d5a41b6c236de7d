import Bank
import Books
import Ledger
import Registry
import Store
import TestKit
import Testing
import Units

/// Charges of reservations priced anew. Core at 36 SU an hour: 10 cores for 100 s are 10 SU, and a job
/// inside took 4 of them for 30 s.
@Suite(.takingTurns) struct ReservationRerateTests {
    private let books: TestBank
    private let t0: Instant

    init() throws {
        books = try TestBank()
        t0 = books.clock.now
    }

    private func live(_ charge: ReservationCharge) async throws -> RunID {
        _ = try await books.perform(.apply(.small(), backdate: false))
        let end = t0.advanced(bySeconds: 100)
        var facts = ReservationFacts(
            start: t0, end: end, counts: TRESCounts([.cpu: 10, .node: 1]), partition: "cpu",
            charge: charge)
        (facts.accounts, facts.lineages) = (["astro"], [["astro"]])
        try await show(facts, at: t0)
        books.clock.advance(bySeconds: 45)
        try await job(seconds: 30)
        books.clock.advance(bySeconds: 56)
        try await show(nil, at: books.clock.now)
        try await settle()
        books.clock.advance(bySeconds: 86_400)
        return try #require(try books.store.reservations(all: true).first?.version.run)
    }

    private func show(_ facts: ReservationFacts?, at: Instant) async throws {
        var seen = ReservationObservation(cluster: "reef", name: "course", shown: facts, at: at)
        seen.lastShownAt = facts == nil ? at.advanced(bySeconds: -1) : nil
        _ = try await books.perform(.reservation(.observe(seen)))
    }

    private func job(_ id: Int64 = 1, seconds: Int64) async throws {
        var seen = JobObservation.small(job: id, token: nil, at: books.clock.now)
            .run(
                submit: t0, start: t0, end: t0.advanced(bySeconds: seconds), cpus: 4, seconds: 60)
        (seen.reservation, seen.runs[0].reservation) = ("course", "course")
        _ = try await books.perform(.observe(seen))
    }

    /// - Returns: how many were settled.
    @discardableResult private func settle() async throws -> Int {
        let due = try books.store.reservationsToSettle(on: "reef", after: 0).ids
        for id in due { _ = try await books.perform(.reservation(.settle(id))) }
        return due.count
    }

    private func setRate(_ rate: String) async throws {
        _ = try await books.perform(.apply(.small(rate: rate), backdate: true))
    }

    private func rerate(_ run: RunID) async throws -> String {
        guard case .rerated(let it) = try await books.perform(.rerate(run)) else { return "odd" }
        if let left = it.left { return "\(left)" }
        let parts = it.parts.map { "\($0.before) → \($0.after)" }.joined(separator: ", ")
        return parts + (it.isChanged ? "" : ", as it was")
    }

    private func course() throws -> String {
        let row = try #require(try books.store.reservations(all: true).first)
        return "charged \(row.charged) refunded \(row.refunded)"
    }

    @Test(arguments: [
        (ReservationCharge.idle, "18", "8.80 → 4.40"), (.idle, "72", "8.80 → 17.60"),
        (.idle, "36", "8.80 → 8.80, as it was"), (.all, "18", "10.00 → 5.00"),
        (.all, "72", "10.00 → 20.00"),
    ])
    func `what is idle, or all of it, is priced by the newest rates, and once`(
        charge: ReservationCharge, rate: String, expected: String
    ) async throws {
        defer { books.stopAndRemove() }
        let run = try await live(charge)
        try await setRate(rate)
        #expect(try await rerate(run) == expected)
        let after = expected.split(separator: " ")[2].prefix { $0 != "," }
        #expect(try course() == "charged \(after) refunded 0.00")
        let seq = books.bank.picture.tip.seq
        #expect(try await rerate(run) == "\(after) → \(after), as it was")
        #expect(books.bank.picture.tip.seq == seq)
        let job: ServiceUnits = try charge == .idle ? books.su("1.20") : .zero
        #expect(try books.figures().charged == books.su(String(after)) + job)
        #expect(try books.store.verify().finding == nil)
    }

    @Test func `a job inside that turns out to be another corrects what was priced anew`()
        async throws
    {
        defer { books.stopAndRemove() }
        let run = try await live(.idle)
        _ = try await books.perform(
            .refund(RefundRequest(job: "course", run: run, amount: books.su("8"))), id: "r")
        try await setRate("18")
        #expect(try await rerate(run) == "8.80 → 4.40")
        #expect(try course() == "charged 4.40 refunded 4.40")
        try await setRate("72")
        #expect(try await rerate(run) == "4.40 → 17.60")
        #expect(try course() == "charged 17.60 refunded 4.40")
        // Another one comes to light: 4 cores for 20 s, 1.60 SU by now.
        try await job(2, seconds: 20)
        #expect(try await settle() == 1)
        #expect(try course() == "charged 16.00 refunded 4.40")
        #expect(try await rerate(run) == "16.00 → 16.00, as it was")
        #expect(books.bank.quarantined.isEmpty)
        #expect(try books.store.verify().finding == nil)
    }

    @Test func `one whose charge was given back in whole stays so`() async throws {
        defer { books.stopAndRemove() }
        let run = try await live(.all)
        _ = try await books.perform(.refund(RefundRequest(job: "course", run: run)), id: "r")
        try await setRate("72")
        #expect(try await rerate(run) == "waived")
        #expect(try books.figures().charged == .zero)
    }
}
