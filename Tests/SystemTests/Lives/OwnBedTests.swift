import Foundation
import Testing
import Units

extension SystemTests {
    /// What needs a Slurm that is configured for it, or may be harmed.
    @Suite struct OwnBeds {
        private static let preempting = """
            PreemptType=preempt/partition_prio
            PreemptMode=CANCEL
            PartitionName=low Nodes=n[1-2] MaxTime=1-0 PriorityTier=1 PreemptMode=CANCEL State=UP
            PartitionName=again Nodes=n[1-2] MaxTime=1-0 PriorityTier=1 PreemptMode=REQUEUE State=UP
            PartitionName=high Nodes=n[1-2] MaxTime=1-0 PriorityTier=9 PreemptMode=OFF State=UP

            """

        @Test
        func `what ran until it was preempted is charged, and so is its next run`() async throws {
            try await onEachKind { kind in
                try await play(kind, named: "preempt", lines: Self.preempting) { stage in
                    let low = try stage.send("-p low -w n1 -n64 -t5", "sleep 60")
                    let again = try stage.send(
                        "-p again -w n2 -n64 -t5", "sleep $((SLURM_RESTART_COUNT > 0 ? 2 : 60))")
                    try await stage.begun(low)
                    try await stage.begun(again)
                    let start = try #require(try stage.bed.moment("StartTime", of: again))
                    let high = try stage.send("-p high -N2 -n128 -t5", "sleep 3")

                    let cut = try await stage.ended(low, "PREEMPTED")
                    try await stage.settled(low)
                    try stage.expectCharged(low, [(cut.counts[.cpu], cut.seconds)])

                    let over = try await stage.ended(high, "COMPLETED")
                    try await stage.settled(high)
                    try stage.expectCharged(high, [(over.counts[.cpu], over.seconds)])

                    let runs = try await stage.bed.runs(
                        of: again, count: stage.isAccounting ? 2 : 1, within: 90)
                    // slurmctld tells of the first only when it was queued again, up to a second later.
                    let queuedAgain = try #require(try stage.bed.moment("SubmitTime", of: again))
                    let seconds =
                        stage.isAccounting
                        ? runs.map(\.seconds)
                        : [queuedAgain - start, try #require(runs.last).seconds]
                    #expect(seconds.allSatisfy { $0 > 0 })
                    try await stage.settled(again, runs: 2)
                    let cores = try #require(runs.last).counts[.cpu]
                    try stage.expectCharged(again, seconds.map { (cores, $0) })
                }
            }
        }

        @Test
        func `a job id that is given out again is another job`() async throws {
            try await onEachKind { kind in
                try await play(kind, named: "reset") { stage in
                    let first = try stage.send("-n1 -t5", "sleep 2")
                    try await stage.settled(first)
                    let once = try stage.books.charge(of: first)
                    #expect(once > .zero)
                    let waiting = try stage.send("-n4 -t5 -H", "sleep 1")
                    try await stage.bound(waiting)

                    // slurmctld loses its memory, the waiting job and the count of ids with it.
                    try stage.bed.slurmDaemon("stop", "slurmctld")
                    try must(["sh", "-c", "rm -f \(stage.bed.slurm)/state/job_state*"])
                    try stage.bed.slurmDaemon("start", "slurmctld")
                    let second = try stage.send("-n3 -t5", "sleep 2")
                    #expect(second == first)
                    try await stage.settled(second, runs: 2)
                    let seconds = try await stage.bed.runs(
                        of: second, count: stage.isAccounting ? 2 : 1
                    ).map(\.seconds)
                    let both = once + stage.cores(3, try #require(seconds.last))
                    #expect(try stage.books.charge(of: second) == both)
                    // What is forgotten holds nothing.
                    try await awaited("its hold has gone", seen: "\(try stage.books.holds())") {
                        try stage.books.holds().isEmpty
                    }
                }
            }
        }
    }
}
