/// What `atoll reservation delete` gives back, and when: a stand-in for scontrol says what Slurm does.

import Bank
import Books
import Estimate
import Ledger
import Logging
import Registry
import Server
import SiteFiles
import Store
import Synchronization
import TestKit
import Testing
import Units
import Wire

@testable import Collector
@testable import atolld

@Suite(.serialized) struct DeletingReservationsTests {
    /// What scontrol is asked, and what it answers to a deletion; nil: done.
    private final class Slurm: Sendable {
        let asked = Mutex<[String]>([])
        let refusal: String?

        init(refusal: String? = nil) { self.refusal = refusal }

        func run(_ words: [String]) throws -> [UInt8] {
            asked.withLock { $0.append(words.joined(separator: " ")) }
            if let refusal { throw GaugeFailure(.failed, refusal) }
            return []
        }
    }

    private func watching(_ test: TestBank, _ slurm: Slurm) throws -> Handler {
        var settings = WatchSettings(
            cluster: "reef", gauge: GaugeCommand(program: "/nonexistent"))
        settings.scontrol.standIn = { try slurm.run($0) }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let collector = Collector(
            [settings], bank: test.bank, books: test.store, logger: logger, clock: { .now })
        return Handler(
            bank: test.bank, store: test.store, collector: collector,
            policy: LivePolicy(try Policy(Settings())), logger: logger)
    }

    private func delete(
        _ handler: Handler, dryRun: Bool = false
    ) async -> (held: String?, text: String) {
        let outcome = await withCheckedContinuation { go in
            let sink = AnswerSink(id: RequestID("d")!) { go.resume(returning: $0.outcome) }
            let asked = Request(
                id: RequestID("d")!,
                .reservation(.init(.delete, name: "course", cluster: "reef", dryRun: dryRun)))
            handler.handle(asked, from: Peer(pid: 1, uid: 0, gid: 0), answer: sink)
        }
        return switch outcome {
        case .done(.reservation(let it)): (it.held.description, it.message)
        case .failed(let error): (nil, error.message)
        default: (nil, "\(outcome)")
        }
    }

    /// 10 cores for 100 seconds, an hour from now.
    private func facts(_ test: TestBank) -> ReservationFacts {
        let start = test.clock.now.advanced(bySeconds: 3_600)
        return ReservationFacts(
            start: start, end: start.advanced(bySeconds: 100),
            counts: TRESCounts([.cpu: 10, .node: 1]), partition: "cpu", charge: .all)
    }

    private func plan(_ test: TestBank) async throws {
        _ = try await test.perform(.apply(.small(), backdate: false), id: "apply")
        _ = try await test.perform(
            .reservation(
                .plan(
                    .init(
                        cluster: "reef", name: "course", allocation: "astro-2026",
                        facts: facts(test), charge: .all))),
            id: "plan")
        #expect(try test.figures().held.description == "10.00")
    }

    @Test func `what was held for one that no poll has shown is available again at once`()
        async throws
    {
        let test = try TestBank()
        defer { test.stopAndRemove() }
        try await plan(test)
        let slurm = Slurm()
        let handler = try watching(test, slurm)
        let tried = await delete(handler, dryRun: true)
        #expect(
            tried.text
                == "reservation course would be deleted; the 10.00 SU held for it would be available "
                + "again (dry run).")
        #expect(try test.figures().held.description == "10.00")
        #expect(slurm.asked.withLock { $0 } == [])

        let done = await delete(handler)
        #expect(
            done.text
                == "reservation course is deleted; the 10.00 SU held for it are available again.")
        #expect(done.held == "0.00")
        #expect(slurm.asked.withLock { $0 } == ["delete ReservationName=course"])
        #expect(
            try test.figures().description
                == "granted 100.00 available 100.00 held 0.00 charged 0.00")
        #expect(await delete(handler).text == "reef has no reservation course.")
        #expect(try test.store.verify().finding == nil)
    }

    @Test func `it is given back where Slurm never made it, and only there`() async throws {
        for (why, back) in [
            ("Error deleting the reservation: Requested reservation is invalid", true),
            ("Unable to contact slurm controller (connect failure)", false),
        ] {
            let test = try TestBank()
            defer { test.stopAndRemove() }
            try await plan(test)
            let done = await delete(try watching(test, Slurm(refusal: why)))
            #expect((done.held != nil) == back, "\(done.text)")
            #expect(try test.figures().held.description == (back ? "0.00" : "10.00"))
        }
    }

    @Test func `what a poll has shown stays held until the next one misses it`() async throws {
        let test = try TestBank()
        defer { test.stopAndRemove() }
        try await plan(test)
        var seen = ReservationObservation(
            cluster: "reef", name: "course", shown: facts(test), at: test.clock.now)
        seen.lastShownAt = nil
        _ = try await test.perform(.reservation(.observe(seen)))
        let done = await delete(try watching(test, Slurm()))
        #expect(done.held == "10.00" && done.text.contains("goes back at the next poll"))
        #expect(try test.figures().held.description == "10.00")
    }
}
