/// Lives of jobs told by records, as the gauge prints them, to real books: hours of Slurm in milliseconds.

import Books
import Ledger
import Records
import Registry
import Store
import TestKit
import Units

@testable import Collector

/// A line of slurmctld's or slurmdbd's is words of `Column=value`; times are seconds since `t0`.
struct Replay {
    let books: TestBank
    var policy = ObservingPolicy()
    var cluster = "reef"
    let t0: Instant

    init(_ books: TestBank) {
        self.books = books
        t0 = books.clock.now
    }

    private static let columns: [JobColumn] = [
        .jobID, .jobIDRaw, .arrayJobID, .arrayTaskString, .arrayThrottle, .hetJobID,
        .hetJobOffset, .user,
        .account, .partition, .qos, .submit, .eligible, .start, .end, .suspendTime, .preSuspended,
        .resizeTime, .state, .nodes, .nodeList, .licenses, .gresTotal, .allocTRES, .reqTRES,
        .timeLimitRaw, .adminComment, .stateFlags, .reservation,
    ]
    private static let times: Set<JobColumn> = [
        .submit, .eligible, .start, .end, .suspendTime, .resizeTime,
    ]
    private static let usual: [JobColumn: String] = [
        .user: "ada", .account: "astro", .partition: "cpu", .timeLimitRaw: "5",
    ]

    func records(_ lines: [String]) throws -> [JobRecord] {
        var text = Self.columns.map(\.name).joined(separator: "|") + "\n"
        for line in lines {
            var values: [String: String] = [:]
            for word in line.split(separator: " ") {
                let sides = word.split(
                    separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                values[String(sides[0])] = sides.count > 1 ? String(sides[1]) : ""
            }
            let fields = Self.columns.map { column -> String in
                let told = values[column.name]
                if Self.times.contains(column), let seconds = told.flatMap({ Int64($0) }) {
                    return "\(t0.advanced(bySeconds: seconds).epochSeconds)"
                }
                if column == .jobIDRaw, told == nil { return values["JobID"] ?? "" }
                return told ?? Self.usual[column] ?? ""
            }
            text += fields.joined(separator: "|") + "\n"
        }
        var reader = JobReader(ReadSettings(defaultCluster: cluster))
        let records = try reader.read(Array(text.utf8))
        try reader.finish()
        precondition(reader.problems.isEmpty, "\(reader.problems)")
        return records
    }

    private func observing() throws -> Observing {
        let running = Set(try books.store.runningRuns(on: cluster).map(\.key.jobID))
        return Observing(
            cluster: cluster, policy: policy, lineage: { [$0] }, isAssociated: { _, _ in true },
            mostSeconds: { _ in 3_600 }, isRunning: running.contains)
    }

    /// All that slurmctld shows so many seconds after `t0`; without slurmdbd it is all that is known.
    func live(at second: Int64, _ lines: String...) async throws {
        try await live(at: second, lines)
    }

    func live(at second: Int64, _ lines: [String]) async throws {
        let records = try records(lines)
        try await observe(at: second) { observing, now in
            let jobs = observing.observations(of: records, at: now, showsPending: true)
            let shown = Shown(jobs, records)
            let lost = try books.store.runningRuns(on: cluster)
                .filter { !shown.runs.contains($0.key) }
            let ended = lost.compactMap { run in
                shown.records[run.key.jobID].flatMap { observing.end(of: run, by: $0, at: now) }
            }
            return jobs + ended
        }
    }

    /// What slurmdbd has of runs.
    func history(at second: Int64, _ lines: String...) async throws {
        let records = try records(lines)
        try await observe(at: second) { observing, now in
            observing.observations(of: records, at: now, showsPending: false)
                .compactMap { job in
                    var job = job
                    job.runs.removeAll { $0.end == nil }
                    return job.runs.isEmpty ? nil : job
                }
        }
    }

    private func observe(
        at second: Int64, _ make: (Observing, Instant) throws -> [JobObservation]
    ) async throws {
        let now = t0.advanced(bySeconds: second)
        let behind = now.seconds(since: books.clock.now)
        if behind > 0 { books.clock.advance(bySeconds: behind) }
        for job in try make(observing(), now) {
            for part in Command.observe(job).parts { _ = try await books.perform(part) }
        }
    }

    /// "available held charged" of an allocation.
    func figures(_ name: String = "astro-2026") throws -> String {
        let it = try books.figures(name)
        return "\(it.available) \(it.held) \(it.charged)"
    }
}
