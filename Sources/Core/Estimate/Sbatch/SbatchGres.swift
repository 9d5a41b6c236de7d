/// What GPUs asked for in two ways say about nodes, tasks and CPUs: sbatch works it out before it
/// submits (slurmctld does it once more).

extension SbatchAsk {
    /// How much of one gres is asked for, by what it is counted.
    private struct GresAsk {
        var perJob: Int64?
        var perNode: Int64?
        var perSocket: Int64?
        var perTask: Int64?
        var cpus: Int64?
    }

    mutating func settleGres() throws(SbatchError) {
        let isExact = request.minNodes != nil && request.minNodes == request.maxNodes
        if request.tresPerTask != nil || request.ntasksPerTRES != nil, request.numTasks == nil,
            isExact, let nodes = request.minNodes
        {
            if let perGPU = request.ntasksPerTRES {
                request.numTasks = nodes * perGPU
            } else if let perNode = request.ntasksPerNode {
                request.numTasks = nodes * perNode
            } else if request.cpusPerTask == nil {
                request.numTasks = nodes
            }
        }
        let asks = try gresAsks()
        try settleTasksPerGPU(asks)
        if request.memPerTRES != nil, !asks.keys.contains(where: { $0.hasPrefix("gpu") }) {
            throw .gres("--mem-per-gpu needs a GPU, such as --gpus=1")
        }
        for (name, ask) in asks.sorted(by: { $0.key < $1.key }) { try settle(ask, name) }
    }

    /// By the name with its type: `gpu`, `gpu:h200`.
    private func gresAsks() throws(SbatchError) -> [String: GresAsk] {
        var asks: [String: GresAsk] = [:]
        let lists: [(String?, WritableKeyPath<GresAsk, Int64?>)] = [
            (request.tresPerJob, \.perJob), (request.tresPerNode, \.perNode),
            (request.tresPerSocket, \.perSocket), (request.tresPerTask, \.perTask),
        ]
        for (list, place) in lists {
            for (name, count) in Self.items(list) {
                let sum = (asks[name]?[keyPath: place] ?? 0) + count
                asks[name, default: GresAsk()][keyPath: place] = sum
            }
        }
        // CPUs a GPU hold for every type of GPU.
        if let cpus = Self.items(request.cpusPerTRES).first?.count {
            for name in asks.keys where name.hasPrefix("gpu") { asks[name]?.cpus = cpus }
        }
        return asks
    }

    /// `gres:gpu:h200:2` as ("gpu:h200", 2); a count that isn't said is 1.
    private static func items(_ list: String?) -> [(name: String, count: Int64)] {
        (list ?? "").split(separator: ",").map { item in
            var parts = item.split(separator: ":")
            if parts.first == "gres" { parts.removeFirst() }
            let count = parts.count > 1 ? parts.last.flatMap { Int64($0) } : nil
            if count != nil { parts.removeLast() }
            return (parts.joined(separator: ":"), count ?? 1)
        }
    }

    /// `--ntasks-per-gpu`: as many tasks as GPUs say.
    private mutating func settleTasksPerGPU(_ asks: [String: GresAsk]) throws(SbatchError) {
        guard let perGPU = request.ntasksPerTRES else { return }
        let gpus = asks.filter { $0.key.hasPrefix("gpu") }.values.map { ask in
            max(ask.perJob ?? 0, (ask.perNode ?? 0) * (request.minNodes ?? 1))
        }
        if gpus.isEmpty {
            guard request.numTasks != nil else {
                throw .gres("--ntasks-per-gpu needs GPUs, such as --gpus=1, or tasks, such as -n4")
            }
        } else {
            request.numTasks = gpus.reduce(0, +) * perGPU
        }
    }

    private mutating func settle(_ ask: GresAsk, _ name: String) throws(SbatchError) {
        if let perJob = ask.perJob, let perNode = ask.perNode {
            guard perNode > 0, perJob % perNode == 0 else {
                throw .gres("\(perJob) \(name) a job are no multiple of \(perNode) a node")
            }
            (request.minNodes, request.maxNodes) = (perJob / perNode, perJob / perNode)
        }
        if let perTask = ask.perTask {
            try settle(perTask: perTask, ask, name)
        }
        if let cpus = ask.cpus {
            guard request.cpusPerTask == nil else {
                throw .exclusive(["--cpus-per-gpu", "--cpus-per-task"])
            }
            if let perTask = ask.perTask { request.cpusPerTask = cpus * perTask }
        }
        let perJob =
            ask.perJob ?? ask.perTask.flatMap { count in request.numTasks.map { $0 * count } }
        if let perJob, let most = request.maxNodes, perJob < most { request.maxNodes = perJob }
    }

    private mutating func settle(
        perTask: Int64, _ ask: GresAsk, _ name: String
    ) throws(SbatchError) {
        if let perJob = ask.perJob {
            guard perTask > 0, perJob % perTask == 0,
                request.numTasks == nil || request.numTasks == perJob / perTask
            else {
                throw .gres("\(perJob) \(name) a job and \(perTask) a task contradict the tasks")
            }
            request.numTasks = perJob / perTask
        } else if request.numTasks == nil {
            throw .gres("--gpus-per-task needs --gpus or -n")
        }
        if let perNode = ask.perNode {
            guard perTask > 0, perNode % perTask == 0 else {
                throw .gres("\(perNode) \(name) a node are no multiple of \(perTask) a task")
            }
            request.ntasksPerNode = request.ntasksPerNode ?? perNode / perTask
        }
        if let perSocket = ask.perSocket, perTask > 0, perSocket % perTask == 0 {
            request.ntasksPerSocket = request.ntasksPerSocket ?? perSocket / perTask
        }
    }
}
