import ArgumentParser
import Glibc
import Records
import Slurm

/// `atoll-gauge jobs`
struct Jobs: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "slurmctld's jobs: pending, running, and those that ended a short while ago.",
        discussion: """
            Of an array, the tasks that have not started yet are one record (ArrayTaskStr). Ended
            jobs stay for MinJobAge (slurm.conf). For older ones ask history.

            EXAMPLE
              atoll-gauge jobs | head
              atoll-gauge jobs --job 1234
            """)

    @Option(help: "Only the job with this raw id (of an array, that one task).")
    var job: UInt32?

    @OptionGroup var common: CommonOptions

    func run() throws {
        let config = try common.controllerConfig()
        warnOfPrivateData(config, "jobs")
        var jobs = try common.controller {
            if let job = self.job { try SlurmJobs(job: job) } else { try SlurmJobs() }
        }
        var users = UserNames()
        var output = Output<JobColumn>(
            .jobs, cluster: config.clusterName, slurmVersion: config.version,
            columns: JobColumn.written)
        while let job = jobs.next() {
            guard self.job.map({ Int64($0) == job.jobID }) ?? true else { continue }
            let fields = JobFields(
                job: job, cluster: config.clusterName,
                user: job.user ?? users.name(ofUID: job.uid), qos: nil, allocatedTRES: nil,
                requestedTRES: nil, isRun: false, countsLicences: !config.hasAccounting)
            try output.write(fields.value)
        }
        try output.finish()
    }
}

/// Says so where PrivateData keeps `what` of others from the user that runs this.
func warnOfPrivateData(_ config: borrowing SlurmConfig, _ what: String) {
    let uid = Int64(geteuid())
    guard config.privateData.contains(what), uid != 0, uid != config.slurmUserID else { return }
    complain(
        "note: PrivateData=\(what) hides what is not uid \(uid)'s own, unless it is an operator")
}
