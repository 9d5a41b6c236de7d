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
        func `what ran until it was preempted is charged, or free where the site says so`()
            async throws
        {
            try await onEachKind { kind in
                try await withBed(kind, named: "preempt", lines: Self.preempting) { bed in
                    let site = try Stage.site(astro: "10000")
                    try await play(on: bed, site: site) { stage in
                        let cut = try await Self.preempt(stage)
                        try stage.expectCharged(cut.low, [(cut.cores, cut.lowSeconds)])
                        // Its next run.
                        let runs = try await stage.bed.runs(
                            of: cut.again, count: stage.isAccounting ? 2 : 1, within: 90)
                        let last = try #require(runs.last).seconds
                        #expect(!stage.isAccounting || runs[0].seconds == cut.againSeconds)
                        try await stage.settled(cut.again, runs: 2)
                        try stage.expectCharged(
                            cut.again, [(cut.cores, cut.againSeconds), (cut.cores, last)])
                    }
                    var settings = AtolldSettings()
                    settings.charging = ["preempted = \"free\""]
                    try await play(on: bed, site: site, settings: settings) { stage in
                        let cut = try await Self.preempt(stage)
                        #expect(try stage.books.charge(of: cut.low) == .zero)
                        // Without slurmdbd nobody tells what ended a run that is queued again.
                        try stage.expectCharged(
                            cut.again, stage.isAccounting ? [] : [(cut.cores, cut.againSeconds)])
                        try stage.bed.cancel(cut.again)
                    }
                }
            }
        }

        /// Two jobs that made way for a third: one is over, the other waits to run again.
        private struct Cut {
            let low: Int64
            let lowSeconds: Int64
            let again: Int64
            let againSeconds: Int64
            let cores: Int64 = 64
        }

        private static func preempt(_ stage: Stage) async throws -> Cut {
            let low = try stage.send("-p low -w n1 -n64 -t5", "sleep 60")
            let again = try stage.send(
                "-p again -w n2 -n64 -t5", "sleep $((SLURM_RESTART_COUNT > 0 ? 2 : 60))")
            try await stage.begun(low)
            try await stage.begun(again)
            let start = try #require(try stage.bed.moment("StartTime", of: again))
            let high = try stage.send("-p high -N2 -n128 -t5", "sleep 3")

            let cut = try await stage.ended(low, "PREEMPTED")
            #expect(cut.counts[.cpu] == 64 && cut.seconds > 0, "\(cut)")
            try await stage.settled(low, runs: 0)
            let seconds = try await stage.requeued(again, from: start)
            try await stage.heldWhole(again, Rate.core.hold(64, for: 300))

            let over = try await stage.ended(high, "COMPLETED")
            try await stage.settled(high)
            try stage.expectCharged(high, [(128, over.seconds)])
            return Cut(low: low, lowSeconds: cut.seconds, again: again, againSeconds: seconds)
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
