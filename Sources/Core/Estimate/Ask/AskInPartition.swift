/// What a partition adds to a request: default memory, memory limits, defaults a GPU.

import Units

extension Ask {
    /// Fills in what partition and cluster say; notes tell what was filled.
    mutating func settle(
        in partition: Partition, config: ClusterConfig, notes: inout [EstimateNote]
    ) {
        if partition.record.isExclusive { wholeNodes = true }
        if wholeNodes { notes.append(.wholeNodes(byPartition: partition.record.isExclusive)) }
        settleGPUDefaults(partition, config: config, notes: &notes)
        guard config.selection.consumesMemory || limit(partition, config) != nil else { return }
        if memoryGiven {
            if memory == .wholeNode { notes.append(.wholeNodeMemory(asked: true)) }
        } else {
            settleDefaultMemory(partition, config: config, notes: &notes)
        }
        if let limit = limit(partition, config) {
            respect(limit, nodeMiB: partition.first?.memoryForJobsMiB ?? 0, notes: &notes)
        }
    }

    private func limit(_ partition: Partition, _ config: ClusterConfig) -> MemoryAmount? {
        partition.record.maxMemory ?? config.maxMemory
    }

    /// DefCpuPerGPU and DefMemPerGPU, the partition's before the cluster's. Source: slurm.conf(5).
    private mutating func settleGPUDefaults(
        _ partition: Partition, config: ClusterConfig, notes: inout [EstimateNote]
    ) {
        guard !gres.isEmpty else { return }
        let own = partition.record.gpuDefaults
        let cpus = own.cpusPerGPU ?? config.gpuDefaults.cpusPerGPU ?? 0
        let miB = own.memoryPerGPUMiB ?? config.gpuDefaults.memoryPerGPUMiB ?? 0
        for index in gres.indices where gres[index].name == "gpu" {
            if gres[index].cpusPerOne == 0, cpus > 0, !cpusPerTaskGiven {
                gres[index].cpusPerOne = cpus
                cpusPerTask = max(cpusPerTask, cpus.times(gres[index].perTask))
            }
            if gres[index].memoryPerOneMiB == 0, miB > 0 { gres[index].memoryPerOneMiB = miB }
            if gres[index].cpusPerOne > 0 { notes.append(.cpusPerGPU(gres[index].cpusPerOne)) }
            if gres[index].memoryPerOneMiB > 0, !memoryGiven {
                notes.append(.memoryPerGPU(miB: gres[index].memoryPerOneMiB))
            }
        }
    }

    private mutating func settleDefaultMemory(
        _ partition: Partition, config: ClusterConfig, notes: inout [EstimateNote]
    ) {
        let replaced = gres.contains { $0.memoryPerOneMiB > 0 }
        switch partition.record.defaultMemory ?? config.defaultMemory {
        case .perCPU(let miB)? where miB > 0: memory = .perCPU(miB)
        case .perNode(let miB)? where miB > 0: memory = .perNode(miB)
        default:
            memory = .wholeNode
            if !replaced { notes.append(.wholeNodeMemory(asked: false)) }
            return
        }
        if !replaced, let amount = partition.record.defaultMemory ?? config.defaultMemory {
            notes.append(.defaultMemory(amount))
        }
    }

    /// MaxMemPerCPU makes a job that wants more memory take more CPUs. Source: slurm.conf(5).
    ///
    /// MaxMemPerNode changes nothing: what exceeds it doesn't start. A whole node's memory is
    /// taken to be that of the partition's first node.
    private mutating func respect(
        _ limit: MemoryAmount, nodeMiB: Int64, notes: inout [EstimateNote]
    ) {
        guard case .perCPU(let most) = limit, most > 0 else {
            guard case .perNode(let most) = limit, most > 0 else { return }
            isAboveMaxMemory =
                switch memory {
                case .perNode(let miB): miB > most
                case .wholeNode: nodeMiB > most
                case .perCPU: false
                }
            return
        }
        switch memory {
        case .perCPU(let miB) where miB > most:
            let factor = (miB + most - 1) / most
            cpusPerTask = cpusPerTask.times(factor)
            memory = .perCPU((miB + factor - 1) / factor)
            if let tasks, tasks > 0 {
                minCPUs = tasks.times(cpusPerTask)
            } else {
                minCPUsPerNode = cpusPerTask
            }
            minCPUsPerNode = max(minCPUsPerNode, cpusPerTask)
            notes.append(.moreCPUsForMemory(cpus: cpusPerTask, maxMiB: most))
        case .perCPU: break
        case .perNode(let miB): raiseCPUsPerNode(to: (miB + most - 1) / most, most, &notes)
        case .wholeNode: raiseCPUsPerNode(to: (nodeMiB + most - 1) / most, most, &notes)
        }
    }

    private mutating func raiseCPUsPerNode(
        to cpus: Int64, _ mostMiB: Int64, _ notes: inout [EstimateNote]
    ) {
        guard cpus > minCPUsPerNode else { return }
        minCPUsPerNode = cpus
        if let tasksPerNode { cpusPerTask = (cpus + tasksPerNode - 1) / tasksPerNode }
        notes.append(.moreCPUsForMemory(cpus: cpus, maxMiB: mostMiB))
    }
}
