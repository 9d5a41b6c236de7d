/// A request put on nodes: CPUs, memory and generic resources as Slurm would count them.

import Units

struct Placement {
    let ask: Ask
    let selection: Selection
    /// Where the tasks may lie in different ways, take the way that costs most.
    let strict: Bool

    func allocation(_ offers: [NodeOffer], counts: [Int64]) -> Allocation {
        var result = Allocation()
        result.nodes = counts.reduce(0, +)
        let tasks = ask.placedTasks(nodes: result.nodes)
        if ask.wholeNodes {
            for (offer, count) in zip(offers, counts) {
                result.cpus += count * offer.node.cpusForJobs
                result.memoryMiB += count * wholeNodeMemory(offer)
            }
        } else {
            for (offer, load) in loads(offers, counts: counts, tasks: tasks) {
                let cores = cores(offer, cpus: load.cpus)
                result.cpus += load.nodes * cpus(offer, cores: cores, used: load.cpus)
                result.memoryMiB += load.nodes * memory(offer, cores: cores, used: load.cpus)
            }
            if strict { raiseForPartialCores(&result, offers, counts: counts, tasks: tasks) }
        }
        addGres(&result, offers, counts: counts, tasks: ask.tasks ?? tasks)
        settleMemory(&result)
        return result
    }

    private func loads(
        _ offers: [NodeOffer], counts: [Int64], tasks: Int64
    ) -> [(NodeOffer, BinLoad)] {
        let taken = zip(offers, counts).filter { $0.1 > 0 }
        if ask.overcommit, !ask.gres.contains(where: { $0.perTask > 0 }) {
            return taken.map { ($0.0, BinLoad(nodes: $0.1, cpus: ask.cpusPerTask)) }
        }
        let bins = shares(taken)
        if bins.reduce(0, { $0 + $1.nodes * ($1.cpus / ask.cpusPerTask) }) < tasks {
            // More tasks than whole ones fit: every CPU of the shares is used.
            return bins.map { (taken[$0.offer].0, BinLoad(nodes: $0.nodes, cpus: $0.cpus)) }
        }
        let loads = spread(tasks, over: bins, cpusPerTask: ask.cpusPerTask)
        return loads.map { (taken[bins[$0.bin].offer].0, $0) }
    }

    /// The CPUs each node may give at most: the first ones all they have as long as the job needs
    /// CPUs, but a core (or a socket) is kept for each node still to come.
    private func shares(_ taken: [(NodeOffer, Int64)]) -> [Bin] {
        let floor = max(ask.minCPUsPerNode, ask.gresCPUsOfNode)
        var rest = max(ask.neededCPUs, ask.gresCPUsOfNode * ask.minNodes)
        var later = ask.minNodes - 1
        var bins: [Bin] = []
        for (index, (offer, count)) in taken.enumerated() {
            let most = min(offer.cpus, offer.tasks * ask.cpusPerTask)
            let keptEach =
                offer.usedPerCore * (selection.unit == .socket ? offer.node.coresPerSocket : 1)
            var left = count
            while left > 0 {
                let cpus = min(most, max(rest - max(later, 0) * keptEach, floor))
                // Once only the least is left for each, all further nodes are alike.
                let alike = rest <= floor || (cpus == floor && cpus >= keptEach) ? left : 1
                bins.append(
                    Bin(
                        offer: index, nodes: alike, cpus: cpus,
                        threads: offer.node.threadsForJobs))
                (left, rest, later) = (left - alike, rest - cpus * alike, later - alike)
            }
        }
        return bins
    }

    /// Cores of one node that `cpus` CPUs of tasks take.
    private func cores(_ offer: NodeOffer, cpus: Int64) -> Int64 {
        let used = offer.usedPerCore
        if ask.tasksPerCore == 1, ask.cpusPerTask > used {
            let each = (ask.cpusPerTask + used - 1) / used
            let partial = (cpus % ask.cpusPerTask + used - 1) / used
            return cpus / ask.cpusPerTask * each + partial
        }
        return (cpus + used - 1) / used
    }

    /// CPUs of one node: with cores or sockets handed out, all of their threads.
    private func cpus(_ offer: NodeOffer, cores: Int64, used: Int64) -> Int64 {
        switch selection.unit {
        case .cpu: return used
        case .core: return cores * offer.node.threadsForJobs
        case .socket, .node: return coresOfSockets(offer, cores) * offer.node.threadsForJobs
        }
    }

    /// With whole sockets, tasks of one CPU go round the sockets, others fill one first.
    private func coresOfSockets(_ offer: NodeOffer, _ cores: Int64) -> Int64 {
        let each = offer.node.coresPerSocket
        let filled = (cores + each - 1) / each
        let goesRound =
            ask.cpusPerTask == 1 || ask.tasksPerGPU != nil
            || ask.gres.contains { $0.perTask > 0 }
        return (goesRound ? max(min(cores, offer.node.sockets), filled) : filled) * each
    }

    /// Memory of one node; `--threads-per-core` leaves unused threads out of memory a CPU.
    private func memory(_ offer: NodeOffer, cores: Int64, used: Int64) -> Int64 {
        guard case .perCPU(let miB) = ask.memory else { return memoryOfNode(offer) }
        switch selection.unit {
        case .cpu: return used * miB
        case .core: return cores * threadsThatCount(offer) * miB
        case .socket, .node: return coresOfSockets(offer, cores) * threadsThatCount(offer) * miB
        }
    }

    private func wholeNodeMemory(_ offer: NodeOffer) -> Int64 {
        guard case .perCPU(let miB) = ask.memory else { return memoryOfNode(offer) }
        if selection.unit == .cpu { return offer.node.coresForJobs * offer.usedPerCore * miB }
        let threads = offer.node.threadsForJobs
        return offer.node.cpusForJobs / threads * threadsThatCount(offer) * miB
    }

    private func threadsThatCount(_ offer: NodeOffer) -> Int64 {
        min(ask.threadsPerCore ?? .max, offer.node.threadsForJobs)
    }

    private func memoryOfNode(_ offer: NodeOffer) -> Int64 {
        if case .perNode(let miB) = ask.memory { return miB }
        return offer.node.memoryForJobsMiB
    }

    /// On several nodes each may end with a core that is only partly used; sockets are not
    /// followed, so all of a node's count.
    private func raiseForPartialCores(
        _ result: inout Allocation, _ offers: [NodeOffer], counts: [Int64], tasks: Int64
    ) {
        if selection.unit == .socket {
            result.cpus = 0
            for (offer, count) in zip(offers, counts) {
                result.cpus += count * offer.node.cpusForJobs
            }
            if case .perCPU(let miB) = ask.memory { result.memoryMiB = result.cpus * miB }
        }
        guard selection.unit == .core, result.nodes > 1, ask.tasksPerNode == nil,
            let index = counts.firstIndex(of: result.nodes)
        else { return }
        let used = offers[index].usedPerCore
        guard ask.cpusPerTask % used != 0, tasks > result.nodes else { return }
        let cores = min(
            (tasks * ask.cpusPerTask + result.nodes * (used - 1)) / used,
            result.nodes * offers[index].node.coresForJobs)
        let cpus = cores * offers[index].node.threadsForJobs
        guard cpus > result.cpus else { return }
        result.cpus = cpus
        if case .perCPU(let miB) = ask.memory {
            result.memoryMiB = cores * threadsThatCount(offers[index]) * miB
        }
    }
}
