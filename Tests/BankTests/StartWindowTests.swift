import Bank
import Books
import Ledger
import Rates
import Registry
import Store
import TestKit
import Testing
import Units

/// Windows at the start, and the hold that moves to the allocation that follows.
@Suite struct StartWindowTests {
    /// astro-2026 until `end`, and, from then on, astro-next with 10 SU where it is wanted.
    static func site(end: Instant, next: Bool, policy: WindowPolicy = .whole) throws -> Site {
        var site = try Site.small()
        let year = site.projects[0].allocations[0].window
        site.projects[0].allocations[0].window = Interval(start: year.start, end: end)!
        site.projects[0].allocations[0].windowPolicy = policy
        guard next else { return site }
        site.projects[0].allocations.append(
            SiteAllocation(
                name: "astro-next", clusters: ["reef"],
                initial: try ServiceUnits(parsing: "10"),
                window: Interval(start: end, end: year.end)!))
        return site
    }

    struct Row: CustomTestStringConvertible {
        let testDescription: String
        /// Seconds from submission.
        let endsAfter: Int64
        let startsAfter: Int64
        var next = false
        var policy = WindowPolicy.whole
        var cpus: Int64 = 10
        let says: String
    }

    static let rows = [
        Row(
            testDescription: "inside", endsAfter: 600, startsAfter: 500,
            says: "yes 6.00 of astro-2026"),
        Row(
            testDescription: "ends before the job could", endsAfter: 600, startsAfter: 541,
            says: "allocation astro-2026 is valid"),
        Row(
            testDescription: "ends before the job could, but only its start counts",
            endsAfter: 600, startsAfter: 541, policy: .start, says: "yes 6.00 of astro-2026"),
        Row(
            testDescription: "has ended, nothing follows", endsAfter: 600, startsAfter: 600,
            says: "allocation astro-2026 is valid"),
        Row(
            testDescription: "has ended, the next one pays", endsAfter: 600, startsAfter: 600,
            next: true, says: "yes 6.00 of astro-next"),
        Row(
            testDescription: "has ended, the next one has too little", endsAfter: 600,
            startsAfter: 600, next: true, cpus: 20,
            says: "this job may cost 12.00 SU, 10.00 SU are available in astro-next"),
    ]

    @Test(arguments: rows)
    func `windows and successors at the start`(row: Row) async throws {
        let books = try TestBank()
        let t0 = books.clock.now
        let site = try Self.site(
            end: t0.advanced(bySeconds: row.endsAfter), next: row.next, policy: row.policy)
        _ = try await books.perform(.apply(site, backdate: false), id: "site")
        _ = try await books.perform(.admit(.small(token: "A", cpus: 10)), id: "A")
        books.clock.advance(bySeconds: row.startsAfter)
        let ask = StartRequest.small(
            job: 7, token: "A", cpus: row.cpus, submit: t0, at: books.clock.now)
        let said = try await books.start(ask)
        #expect(said.hasPrefix(row.says), "\(said)")
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    /// What a poll sees, or slurmdbd tells of what ended unseen, goes the same way.
    @Test(arguments: [(nil, "6.00 0.00"), (Int64(30), "0.00 3.00")])
    func `a start that nobody asked about moves its hold as well`(
        ranSeconds: Int64?, next: String
    ) async throws {
        let books = try TestBank()
        let t0 = books.clock.now
        let site = try Self.site(end: t0.advanced(bySeconds: 600), next: true)
        _ = try await books.perform(.apply(site, backdate: false), id: "site")
        _ = try await books.perform(.admit(.small(token: "A", cpus: 10)), id: "A")
        books.clock.advance(bySeconds: 700)
        let start = t0.advanced(bySeconds: 600)
        let seen = JobObservation.small(job: 7, token: "A", at: books.clock.now).run(
            submit: t0, start: start, end: ranSeconds.map(start.advanced(bySeconds:)), cpus: 10)
        for _ in 0..<2 { _ = try await books.perform(.observe(seen)) }
        let paying = try books.figures("astro-next")
        #expect("\(paying.held) \(paying.charged)" == next)
        let before = try books.figures()
        #expect(before.held == .zero && before.charged == .zero)
        #expect(try books.store.verify().finding == nil)
        #expect(books.bank.quarantined.isEmpty)
        books.stopAndRemove()
    }

    @Test func `the hold of an array moves whole, and each run is charged where it began`()
        async throws
    {
        let books = try TestBank()
        let t0 = books.clock.now
        _ = try await books.perform(
            .apply(Self.site(end: t0.advanced(bySeconds: 600), next: true), backdate: false),
            id: "site")
        _ = try await books.perform(.admit(.small(token: "A", cpus: 5, tasks: 3)), id: "A")
        #expect(try books.figures().held.description == "9.00")
        // The first task starts in time, the second when the allocation has ended.
        books.clock.advance(bySeconds: 500)
        let t1 = books.clock.now
        let first = StartRequest.small(
            job: 7, raw: 8, token: "A", cpus: 5, submit: t0, at: t1)
        #expect(try await books.start(first) == "yes 3.00 of astro-2026")
        books.clock.advance(bySeconds: 110)
        let t2 = books.clock.now
        let second = StartRequest.small(
            job: 7, raw: 9, token: "A", cpus: 5, submit: t0, at: t2)
        #expect(try await books.start(second) == "yes 3.00 of astro-next")
        #expect(try books.figures("astro-next").held.description == "6.00")
        #expect(try books.figures().held.description == "3.00")
        // Both end; the third still waits.
        let ended = JobObservation.small(job: 7, token: "A", at: t2.advanced(bySeconds: 20))
            .pending(cpus: 5)
            .run(raw: 8, submit: t0, start: t1, end: t1.advanced(bySeconds: 40), cpus: 5)
            .run(raw: 9, submit: t0, start: t2, end: t2.advanced(bySeconds: 20), cpus: 5)
        _ = try await books.perform(.observe(ended))
        #expect(try books.figures().charged.description == "2.00")
        #expect(try books.figures().held == .zero)
        #expect(try books.figures("astro-next").charged.description == "1.00")
        #expect(try books.figures("astro-next").held.description == "3.00")
        let before = books.store.tip.seq
        _ = try await books.perform(.observe(ended))
        #expect(books.store.tip.seq == before, "shown twice")
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `a hold in a lot that has ended needs new credit at the start`() async throws {
        let books = try TestBank()
        let t0 = books.clock.now
        _ = try await books.perform(.apply(.small(grant: "0"), backdate: false), id: "site")
        let soon = t0.advanced(bySeconds: 600)
        _ = try await books.perform(
            .grant(
                GrantRequest(
                    allocation: "astro-2026", amount: ServiceUnits(parsing: "6"), start: t0,
                    end: soon)))
        _ = try await books.perform(.admit(.small(token: "A", cpus: 10)), id: "A")
        books.clock.advance(bySeconds: 700)
        let ask = StartRequest.small(
            job: 7, token: "A", cpus: 10, submit: t0, at: books.clock.now)
        let said = try await books.start(ask)
        #expect(said.hasPrefix("this job may cost 6.00 SU, 0.00 SU are available"), "\(said)")
        _ = try await books.perform(
            .grant(GrantRequest(allocation: "astro-2026", amount: ServiceUnits(parsing: "6"))))
        #expect(try await books.start(ask) == "yes 6.00 of astro-2026")
        #expect(try books.figures().expired.description == "6.00")
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }
}
