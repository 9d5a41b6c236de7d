/// Books, a cluster's month of rows from a seed, and a script in the gauge's place that prints them.

import Bank
import Books
import Estimate
import Foundation
import Ledger
import Logging
import Reconciliation
import Records
import Registry
import Store
import TestKit
import Testing
import Units

@testable import Collector

final class Scene: @unchecked Sendable {
    let books: TestBank
    let jobs: [JobRecord]
    let start: Instant
    private let collector: Collector
    let reconciler: Reconciler
    private let folder: URL

    /// - Parameter cutover: from so many seconds after the start on usage is charged.
    init(seed: UInt64, jobs count: Int, cutover: Int64? = nil) async throws {
        let books = try TestBank()
        self.books = books
        _ = try await books.perform(.apply(.small(grant: "100000000"), backdate: false), id: "site")
        start = books.clock.now
        jobs = Scene.month(seed: seed, count: count, from: start)
        // A month later, long settled.
        books.clock.advance(bySeconds: 31 * 86_400)
        folder = books.folder
        var settings = WatchSettings(
            cluster: "reef",
            gauge: GaugeCommand(
                program: "/bin/sh",
                arguments: ["-c", Self.gaugeScript, folder.path]))
        settings.rules.observing.bornAt = start.advanced(bySeconds: -1)
        settings.rules.observing.cutovers["reef"] = cutover.map(start.advanced(bySeconds:))
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let clock = books.clock
        collector = Collector(
            [settings], bank: books.bank, books: books.store, logger: logger,
            clock: { clock.now })
        collector.watch(of: "reef")?.take(
            ClusterView(
                cluster: "reef",
                config: ClusterConfig(selection: .init(unit: .core, consumesMemory: true)),
                partitions: [], nodes: [], associations: Associations()))
        reconciler = Reconciler(
            collector, bank: books.bank, store: books.store, logger: logger,
            clock: { clock.now }, queueTries: 0)
        try write(rows: jobs)
        try write(diag: [("DBDAgentQueueSize", "0")])
        try write("jobs", RecordWriter<JobColumn>(preamble(.jobs)))
        try write(
            "reservation-history", RecordWriter<ReservationColumn>(preamble(.reservationHistory)))
    }

    func end() throws {
        #expect(try books.store.verify().finding == nil)
        #expect(books.bank.quarantined.isEmpty)
        books.stopAndRemove()
    }

    // MARK: The month

    private static func month(seed: UInt64, count: Int, from start: Instant) -> [JobRecord] {
        var random = Dice(seed)
        return (0..<count).map { index in
            let submit = start.advanced(
                bySeconds: Int64(index) * 30 * 86_400 / Int64(count) + Int64(random.below(600)))
            let begun = submit.advanced(bySeconds: Int64(random.below(900)))
            let states: [JobState] = [.completed, .failed, .timeout, .cancelled, .nodeFail]
            var job = JobRecord(
                cluster: "reef", jobID: "\(1_000 + index)", rawJobID: Int64(1_000 + index),
                partition: "cpu", submit: submit,
                status: JobStatus(states[random.below(10) < 6 ? 0 : random.below(states.count)]),
                allocTRES: TRESCounts([.cpu: Int64(1 + random.below(32)), .node: 1]))
            (job.user, job.account) = (["ada", "cyd"][random.below(2)], "astro")
            job.start = begun
            let ran = Int64(60 + random.below(40_000))
            job.suspendedSeconds = random.below(8) == 0 ? ran / 3 : 0
            job.end = begun.advanced(bySeconds: ran)
            job.timeLimit = .seconds(86_400)
            return job
        }
    }

    /// Of an account that no project has.
    func stranger() -> JobRecord {
        var job = JobRecord(
            cluster: "reef", jobID: "9000", rawJobID: 9_000, partition: "cpu",
            submit: start.advanced(bySeconds: 5 * 86_400), status: JobStatus(.completed),
            allocTRES: TRESCounts([.cpu: 4]))
        (job.user, job.account) = ("eve", "nobodys")
        (job.start, job.end) = (job.submit, job.submit.advanced(bySeconds: 600))
        return job
    }

    /// As the collector would have told it.
    func feed(_ records: [JobRecord]) async throws {
        let watch = try #require(collector.watch(of: "reef"))
        let observing = try watch.observing()
        for record in records {
            for job in observing.observations(
                of: [record], at: record.end ?? record.submit, showsPending: false)
            {
                _ = try await books.perform(.observe(job))
            }
        }
    }

