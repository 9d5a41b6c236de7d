/// Reservations that are to be made: their credit is held before Slurm is asked.

import Bank
import Books
import Ledger
import Registry
import Store
import TestKit
import Testing
import Units

@Suite struct ReservationPlanTests: ReservationStory {
    let books: TestBank
    let t0: Instant

    init() async throws { (books, t0) = try await Self.begin() }

    @Test func `a plan holds its credit first, is met by what Slurm shows, or goes back`()
        async throws
    {
        func plan(_ end: Int64) -> Command {
            .reservation(
                .plan(
                    .init(
                        cluster: "reef", name: "course", allocation: "astro-2026",
                        facts: facts(60, end, account: nil), charge: .all)))
        }
        let refusal = try await books.refusal(of: plan(2_000))
        #expect(
            refusal?.text.contains("100.00 SU are available") == true, "\(refusal?.text ?? "")")
        _ = try await books.perform(plan(160), id: "one")
        try expect("available 90.00 held 10.00 charged 0.00")
        _ = try await books.perform(
            .reservation(.drop(cluster: "reef", name: "course", because: "Slurm refused it")))
        try expect("available 100.00 held 0.00 charged 0.00")
        _ = try await books.perform(plan(160), id: "two")
        // Slurm reserved half the cores.
        try await see(facts(60, 160, cpus: 5, account: nil), at: 20)
        try expect("available 95.00 held 5.00 charged 0.00")
        try await see(nil, at: 161, last: 159)
        #expect(
            try versions() == ["course 60…60 ended none 0.00", "course 60…160 ended all 5.00"])
        books.stopAndRemove()
    }

    @Test func `a poll that began just before the plan was recorded may show it`() async throws {
        advance(to: 21)
        let plan = ReservationPlan(
            cluster: "reef", name: "course", allocation: "astro-2026",
            facts: facts(22, 122, account: nil), charge: nil)
        _ = try await books.perform(.reservation(.plan(plan)), id: "plan")
        try await see(facts(22, 122, account: nil), at: 20, last: 10)
        #expect(try versions() == ["course 22…122 open idle 0.00"])
        try expect("available 90.00 held 10.00 charged 0.00")
        books.stopAndRemove()
    }

    @Test func `a poll that began before a plan was dropped does not bring it back`() async throws {
        advance(to: 20)
        let plan = ReservationPlan(
            cluster: "reef", name: "course", allocation: "astro-2026",
            facts: facts(60, 160, account: nil), charge: nil)
        _ = try await books.perform(.reservation(.plan(plan)), id: "plan")
        advance(to: 30)
        _ = try await books.perform(
            .reservation(.drop(cluster: "reef", name: "course", because: "it was deleted")))
        try await see(facts(60, 160), at: 25)
        #expect(try versions() == ["course 60…60 ended none 0.00"])
        try expect("available 100.00 held 0.00 charged 0.00")
        // One that is shown later is another one.
        try await see(facts(60, 160), at: 31)
        #expect(try versions().count == 2)
        books.stopAndRemove()
    }
}
