/// What slurm.conf says about how a request becomes an allocation; only what changes a footprint.

import Units

/// Names are those of slurm.conf(5).
package struct ClusterConfig: Hashable, Sendable {
    /// SelectType and SelectTypeParameters.
    package var selection: Selection
    /// DefMemPerCPU or DefMemPerNode; nil is 0, "no default": the whole node's memory.
    package var defaultMemory: MemoryAmount?
    /// MaxMemPerCPU or MaxMemPerNode; nil is 0, "no limit".
    package var maxMemory: MemoryAmount?
    /// DefCpuPerGPU and DefMemPerGPU of the cluster.
    package var gpuDefaults = GPUDefaults()
    /// MaxArraySize: array indices stay below it.
    package var maxArraySize: Int64 = 1_001
    /// AccountingStorageEnforce names associations (or what implies them: limits, qos, safe, wckeys).
    package var enforcesAssociations = false
    /// PriorityFlags has MAX_TRES: billing takes a node's dearest TRES instead of their sum.
    package var billsDearestTRES = false
    /// AccountingStorageTRES: gres, their types and licences count in AllocTRES only if listed.
    ///
    /// nil counts all of them, for a cluster whose record is not Slurm's.
    package var accountedTRES: Set<TRESName>?
    /// Licences count, listed there or not: without slurmdbd a job's own text tells them.
    package var countsAllLicences = false
    /// EnforcePartLimits is not NO: a request that no partition admits is refused at submission.
    package var enforcesPartitionLimits = false
    /// OverTimeLimit, in minutes; nil is UNLIMITED, which no estimate follows.
    package var overTimeLimitMinutes: Int64? = 0
    /// AllowSpecResourcesUsage: `--core-spec` counts, and takes whole nodes.
    package var allowsSpecResources = false

    package init(selection: Selection) { self.selection = selection }
}

/// An amount of memory as DefMem… and MaxMem… state it, in MiB.
package enum MemoryAmount: Hashable, Sendable {
    case perCPU(Int64)
    case perNode(Int64)
}

/// DefCpuPerGPU and DefMemPerGPU (MiB), of the cluster or of one partition.
package struct GPUDefaults: Hashable, Sendable {
    /// DefCpuPerGPU, only for requests without `-c`.
    package var cpusPerGPU: Int64?
    /// DefMemPerGPU in MiB, only for requests without `--mem`.
    package var memoryPerGPUMiB: Int64?

    package init(cpusPerGPU: Int64? = nil, memoryPerGPUMiB: Int64? = nil) {
        (self.cpusPerGPU, self.memoryPerGPUMiB) = (cpusPerGPU, memoryPerGPUMiB)
    }
}

/// What slurmctld hands out (SelectType, SelectTypeParameters).
package struct Selection: Hashable, Sendable {
    /// The least that two jobs can't share.
    package enum Unit: Hashable, Sendable { case node, socket, core, cpu }

    /// CR_Core, CR_CPU, CR_Socket; select/linear is `.node`.
    package var unit: Unit
    /// Memory is a consumable too (CR_…_Memory, CR_Memory).
    package var consumesMemory: Bool
    /// CR_ONE_TASK_PER_CORE: a task gets at least a core of its own.
    package var oneTaskPerCore: Bool

    package init(unit: Unit, consumesMemory: Bool, oneTaskPerCore: Bool = false) {
        (self.unit, self.consumesMemory) = (unit, consumesMemory)
        self.oneTaskPerCore = oneTaskPerCore
    }

    /// Reads `select/cons_tres` and `CR_Core_Memory,CR_ONE_TASK_PER_CORE` as slurm.conf has them.
    ///
    /// Source: slurm.conf(5). Unsaid, cons_tres and cons_res count cores with memory
    /// (CR_Core_Memory, since 21.08), select/linear whole nodes.
    package init(selectType: String, parameters: String) {
        let flags = Set(parameters.uppercased().split { $0 == "," || $0 == "|" }.map(String.init))
        oneTaskPerCore = flags.contains("CR_ONE_TASK_PER_CORE")
        consumesMemory = flags.contains { $0.hasPrefix("CR_") && $0.hasSuffix("MEMORY") }
        if selectType.hasSuffix("linear") {
            unit = .node
        } else if !flags.isDisjoint(with: ["CR_CPU", "CR_CPU_MEMORY"]) {
            unit = .cpu
        } else if !flags.isDisjoint(with: ["CR_SOCKET", "CR_SOCKET_MEMORY"]) {
            unit = .socket
        } else {
            unit = .core
            if flags.isDisjoint(with: ["CR_CORE", "CR_CORE_MEMORY"]) { consumesMemory = true }
        }
    }
}
