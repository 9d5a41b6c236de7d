/// Corrections: a run is restated by its record; only the difference is posted (money.md 4).

import Bank
import Books
import Ledger
import Rates
import Registry
import Store
import TestKit
import Testing
import Units

@Suite struct CorrectionTests {
    let books: TestBank
    init() async throws {
        books = try TestBank()
        _ = try await books.perform(.apply(.small(), backdate: false), id: "apply")
    }

    /// Job 7 with 10 CPUs: 0.1 SU a second.
    private func record(
        _ start: Instant, seconds: Int64, cpus: Int64 = 10, account: String = "astro",
        job: Int64 = 7, state: String = "COMPLETED", free: String? = nil
    ) -> Correction {
        var seen = JobObservation.small(job: job, token: "others write here", at: books.clock.now)
            .run(
                submit: start, start: start, end: start.advanced(bySeconds: seconds), cpus: cpus,
                state: state)
        seen.accountLineage = [account]
        seen.runs[0].freeBecause = free
        return Correction(seen)
    }

    private func correct(_ correction: Correction) async throws -> Corrected {
        guard case .corrected(let done) = try await books.perform(.correct(correction)) else {
            throw Missing()
        }
        return done
    }

    private struct Missing: Error {}

    private func su(_ units: Int64) -> ServiceUnits { ServiceUnits(microSU: units * 1_000_000) }

    private func isSound() throws {
        #expect(try books.store.verify().finding == nil)
        #expect(books.bank.quarantined.isEmpty)
        books.stopAndRemove()
    }

    @Test(
        arguments: [
            // seconds in slurmdbd | charged then | what is left | the statement's last line
            (90, 9, "91.00", "correction -3.00"),
            (30, 3, "97.00", "correction 3.00"),
            (2_000, 200, "overdraft", "correction"),
        ] as [(Int64, Int64, String, String)])
    func `only the difference is posted, once`(
        seconds: Int64, charged: Int64, left: String, line: String
    ) async throws {
        let start = books.clock.now
        try await books.charge(job: 7, cpus: 10)
        let done = try await correct(record(start, seconds: seconds))
        #expect(done.before == su(6) && done.after == su(charged))
        let lots = try books.lotLines().joined(separator: " ")
        #expect(lots.contains(left), "\(lots)")
        #expect(try books.statementLines().contains { $0.hasPrefix(line) })
        let seq = books.store.tip.seq
        #expect(try await correct(record(start, seconds: seconds)).isChanged == false)
        #expect(books.store.tip.seq == seq)
        try isSound()
    }

    @Test func `credit that has just expired pays for what was used while it was valid`()
        async throws
    {
        let start = books.clock.now
        try await books.charge(job: 7, cpus: 10)
        books.clock.advance(bySeconds: 366 * 86_400)
        _ = try await books.perform(.tick)
        #expect(try books.figures().expired == su(94))
        // Longer than it was charged for; and one that nobody saw.
        _ = try await correct(record(start, seconds: 90))
        #expect(try books.figures().expired == su(91))
        _ = try await correct(record(start, seconds: 60, job: 8))
        #expect(try books.figures().expired == su(85))
        #expect(try books.figures().charged == su(15))
        #expect(try books.figures().available == .zero)
        try isSound()
    }

    @Test func `a run that was never seen is charged, and the token is not read`() async throws {
        let start = books.clock.now
        _ = try await books.perform(.admit(.small(token: "others write here", cpus: 10)), id: "a")
        let done = try await correct(record(start, seconds: 60))
        #expect(done.isChanged && done.before == .zero && done.after == su(6))
        #expect(try books.store.openHolds().map(\.claim.state) == [.unclaimed])
        #expect(try await correct(record(start, seconds: 60)).isChanged == false)
        try isSound()
    }

    @Test func `a task that was never seen takes no share of those that wait`() async throws {
        let start = books.clock.now
        let seen = JobObservation.small(job: 7, token: nil, at: start.advanced(bySeconds: 600))
        _ = try await books.perform(.observe(seen.pending(tasks: 3, cpus: 10)))
        let held = try books.figures().held
        var it = record(start, seconds: 60)
        it.observation.runs[0].key = RunKey(cluster: "reef", jobID: 8, submit: start)
        #expect(try await correct(it).after == su(6))
        #expect(try books.figures().held == held)
        #expect(try books.store.openHolds().map(\.claim.outstandingTasks) == [3])
        try isSound()
    }

