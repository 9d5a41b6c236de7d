import Bank
import Books
import Ledger
import Rates
import Registry
import Store
import TestKit
import Testing
import Units

@Suite struct ApplyTests {
    struct Row: CustomTestStringConvertible {
        let name: String
        let change: @Sendable (inout Site) throws -> Void
        /// What is changed, or the refusal.
        let answer: String
        var testDescription: String { name }
    }

    static let rows: [Row] = [
        Row(name: "nothing", change: { _ in }, answer: ""),
        Row(
            name: "a member's cap", change: { $0.projects[0].allocations[0].members[0].cap = nil },
            answer: "change member ben of astro-2026: cap 5.00 SU → none"),
        Row(
            name: "another first grant",
            change: { $0.projects[0].allocations[0].initial = ServiceUnits(microSU: 1) },
            answer:
                "refused: allocation astro-2026 was made with 100.00 SU and not with 0.000001. "
                + "What was granted stays; more comes with: atoll grant astro-2026 AMOUNT "
                + "--reason …"),
        Row(
            name: "another price for what was",
            change: { $0.resources[0].rates[0].suPerHour = .one },
            answer: "refused: resource CPU: from 2026-01-01T00:00:00Z on the books have 36, here "
                + "it is 1; this changes what it cost before 2026-06-01T00:00:00Z. Write here what "
                + "the books have until now (atoll rate list --all) and let the new one begin "
                + "later, or say --backdate."),
        Row(
            name: "another price from now on",
            change: { site in
                let rate = site.resources[0].rates[0]
                let now = try Instant(parsing: "2026-06-01T00:00:00Z")
                site.resources[0].rates = [
                    SiteRate(
                        suPerHour: rate.suPerHour,
                        window: Interval(start: rate.window.start, end: now)!),
                    SiteRate(
                        suPerHour: .one, window: Interval(start: now, end: rate.window.end)!),
                ]
            },
            answer: """
                change rate CPU: 36 SU/h, 2026-01-01T00:00:00Z … 2027-01-01T00:00:00Z: superseded
                add rate CPU: 36 SU/h, 2026-01-01T00:00:00Z … 2026-06-01T00:00:00Z
                add rate CPU: 1 SU/h, 2026-06-01T00:00:00Z … 2027-01-01T00:00:00Z
                """),
        Row(
            name: "another TRES under the same name", change: { $0.resources[0].tres = .node },
            answer: "refused: resource CPU counts cpu in another scope already; what a resource is "
                + "does not change. Give the new one a name of its own."),
        Row(
            name: "two allocations for the same resource",
            change: { site in
                var second = site.projects[0].allocations[0]
                second.name = "astro-second"
                site.projects[0].allocations.append(second)
            },
            answer: "refused: allocation astro-second overlaps astro-2026 on reef for every "
                + "resource, 2026-01-01T00:00:00Z … 2027-01-01T00:00:00Z."),
        Row(
            name: "a resource that is not there",
            change: { $0.projects[0].allocations[0].resources = ["TPU"] },
            answer: "refused: allocation astro-2026: there is no resource TPU."),
        Row(
            name: "an organisation that is not there",
            change: { $0.projects[0].organisation = "X" },
            answer: "refused: project astro: there is no organisation X."),
        Row(
            name: "a second project takes the account",
            change: {
                $0.projects.append(SiteProject(name: "bio", accounts: ["astro"], allocations: []))
            },
            answer: """
                add project bio: status ACTIVE
                change account astro: charges to project bio, before to astro
                """),
    ]

    @Test(arguments: rows)
    func `only what differs is changed, or nothing at all`(row: Row) async throws {
        let books = try TestBank()
        let site = try Site.small()
        _ = try await books.perform(.apply(site, backdate: false), id: "first")
        let before = books.store.tip.seq
        var changed = site
        try row.change(&changed)
        let answer = try await answer(of: changed, by: books)
        if answer.hasPrefix("refused") { #expect(books.store.tip.seq == before) }
        #expect(answer == row.answer)
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    /// The changes a line each, or the refusal; the same site again changes nothing.
    private func answer(of site: Site, by books: TestBank) async throws -> String {
        do {
            let outcome = try await books.perform(.apply(site, backdate: false), id: "second")
            guard case .applied(let changes) = outcome else { return "\(outcome)" }
            let takesAccount = changes.contains { $0.what == "account" && $0.action == .change }
            if !takesAccount {
                let again = try await books.perform(.apply(site, backdate: false), id: "third")
                #expect(again == .applied([]))
            }
            return changes.map { "\($0.action.rawValue) \($0.what) \($0.name): \($0.detail)" }
                .joined(separator: "\n")
        } catch BankError.refused(let refusal) {
            return "refused: \(refusal.text)"
        }
    }

    @Test func `people of a site are known beside the journal, once`() async throws {
        let books = try TestBank()
        var site = try Site.small()
        site.organisations = [SiteOrganisation(name: "uni")]
        site.users = [SiteUser(name: "ben", fullName: "Ben B.", organisation: "uni")]
        _ = try await books.perform(.apply(site, backdate: false), id: "first")
        let ben = try #require(try books.store.people().values.first { $0.name == "ben" })
        #expect(ben.fullName == "Ben B." && ben.mail == nil && ben.organisation != nil)
        #expect(
            try await books.perform(.apply(site, backdate: false), id: "second") == .applied([]))
        let before = books.store.tip.seq
        site.users[0].mail = "ben@reef.org"
        #expect(
            try await books.perform(.apply(site, backdate: false), id: "third")
                == .applied([.init(.change, "user", "ben", "mail")]))
        #expect(books.store.tip.seq == before, "nothing of it stands in the journal")
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `a run that crosses a change of price is charged by both`() async throws {
        let books = try TestBank()
        let now = books.clock.now
        var site = try Site.small()
        let window = site.resources[0].rates[0].window
        let change = now.advanced(bySeconds: 10)
        site.resources[0].rates = [
            SiteRate(
                suPerHour: try Rational(parsing: "36"),
                window: Interval(start: window.start, end: change)!),
            SiteRate(
                suPerHour: try Rational(parsing: "72"),
                window: Interval(start: change, end: window.end)!),
        ]
        _ = try await books.perform(.apply(site, backdate: false), id: "site")
        _ = try await books.perform(.admit(.small(token: "A", cpus: 1, seconds: 60)), id: "A")
        // 10 s at 0.01 SU and 50 s at 0.02 SU.
        #expect(try books.figures().held.description == "1.10")
        let job = JobObservation.small(job: 7, token: "A", at: now)
            .run(submit: now, start: now, end: now.advanced(bySeconds: 15))
        _ = try await books.perform(.observe(job))
        #expect(try books.figures().charged.description == "0.20")
        books.stopAndRemove()
    }
}
