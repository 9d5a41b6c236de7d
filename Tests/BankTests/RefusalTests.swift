import Bank
import Books
import Foundation
import Ledger
import Rates
import Registry
import Store
import TestKit
import Testing
import Units

/// One row a refusal: what the site says differently, what is asked, what is answered.
@Suite struct RefusalTests {
    struct Row: CustomTestStringConvertible {
        let name: String
        var site: @Sendable (inout Site) throws -> Void = { _ in }
        var asks: @Sendable (inout Admission) throws -> Void = { _ in }
        let answer: String?
        var testDescription: String { name }
    }

    static let rows: [Row] = [
        Row(name: "credit, window, membership: admitted", answer: nil),
        Row(
            name: "an account no project has", asks: { $0.accountLineage = ["chem"] },
            answer:
                "no project has the Slurm account chem. Submit with -A and an account that has one."
        ),
        Row(
            name: "an account whose parent has a project",
            asks: { $0.accountLineage = ["astro_gpu", "astro", "root"] }, answer: nil),
        Row(
            name: "a cluster the project has nothing on", asks: { $0.cluster = "lagoon" },
            answer: "project astro has no allocation on cluster lagoon."),
        Row(
            name: "project INACTIVE", site: { $0.projects[0].status = .inactive },
            answer: "project astro is INACTIVE."),
        Row(
            name: "allocation INACTIVE", site: { $0.projects[0].allocations[0].status = .inactive },
            answer: "allocation astro-2026 is INACTIVE."),
        Row(
            name: "membership INACTIVE",
            site: {
                $0.projects[0].allocations[0].members.append(
                    SiteMember(user: "ada", status: .inactive))
            }, answer: "your membership in astro-2026 is INACTIVE."),
        Row(
            name: "no association", asks: { $0.isAssociated = false },
            answer: "you are not a member of allocation astro-2026. Ask its PI to add you."),
        Row(
            name: "members are listed, and she is not",
            site: { $0.projects[0].allocations[0].membersPolicy = .listed },
            answer: "you are not a member of allocation astro-2026. Ask its PI to add you."),
        Row(
            name: "listed members need no association",
            site: { $0.projects[0].allocations[0].membersPolicy = .listed },
            asks: { ($0.userName, $0.isAssociated) = ("ben", false) }, answer: nil),
        Row(
            name: "it would run past the allocation's end",
            site: { site in
                let window = site.projects[0].allocations[0].window
                site.projects[0].allocations[0].window = Interval(
                    start: window.start, end: try Instant(parsing: "2026-06-01T01:30:00Z"))!
            }, asks: { $0.timeLimitSeconds = 7_200 },
            answer: "allocation astro-2026 ends 2026-06-01T01:30:00Z, before the job could. "
                + "At most 01:30:00 of -t would fit."),
        Row(
            name: "only the start must lie within",
            site: { site in
                let window = site.projects[0].allocations[0].window
                site.projects[0].allocations[0].window = Interval(
                    start: window.start, end: try Instant(parsing: "2026-06-01T00:30:00Z"))!
                site.projects[0].allocations[0].windowPolicy = .start
            }, asks: { $0.timeLimitSeconds = 7_200 }, answer: nil),
        Row(
            name: "a rated resource that is not covered",
            site: { site in
                let rates = site.resources[0].rates
                site.resources.append(
                    SiteResource(
                        name: "GPU", type: "GPU", tres: TRESName("gres/gpu"), scope: .everywhere,
                        rates: rates))
                site.projects[0].allocations[0].resources = ["CPU"]
            },
            asks: {
                $0.options[0].footprint[TRESName("gres/gpu")] = 1
            }, answer: "allocation astro-2026 does not cover GPU."),
        Row(
            name: "another allocation of the project covers it",
            site: { site in
                site.resources.append(
                    SiteResource(
                        name: "GPU", type: "GPU", tres: TRESName("gres/gpu"), scope: .everywhere,
                        rates: site.resources[0].rates))
                site.projects[0].allocations[0].resources = ["CPU"]
                var other = site.projects[0].allocations[0]
                (other.name, other.resources, other.members) = ("astro-gpu", ["GPU"], [])
                site.projects[0].allocations.append(other)
            },
            asks: {
                $0.options[0].footprint[TRESName("gres/gpu")] = 1
            },
            answer: "allocation astro-2026 does not cover GPU; astro-gpu does, but one allocation "
                + "pays for all of a job. Ask an operator for one that covers both."),
        Row(
            name: "no rate in force",
            site: { site in
                let later = try Instant(parsing: "2026-07-01")
                site.resources[0].rates[0].window = Interval(start: later, end: nil)!
            }, answer: "CPU has no rate in force now. Ask an operator to set one."),
        Row(
            name: "exactly all of it",
            asks: {
                $0.options[0].footprint[.cpu] = 100
                $0.timeLimitSeconds = 100
            },
            answer: nil),
        Row(
            name: "one second more",
            asks: {
                $0.options[0].footprint[.cpu] = 100
                $0.timeLimitSeconds = 101
            },
            answer: "this job may cost 101.00 SU, 100.00 SU are available in astro-2026 (granted "
                + "100.00, charged 0.00, held 0.00). At most 00:01:00 of -t would fit."),
        Row(
            name: "the overdraft limit widens the pool",
            site: {
                $0.projects[0].allocations[0].overdraftLimit = ServiceUnits(microSU: 1_000_000)
            },
            asks: {
                $0.options[0].footprint[.cpu] = 100
                $0.timeLimitSeconds = 101
            }, answer: nil),
        Row(
            name: "but never a cap",
            site: {
                $0.projects[0].allocations[0].overdraftLimit = ServiceUnits(microSU: 1_000_000)
            },
            asks: {
                $0.userName = "ben"
                $0.timeLimitSeconds = 501
            },
            answer: "this job may cost 5.01 SU, 5.00 SU are left of your own cap in astro-2026 "
                + "(cap 5.00, used 0.00). At most 00:08:00 of -t would fit."),
        Row(
            name: "an array is priced for all its tasks",
            asks: {
                $0.tasks = 200
                $0.timeLimitSeconds = 60
            },
            answer: "this job may cost 120.00 SU, 100.00 SU are available in astro-2026 (granted "
                + "100.00, charged 0.00, held 0.00). No time limit of a minute or more would fit."),
        Row(
            name: "throttled: only the tasks that may run at once",
            site: { $0.projects[0].allocations[0].holdPolicy = .throttle },
            asks: { ($0.tasks, $0.concurrency, $0.timeLimitSeconds) = (200, 10, 60) }, answer: nil),
        Row(
            name: "a job that costs nothing needs no credit",
            site: { site in
                site.resources[0].rates[0].suPerHour = .zero
                site.projects[0].allocations[0].initial = .zero
            }, answer: nil),
        Row(
            name: "more than can be accounted for",
            asks: { ($0.tasks, $0.timeLimitSeconds) = (1_000_000_000_000, 1_000_000) },
            answer: "the cost of this job's 1000000000000 tasks passes what can be accounted for."),
    ]

    @Test(arguments: rows)
    func `each step of admission owns its refusal`(row: Row) async throws {
        let books = try TestBank()
        var site = try Site.small()
        site.clusters.append(SiteCluster(name: "lagoon"))
        try row.site(&site)
        _ = try await books.perform(.apply(site, backdate: false), id: "site")
        var admission = Admission.small(token: "T")
        admission.options[0].footprint = TRESCounts([.cpu: 1])
        try row.asks(&admission)
        let refusal = try await books.refusal(of: .admit(admission))
        #expect(refusal?.text == row.answer)
        // A quote gives the same answer from the picture, before and after.
        let quoted = books.bank.picture.quote(admission, at: books.clock.now)
        if case .failure(let same) = quoted.answer, row.answer != nil {
            #expect(same.text == row.answer)
        }
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }
}
