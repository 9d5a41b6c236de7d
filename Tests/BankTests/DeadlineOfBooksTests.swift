/// The same question put to real books: with their rates, coverage and holds.

import Bank
import Books
import Ledger
import Rates
import Registry
import Store
import TestKit
import Testing
import Units

@Suite(.takingTurns) struct DeadlineOfBooksTests {
    let books: TestBank
    init() async throws {
        books = try TestBank()
        var site = try Site.small()
        let change = books.clock.now.advanced(bySeconds: 1_000)
        let year = site.resources[0].rates[0].window
        site.resources[0].rates = [
            SiteRate(
                suPerHour: try Rational(parsing: "36"),
                window: Interval(start: year.start, end: change)!),
            // The last rate ends soon; a hold that outruns it goes on at it.
            SiteRate(
                suPerHour: try Rational(parsing: "72"),
                window: Interval(start: change, end: change.advanced(bySeconds: 10))!),
        ]
        var gpu = site.resources[0]
        (gpu.name, gpu.type, gpu.tres) = ("GPU", "GPU", TRESName("gres/gpu"))
        site.resources.append(gpu)
        site.projects[0].allocations[0].resources = ["CPU"]
        _ = try await books.perform(.apply(site, backdate: false), id: "apply")
    }

    private func ask(
        _ tres: String, cluster: String? = nil, from seconds: Int64 = 0,
        allocation: String = "astro-2026"
    ) throws -> String {
        let tip = books.bank.picture.tip
        let name = tip.registry.allocation(named: allocation) == nil ? "astro-2026" : allocation
        let pool = Pool(
            allocation: try books.allocation(name).id.number, overdraftLimit: .zero,
            lots: try books.store.lots(of: books.allocation(name).id))
        let request = DeadlineRequest(
            allocation: allocation, cluster: cluster, footprint: try TRESCounts(parsing: tres),
            partition: "cpu", from: books.clock.now.advanced(bySeconds: seconds))
        do {
            let found = try tip.registry.deadline(
                request, of: pool, card: tip.card, at: books.clock.now)
            let after = found.until?.seconds(since: books.clock.now)
            return "\(found.reason.rawValue) after \(after.map(String.init) ?? "ever"), "
                + "cost \(found.cost)"
        } catch {
            return "refused: \(error.text)"
        }
    }

    @Test func `rates that change are split at their second, and the last goes on`() throws {
        // 4 CPUs: 0.04 SU a second for 1000 s are 40; then 0.08: 60 more are 750 s.
        #expect(try ask("cpu=4") == "used_up after 1750, cost 100.00")
        // The same from half an hour on: at 0.08 alone.
        #expect(try ask("cpu=4", from: 1_005) == "used_up after 2255, cost 100.00")
        // What nothing rates is free.
        #expect(try ask("cpu=4,mem=256G,node=1") == "used_up after 1750, cost 100.00")
        #expect(try ask("mem=256G").hasPrefix("allocation_ends after "))
        books.stopAndRemove()
    }

    @Test func `it is what a hold of that length would cost, and one second more doesn't fit`()
        async throws
    {
        let held = Command.admit(.small(token: "A", cpus: 4, seconds: 1_750))
        let short = Command.admit(.small(token: "B", cpus: 4, seconds: 1_751))
        #expect(try await books.refusal(of: short) != nil)
        #expect(try await books.refusal(of: held) == nil)
        #expect(try ask("cpu=4") == "used_up after 0, cost 0.00", "what is held is gone")
        books.stopAndRemove()
    }

    @Test(
        arguments: [
            ("gres/gpu=1", nil, 0, "astro-2026", "allocation astro-2026 does not cover GPU."),
            ("cpu=1", "lagoon", 0, "astro-2026", "allocation astro-2026 has no cluster lagoon."),
            (
                "cpu=0", nil, 0, "astro-2026",
                "a footprint has more than nothing, such as cpu=64,mem=256G."
            ),
            (
                "cpu=1", nil, 366 * 86_400, "astro-2026",
                "allocation astro-2026 is valid 2026-01-01T00:00:00Z … 2027-01-01T00:00:00Z only."
            ),
            (
                "cpu=1", nil, 2_000, "astro-2026",
                "CPU has no rate in force now. Ask an operator to set one."
            ),
            ("cpu=1", nil, 0, "x", "there is no allocation x."),
        ] as [(String, String?, Int64, String, String)])
    func `what can't be answered is refused`(
        tres: String, cluster: String?, from: Int64, allocation: String, refusal: String
    ) throws {
        #expect(
            try ask(tres, cluster: cluster, from: from, allocation: allocation)
                == "refused: \(refusal)")
        books.stopAndRemove()
    }
}
