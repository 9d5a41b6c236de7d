/// Which card prices a correction, whose it is, and where what it gives back goes.

import Bank
import Books
import Ledger
import Rates
import Registry
import Store
import TestKit
import Testing
import Units

/// CPU at 36 SU an hour; runs of 10 CPUs and 10 GPUs: 0.1 SU a second of each that has a price.
@Suite struct CorrectionPriceTests {
    let books: TestBank
    let start: Instant

    init() throws {
        books = try TestBank()
        start = books.clock.now
    }

    private static let gpu = TRESName("gres/gpu")

    /// Site.small with GPUs; `gpuRate` nil: without a price before August.
    private func site(
        rate: String = "36", gpuRate: String? = nil, isNamed: Bool = true
    ) throws -> Site {
        var site = try Site.small(rate: rate)
        var gpus = site.resources[0]
        (gpus.name, gpus.type, gpus.tres) = ("GPU", "GPU", Self.gpu)
        if let gpuRate {
            gpus.rates[0].suPerHour = try Rational(parsing: gpuRate)
        } else if isNamed {
            gpus.rates[0].window = Interval(
                start: try Instant(parsing: "2026-08-01"), end: gpus.rates[0].window.end)!
        } else {
            gpus.rates = []
        }
        site.resources.append(gpus)
        return site
    }

    private func declare(_ site: Site) async throws {
        // Versions of rates are told apart by the second.
        books.clock.advance(bySeconds: 100)
        _ = try await books.perform(.apply(site, backdate: true))
    }

    /// Job 7 as a record has it.
    private func record(
        seconds: Int64, from begin: Instant? = nil, job: Int64 = 7, account: String = "astro",
        free: String? = nil
    ) -> JobObservation {
        let begin = begin ?? start
        var seen = JobObservation.small(job: job, token: nil, at: books.clock.now)
            .run(submit: begin, start: begin, end: begin.advanced(bySeconds: seconds))
        seen.runs[0].counts = TRESCounts([.cpu: 10, Self.gpu: 10, .node: 1])
        seen.runs[0].freeBecause = free
        seen.accountLineage = [account]
        seen.showsPending = false
        return seen
    }

    private func correct(_ seen: JobObservation) async throws -> Corrected {
        guard case .corrected(let done) = try await books.perform(.correct(Correction(seen)))
        else { throw Missing() }
        return done
    }

    private struct Missing: Error {}

    private func isSound() throws {
        #expect(try books.store.verify().finding == nil)
        #expect(books.bank.quarantined.isEmpty)
        books.stopAndRemove()
    }

    // MARK: The pin

    @Test(arguments: [true, false])
    func `what got its price later is pinned to the card that had it`(hadLaterRate: Bool)
        async throws
    {
        try await declare(site(isNamed: hadLaterRate))
        _ = try await books.perform(.observe(record(seconds: 60)))
        #expect(try books.figures().charged == books.su("6"))
        try await declare(site(gpuRate: "36"))
        #expect(try await correct(record(seconds: 60)).after == books.su("12"))
        // A later change of the record prices all of it as it is charged.
        let longer = try await correct(record(seconds: 63))
        #expect(try longer.after == books.su("12.6") && longer.remark == nil)
        #expect(try await correct(record(seconds: 63)).isChanged == false)
        try isSound()
    }

    @Test func `while there is no price still, the rest keeps its own`() async throws {
        try await declare(site())
        _ = try await books.perform(.observe(record(seconds: 60)))
        try await declare(site(rate: "72"))
        let seq = books.store.tip.seq
        let same = try await correct(record(seconds: 60))
        #expect(try same.after == books.su("6") && same.isChanged == false)
        #expect(same.remark == "unrated: GPU: no rate" && books.store.tip.seq == seq)
        // 60 s at 0.1 and 10 s at 0.2.
        let longer = try await correct(record(seconds: 70))
        #expect(try longer.after == books.su("8") && longer.remark == same.remark)
        try isSound()
    }

    @Test func `a charge that moves keeps the card that it was priced by`() async throws {
        try await declare(.pair())
        _ = try await books.perform(.observe(record(seconds: 60)))
        var dearer = try Site.pair()
        dearer.resources[0].rates[0].suPerHour = try Rational(parsing: "72")
        try await declare(dearer)
        #expect(try await correct(record(seconds: 60, account: "bio")).after == books.su("6"))
        // 60 s at 0.1 and 30 s at 0.2.
        #expect(try await correct(record(seconds: 90, account: "bio")).after == books.su("12"))
        #expect(try books.figures("bio-2026").charged == books.su("12"))
        try isSound()
    }

