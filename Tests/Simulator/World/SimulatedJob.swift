/// A job as slurmctld and slurmdbd have it: tasks that wait, runs that go on or ended.

import Books
import Ledger
import Units

package struct SimulatedJob {
    package struct Task: Sendable {
        /// The raw job id: the base job's for the last task of an array.
        package let raw: Int64
        package var submit: Instant
    }

    package let cluster: String
    package let id: Int64
    package var token: String?
    package var user: String
    package var lineage: [String]
    /// Several while it waits, as it was asked for.
    package var partitions: [String]
    package var qos: String?
    package var footprint: TRESCounts
    package var limitSeconds: Int64
    package var concurrency: Int64?
    package var waiting: [Task]
    package var runs: [RunFacts] = []
    /// Everything that ended was shown by the history.
    package var isSettled = false
    package let isAssociated: Bool

    /// slurmctld's MinJobAge.
    package static let rememberedSeconds: Int64 = 300

    package var running: [Int] { runs.indices.filter { runs[$0].end == nil } }
    package var isLive: Bool { !waiting.isEmpty || !running.isEmpty }

    /// Whether slurmctld still shows it.
    package func isShown(at now: Instant) -> Bool {
        isLive
            || runs.contains { run in
                run.end.map { now.seconds(since: $0) < Self.rememberedSeconds } ?? true
            }
    }

    /// Whether it is over, so that its number may be given out again.
    func isOlder(than now: Instant) -> Bool {
        !isLive && runs.allSatisfy { $0.key.submit < now }
    }

    private func empty(at now: Instant) -> JobObservation {
        JobObservation(
            cluster: cluster, jobID: id, token: token, userName: user, isAssociated: isAssociated,
            accountLineage: lineage,
            partition: partitions.joined(separator: ","), qos: qos, at: now)
    }

    /// What a poll of slurmctld shows.
    package func live(at now: Instant) -> JobObservation {
        var seen = empty(at: now)
        if !waiting.isEmpty {
            seen.pending = .init(
                tasks: Int64(waiting.count), concurrency: concurrency, footprint: footprint,
                timeLimitSeconds: limitSeconds)
        }
        seen.runs = runs.filter { run in
            run.end.map { now.seconds(since: $0) < Self.rememberedSeconds } ?? true
        }
        return seen
    }

    /// What slurmdbd knows: everything that ended, nothing of what waits.
    package func history(at now: Instant) -> JobObservation {
        var seen = empty(at: now)
        seen.showsPending = false
        seen.runs = runs.filter { $0.end != nil }
        return seen
    }

    // MARK: What happens to it

    package mutating func start(_ place: Int, at now: Instant, counts: TRESCounts) {
        let task = waiting.remove(at: place)
        runs.append(
            RunFacts(
                key: RunKey(cluster: cluster, jobID: task.raw, submit: task.submit),
                jobName: "\(task.raw)", partition: partitions[0], qos: qos, counts: counts,
                start: now, end: nil, suspendedSeconds: 0, timeLimitSeconds: limitSeconds,
                state: "RUNNING"))
        isSettled = false
    }

    package mutating func end(
        _ run: Int, at now: Instant, state: String, suspendedSeconds: Int64 = 0
    ) {
        let end = max(now, runs[run].start)
        runs[run].end = end
        runs[run].state = state
        runs[run].suspendedSeconds = min(suspendedSeconds, end.seconds(since: runs[run].start))
        if state == "NODE_FAIL" { runs[run].freeBecause = "free: NODE_FAIL" }
    }

    /// The run ends and its task waits again, submitted anew.
    package mutating func requeue(_ run: Int, at now: Instant) {
        end(run, at: now, state: "REQUEUED")
        // One second later at the least: a run's key tells the two apart by it.
        let submit = max(now, runs[run].key.submit.advanced(bySeconds: 1))
        waiting.append(Task(raw: runs[run].key.jobID, submit: submit))
    }

    /// The run goes on with another size: a run of its own in the books.
    package mutating func resize(_ run: Int, at now: Instant, to counts: TRESCounts) {
        end(run, at: now, state: "RESIZING")
        var next = runs[run]
        next.key = RunKey(
            cluster: cluster, jobID: next.key.jobID, submit: next.key.submit,
            resize: next.key.resize + 1)
        (next.start, next.end, next.state) = (runs[run].end ?? now, nil, "RUNNING")
        (next.counts, next.suspendedSeconds) = (counts, 0)
        runs.append(next)
    }
}
