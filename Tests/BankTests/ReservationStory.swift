/// What suites on reservations share: a site, a course that polls show, jobs inside. Core at 36 SU an hour:
/// a core's second costs 0.01 SU.

import Bank
import Books
import Ledger
import Registry
import Store
import TestKit
import Testing
import Units

protocol ReservationStory {
    var books: TestBank { get }
    /// The beginning, from which seconds are counted.
    var t0: Instant { get }
}

extension ReservationStory {
    static func begin() async throws -> (TestBank, Instant) {
        let books = try TestBank()
        _ = try await books.perform(.apply(.small(), backdate: false), id: "apply")
        return (books, books.clock.now)
    }

    func at(_ seconds: Int64) -> Instant { t0.advanced(bySeconds: seconds) }

    func facts(
        _ start: Int64, _ end: Int64, cpus: Int64 = 10, flags: [String] = [],
        account: String? = "astro", charge: ReservationCharge = .idle
    ) -> ReservationFacts {
        var facts = ReservationFacts(
            start: at(start), end: at(end), counts: TRESCounts([.cpu: cpus, .node: 1]),
            partition: "cpu", charge: charge)
        facts.flags = flags
        facts.accounts = account.map { [$0] } ?? []
        facts.lineages = account.map { [[$0]] } ?? []
        return facts
    }

    /// A poll at `second`, `last` the one before.
    func see(
        _ shown: ReservationFacts?, at second: Int64, last: Int64? = nil,
        recorded: [ReservationFacts] = [], name: String = "course"
    ) async throws {
        advance(to: second)
        var seen = ReservationObservation(
            cluster: "reef", name: name, shown: shown, at: at(second))
        seen.lastShownAt = last.map(at)
        seen.recorded = recorded
        _ = try await books.perform(.reservation(.observe(seen)))
        try await settle()
    }

    func advance(to second: Int64) {
        let ahead = at(second).seconds(since: books.clock.now)
        if ahead > 0 { books.clock.advance(bySeconds: ahead) }
    }

    func settle() async throws {
        let due = try books.store.reservationsToSettle(on: "reef", after: 0).ids
        for id in due { _ = try await books.perform(.reservation(.settle(id))) }
        let left = try books.store.reservationsToSettle(on: "reef", after: 0).ids
        #expect(left.isEmpty, "what is settled is not due again")
    }

    /// A job inside, of 4 cores unless said otherwise.
    func job(
        _ id: Int64, _ start: Int64, _ end: Int64? = nil, cpus: Int64 = 4, suspended: Int64 = 0,
        state: String? = nil, seenAt: Int64, limit: Int64 = 60, in name: String? = "course"
    ) async throws {
        advance(to: seenAt)
        var seen = JobObservation.small(job: id, token: nil, at: at(seenAt))
            .run(
                submit: at(start), start: at(start), end: end.map(at), cpus: cpus, seconds: limit,
                suspended: suspended, state: state)
        seen.reservation = name
        seen.runs[0].reservation = name
        if state == "NODE_FAIL" { seen.runs[0].freeBecause = "free: NODE_FAIL" }
        _ = try await books.perform(.observe(seen))
    }

    func expect(
        _ figures: String, _ comment: Comment? = nil, place: SourceLocation = #_sourceLocation
    ) throws {
        #expect(
            try books.figures().description == "granted 100.00 " + figures, comment,
            sourceLocation: place)
        let verification = try books.store.verify()
        #expect(verification.finding == nil, comment, sourceLocation: place)
        #expect(books.bank.quarantined.isEmpty, sourceLocation: place)
    }

    /// `course 0…60 ended idle 6.00`: start and end in seconds from the beginning, and the charge.
    func versions() throws -> [String] {
        try books.store.reservations(all: true).map { row in
            let it = row.version
            let span =
                "\(it.start.seconds(since: t0))…\(it.end.seconds(since: t0))"
            return "\(it.name) \(span) \(it.state.rawValue) \(it.charge.rawValue) \(row.charged)"
        }
    }
}