    // MARK: Where it goes

    @Test func `usage older than any allocation stays unplaced`() async throws {
        var site = try Site.small()
        site.resources[0].rates[0].window = Interval(
            start: try Instant(parsing: "2025-01-01"), end: try Instant(parsing: "2027-01-01"))!
        try await declare(site)
        let old = record(seconds: 60, from: try Instant(parsing: "2025-06-01"))
        let past = ImportedRun(
            facts: old.runs[0], userName: "ada", accountLineage: old.accountLineage)
        _ = try await books.perform(
            .importRuns(ImportBatch(cluster: "reef", runs: [past])))
        let unseen = record(seconds: 60, from: try Instant(parsing: "2025-07-01"), job: 8)
        for seen in [old, unseen, old, unseen] {
            let done = try await correct(seen)
            #expect(done.allocation == nil && done.after == .zero)
        }
        #expect(try books.figures().charged == .zero)
        try isSound()
    }

    @Test func `a charge that has moved can be lowered, and given back where it is`()
        async throws
    {
        try await declare(.pair())
        _ = try await books.perform(.observe(record(seconds: 60)))
        #expect(try await correct(record(seconds: 60, account: "bio")).after == books.su("6"))
        #expect(try await correct(record(seconds: 30, account: "bio")).after == books.su("3"))
        _ = try await books.perform(
            .refund(RefundRequest(job: "7", amount: books.su("1"))), id: "one")
        #expect(try books.figures("bio-2026").available == books.su("48"))
        _ = try await books.perform(.refundJob(JobRefundRequest(job: "7")), id: "rest")
        #expect(try books.figures("bio-2026").available == books.su("50"))
        #expect(try books.figures().available == books.su("100"))
        try isSound()
    }

    /// Of 5 SU of CPUs and 5 SU of GPUs in overdraft lot 3 has paid 6 and lot 4, which ends later, 4.
    private func owing() async throws {
        try await declare(site(gpuRate: "36"))
        try await books.charge(job: 6, cpus: 1_000, seconds: 10)
        _ = try await books.perform(.observe(record(seconds: 50)))
        try await books.grant("6", seconds: 100_000)
        try await books.grant("4", seconds: 200_000)
        #expect(
            try books.lotLines()
                == ["2 open: charged 100.00", "3 open: charged 6.00", "4 open: charged 4.00"])
    }

    @Test func `overdraft that lots have paid returns to each as much as it paid`() async throws {
        try await owing()
        let done = try await correct(record(seconds: 50, free: "free: NODE_FAIL"))
        #expect(done.after == .zero)
        #expect(
            try books.lotLines()
                == ["2 open: charged 100.00", "3 open: available 6.00", "4 open: available 4.00"])
        try isSound()
    }

    @Test func `so it does where the charge moves`() async throws {
        try await owing()
        var pair = try Site.pair()
        pair.resources = try site(gpuRate: "36").resources
        try await declare(pair)
        #expect(try await correct(record(seconds: 50, account: "bio")).after == books.su("10"))
        #expect(
            try books.lotLines()
                == ["2 open: charged 100.00", "3 open: available 6.00", "4 open: available 4.00"])
        try isSound()
    }

    @Test func `so it does where it is priced anew`() async throws {
        try await owing()
        try await declare(site(rate: "18", gpuRate: "18"))
        guard case .rerated(let it) = try await books.perform(.rerate(RunID(2))) else {
            throw Missing()
        }
        #expect(it.isChanged)
        #expect(
            try books.lotLines() == [
                "2 open: charged 100.00", "3 open: available 1.00 charged 5.00",
                "4 open: available 4.00",
            ])
        try isSound()
    }

    // MARK: Whose it is

    @Test(arguments: [("cy", "astro"), ("ada", "bio")])
    func `a job id that was given out again brings nobody else's usage`(
        user: String, account: String
    ) async throws {
        try await declare(.pair())
        var waiting = JobObservation.small(job: 7, token: nil, user: user, at: start)
        waiting.accountLineage = [account]
        _ = try await books.perform(.observe(waiting.pending(tasks: 3)))
        let held = try books.figures().held + books.figures("bio-2026").held
        let done = try await correct(record(seconds: 60))
        #expect(try done.allocation == "astro-2026" && done.after == books.su("6"))
        #expect(try books.store.uses(of: books.allocation().id)["ada"]?.charged == books.su("6"))
        #expect(try books.figures().held + books.figures("bio-2026").held == held)
        try isSound()
    }
}
