import ArgumentParser
import Glibc
import Records
import Slurm
import Units

/// `atoll-gauge node-events`
struct NodeEvents: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node-events",
        abstract: "When nodes were down or drained, by slurmdbd.",
        discussion: """
            EXAMPLE
              atoll-gauge node-events --start 2026-11-01
            """)

    @Option(help: "From here on: YYYY-MM-DD[THH:MM[:SS]][Z|±HH:MM], or epoch seconds. UTC.")
    var start: TimeArgument

    @Option(help: "Up to here. (default: now)")
    var end: TimeArgument?

    @Option(help: "A cluster of this slurmdbd's. (default: slurm.conf's; slurmctld is asked)")
    var cluster: String?

    @OptionGroup var common: CommonOptions

    func run() throws {
        let cluster = try common.accountedCluster(cluster, privateData: "events")
        let accounting = try common.accounting { try SlurmAccounting() }
        let end = end?.epochSeconds ?? Int64(time(nil))
        guard end > start.epochSeconds else {
            throw ValidationError("--end has to be later than --start.")
        }
        var events = try common.accounting {
            try accounting.nodeEvents(cluster: cluster, from: start.epochSeconds, to: end)
        }
        var tres = NumberedTRES(names: accounting.tresNames)
        var output = Output<NodeEventColumn>(
            .nodeEvents, cluster: cluster,
            attributes: ["start": String(start.epochSeconds), "end": String(end)])
        while let event = events.next() {
            let named = tres.named(event.tres)
            try output.write { event.value($0, tres: named) }
        }
        try output.finish()
    }
}

extension SlurmNodeEvent {
    func value(_ column: NodeEventColumn, tres: String?) -> FieldValue {
        switch column {
        case .nodeName: .text(node)
        case .start: FieldValue(start.map { Instant(epochSeconds: $0) })
        case .end: FieldValue(end.map { Instant(epochSeconds: $0) })
        case .tres: FieldValue(tres)
        case .isMaintenance: .flag(isMaintenance)
        }
    }
}
