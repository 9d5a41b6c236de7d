import ArgumentParser
import Records
import Slurm

/// `atoll-gauge config`
struct Config: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "slurmctld's settings, as scontrol show config prints them.",
        discussion: """
            EXAMPLE
              atoll-gauge config | grep -E '^(ClusterName|MinJobAge|PriorityFlags)'
            """)

    @OptionGroup var common: CommonOptions

    func run() throws {
        let config = try common.controllerConfig()
        var output = Output<ConfigColumn>(
            .config, cluster: config.clusterName, slurmVersion: config.version)
        for (key, value) in config.settings() {
            try output.write { $0 == .key ? .text(key) : .text(value) }
        }
        try output.finish()
    }
}
