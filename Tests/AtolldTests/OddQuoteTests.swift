import Bank
import Books
import Collector
import Estimate
import Foundation
import Logging
import Rates
import Registry
import Server
import SiteFiles
import Synchronization
import TestKit
import Testing
import Units
import Wire

@testable import atolld

/// What an ordinary user may send must be answered, whatever it is: a trap ends the daemon.
@Suite struct OddQuoteTests {
    /// A handler over a small site and a cluster that a shell script plays.
    final class Daemon: Sendable {
        let test: TestBank
        let collector: Collector
        let handler: Handler

        static let script = """
            t() { echo "#atoll-records 1 kind=$1 cluster=reef at=1"; }
            case $1 in
            config) t config; echo 'Key|Value'; echo 'ClusterName|reef'
              echo 'SelectType|select/cons_tres'; echo 'SelectTypeParameters|CR_CORE_MEMORY'
              echo 'MaxArraySize|4000001'; echo '#end rows=4';;
            partitions) t partitions; echo 'PartitionName|Flags|Nodes|MaxTimeMinutes'
              echo 'cpu|DEFAULT|n[1-9]|10080'; echo 'free||n[1-9]|60'; echo '#end rows=2';;
            nodes) t nodes; echo 'NodeName|State|CPUs|RealMemory|Gres'
              for n in 1 2 3 4 5 6 7 8 9; do echo "n$n|IDLE|64|256000|gpu:4"; done
              echo '#end rows=9';;
            *) t jobs; echo 'JobIDRaw|User|Account|Partition|Submit|Start|End|State|AllocTRES'
              echo '#end rows=0';;
            esac
            """

        init(
            _ settings: Settings = Settings(), script: String = script, hasAccounting: Bool = false,
            logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ) async throws {
            test = try TestBank()
            _ = try await test.perform(.apply(.small(), backdate: false), id: "apply")
            var watch = WatchSettings(
                cluster: "reef",
                gauge: GaugeCommand(
                    program: "/bin/sh", arguments: ["-c", script, "gauge"]))
            watch.hasAccounting = hasAccounting
            let now = test.clock
            collector = Collector(
                [watch], bank: test.bank, books: test.store, logger: logger, clock: { now.now })
            var settings = settings
            settings.exempt.partitions = ["free"]
            handler = Handler(
                bank: test.bank, store: test.store, collector: collector,
                policy: LivePolicy(try Policy(settings)), logger: logger)
            collector.start()
            for _ in 0..<500 where collector.view(of: "reef")?.isKnown != true {
                try await Task.sleep(for: .milliseconds(20))
            }
        }

        func stop() {
            collector.stop()
            test.stopAndRemove()
        }

        func ask(_ operation: Request.Operation, uid: UInt32) async -> Answer {
            // Other tests have their turn.
            await Task.yield()
            let request = Request(id: RequestID("q")!, operation)
            return await withCheckedContinuation { go in
                let answer = AnswerSink(id: request.id) { go.resume(returning: $0) }
                handler.handle(request, from: Peer(pid: 1, uid: uid, gid: uid), answer: answer)
            }
        }
    }
    private func job(_ uid: UInt32 = 1_001) -> JobRequest {
        var job = JobRequest(userID: uid)
        (job.account, job.partition) = ("astro", "cpu")
        (job.minCPUs, job.numTasks, job.timeLimitMinutes) = (4, 4, 60)
        return job
    }

    private static let numbers: [any WritableKeyPath<JobRequest, Int64?> & Sendable] = [
        \.timeLimitMinutes, \.timeMinMinutes, \.minNodes, \.maxNodes, \.numTasks, \.cpusPerTask,
        \.ntasksPerNode, \.ntasksPerSocket, \.ntasksPerCore, \.ntasksPerTRES, \.socketsPerNode,
        \.minCPUs, \.maxCPUs, \.pnMinCPUs, \.memoryPerNodeMiB, \.memoryPerCPUMiB, \.shared,
        \.threadsPerCore, \.coreSpec, \.hetOffset,
    ]
    private static let texts: [any WritableKeyPath<JobRequest, String?> & Sendable] = [
        \.account, \.partition, \.qos, \.reservation, \.tresPerJob, \.tresPerNode, \.tresPerSocket,
        \.tresPerTask, \.cpusPerTRES, \.memPerTRES, \.licenses, \.features, \.requiredNodes,
        \.excludedNodes, \.arrayIndices, \.submitLine,
    ]

