/// What one node of a shape can give a request: CPUs, tasks, memory, generic resources.

import Units

struct NodeOffer {
    let shape: PartitionShape
    /// How many such nodes there are to choose from.
    let nodes: Int64
    /// How many of them the request names (`-w`).
    let required: Int64
    /// CPUs of a core that the request uses.
    let usedPerCore: Int64
    /// CPUs the request may use of such a node.
    let cpus: Int64
    /// Slurm tasks that fit.
    let tasks: Int64
    /// False: such a node can't take any part of the request; the figures then lift the limits.
    let fits: Bool

    var node: NodeShape { shape.node }
}

extension NodeOffer {
    init(
        _ shape: PartitionShape, nodes: Int64, required: Int64, ask: Ask, selection: Selection,
        maxCPUsPerNode: Int64?
    ) {
        (self.shape, self.nodes, self.required) = (shape, nodes, required)
        let node = shape.node
        usedPerCore = ask.usedPerCore(threads: node.threadsForJobs, selection: selection)
        var cpus = node.coresForJobs.times(usedPerCore)
        var fits = true
        if let most = maxCPUsPerNode, selection.unit != .node,
            node.coresForJobs.times(node.threadsForJobs) > most
        {
            if ask.wholeNodes { fits = false }
            cpus = min(cpus, most)
        }
        if let tasks = ask.tasksPerSocket {
            cpus = min(cpus, node.sockets.times(tasks).times(ask.cpusPerTask))
        }
        if let sockets = ask.socketsPerNode, sockets > node.sockets { fits = false }
        if selection.consumesMemory {
            let left = Self.cpus(cpus, withinMemoryOf: node, ask: ask, unit: selection.unit)
            if left < ask.minCPUsPerNode { fits = false } else { cpus = left }
        }
        if cpus < ask.minCPUsPerNode {
            fits = false
            cpus = ask.minCPUsPerNode
        }
        var tasks = ask.overcommit ? Int64.max / 4 : max(cpus / ask.cpusPerTask, 1)
        if let most = ask.tasksPerNode { tasks = min(tasks, most) }
        for gres in ask.gres {
            let count = shape.count(of: gres)
            let sockets = gres.perSocket.times(ask.socketsPerNode ?? 1)
            if count < max(gres.perNode, sockets, gres.perTask, gres.perJob > 0 ? 1 : 0) {
                fits = false
            } else if gres.perTask > 0 {
                tasks = min(tasks, count / gres.perTask)
            }
        }
        (self.cpus, self.tasks, self.fits) = (cpus, tasks, fits)
    }

    /// CPUs of `cpus` that the node's memory allows, in whole cores where cores are handed out.
    private static func cpus(
        _ cpus: Int64, withinMemoryOf node: NodeShape, ask: Ask, unit: Selection.Unit
    ) -> Int64 {
        let available = node.memoryForJobsMiB
        switch ask.memory {
        case .wholeNode: return cpus
        case .perNode(let miB): return miB > available ? 0 : cpus
        case .perCPU(let miB):
            if ask.wholeNodes { return miB.times(cpus) > available ? 0 : cpus }
            var step: Int64 = 1
            var cost = miB
            if unit != .cpu, ask.tasksPerCore == 1, ask.cpusPerTask == 1 {
                cost = miB.times(node.threadsForJobs)
            } else if unit != .cpu {
                step = ask.usedPerCore(
                    threads: node.threadsForJobs,
                    selection: .init(unit: unit, consumesMemory: true))
            }
            let excess = cost.times(cpus) - available
            guard excess > 0 else { return cpus }
            return max(cpus - ((excess + cost.times(step) - 1) / (cost.times(step))).times(step), 0)
        }
    }
}

extension Ask {
    /// CPUs of each core that count: fewer with `--threads-per-core`, `--ntasks-per-core`.
    func usedPerCore(threads: Int64, selection: Selection) -> Int64 {
        if selection.oneTaskPerCore, gres.contains(where: { $0.cpusPerOne > 0 }) { return threads }
        var used = threads
        if let tasksPerCore { used = min(used, tasksPerCore.times(cpusPerTask)) }
        if let threadsPerCore { used = min(used, threadsPerCore) }
        return max(used, 1)
    }
}

extension PartitionShape {
    /// How many of what `ask` names such a node has; untyped asks count every type.
    func count(of ask: GresAsk) -> Int64 {
        gres.reduce(0) { sum, item in
            item.name == ask.name && (ask.type == nil || ask.type == item.type)
                ? sum + item.count : sum
        }
    }
}
