/// The end of an allocation, and what else a site file may do to a budget (money.md 2.6, 2.7).

import Bank
import Books
import Ledger
import Registry
import Store
import TestKit
import Testing
import Units

@Suite(.takingTurns) struct ClosingTests {
    let books: TestBank
    init() async throws {
        books = try TestBank()
        _ = try await books.perform(.apply(.small(), backdate: false), id: "apply")
    }

    private func apply(_ change: (inout SiteAllocation) throws -> Void) async throws -> String {
        var site = try Site.small()
        try change(&site.projects[0].allocations[0])
        return try await apply(site)
    }

    private func apply(_ site: Site) async throws -> String {
        do {
            let outcome = try await books.perform(.apply(site, backdate: false))
            guard case .applied(let changes) = outcome else { return "\(outcome)" }
            return changes.map { "\($0.what) \($0.name): \($0.detail)" }.joined(separator: "\n")
        } catch BankError.refused(let refusal) {
            return "refused: \(refusal.text)"
        }
    }

    // MARK: DELETED

    @Test func `DELETED withdraws the rest in the same entry, and is final`() async throws {
        try await books.charge(job: 7, cpus: 50)
        try await books.grant("5", from: 1_000, seconds: 1_000)
        let before = books.store.tip.seq
        #expect(
            try await apply { $0.status = .deleted }
                == "allocation astro-2026: status ACTIVE → DELETED, 75.00 SU withdrawn")
        #expect(books.store.tip.seq == before + 1)
        #expect(
            try books.lotLines()
                == ["2 open: charged 30.00 withdrawn 70.00", "3 pending: withdrawn 5.00"])
        #expect(
            try await apply { _ in }
                == "refused: allocation astro-2026 is DELETED; that is final.")
        #expect(try await apply { $0.status = .deleted } == "", "the same file again")
        let amount = try books.su("1")
        for command in [
            Command.grant(.init(allocation: "astro-2026", amount: amount)),
            .withdraw(.init(allocation: "astro-2026", amount: amount)),
            .refund(.init(job: "7")),
        ] {
            #expect(
                try await books.answer(to: command)
                    == "refused: allocation astro-2026 is DELETED; that is final.")
        }
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `with an open hold it is refused, and may be made INACTIVE`() async throws {
        _ = try await books.perform(.admit(.small(token: "A", cpus: 10)), id: "A")
        let before = books.store.tip.seq
        #expect(
            try await apply { $0.status = .deleted }
                == "refused: allocation astro-2026 has 1 open hold with 6.00 SU in all; see atoll "
                + "holds --allocation astro-2026. Make it INACTIVE and delete it when they are "
                + "gone.")
        #expect(books.store.tip.seq == before)
        _ = try await apply { $0.status = .inactive }
        _ = try await books.perform(.void(cluster: "reef", token: "A"))
        #expect(try await apply { $0.status = .deleted }.contains("100.00 SU withdrawn"))
        books.stopAndRemove()
    }

    @Test func `a late charge of a run that was known still posts`() async throws {
        let t0 = books.clock.now
        // A run whose hold is nothing: its allocation may be deleted before its charge comes.
        let seen = JobObservation.small(job: 9, token: nil, at: t0)
            .run(submit: t0, start: t0, cpus: 10, seconds: 0)
        _ = try await books.perform(.observe(seen))
        #expect(try await apply { $0.status = .deleted }.contains("1 open hold with 0.00 SU"))
        let ended = JobObservation.small(job: 9, token: nil, at: t0)
            .run(submit: t0, start: t0, end: t0.advanced(bySeconds: 60), cpus: 10)
        _ = try await books.perform(.observe(ended))
        #expect(try await apply { $0.status = .deleted }.contains("94.00 SU withdrawn"))
        // History shows one more run of it: it goes where the job's claim is.
        var late = JobObservation.small(job: 9, token: nil, at: t0)
            .run(
                submit: t0.advanced(bySeconds: 70), start: t0.advanced(bySeconds: 80),
                end: t0.advanced(bySeconds: 90), cpus: 10)
        late.showsPending = false
        late.runs.append(ended.runs[0])
        _ = try await books.perform(.observe(late))
        #expect(
            try books.lotLines() == [
                "overdraft: available -1.00 charged 1.00", "2 open: charged 6.00 withdrawn 94.00",
            ])
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `another end and DELETED at once withdraw once`() async throws {
        let answer = try await apply {
            $0.status = .deleted
            $0.window = Interval(
                start: $0.window.start, end: try Instant(parsing: "2028-01-01"))!
        }
        #expect(answer.contains("100.00 SU withdrawn"))
        #expect(try books.lotLines() == ["2 open: withdrawn 100.00"])
        #expect(books.bank.quarantined.isEmpty)
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `one that is DELETED from the start is given nothing`() async throws {
        let books = try TestBank()
        var site = try Site.small()
        site.projects[0].allocations[0].status = .deleted
        _ = try await books.perform(.apply(site, backdate: false))
        #expect(try books.lotLines() == [])
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
        self.books.stopAndRemove()
    }

    // MARK: One pool

    /// A second allocation of the project for July, while the first is of the first half-year.
    private func two(_ change: (inout [SiteAllocation]) throws -> Void) throws -> Site {
        var site = try Site.small()
        let first = site.projects[0].allocations[0]
        var second = first
        second.name = "astro-late"
        let july = try Instant(parsing: "2026-07-01")
        var both = [first, second]
        both[0].window = Interval(start: first.window.start, end: july)!
        both[1].window = Interval(start: july, end: first.window.end)!
        try change(&both)
        site.projects[0].allocations = both
        return site
    }

    struct Overlap: CustomTestStringConvertible {
        let name: String
        let before: @Sendable (inout [SiteAllocation]) throws -> Void
        let after: @Sendable (inout [SiteAllocation]) throws -> Void
        let isRefused: Bool
        var testDescription: String { name }
    }

    private static let wholeYear: @Sendable (inout [SiteAllocation]) throws -> Void = {
        $0[0].window = Interval(
            start: try Instant(parsing: "2026-01-01"), end: try Instant(parsing: "2027-01-01"))!
    }

    static let overlaps: [Overlap] = [
        Overlap(
            name: "an extension over the next one", before: { _ in }, after: wholeYear,
            isRefused: true),
        Overlap(
            name: "an extension over one that is INACTIVE",
            before: { $0[1].status = .inactive },
            after: {
                $0[1].status = .inactive
                try wholeYear(&$0)
            }, isRefused: true),
        Overlap(
            name: "an extension over one that is DELETED",
            before: { $0[1].status = .deleted },
            after: {
                $0[1].status = .deleted
                try wholeYear(&$0)
            }, isRefused: false),
        Overlap(
            name: "a reactivation where the other grew while it was INACTIVE",
            before: {
                $0[1].status = .inactive
                $0[1].clusters = ["lagoon"]
                try wholeYear(&$0)
            }, after: wholeYear, isRefused: true),
        Overlap(
            name: "more resources covered than before",
            before: {
                try wholeYear(&$0)
                $0[0].resources = ["GPU"]
                $0[1].resources = ["CPU"]
            },
            after: {
                try wholeYear(&$0)
                $0[0].resources = nil
                $0[1].resources = ["CPU"]
            }, isRefused: true),
        Overlap(
            name: "both change at once, and part",
            before: { _ in },
            after: { both in
                let august = try Instant(parsing: "2026-08-01")
                both[0].window = Interval(start: both[0].window.start, end: august)!
                both[1].window = Interval(start: august, end: both[1].window.end)!
            }, isRefused: false),
        Overlap(
            name: "two change places",
            before: { _ in },
            after: { (both: inout [SiteAllocation]) in
                (both[0].window, both[1].window) = (both[1].window, both[0].window)
            }, isRefused: false),
    ]

    @Test(arguments: overlaps)
    func `two allocations for the same are refused whenever they come to be so`(
        row: Overlap
    ) async throws {
        let books = try TestBank()
        func site(_ change: (inout [SiteAllocation]) throws -> Void) throws -> Site {
            var site = try two(change)
            site.clusters.append(SiteCluster(name: "lagoon"))
            var gpu = site.resources[0]
            (gpu.name, gpu.tres) = ("GPU", TRESName("gres/gpu"))
            site.resources.append(gpu)
            return site
        }
        #expect(
            try await books.refusal(of: .apply(site(row.before), backdate: false)) == nil)
        let before = books.store.tip.seq
        let refusal = try await books.refusal(of: .apply(site(row.after), backdate: false))
        #expect((refusal != nil) == row.isRefused)
        if row.isRefused {
            #expect(refusal?.text.contains("overlaps") == true)
            #expect(books.store.tip.seq == before)
        }
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
        self.books.stopAndRemove()
    }

    // MARK: Overdraft and expiry

    @Test func `the overdraft limit widens the pool and narrows it again, never a charge`()
        async throws
    {
        let ask = Command.admit(.small(token: "A", cpus: 180))  // 108 SU
        #expect(try await books.refusal(of: ask) != nil)
        _ = try await apply { $0.overdraftLimit = ServiceUnits(microSU: 8_000_000) }
        #expect(try await books.refusal(of: ask) == nil)
        #expect(
            try books.lotLines()
                == ["overdraft: available -8.00 held 8.00", "2 open: held 100.00"])
        _ = try await apply { $0.overdraftLimit = .zero }
        #expect(
            try await books.answer(to: .admit(.small(token: "B"))).hasPrefix("refused"))
        let t0 = books.clock.now
        let ended = JobObservation.small(job: 7, token: "A", at: t0)
            .run(submit: t0, start: t0, end: t0.advanced(bySeconds: 60), cpus: 180)
        _ = try await books.perform(.observe(ended))
        #expect(
            try books.lotLines()
                == ["overdraft: available -8.00 charged 8.00", "2 open: charged 100.00"])
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `a member's cap stays as it is, however wide the overdraft`() async throws {
        _ = try await apply { $0.overdraftLimit = ServiceUnits(microSU: 500_000_000) }
        #expect(
            try await books.answer(to: .admit(.small(token: "A", user: "ben", cpus: 9)))
                .contains("5.00 SU are left of your own cap"))
        books.stopAndRemove()
    }

    @Test func `the soonest-ending lot is drawn first, whatever came first`() async throws {
        try await books.grant("10", seconds: 300)
        try await books.grant("10", seconds: 200)
        try await books.charge(job: 7, cpus: 25)  // 15
        #expect(
            try books.lotLines() == [
                "2 open: available 100.00", "3 open: available 5.00 charged 5.00",
                "4 open: charged 10.00",
            ])
        books.clock.advance(bySeconds: 300)
        _ = try await books.perform(.tick)
        #expect(
            try books.lotLines() == [
                "2 open: available 100.00", "3 ended: charged 5.00 expired 5.00",
                "4 ended: charged 10.00",
            ])
        books.stopAndRemove()
    }

    @Test func `of two that end together the older is drawn first`() async throws {
        try await books.grant("10", seconds: 300)
        try await books.grant("10", seconds: 300)
        try await books.charge(job: 7, cpus: 10)
        #expect(try books.lotLines()[1] == "3 open: available 4.00 charged 6.00")
        books.stopAndRemove()
    }
}
