/// A Slurm that is configured for what is seldom: licences, scrontab, nodes in a cloud that never come up,
/// jobs that grow, memory that is watched.

import Foundation

enum OddBed {
    static func lines(_ kind: BedKind) -> String {
        let accounted = "AccountingStorageTRES=gres/gpu,gres/gpu:h200,license/matlab\n"
        return (kind.hasAccounting ? accounted : "") + """
            JobAcctGatherType=jobacct_gather/linux
            JobAcctGatherFrequency=task=1
            JobAcctGatherParams=OverMemoryKill
            ScronParameters=enable
            SchedulerParameters=sched_min_interval=0,sched_interval=1,batch_sched_delay=0,bf_interval=1,permit_job_expansion
            Licenses=matlab:10,abaqus:4
            NodeName=k1 NodeHostname=localhost NodeAddr=127.0.0.1 Port=1 CPUs=4 RealMemory=4000 State=CLOUD
            PartitionName=cloud Nodes=k1 MaxTime=1-0 State=UP
            SuspendProgram=/bin/true
            ResumeProgram=/bin/true
            SuspendTime=3600
            ResumeTimeout=4
            SuspendTimeout=3
            SuspendExcNodes=n[1-4]

            """
    }
}

/// What Slurm's own commands can't do: `Tests/System/oddities.c`.
extension Testbed {
    private var oddities: String { folder + "/bin/oddities" }

    func makeOddities() throws {
        let plugins = try must(["sh", "-c", "echo /usr/lib/*/slurm-wlm"])
            .trimmingCharacters(in: .whitespacesAndNewlines)
        try must([
            "gcc", "-o", oddities, Self.root + "/Tests/System/oddities.c", "-L\(plugins)",
            "-lslurmfull", "-Wl,-rpath,\(plugins)",
        ])
    }

    /// As where slurmstepd found that the kernel had ended the job's process for want of memory.
    func runOutOfMemory(_ job: Int64) throws {
        try must([oddities, "oom", "\(job)"], environment: environment)
    }

    /// ada's crontab: a core and two seconds each minute; the job's id.
    func scrontab(account: String) throws -> Int64 {
        let told = try must(
            [oddities, "cron", account], as: "atoll-ada", in: slurm + "/out",
            environment: environment)
        guard let job = Int64(told.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw CommandFailed(description: "scrontab: \(told)")
        }
        return job
    }

    func removeScrontab() throws {
        try must([oddities, "uncron"], as: "atoll-ada", environment: environment)
    }
}
