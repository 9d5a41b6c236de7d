/// The columns of `partitions`, from `partition_info_t`. Memory in MiB, times in minutes or
/// UNLIMITED; empty: not set.
package enum PartitionColumn: Int, RecordColumn {
    case partitionName
    case state  // state_up: UP, DOWN, DRAIN, INACTIVE
    case flags  // DEFAULT, HIDDEN, NO_ROOT, ROOT_ONLY, REQ_RESV, LLN, EXCLUSIVE_USER, …
    case nodes  // hostlist
    case totalNodes
    case totalCPUs
    case tres  // tres_fmt_str
    case defaultTimeMinutes
    case maxTimeMinutes
    case overTimeLimitMinutes  // empty: the cluster's OverTimeLimit
    case defMemPerCPU  // def_mem_per_cpu with its top bit set
    case defMemPerNode  // … and without
    case maxMemPerCPU
    case maxMemPerNode
    case minNodes
    case maxNodes
    case maxCPUsPerNode
    case defCPUPerGPU  // job_defaults
    case defMemPerGPU  // job_defaults
    case overSubscribe  // max_share as scontrol shows it: EXCLUSIVE, NO, YES:4, FORCE:4
    case selectTypeParameters  // cr_type
    case billingWeights  // TRESBillingWeights
    case qos  // the partition's own
    case allowAccounts
    case denyAccounts
    case allowQOS
    case denyQOS
    case allowGroups
    case alternate
    case preemptMode
    case priorityTier

    package static let kinds: [RecordKind] = [.partitions]
}

package typealias PartitionReader = RecordReader<PlainDecoder<PartitionRecord>>

/// One partition. Nil and empty lists: not set, so nothing is limited by it.
package struct PartitionRecord: PlainRecord, Equatable {
    package let cluster: String
    package let name: String
    package let state: String
    package let flags: [String]
    /// A hostlist: `n[1-4]`.
    package let nodes: String
    package let totalNodes: Int64
    package let totalCPUs: Int64
    package let tres: String
    /// Nil: MaxTime applies to jobs that name none.
    package let defaultTime: TimeLimit?
    package let maxTime: TimeLimit
    /// Nil: the cluster's OverTimeLimit.
    package let overTimeLimit: TimeLimit?
    package let defMemoryPerCPUMiB: Int64?
    package let defMemoryPerNodeMiB: Int64?
    package let maxMemoryPerCPUMiB: Int64?
    package let maxMemoryPerNodeMiB: Int64?
    package let minNodes: Int64?
    package let maxNodes: Int64?
    package let maxCPUsPerNode: Int64?
    package let defCPUsPerGPU: Int64?
    package let defMemoryPerGPUMiB: Int64?
    package let overSubscribe: String
    package let selectTypeParameters: [String]
    /// As slurm.conf has it: `CPU=1.0,Mem=0.25G,GRES/gpu=16`.
    package let billingWeights: String?
    package let qos: String?
    package let allowAccounts: [String]
    package let denyAccounts: [String]
    package let allowQOS: [String]
    package let denyQOS: [String]
    package let allowGroups: [String]
    package let alternate: String?
    package let preemptMode: String?
    package let priorityTier: Int64?

    package var isDefault: Bool { flags.contains("DEFAULT") }
    /// Every job gets whole nodes.
    package var isExclusive: Bool { overSubscribe == "EXCLUSIVE" }

    package static let needed: [[PartitionColumn]] = [[.partitionName], [.maxTimeMinutes]]

    package init(
        _ values: PlainValues<PartitionColumn>, cluster: String
    ) throws(RowProblem) {
        self.cluster = cluster
        name = try values.needed(.partitionName)
        state = values.text(.state) ?? "UP"
        flags = values.list(.flags)
        nodes = values.text(.nodes) ?? ""
        totalNodes = try values.integer(.totalNodes) ?? 0
        totalCPUs = try values.integer(.totalCPUs) ?? 0
        tres = values.text(.tres) ?? ""
        defaultTime = try values.minutes(.defaultTimeMinutes)
        maxTime = try values.minutes(.maxTimeMinutes) ?? .unlimited
        overTimeLimit = try values.minutes(.overTimeLimitMinutes)
        defMemoryPerCPUMiB = try values.integer(.defMemPerCPU)
        defMemoryPerNodeMiB = try values.integer(.defMemPerNode)
        maxMemoryPerCPUMiB = try values.integer(.maxMemPerCPU)
        maxMemoryPerNodeMiB = try values.integer(.maxMemPerNode)
        minNodes = try values.integer(.minNodes)
        maxNodes = try values.integer(.maxNodes)
        maxCPUsPerNode = try values.integer(.maxCPUsPerNode)
        defCPUsPerGPU = try values.integer(.defCPUPerGPU)
        defMemoryPerGPUMiB = try values.integer(.defMemPerGPU)
        overSubscribe = values.text(.overSubscribe) ?? "NO"
        selectTypeParameters = values.list(.selectTypeParameters)
        billingWeights = values.text(.billingWeights)
        qos = values.text(.qos)
        allowAccounts = values.list(.allowAccounts)
        denyAccounts = values.list(.denyAccounts)
        allowQOS = values.list(.allowQOS)
        denyQOS = values.list(.denyQOS)
        allowGroups = values.list(.allowGroups)
        alternate = values.text(.alternate)
        preemptMode = values.text(.preemptMode)
        priorityTier = try values.integer(.priorityTier)
    }
}
