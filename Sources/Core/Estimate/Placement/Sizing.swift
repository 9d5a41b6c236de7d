/// How many nodes a request takes, and how many Slurm tasks lie on them.

import Units

extension Ask {
    /// CPUs the job as a whole must have, whatever its nodes.
    var neededCPUs: Int64 { gres.reduce(minCPUs) { max($0, $1.perJob.times($1.cpusPerOne)) } }

    /// CPUs that GPUs bring to every node.
    var gresCPUsOfNode: Int64 {
        gres.reduce(0) { most, ask in
            let count =
                ask.perNode > 0
                ? ask.perNode
                : ask.perSocket > 0
                    ? ask.perSocket.times(socketsPerNode ?? 1)
                    : ask.perTask > 0 ? ask.perTask.times(tasksPerNode ?? 1) : 1
            return max(most, ask.cpusPerOne.times(count))
        }
    }

    /// Slurm tasks that the nodes together must take.
    var neededTasks: Int64 {
        if overcommit { return tasksPerNode == nil ? 1 : tasks ?? 1 }
        let forGPUs = gres.reduce(Int64(0)) { max($0, $1.perJob.times(tasksPerGPU ?? 0)) }
        return max((neededCPUs + cpusPerTask - 1) / cpusPerTask, forGPUs, 1)
    }

    /// The most nodes that Slurm may take where `-N` does not say it: each gives something.
    var mostUsefulNodes: Int64 {
        if overcommit, let tasksPerNode { return (neededTasks + tasksPerNode - 1) / tasksPerNode }
        let each = max(minCPUsPerNode, cpusPerTask)
        let forGres = gres.reduce(Int64(0)) { max($0, $1.perJob) }
        return max((neededCPUs + each - 1) / each, forGres, 1)
    }

    /// Slurm tasks that `nodes` nodes are given, each node its least.
    ///
    /// CPUs asked for beyond the tasks (a minimum a node, CPUs a GPU) count as tasks as well.
    func placedTasks(nodes: Int64) -> Int64 {
        var cpus = max(minCPUs, nodes.times(max(tasksPerNode ?? 1, minCPUsPerNode)))
        for ask in gres {
            let total = ask.total(
                nodes: nodes, tasks: tasks ?? 1, socketsPerNode: socketsPerNode ?? 1)
            cpus = max(cpus, total.times(max(ask.cpusPerOne, tasksPerGPU ?? 0)))
        }
        if cpusPerTask == 1 { return cpus }
        if let tasksPerNode { return tasksPerNode.times(nodes) }
        return max(cpus / cpusPerTask, 1)
    }
}

/// How many nodes of each offer a job takes.
struct NodeCounts {
    var counts: [Int64]
    /// All that is asked for fits on them.
    var isEnough: Bool

    var total: Int64 { counts.reduce(0, +) }

    /// The fewest nodes, offers in their order; the nodes named by the request come first.
    init(_ ask: Ask, offers: [NodeOffer], atLeast: Int64) {
        counts = offers.map(\.required)
        var nodes = atLeast
        var tasks = ask.neededTasks
        var gres = ask.gres.map(\.perJob)
        func take(_ count: Int64, _ offer: NodeOffer) {
            nodes -= count
            tasks -= offer.tasks.times(count)
            for (index, item) in ask.gres.enumerated() {
                gres[index] -= count.times(offer.shape.count(of: item))
            }
        }
        for offer in offers where offer.required > 0 { take(offer.required, offer) }
        for (index, offer) in offers.enumerated() {
            var wanted = max(nodes, (tasks + offer.tasks - 1) / offer.tasks, 0)
            for (item, rest) in zip(ask.gres, gres) where rest > 0 {
                let each = offer.shape.count(of: item)
                if each > 0 { wanted = max(wanted, (rest + each - 1) / each) }
            }
            let count = min(wanted, offer.nodes - offer.required)
            counts[index] += count
            take(count, offer)
        }
        isEnough = nodes <= 0 && tasks <= 0 && gres.allSatisfy { $0 <= 0 }
    }
}
