internal import CSlurm

/// A partition of slurmctld's (`partition_info_t`). Nil: not set. Memory in MiB.
package struct SlurmPartition: Sendable {
    package let name: String
    /// UP, DOWN, DRAIN or INACTIVE.
    package let state: String
    /// Comma-separated, as all lists here.
    package let flags: String?
    package let nodes: String?
    package let totalNodes: Int64?
    package let totalCPUs: Int64?
    package let tres: String?
    package let defaultTimeMinutes: SlurmLimit
    package let maxTimeMinutes: SlurmLimit
    package let overTimeLimitMinutes: SlurmLimit
    package let defMemoryPerCPU: Int64?
    package let defMemoryPerNode: Int64?
    package let maxMemoryPerCPU: Int64?
    package let maxMemoryPerNode: Int64?
    package let minNodes: Int64?
    package let maxNodes: Int64?
    package let maxCPUsPerNode: Int64?
    package let defCPUsPerGPU: Int64?
    package let defMemoryPerGPU: Int64?
    /// EXCLUSIVE, NO, YES:4 or FORCE:4.
    package let overSubscribe: String
    package let selectType: String?
    package let billingWeights: String?
    package let qos: String?
    package let allowAccounts: String?
    package let denyAccounts: String?
    package let allowQOS: String?
    package let denyQOS: String?
    package let allowGroups: String?
    package let alternate: String?
    package let preemptMode: String?
    package let priorityTier: Int64?

    init(_ one: csl_partition) {
        name = text(one.name) ?? ""
        // PARTITION_SUBMIT and PARTITION_SCHED.
        state = ["INACTIVE", "DOWN", "DRAIN", "UP"][Int(one.state & 3)]
        flags = bitNames(CSL_PARTITION_FLAGS, one.flags)
        nodes = text(one.nodes)
        totalNodes = number(one.total_nodes)
        totalCPUs = number(one.total_cpus)
        tres = text(one.tres)
        defaultTimeMinutes = SlurmLimit(one.default_time)
        maxTimeMinutes = SlurmLimit(one.max_time)
        overTimeLimitMinutes = SlurmLimit(one.over_time_limit)
        defMemoryPerCPU = number(one.def_mem_per_cpu)
        defMemoryPerNode = number(one.def_mem_per_node)
        maxMemoryPerCPU = number(one.max_mem_per_cpu)
        maxMemoryPerNode = number(one.max_mem_per_node)
        minNodes = number(one.min_nodes)
        maxNodes = number(one.max_nodes)
        maxCPUsPerNode = number(one.max_cpus_per_node)
        defCPUsPerGPU = number(one.def_cpu_per_gpu)
        defMemoryPerGPU = number(one.def_mem_per_gpu)
        overSubscribe = Self.overSubscribe(one.max_share)
        selectType = bitNames(CSL_SELECT_TYPE, one.select_type)
        billingWeights = text(one.billing_weights)
        qos = text(one.qos)
        allowAccounts = text(one.allow_accounts)
        denyAccounts = text(one.deny_accounts)
        allowQOS = text(one.allow_qos)
        denyQOS = text(one.deny_qos)
        allowGroups = text(one.allow_groups)
        alternate = text(one.alternate)
        preemptMode = number(one.preempt_mode)
            .map { $0 == 0 ? "OFF" : bitNames(CSL_PREEMPT_MODE, $0) ?? "OFF" }
        priorityTier = number(one.priority_tier)
    }

    /// `max_share`: SHARED_FORCE in the top of 16 bits, below it how many jobs share.
    private static func overSubscribe(_ share: Int64) -> String {
        let jobs = share & 0x7fff
        if jobs == 0 { return "EXCLUSIVE" }
        if share & 0x8000 != 0 { return "FORCE:\(jobs)" }
        return jobs == 1 ? "NO" : "YES:\(jobs)"
    }
}

/// All partitions, hidden ones included.
package struct SlurmPartitions: ~Copyable {
    private let handle: OpaquePointer

    package init() throws(SlurmError) {
        var loaded: OpaquePointer?
        let code = csl_partitions_load(&loaded)
        guard code == 0, let loaded else {
            throw .controller("slurmctld's partitions", code: code)
        }
        handle = loaded
    }

    deinit { csl_partitions_free(handle) }

    /// Nil behind the last one.
    package mutating func next() -> SlurmPartition? {
        var one = csl_partition()
        return csl_partitions_next(handle, &one) == 1 ? SlurmPartition(one) : nil
    }
}
