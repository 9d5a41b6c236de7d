/// Generic resources of a request, the five ways to ask for them brought together.

struct GresAsk: Hashable, Sendable {
    let name: String
    let type: String?
    var perJob: Int64 = 0
    var perNode: Int64 = 0
    var perSocket: Int64 = 0
    var perTask: Int64 = 0
    /// `--cpus-per-gpu` or DefCpuPerGPU; 0: none.
    var cpusPerOne: Int64 = 0
    /// `--mem-per-gpu` or DefMemPerGPU in MiB; 0: none.
    var memoryPerOneMiB: Int64 = 0

    init(name: String, type: String?) { (self.name, self.type) = (name, type) }

    /// One entry for each name and type. Source: sbatch(1) `--gres`, `--gpus`, `--cpus-per-gpu`, ….
    static func list(_ request: borrowing JobRequest) throws(EstimateRefusal) -> [GresAsk] {
        guard request.namesGres else { return [] }
        var asks: [GresAsk] = []
        let fields: [(String?, String, WritableKeyPath<GresAsk, Int64>)] = [
            (request.tresPerJob, "tres_per_job", \.perJob),
            (request.tresPerNode, "tres_per_node", \.perNode),
            (request.tresPerSocket, "tres_per_socket", \.perSocket),
            (request.tresPerTask, "tres_per_task", \.perTask),
        ]
        for (text, field, amount) in fields where text != nil {
            for item in try readGresItems(text, field: field) where item.count > 0 {
                let index = asks.firstIndex { $0.name == item.name && $0.type == item.type }
                if index == nil { asks.append(GresAsk(name: item.name, type: item.type)) }
                asks[index ?? asks.count - 1][keyPath: amount] = item.count
            }
        }
        for item in try readGresItems(request.cpusPerTRES, field: "cpus_per_tres") {
            for index in asks.indices where asks[index].name == item.name {
                asks[index].cpusPerOne = item.count
            }
        }
        for item in try readGresItems(request.memPerTRES, field: "mem_per_tres") {
            for index in asks.indices where asks[index].name == item.name {
                asks[index].memoryPerOneMiB = item.count
            }
        }
        return asks
    }

    /// What `nodes` nodes and `tasks` tasks come to, where the request fixes it.
    func total(nodes: Int64, tasks: Int64, socketsPerNode: Int64) -> Int64 {
        if perJob > 0 { return perJob }
        if perNode > 0 { return perNode.times(nodes) }
        if perSocket > 0 { return perSocket.times(socketsPerNode).times(nodes) }
        return perTask.times(tasks)
    }
}

extension JobRequest {
    fileprivate var namesGres: Bool {
        tresPerJob != nil || tresPerNode != nil || tresPerSocket != nil || tresPerTask != nil
            || cpusPerTRES != nil || memPerTRES != nil
    }
}

extension Ask {
    /// Node and task counts that follow from generic resources.
    ///
    /// Source: sbatch(1) `--gpus`, `--gpus-per-task`, `--ntasks-per-gpu`.
    mutating func settleGres() {
        settleTasksPerGPU()
        for index in gres.indices {
            let ask = gres[index]
            if ask.perJob > 0, ask.perNode > 0 {
                minNodes = max(minNodes, ask.perJob / ask.perNode)
                maxNodes = minNodes
            }
            if ask.perTask > 0 {
                if tasks == nil, ask.perJob > 0 { tasks = ask.perJob / ask.perTask }
                if tasks == nil, maxNodes == minNodes, !cpusPerTaskGiven { tasks = minNodes }
                if let tasks, ask.perJob == 0, ask.perNode == 0 {
                    gres[index].perJob = tasks.times(ask.perTask)
                }
                if ask.cpusPerOne > 0, !cpusPerTaskGiven {
                    cpusPerTask = max(cpusPerTask, ask.cpusPerOne.times(ask.perTask))
                }
            }
            // No node of a job stays without its share of what the job asks for as a whole.
            if gres[index].perJob > 0, let most = maxNodes, most > gres[index].perJob {
                maxNodes = max(gres[index].perJob, minNodes)
            }
        }
    }

    /// `--ntasks-per-gpu`: tasks follow from GPUs, or GPUs from tasks.
    private mutating func settleTasksPerGPU() {
        guard let tasksPerGPU else { return }
        let gpus = gres.filter { $0.name == "gpu" }.reduce(Int64(0)) {
            $0 + $1.total(nodes: minNodes, tasks: tasks ?? 1, socketsPerNode: socketsPerNode ?? 1)
        }
        if gpus > 0 {
            tasks = gpus.times(tasksPerGPU)
        } else if let tasks {
            var ask = GresAsk(name: "gpu", type: nil)
            ask.perJob = tasks / tasksPerGPU
            if ask.perJob > 0 { gres.append(ask) }
        }
    }
}
