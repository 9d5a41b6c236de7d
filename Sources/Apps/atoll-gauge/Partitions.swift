import ArgumentParser
import Records
import Slurm

/// `atoll-gauge partitions`
struct Partitions: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "slurmctld's partitions with their limits, defaults and billing weights.",
        discussion: "Memory is in MiB, times are in minutes or UNLIMITED; empty is not set.")

    @OptionGroup var common: CommonOptions

    func run() throws {
        let config = try common.controllerConfig()
        var partitions = try common.controller { try SlurmPartitions() }
        var output = Output<PartitionColumn>(
            .partitions, cluster: config.clusterName, slurmVersion: config.version)
        while let partition = partitions.next() {
            try output.write(partition.value)
        }
        try output.finish()
    }
}

extension SlurmPartition {
    func value(_ column: PartitionColumn) -> FieldValue {
        switch column {
        case .partitionName: .text(name)
        case .state: .text(state)
        case .flags: FieldValue(flags)
        case .nodes: FieldValue(nodes)
        case .totalNodes: FieldValue(totalNodes)
        case .totalCPUs: FieldValue(totalCPUs)
        case .tres: FieldValue(tres)
        case .defaultTimeMinutes: FieldValue(defaultTimeMinutes)
        case .maxTimeMinutes: FieldValue(maxTimeMinutes)
        case .overTimeLimitMinutes: FieldValue(overTimeLimitMinutes)
        case .defMemPerCPU: FieldValue(defMemoryPerCPU)
        case .defMemPerNode: FieldValue(defMemoryPerNode)
        case .maxMemPerCPU: FieldValue(maxMemoryPerCPU)
        case .maxMemPerNode: FieldValue(maxMemoryPerNode)
        case .minNodes: FieldValue(minNodes)
        case .maxNodes: FieldValue(maxNodes)
        case .maxCPUsPerNode: FieldValue(maxCPUsPerNode)
        case .defCPUPerGPU: FieldValue(defCPUsPerGPU)
        case .defMemPerGPU: FieldValue(defMemoryPerGPU)
        case .overSubscribe: .text(overSubscribe)
        case .selectTypeParameters: FieldValue(selectType)
        case .billingWeights: FieldValue(billingWeights)
        case .qos: FieldValue(qos)
        case .allowAccounts: FieldValue(allowAccounts)
        case .denyAccounts: FieldValue(denyAccounts)
        case .allowQOS: FieldValue(allowQOS)
        case .denyQOS: FieldValue(denyQOS)
        case .allowGroups: FieldValue(allowGroups)
        case .alternate: FieldValue(alternate)
        case .preemptMode: FieldValue(preemptMode)
        case .priorityTier: FieldValue(priorityTier)
        }
    }
}

extension FieldValue {
    init(_ limit: SlurmLimit) {
        switch limit {
        case .notSet: self = .nothing
        case .unlimited: self = .text("UNLIMITED")
        case .value(let value): self = .integer(value)
        }
    }
}
