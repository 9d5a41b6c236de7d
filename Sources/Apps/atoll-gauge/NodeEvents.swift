import ArgumentParser
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

    @OptionGroup var span: SpanOptions

    @OptionGroup var common: CommonOptions

    func run() throws {
        let bounds = try span.bounds()
        let cluster = try common.accountedCluster(span.cluster, privateData: "events")
        let accounting = try common.accounting { try SlurmAccounting() }
        var events = try common.accounting {
            try accounting.nodeEvents(cluster: cluster, from: bounds.start, to: bounds.end)
        }
        var tres = NumberedTRES(names: accounting.tresNames)
        var output = Output<NodeEventColumn>(
            .nodeEvents, cluster: cluster,
            attributes: SpanOptions.attributes(of: bounds))
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