    /// As an import of these rows would have it.
    func bring(_ records: [JobRecord]) async throws -> [Imported.Fate] {
        let history = collector.historyImport(of: "reef", at: books.clock.now)
        let runs = records.compactMap { record -> ImportedRun? in
            guard case .run(let run) = history.take(record) else { return nil }
            return run
        }
        let batch = ImportBatch(cluster: "reef", runs: runs)
        guard case .imported(let came) = try await books.perform(.importRuns(batch)) else {
            return []
        }
        return came.runs.map(\.fate)
    }

    /// What all rows come to, worked out here: 0.01 SU a core and second, nothing for a failed node.
    func due(of these: [JobRecord]? = nil) -> Int64 {
        (these ?? jobs).reduce(0) { sum, job in
            guard job.state != .nodeFail, let start = job.start, let end = job.end else {
                return sum
            }
            let seconds = end.seconds(since: start) - (job.suspendedSeconds ?? 0)
            return sum + seconds * job.allocTRES[.cpu] * 10_000
        }
    }

    func charged() throws -> Int64 { try books.figures().charged.microSU }

    // MARK: The gauge

    /// Prints what was written; of history the rows that overlap the window, as slurmdbd does, with
    /// --ended those that end in it, with --jobs those of these jobs. Notes what it is asked for.
    private static let gaugeScript = #"""
        echo "$@" >>"$0/asked"
        test "$1" = history || exec cat "$0/$1.records"
        exec awk -F'|' -v from="$3" -v to="$5" -v ended="$6" -v jobs=",$7," '
            NR == 1 { print; next }
            NR == 2 { for (i = 1; i <= NF; i++) place[$i] = i; print; next }
            /^#end/ { print "#end rows=" n + 0; next }
            ended == "--ended" {
                if ($place["End"] >= from && $place["End"] < to) { n++; print }
                next
            }
            ended == "--jobs" && !index(jobs, "," $place["JobIDRaw"] ",") { next }
            $place["Submit"] < to && ($place["End"] == "" || $place["End"] >= from) { n++; print }
            ' "$0/history.records"
        """#

    func preamble(_ kind: RecordKind) -> Preamble {
        Preamble(kind: kind, cluster: "reef", atEpochSeconds: 1)
    }

    func write(rows: [JobRecord]) throws {
        var writer = RecordWriter<JobColumn>(preamble(.history), columns: JobColumn.written)
        for row in rows { writer.write(row.value) }
        try write("history", writer)
    }

    func write(live jobs: [JobRecord]) throws {
        var writer = RecordWriter<JobColumn>(preamble(.jobs), columns: JobColumn.written)
        for job in jobs { writer.write(job.value) }
        try write("jobs", writer)
    }

    func write(diag: [(String, String)]) throws {
        var writer = RecordWriter<ConfigColumn>(preamble(.diag))
        for (key, value) in diag { writer.write { $0 == .key ? .text(key) : .text(value) } }
        try write("diag", writer)
    }

    func write<Column>(_ name: String, _ writer: RecordWriter<Column>) throws {
        var writer = writer
        writer.finish()
        let file = folder.appendingPathComponent("\(name).records")
        try Data(writer.takeBytes()).write(to: file, options: .atomic)
    }

    // MARK: Passes

    func reconcile(
        isDryRun: Bool = false, from start: Instant? = nil, until end: Instant? = nil,
        _ tell: (ReconcileNews) throws -> Void = { _ in }
    ) async throws -> (pass: ReconciliationPass, found: [Finding]) {
        var found: [Finding] = []
        let pass = try reconciler.reconcile(
            ReconcileOrder(
                cluster: "reef", start: start, end: end, isDryRun: isDryRun, caller: "test")
        ) { news in
            if case .found(let finding) = news { found.append(finding) }
            try tell(news)
        }
        return (pass, found)
    }

    /// What the gauge was asked for, word by word.
    func asked() throws -> [[String]] {
        try String(contentsOf: folder.appendingPathComponent("asked"), encoding: .utf8)
            .split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    }

    func desk() throws -> ReconcileDesk {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return try ReconcileDesk(
            try #require(collector.watch(of: "reef")), bank: books.bank, store: books.store,
            logger: logger, now: books.clock.now)
    }
}

/// SplitMix64: the same throws for the same seed.
struct Dice {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }

    mutating func below(_ limit: Int) -> Int {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return Int((z ^ (z >> 31)) % UInt64(limit))
    }
}
