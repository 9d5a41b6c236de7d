/// No amount or count that Slurm, a user or an operator can name takes the books beyond 64 bits.

import Bank
import Books
import Ledger
import Registry
import Store
import TestKit
import Testing
import Units

@Suite struct BoundsTests {
    let books: TestBank
    init() async throws {
        books = try TestBank()
        _ = try await books.perform(.apply(.small(), backdate: false), id: "apply")
    }

    @Test func `grants together stay below what one lot may hold`() async throws {
        let half = GrantRequest(
            allocation: "astro-2026", amount: ServiceUnits(microSU: ServiceUnits.lineLimit / 2))
        _ = try await books.perform(.grant(half))
        #expect(try await books.refusal(of: .grant(half)) != nil)
        books.stopAndRemove()
    }

    @Test func `jobs that nobody could pay are held and charged without passing 64 bits`()
        async throws
    {
        let t0 = books.clock.now
        for job in Int64(1)...12 {
            let seen = JobObservation.small(job: job, token: nil, at: t0)
            _ = try await books.perform(
                .observe(seen.pending(tasks: 100_000, cpus: 1_000_000_000)))
        }
        for job in Int64(1)...12 {
            let ran = JobObservation.small(job: job, token: nil, at: t0).run(
                submit: t0, start: t0, end: t0.advanced(bySeconds: 9_000), cpus: 10_000_000_000)
            _ = try await books.perform(.observe(ran))
        }
        #expect(books.bank.quarantined.isEmpty)
        #expect(try books.figures().held == .zero)
        #expect(try books.store.openHolds().isEmpty)
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `a submission of fewer than no CPUs is refused`() async throws {
        guard case .invalid = try await books.refusal(of: .admit(.small(token: "A", cpus: -1)))
        else { return #expect(Bool(false)) }
        books.stopAndRemove()
    }

    @Test func `a run with a huge count of something is read back as it was written`() async throws
    {
        let t0 = books.clock.now
        var job = JobObservation.small(job: 7, token: nil, at: t0)
            .run(submit: t0, start: t0, end: t0.advanced(bySeconds: 1))
        job.runs[0].counts[TRESName("bb/cray")] = 1_125_899_906_842_624
        _ = try await books.perform(.observe(job))
        _ = try await books.perform(.observe(job))
        #expect(books.bank.quarantined.isEmpty)
        #expect(try books.figures().charged.microSU == 10_000)
        books.stopAndRemove()
    }
}
