import ArgumentParser
import Records
import Slurm

/// `atoll-gauge nodes`
struct Nodes: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "slurmctld's nodes: what they have and which partitions they are in.",
        discussion: "Memory is in MiB.")

    @OptionGroup var common: CommonOptions

    func run() throws {
        let config = try common.controllerConfig()
        var nodes = try common.controller { try SlurmNodes() }
        var output = Output<NodeColumn>(
            .nodes, cluster: config.clusterName, slurmVersion: config.version)
        while let node = nodes.next() {
            try output.write(node.value)
        }
        try output.finish()
    }
}

extension SlurmNode {
    func value(_ column: NodeColumn) -> FieldValue {
        switch column {
        case .nodeName: .text(name)
        case .state: .text(state)
        case .stateFlags: FieldValue(stateFlags)
        case .cpus: FieldValue(cpus)
        case .effectiveCPUs: FieldValue(effectiveCPUs)
        case .boards: FieldValue(boards)
        case .sockets: FieldValue(sockets)
        case .coresPerSocket: FieldValue(coresPerSocket)
        case .threadsPerCore: FieldValue(threadsPerCore)
        case .realMemory: FieldValue(realMemory)
        case .memSpecLimit: FieldValue(memorySpecLimit)
        case .coreSpecCount: FieldValue(coreSpecCount)
        case .features: FieldValue(features)
        case .activeFeatures: FieldValue(activeFeatures)
        case .gres: FieldValue(gres)
        case .tres: FieldValue(tres)
        case .partitions: FieldValue(partitions)
        case .weight: FieldValue(weight)
        }
    }
}
