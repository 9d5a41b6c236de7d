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
                result.cpus += count.times(offer.node.cpusForJobs)
                result.memoryMiB += count.times(wholeNodeMemory(offer))
            }
        } else {
            if result.nodes == 1, let index = counts.firstIndex(of: 1) {
                add(1, offers[index], used: cpusOnOneNode(offers[index], tasks: tasks), to: &result)
            } else {
                for (offer, load) in loads(offers, counts: counts, tasks: tasks) {
                    add(load.nodes, offer, used: load.cpus, to: &result)
                }
            }
            if strict { raiseForPartialCores(&result, offers, counts: counts, tasks: tasks) }
        }
        addGres(&result, offers, counts: counts, tasks: ask.tasks ?? tasks)
        settleMemory(&result)
        return result
    }

    /// `nodes` nodes, `used` CPUs of each taken by tasks.
    private func add(
        _ nodes: Int64, _ offer: NodeOffer, used: Int64, to result: inout Allocation
    ) {
        let cores = cores(offer, cpus: used)
        result.cpus += nodes.times(cpus(offer, cores: cores, used: used))
        result.memoryMiB += nodes.times(memory(offer, cores: cores, used: used))
    }

    /// The same as `loads` on a single node, and quicker.
    private func cpusOnOneNode(_ offer: NodeOffer, tasks: Int64) -> Int64 {
        if spreadsOneTaskANode { return ask.cpusPerTask }
        let floor = max(ask.minCPUsPerNode, ask.gresCPUsOfNode)
        let most = min(
            offer.cpus, offer.tasks.times(ask.cpusPerTask), max(ask.neededCPUs, floor))
        return most / ask.cpusPerTask < tasks ? most : tasks.times(ask.cpusPerTask)
    }

    private var spreadsOneTaskANode: Bool {
        ask.overcommit && !ask.gres.contains { $0.perTask > 0 }
    }

    private func loads(
        _ offers: [NodeOffer], counts: [Int64], tasks: Int64
    ) -> [(NodeOffer, BinLoad)] {
        let taken = zip(offers, counts).filter { $0.1 > 0 }
        if spreadsOneTaskANode {
            return taken.map { ($0.0, BinLoad(nodes: $0.1, cpus: ask.cpusPerTask)) }
        }
        let bins = shares(taken)
        if bins.reduce(0, { $0 + $1.nodes.times($1.cpus / ask.cpusPerTask) }) < tasks {
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
        var rest = max(ask.neededCPUs, ask.gresCPUsOfNode.times(ask.minNodes))
        var later = ask.minNodes - 1
        var bins: [Bin] = []
        for (index, (offer, count)) in taken.enumerated() {
            let most = min(offer.cpus, offer.tasks.times(ask.cpusPerTask))
            let keptEach =
                offer.usedPerCore.times(selection.unit == .socket ? offer.node.coresPerSocket : 1)
            var left = count
            while left > 0 {
                let free = rest - max(later, 0).times(keptEach)
                let cpus = min(most, max(free, floor))
                let change = (later > 0 ? keptEach : 0) - cpus
                let alike = min(
                    left, later > 0 ? later : left,
                    nodesAlike(free: free, change: change, floor: floor, most: most))
                bins.append(
                    Bin(
                        offer: index, nodes: alike, cpus: cpus,
                        threads: offer.node.threadsForJobs))
                (left, rest, later) = (left - alike, rest - cpus.times(alike), later - alike)
            }
        }
        return bins
    }

    /// For how many nodes the share stays, `free` changing by `change` from one to the next.
    private func nodesAlike(free: Int64, change: Int64, floor: Int64, most: Int64) -> Int64 {
        if free >= most { return change < 0 ? (free - most) / -change + 1 : .max }
        if free <= floor { return change > 0 ? (floor - free) / change + 1 : .max }
        return change == 0 ? .max : 1
    }

    /// Cores of one node that `cpus` CPUs of tasks take.
    private func cores(_ offer: NodeOffer, cpus: Int64) -> Int64 {
        let used = offer.usedPerCore
        if ask.tasksPerCore == 1, ask.cpusPerTask > used {
            let each = (ask.cpusPerTask + used - 1) / used
            let partial = (cpus % ask.cpusPerTask + used - 1) / used
            return (cpus / ask.cpusPerTask).times(each) + partial
        }
        return (cpus + used - 1) / used
    }

    /// CPUs of one node: with cores or sockets handed out, all of their threads.
    private func cpus(_ offer: NodeOffer, cores: Int64, used: Int64) -> Int64 {
        switch selection.unit {
        case .cpu: return used
        case .core: return cores.times(offer.node.threadsForJobs)
        case .socket, .node: return coresOfSockets(offer, cores).times(offer.node.threadsForJobs)
        }
    }

    /// With whole sockets, tasks of one CPU go round the sockets, others fill one first.
    private func coresOfSockets(_ offer: NodeOffer, _ cores: Int64) -> Int64 {
        let each = offer.node.coresPerSocket
        let filled = (cores + each - 1) / each
        let goesRound =
            ask.cpusPerTask == 1 || ask.tasksPerGPU != nil
            || ask.gres.contains { $0.perTask > 0 }
        return (goesRound ? max(min(cores, offer.node.sockets), filled) : filled).times(each)
    }

    /// Memory of one node; `--threads-per-core` leaves unused threads out of memory a CPU.
    private func memory(_ offer: NodeOffer, cores: Int64, used: Int64) -> Int64 {
        guard case .perCPU(let miB) = ask.memory else { return memoryOfNode(offer) }
        switch selection.unit {
        case .cpu: return used.times(miB)
        case .core: return cores.times(threadsThatCount(offer)).times(miB)
        case .socket, .node:
            return coresOfSockets(offer, cores).times(threadsThatCount(offer)).times(miB)
        }
    }

    private func wholeNodeMemory(_ offer: NodeOffer) -> Int64 {
        guard case .perCPU(let miB) = ask.memory else { return memoryOfNode(offer) }
        if selection.unit == .cpu {
            return offer.node.coresForJobs.times(offer.usedPerCore).times(miB)
        }
        let threads = offer.node.threadsForJobs
        return (offer.node.cpusForJobs / threads).times(threadsThatCount(offer)).times(miB)
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
        let taken = zip(offers, counts).filter { $0.1 > 0 }.map(\.0)
        let threads = taken.reduce(1) { max($0, $1.node.threadsForJobs) }
        if selection.unit == .socket {
            let all = zip(offers, counts).reduce(0) { $0 + $1.1.times($1.0.node.cpusForJobs) }
            result.cpus = max(result.cpus, all)
            if case .perCPU(let miB) = ask.memory { result.memoryMiB = result.cpus.times(miB) }
        }
        guard selection.unit == .core, result.nodes > 1, ask.tasksPerNode == nil else { return }
        let used = taken.reduce(1) { max($0, $1.usedPerCore) }
        guard ask.cpusPerTask % used != 0, tasks > result.nodes else { return }
        let all = zip(offers, counts).reduce(0) { $0 + $1.1.times($1.0.node.coresForJobs) }
        let cores = min((tasks.times(ask.cpusPerTask) + result.nodes.times(used - 1)) / used, all)
        guard cores.times(threads) > result.cpus else { return }
        result.cpus = cores.times(threads)
        if case .perCPU(let miB) = ask.memory {
            result.memoryMiB = cores.times(min(ask.threadsPerCore ?? .max, threads)).times(miB)
        }
    }
}
