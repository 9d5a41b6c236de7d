/// A restart changes nothing: what is read back decides as what was in memory did.

import Bank
import Books
import Ledger
import Rates
import Registry
import TestKit
import Testing
import Units

@Suite struct RestartTests {
    let books: TestBank
    init() async throws {
        books = try TestBank()
        _ = try await books.perform(.apply(.small(), backdate: false), id: "apply")
    }

    /// Two allocations, one for CPUs and one for GPUs, of which the first was changed last.
    @Test func `a job that no allocation covers is adopted by the same one after a restart`()
        async throws
    {
        var site = try Site.small()
        let cpu = site.resources[0]
        site.resources.append(
            SiteResource(
                name: "GPU", type: "GPU", tres: TRESName("gres/gpu"), scope: .everywhere,
                rates: cpu.rates))
        let year = site.projects[0].allocations[0].window
        var first = SiteAllocation(
            name: "geo-cpu", clusters: ["reef"], initial: try ServiceUnits(parsing: "10"),
            window: year)
        first.resources = ["CPU"]
        var second = first
        (second.name, second.resources) = ("geo-gpu", ["GPU"])
        site.projects.append(
            SiteProject(name: "geo", accounts: ["geo"], allocations: [first, second]))
        _ = try await books.perform(.apply(site, backdate: false), id: "geo")
        site.projects[1].allocations[0].overdraftLimit = ServiceUnits(microSU: 1)
        _ = try await books.perform(.apply(site, backdate: false), id: "limit")
        let again = try books.reopened()
        var job = JobObservation.small(job: 7, token: nil, at: books.clock.now).pending()
        job.accountLineage = ["geo"]
        job.pending?.footprint[TRESName("gres/gpu")] = 1
        _ = try await again.perform(.observe(job))
        #expect(try again.figures("geo-cpu").held.microSU == 1_200_000)
        #expect(try again.figures("geo-gpu").held == .zero)
        again.stopAndRemove()
    }
}
