/// Several clusters in one call of `reconcile`, of which one can't be reached; and the last pass told
/// again.

import Bank
import Books
import Estimate
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

@Suite(.serialized) struct ClusterAwayTests {
    typealias Daemon = MoneyAccessTests.Daemon

    /// When the one run ended, a day ago.
    private static let end = Instant.now.epochSeconds - 90_000

    /// slurmdbd's rows of one cluster: a run of nobody's.
    private static func answer(_ words: [String], _ cluster: String) -> [UInt8] {
        let header = "JobID|JobIDRaw|User|Account|Partition|Submit|Start|End|State|AllocTRES"
        var lines: [String] =
            switch words[0] {
            case "diag": ["Key|Value", "DBDAgentQueueSize|0"]
            case "reservation-history":
                ["ReservationName|Start|End|Nodes|TRES|Accounts|Partition"]
            default: [header]
            }
        if words.contains("--ended") {
            lines.append(
                "70|70|ada|nobodys|cpu|\(end - 600)|\(end - 600)|\(end)|COMPLETED|cpu=1")
        }
        let first = "#atoll-records 1 kind=\(words[0]) cluster=\(cluster) at=1"
        return Array(
            ([first] + lines + ["#end rows=\(lines.count - 1)", ""]).joined(separator: "\n").utf8)
    }

    private func watching(_ test: TestBank, away: Set<String>) throws -> Handler {
        let settings = ["lagoon", "reef"].map { cluster in
            var gauge = GaugeCommand(program: "/nonexistent")
            gauge.standIn = { words in
                guard !away.contains(cluster) else {
                    throw GaugeFailure(.accountingUnreachable, "slurmdbd can't be reached")
                }
                return Self.answer(words, cluster)
            }
            var settings = WatchSettings(cluster: cluster, gauge: gauge)
            settings.rules.observing.bornAt = Instant.now.advanced(bySeconds: -2 * 86_400)
            return settings
        }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let collector = Collector(
            settings, bank: test.bank, books: test.store, logger: logger, clock: { .now })
        for cluster in ["lagoon", "reef"] {
            collector.watch(of: cluster)?.take(
                ClusterView(
                    cluster: cluster,
                    config: ClusterConfig(selection: .init(unit: .core, consumesMemory: true)),
                    partitions: [], nodes: [], associations: Associations()))
        }
        return Handler(
            bank: test.bank, store: test.store, collector: collector,
            policy: LivePolicy(try Policy(Settings())), logger: logger)
    }

    private func ask(
        _ request: Request.Reconcile, _ handler: Handler
    ) async -> (found: [String], outcome: Answer.Outcome) {
        let rows = Mutex<[String]>([])
        let outcome = await withCheckedContinuation { go in
            let sink = AnswerSink(id: RequestID("r")!) { line in
                guard case .row(let row) = line.outcome else {
                    return go.resume(returning: line.outcome)
                }
                if case .reconciled(.finding(let it)) = row {
                    rows.withLock { $0.append("\(it.cluster) \(it.kind) \(it.job)") }
                }
            }
            let asked = Request(id: RequestID("r")!, .reconcile(request))
            handler.handle(asked, from: Peer(pid: 1, uid: 0, gid: 0), answer: sink)
        }
        return (rows.withLock { $0 }, outcome)
    }

    @Test func `a cluster that is away keeps none of the others, and is named`() async throws {
        let daemon = try await Daemon()
        defer { daemon.test.stopAndRemove() }
        let handler = try watching(daemon.test, away: ["lagoon"])
        let (found, outcome) = await ask(.init(), handler)
        guard case .done(.reconcile(let reply)) = outcome else {
            Issue.record("answered \(outcome)")
            return
        }
        #expect(found == ["reef stranger 70"])
        #expect(reply.passes.map(\.cluster) == ["reef"] && reply.passes.map(\.person) == [1])
        #expect(reply.failed.map(\.cluster) == ["lagoon"])
        #expect(reply.failed.first?.error.code == .unavailable)
        #expect(reply.failed.first?.error.message.contains("slurmdbd") == true)

        // The last pass tells the same again, and of the other one that there was none.
        let (again, last) = await ask(.init(last: true), handler)
        guard case .done(.reconcile(let told)) = last else {
            Issue.record("answered \(last)")
            return
        }
        #expect(again == found)
        #expect(told.passes == reply.passes)
        #expect(told.failed.map(\.error.code) == [.notFound])

        // Back again, it is gone through, too.
        let back = try watching(daemon.test, away: [])
        guard case .done(.reconcile(let whole)) = await ask(.init(), back).outcome else {
            Issue.record("no answer")
            return
        }
        #expect(whole.passes.map(\.cluster) == ["lagoon", "reef"] && whole.failed.isEmpty)
    }

    @Test func `one that was asked for alone is an error`() async throws {
        let daemon = try await Daemon()
        defer { daemon.test.stopAndRemove() }
        let handler = try watching(daemon.test, away: ["lagoon"])
        guard case .failed(let error) = await ask(.init(cluster: "lagoon"), handler).outcome else {
            Issue.record("no error")
            return
        }
        #expect(error.code == .unavailable)
    }
}
