import Bank
import Books
import Ledger
import Registry
import Store
import TestKit
import Testing
import Units

/// A start that is asked about before, after, without a poll, twice, or with its answer lost: the
/// books end the same.
@Suite struct StartDisorderTests {
    static let root = Asker(userName: "root", isOperator: true)
    static let allocation = Edit.Thing.allocation(.init(name: "astro-2026"))

    enum Step: String, CaseIterable {
        case ask, seenWaiting, seenRunning, seenEnded
    }

    /// Every order of asking among what polls show, with repeats.
    static let stories: [[Step]] = [
        [.seenWaiting, .seenRunning, .seenEnded],
        [.ask, .seenEnded],
        [.ask, .seenWaiting, .seenRunning, .seenEnded],
        [.seenWaiting, .ask, .seenRunning, .seenEnded],
        [.seenWaiting, .seenRunning, .ask, .seenEnded],
        [.seenRunning, .ask, .ask, .seenRunning, .seenEnded, .seenEnded],
        [.ask, .ask, .seenEnded, .ask],
        [.seenEnded, .ask, .seenRunning],
        [.ask, .seenEnded, .seenRunning, .seenWaiting],
    ]

    @Test(arguments: stories)
    func `in whatever order, one share and one charge`(story: [Step]) async throws {
        let books = try TestBank()
        _ = try await books.perform(.apply(.small(), backdate: false), id: "apply")
        _ = try await books.perform(.admit(.small(token: "A", cpus: 10)), id: "A")
        let t0 = books.clock.now
        let (start, end) = (t0.advanced(bySeconds: 5), t0.advanced(bySeconds: 18))
        func seen(_ seconds: Int64) -> JobObservation {
            .small(job: 7, token: "A", at: t0.advanced(bySeconds: seconds))
        }
        let ask = StartRequest.small(job: 7, token: "A", cpus: 12, submit: t0, at: start)
        for step in story {
            switch step {
            case .ask: #expect(try await books.start(ask).hasPrefix("yes"))
            case .seenWaiting: _ = try await books.perform(.observe(seen(2).pending(cpus: 10)))
            case .seenRunning:
                _ = try await books.perform(
                    .observe(seen(8).run(submit: t0, start: start, cpus: 12)))
            case .seenEnded:
                _ = try await books.perform(
                    .observe(seen(20).run(submit: t0, start: start, end: end, cpus: 12)))
            }
            let held = try books.figures().held.description
            #expect(["6.00", "7.20", "0.00"].contains(held), "\(step): \(held)")
        }
        #expect(
            try books.figures().description
                == "granted 100.00 available 98.44 held 0.00 charged 1.56")
        #expect(try books.store.openHolds().isEmpty)
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `what a poll saw first is refused all the same while its credit is not there`()
        async throws
    {
        let books = try TestBank()
        _ = try await books.perform(.apply(.small(grant: "7"), backdate: false), id: "apply")
        _ = try await books.perform(.admit(.small(token: "A", cpus: 10)), id: "A")
        let t0 = books.clock.now
        _ = try await books.perform(
            .observe(
                .small(job: 7, token: "A", at: t0).run(submit: t0, start: t0, cpus: 20)))
        #expect(try books.figures().available.description == "-5.00")
        let ask = StartRequest.small(job: 7, token: "A", cpus: 20, submit: t0, at: t0)
        #expect(
            try await books.start(ask).hasPrefix(
                "this job may cost 12.00 SU, 7.00 SU are available in astro-2026"))
        books.stopAndRemove()
    }

    @Test func `a refused start that came back into the queue costs nothing and keeps its hold`()
        async throws
    {
        let books = try TestBank()
        _ = try await books.perform(.apply(.small(), backdate: false), id: "apply")
        _ = try await books.perform(.admit(.small(token: "A", cpus: 10)), id: "A")
        _ = try await books.perform(.edit(Edit(.disable, Self.allocation), by: Self.root))
        let t0 = books.clock.now
        let ask = StartRequest.small(job: 7, token: "A", cpus: 10, submit: t0, at: t0)
        #expect(try await books.start(ask) == "allocation astro-2026 is INACTIVE.")
        // The answer was lost: the hook asks again and is told the same, recorded once.
        let before = books.store.tip.seq
        #expect(try await books.start(ask) == "allocation astro-2026 is INACTIVE.")
        #expect(books.store.tip.seq == before)
        // A poll saw it run for a moment, slurmdbd has a row of two seconds.
        let t2 = t0.advanced(bySeconds: 2)
        _ = try await books.perform(
            .observe(.small(job: 7, token: "A", at: t0).run(submit: t0, start: t0, cpus: 10)))
        _ = try await books.perform(
            .observe(
                .small(job: 7, token: "A", at: t2).pending(cpus: 10)
                    .run(submit: t0, start: t0, end: t2, cpus: 10, state: "REQUEUED")))
        #expect(
            try books.figures().description
                == "granted 100.00 available 94.00 held 6.00 charged 0.00")
        // Let go, it runs and is charged; the same job id, a submission of its own.
        _ = try await books.perform(.edit(Edit(.enable, Self.allocation), by: Self.root))
        _ = try await books.perform(
            .start(.settle(cluster: "reef", jobID: 7, .over(because: "let go"))))
        let t9 = t0.advanced(bySeconds: 9)
        let again = StartRequest.small(job: 7, token: "A", cpus: 10, submit: t2, at: t9)
        #expect(try await books.start(again) == "yes 6.00 of astro-2026")
        let end = t9.advanced(bySeconds: 10)
        _ = try await books.perform(
            .observe(
                .small(job: 7, token: "A", at: end)
                    .run(submit: t2, start: t9, end: end, cpus: 10, state: "REQUEUED")))
        #expect(try books.figures().charged.description == "1.00", "what ran is charged")
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `what was refused and runs all the same is charged`() async throws {
        let books = try TestBank()
        _ = try await books.perform(.apply(.small(), backdate: false), id: "apply")
        _ = try await books.perform(.admit(.small(token: "A", cpus: 10)), id: "A")
        _ = try await books.perform(.edit(Edit(.disable, Self.allocation), by: Self.root))
        let t0 = books.clock.now
        let ask = StartRequest.small(job: 7, token: "A", cpus: 10, submit: t0, at: t0)
        #expect(try await books.start(ask) == "allocation astro-2026 is INACTIVE.")
        _ = try await books.perform(
            .start(.settle(cluster: "reef", jobID: 7, .over(because: "it runs"))))
        let end = t0.advanced(bySeconds: 10)
        _ = try await books.perform(
            .observe(
                .small(job: 7, token: "A", at: end)
                    .run(submit: t0, start: t0, end: end, cpus: 10)))
        #expect(
            try books.figures().description
                == "granted 100.00 available 99.00 held 0.00 charged 1.00")
        #expect(try books.heldBack(7) == "over status: it runs")
        books.stopAndRemove()
    }

    @Test func `why a job is held back changes with what stands against it`() async throws {
        let books = try TestBank()
        _ = try await books.perform(.apply(.small(grant: "6"), backdate: false), id: "apply")
        _ = try await books.perform(.admit(.small(token: "A", cpus: 10)), id: "A")
        _ = try await books.perform(.edit(Edit(.disable, Self.allocation), by: Self.root))
        let t0 = books.clock.now
        let ask = StartRequest.small(job: 7, token: "A", cpus: 20, submit: t0, at: t0)
        _ = try await books.start(ask)
        _ = try await books.perform(.start(.settle(cluster: "reef", jobID: 7, .held)))
        _ = try await books.perform(.edit(Edit(.enable, Self.allocation), by: Self.root))
        #expect(try await books.review(ask).hasPrefix("this job may cost 12.00 SU"))
        #expect(try books.heldBack(7) == "held credit")
        let before = books.store.tip.seq
        _ = try await books.review(ask)
        #expect(books.store.tip.seq == before, "no news, no entry")
        let again = try books.reopened()
        #expect(try again.heldBack(7) == "held credit", "also after a restart")
        #expect(try again.store.verify().finding == nil)
        again.stopAndRemove()
    }
}