    @Test func `lowering a charge below what was given back lowers that, in the same entry`()
        async throws
    {
        let start = books.clock.now
        try await books.charge(job: 7, cpus: 10)
        _ = try await books.perform(.refund(RefundRequest(job: "7", amount: try books.su("5"))))
        let done = try await correct(record(start, seconds: 20))
        #expect(done.before == su(6) && done.after == su(2))
        let run = try #require(
            try books.store.runs(named: [RunKey(cluster: "reef", jobID: 7, submit: start)]).values
                .first)
        #expect(run.charged == su(2) && run.refunded == su(2))
        #expect(try books.figures().available == su(100))
        // Compared with what was charged, not with what is left of it.
        let again = try await correct(record(start, seconds: 30))
        #expect(again.before == su(2) && again.after == su(3))
        #expect(try books.figures().available == su(99))
        try isSound()
    }

    @Test func `a run that was given back whole stays so`() async throws {
        let start = books.clock.now
        try await books.charge(job: 7, cpus: 10)
        _ = try await books.perform(.refund(RefundRequest(job: "7")))
        let done = try await correct(record(start, seconds: 600))
        #expect(done.isChanged && done.after == done.before)
        #expect(try books.figures().available == su(100))
        #expect(try await correct(record(start, seconds: 600)).isChanged == false)
        try isSound()
    }

    @Test func `seconds that were charged keep their price, new ones have the newest`()
        async throws
    {
        let start = books.clock.now
        try await books.charge(job: 7, cpus: 10)
        _ = try await books.perform(.apply(.small(rate: "72"), backdate: true), id: "dearer")
        // Twice the price: 60 s at 0.1 and 40 s at 0.2.
        #expect(try await correct(record(start, seconds: 100)).after == su(14))
        try isSound()
    }

    @Test func `fewer seconds go back at the price that they were charged`() async throws {
        let start = books.clock.now
        try await books.charge(job: 7, cpus: 10)
        _ = try await books.perform(.apply(.small(rate: "72"), backdate: true), id: "dearer")
        #expect(try await correct(record(start, seconds: 30)).after == su(3))
        try isSound()
    }

    @Test func `a node that failed after all makes the run free`() async throws {
        let start = books.clock.now
        try await books.charge(job: 7, cpus: 10)
        let done = try await correct(
            record(start, seconds: 60, state: "NODE_FAIL", free: "free: NODE_FAIL"))
        #expect(done.after == .zero && done.remark == "free: NODE_FAIL")
        #expect(try books.figures().available == su(100))
        try isSound()
    }

    @Test func `another project's account takes the charge along`() async throws {
        let start = books.clock.now
        try await books.charge(job: 7, cpus: 10)
        var site = try Site.small()
        var bio = site.projects[0]
        (bio.name, bio.accounts) = ("bio", ["bio"])
        bio.allocations[0].name = "bio-2026"
        bio.allocations[0].members = []
        site.projects.append(bio)
        _ = try await books.perform(.apply(site, backdate: false), id: "bio")
        let done = try await correct(record(start, seconds: 60, account: "bio"))
        #expect(done.allocation == "bio-2026" && done.after == su(6))
        #expect(try books.figures().available == su(100))
        #expect(try books.figures("bio-2026").available == su(94))
        #expect(try await correct(record(start, seconds: 60, account: "bio")).isChanged == false)
        try isSound()
    }

    @Test func `what was refunded in part is not moved, and said to belong elsewhere`()
        async throws
    {
        let start = books.clock.now
        try await books.charge(job: 7, cpus: 10)
        _ = try await books.perform(.refund(RefundRequest(job: "7", amount: try books.su("1"))))
        #expect(
            try await correct(record(start, seconds: 60, account: "bio")).elsewhere
                == "account bio, which has no allocation here")
        #expect(try books.figures().charged == su(5))
        try isSound()
    }

    @Test func `what nobody owned is charged once somebody does`() async throws {
        let start = books.clock.now
        let none = try await correct(record(start, seconds: 60, account: "bio"))
        #expect(none.allocation == nil && none.after == .zero)
        var site = try Site.small()
        site.projects[0].accounts = ["astro", "bio"]
        _ = try await books.perform(.apply(site, backdate: false), id: "bio")
        let done = try await correct(record(start, seconds: 60, account: "bio"))
        #expect(done.allocation == "astro-2026" && done.after == su(6))
        #expect(try await correct(record(start, seconds: 60, account: "bio")).isChanged == false)
        try isSound()
    }

    @Test func `what a person keeps is corrected no more`() async throws {
        let start = books.clock.now
        try await books.charge(job: 7, cpus: 10)
        _ = try await books.perform(.settle(Settlement(job: "7")), id: "keep")
        #expect(try await correct(record(start, seconds: 600)).isChanged == false)
        #expect(try books.figures().charged == su(6))
        try isSound()
    }

    @Test func `a run that goes on in the books alone ends when a person says`() async throws {
        let start = books.clock.now
        let seen = JobObservation.small(job: 7, token: nil, at: start)
        _ = try await books.perform(
            .observe(seen.run(submit: start, start: start, cpus: 10, seconds: 600)))
        #expect(
            try await books.answer(to: .settle(Settlement(job: "7")), id: "s").contains(
                "say with --ended"))
        books.clock.advance(bySeconds: 1_000)
        let end = start.advanced(bySeconds: 100)
        guard
            case .corrected(let done) = try await books.perform(
                .settle(Settlement(job: "7", end: end)), id: "e")
        else { throw Missing() }
        #expect(done.after == su(10))
        #expect(try books.figures().held == .zero)
        #expect(try await correct(record(start, seconds: 0)).isChanged == false)
        try isSound()
    }
}
