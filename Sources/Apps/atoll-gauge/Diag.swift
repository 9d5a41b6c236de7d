import ArgumentParser
import Records
import Slurm

/// `atoll-gauge diag`
struct Diag: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "How far slurmdbd's record can be trusted: what waits for it, what it purges.",
        discussion: """
            DBDAgentQueueSize is the number of messages that slurmctld has still to hand to \
            slurmdbd. Beside it stand slurmdbd's own settings, as sacctmgr show configuration \
            prints them: PurgeJobAfter, PurgeResvAfter and the others.

            EXAMPLE
              atoll-gauge diag | grep -E '^(DBDAgentQueueSize|Purge)'
            """)

    @OptionGroup var common: CommonOptions

    func run() throws {
        let config = try common.controllerConfig()
        guard config.hasAccounting else {
            throw Failure(
                "the cluster \(config.clusterName) keeps no accounts in slurmdbd",
                status: ExitStatus.accountingUnreachable)
        }
        let statistics = try common.controller { try SlurmStatistics() }
        let accounting = try common.accounting { try SlurmAccounting() }
        var output = Output<ConfigColumn>(
            .diag, cluster: config.clusterName, slurmVersion: config.version)
        try output.write {
            $0 == .key ? .text("DBDAgentQueueSize") : .integer(statistics.accountingQueue)
        }
        for (key, value) in try common.accounting({ try accounting.settings() }) {
            try output.write { $0 == .key ? .text(key) : .text(value) }
        }
        try output.finish()
    }
}
