/// Jobs whose node fails: over, or queued again.

import Testing
import Units
import Wire

extension SystemTests.Ends {
    static let lostNode = [
        Life("its node fails: that run is free, as far as Slurm says what ended it") { stage in
            let lost = try stage.send("-p lost -n2 -t5 --no-requeue", "sleep 60")
            // JobRequeue=1 is Slurm's default.
            let job = try stage.send(
                "-p lost -n5 -t5", "sleep $((SLURM_RESTART_COUNT > 0 ? 2 : 60))")
            try await stage.begun(lost)
            try await stage.begun(job)
            let start = try #require(try stage.bed.moment("StartTime", of: job))
            try stage.bed.slurm("scontrol", "update", "NodeName=n4", "State=DOWN", "Reason=test")
            defer { stage.bed.resumeNode("n4") }
            let over = try await stage.ended(lost, "NODE_FAIL")
            #expect(over.seconds > 0)
            try await stage.settled(lost, runs: 0)
            #expect(try stage.books.charge(of: lost) == .zero)

            let first = try await stage.requeued(job, from: start)
            try await stage.heldWhole(job, Rate.core.hold(5, for: 300))
            stage.bed.resumeNode("n4")
            let runs = try await stage.bed.runs(
                of: job, count: stage.isAccounting ? 2 : 1, within: 90)
            let last = try #require(runs.last)
            #expect(last.state == "COMPLETED" && first > 0, "\(runs)")
            guard stage.isAccounting else {
                // Nobody tells what ended the first one: it is charged until it was queued again.
                return Lived(
                    job: job, charges: [stage.cores(5, first), stage.cores(5, last.seconds)])
            }
            #expect(runs[0].state == "NODE_FAIL" && runs[0].seconds == first, "\(runs) \(first)")
            return Lived(job: job, charges: [stage.cores(5, last.seconds)])
        }
    ]
}

extension Stage {
    /// Waits until nothing of the job runs and its one hold is as it was before it started.
    func heldWhole(_ job: Int64, _ amount: ServiceUnits) async throws {
        try await awaited(
            "job \(job) holds \(amount) to run again", within: 30, seen: "\(try books.holds())"
        ) {
            let holds = try books.holds().filter { $0.job == "\(job)" }
            return holds.count == 1 && holds[0].running == 0 && holds[0].tasks == 1
                && holds[0].held == amount
        }
    }

    /// Waits until what is held for the job that runs is that.
    func heldRunning(_ job: Int64, _ amount: ServiceUnits) async throws {
        try await awaited(
            "job \(job), which runs, holds \(amount)", within: 30, seen: "\(try books.holds())"
        ) {
            let holds = try books.holds().filter { $0.job == "\(job)" }
            return holds.count == 1 && holds[0].running == 1 && holds[0].tasks == 0
                && holds[0].held == amount
        }
    }
}

extension Testbed {
    /// Partitions for a while: `late`, whose jobs may run a minute longer than their limit, and `lost`,
    /// whose node may fail, for no job of another one runs there.
    func addPartitions() throws {
        let usual = ["MaxTime=60", "DefMemPerCPU=1000", "State=UP"]
        try slurm("scontrol", "update", "PartitionName=cpu", "Nodes=n[1-3]")
        for partition in [
            ["PartitionName=late", "Nodes=n[1-3]", "OverTimeLimit=1"],
            ["PartitionName=lost", "Nodes=n4"],
        ] {
            try must(["scontrol", "create"] + partition + usual, environment: environment)
        }
    }

    func removePartitions() throws {
        try slurm("scontrol", "update", "PartitionName=cpu", "Nodes=n[1-4]")
        for name in ["late", "lost"] { try slurm("scontrol", "delete", "PartitionName=\(name)") }
    }

    /// With ReturnToService=2 it may be back already, and then slurmctld refuses this.
    func resumeNode(_ name: String) {
        _ = try? slurm("scontrol", "update", "NodeName=\(name)", "State=RESUME")
    }
}