    @Test(.timeLimit(.minutes(5)))
    func `whatever a user asks a price for, there is an answer`() async throws {
        let daemon = try await Daemon()
        defer { daemon.stop() }
        guard case .done(.quote) = await daemon.ask(.quote(.init(job: job())), uid: 1_001).outcome
        else { return #expect(Bool(false), "the plain job has a price") }
        let odd: [Int64] = [0, -1, 1 << 31, (1 << 32) - 1, 10_000_000_000, .max]
        for field in Self.numbers {
            for value in odd {
                for second in [nil] + Self.numbers {
                    var job = job()
                    job[keyPath: field] = value
                    if let second { job[keyPath: second] = value }
                    (job.tresPerTask, job.tresPerJob) = ("gres:gpu:1", "gres:gpu:\(value)")
                    _ = await daemon.ask(.quote(.init(job: job)), uid: 1_001)
                }
            }
        }
        let strings = [
            "", ",", "%", "-", ":", "[", "]", "[]", "0-4294967294", "0-4000000", "1-4000000:2,2-9",
            "0-9%0", "0-999999999%999999999", "n[1-65536]", "n[1-256]m[1-256]", "\u{0}",
            "\u{1F980}",
            "e\u{301}", "gres:gpu:9223372036854775807", "gres:gpu:a:b:c", "gpu:-1", "(((", "a&|*",
            String(repeating: "n[1-9],", count: 7_000), String(repeating: "[", count: 60_000),
            String(repeating: "x", count: 60_000),
        ]
        for field in Self.texts {
            for value in strings {
                var job = job()
                job[keyPath: field] = value
                _ = await daemon.ask(.quote(.init(job: job)), uid: 1_001)
            }
        }
    }

    @Test func `what an exclusive job takes of a node is said where it is not covered`()
        async throws
    {
        let daemon = try await Daemon()
        defer { daemon.stop() }
        var site = try Site.small()
        site.resources.append(
            SiteResource(
                name: "GPU", type: "GPU", tres: TRESName("gres/gpu"), scope: .everywhere,
                rates: site.resources[0].rates))
        site.projects[0].allocations[0].resources = ["CPU"]
        _ = try await daemon.test.perform(.apply(site, backdate: true), id: "gpu")
        var job = job()
        job.shared = 0
        guard
            case .failed(let error) = await daemon.ask(.quote(.init(job: job)), uid: 1_001).outcome
        else { return #expect(Bool(false)) }
        #expect(error.code == .notCovered)
        let lines = error.message.split(separator: "\n")
        #expect(lines.first?.contains("astro-2026 does not cover GPU.") == true)
        #expect(lines.contains("atoll:   whole nodes: --exclusive"), "\(error.message)")
        let last =
            "atoll:   --exclusive takes all that is in a node, GPU too; without it only what the job "
            + "asks for counts"
        #expect(lines.last.map(String.init) == last)
    }

    @Test func `nobody quotes for somebody else`() async throws {
        let daemon = try await Daemon()
        defer { daemon.stop() }
        let answer = await daemon.ask(.quote(.init(job: job(1_001))), uid: 1_002)
        guard case .failed(let error) = answer.outcome else { return #expect(Bool(false)) }
        #expect(error.code == .forbidden)
    }

    @Test func `a job that may also run where it is charged is not exempt`() async throws {
        let daemon = try await Daemon()
        defer { daemon.stop() }
        var both = job()
        both.partition = "free,cpu"
        guard
            case .done(.quote(let quote)) = await daemon.ask(.quote(.init(job: both)), uid: 1_001)
                .outcome
        else { return #expect(Bool(false)) }
        #expect(quote.cost > .zero)
        both.partition = "free"
        guard
            case .failed(let error) = await daemon.ask(.quote(.init(job: both)), uid: 1_001)
                .outcome
        else { return #expect(Bool(false)) }
        #expect(error.message.contains("exempt partition"))
    }
}
