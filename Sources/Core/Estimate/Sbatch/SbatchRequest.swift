/// An sbatch line as the request that slurmctld, and so Atoll's plugin, would see.
///
/// Checked against the plugin's own messages of Slurm 22.05. Node lists stay as they were written,
/// where sbatch folds them (`n1,n2` into `n[1-2]`).

import Units

package struct SbatchRequest: Hashable, Sendable {
    package var job: JobRequest
    /// `-M`, as it was given.
    package var clusters: String?

    /// The command line goes before the environment, that before the script.
    package init(
        userID: UInt32, script: SbatchLine?, environment: [String: String], command: SbatchLine,
        clock: LocalClock
    ) throws(SbatchError) {
        var ask = SbatchAsk(userID: userID)
        for option in script?.options ?? [] {
            try ask.take(option, isFromEnvironment: false, clock: clock)
        }
        for (variable, name) in SbatchOption.variables {
            guard let value = environment[variable] else { continue }
            // A variable that is set but empty turns a flag on.
            let option = SbatchLine.Given(name, value.isEmpty ? nil : value)
            try ask.take(option, isFromEnvironment: true, clock: clock)
        }
        for option in command.options {
            try ask.take(option, isFromEnvironment: false, clock: clock)
        }
        try ask.settle()
        job = ask.request
        clusters = ask.clusters
    }
}

extension SbatchAsk {
    /// What the options mean together; the order is sbatch's.
    mutating func settle() throws(SbatchError) {
        if request.ntasksPerTRES != nil {
            for (given, name) in [
                (request.tresPerTask != nil, "--gpus-per-task"),
                (request.tresPerSocket != nil, "--gpus-per-socket"),
                (request.ntasksPerNode != nil, "--ntasks-per-node"),
            ] where given {
                throw .exclusive(["--ntasks-per-gpu", name])
            }
        }
        try settleGresAndMemory()
        try settleHint()
        try settleNodesAndTasks()
        if clusters == nil { try settleGres() }
    }

    /// `--hint` yields to the options that say the same in numbers.
    private mutating func settleHint() throws(SbatchError) {
        guard let hint, request.ntasksPerCore == nil, request.threadsPerCore == nil,
            !namesNodeInfo
        else { return }
        for word in (hint.value ?? "").lowercased().split(separator: ",") {
            switch word {
            case "compute_bound":
                (request.socketsPerNode, coresPerSocket, request.threadsPerCore) = (nil, nil, 1)
            case "memory_bound": (coresPerSocket, request.threadsPerCore) = (1, 1)
            // slurm.h INFINITE16.
            case "multithread": (request.threadsPerCore, request.ntasksPerCore) = (nil, 65_535)
            case "nomultithread": request.threadsPerCore = 1
            default:
                throw hint.bad("compute_bound, memory_bound, multithread or nomultithread")
            }
        }
    }

    private mutating func settleNodesAndTasks() throws(SbatchError) {
        var hosts: [String] = []
        if let list = request.requiredNodes {
            hosts = try Self.distinctHosts(list)
            nodes = (max(nodes?.least ?? 0, Int64(hosts.count)), nodes?.most ?? 0)
        }
        let isExact = nodes.map { $0.most == 0 || $0.least == $0.most } ?? true
        if let perNode = request.ntasksPerNode, request.numTasks == nil, isExact {
            request.numTasks = (nodes?.least ?? 1) * perNode
        }
        if let perTask = request.cpusPerTask {
            request.pnMinCPUs = max(request.pnMinCPUs ?? 0, perTask)
        }
        var tasks = request.numTasks ?? 1
        if nodes != nil || namesNodeInfo, isExact, request.numTasks == nil {
            // A task a node, or one for each socket, core and thread that was asked for.
            tasks = max(nodes?.least ?? 1, 1)
            for count in [request.socketsPerNode, coresPerSocket, request.threadsPerCore] {
                guard let count else { continue }
                tasks *= count
                request.numTasks = tasks
            }
        } else if var asked = nodes, request.numTasks != nil {
            asked.most = min(asked.most, tasks)
            if tasks < asked.least {
                asked = (tasks, tasks)
                if hosts.count > tasks {
                    request.requiredNodes = hosts.prefix(Int(tasks)).joined(separator: ",")
                }
            }
            nodes = asked
        }
        request.minNodes = nodes?.least
        request.maxNodes = nodes.flatMap { $0.most > 0 ? $0.most : nil }
        request.minCPUs =
            if request.overcommit {
                max(nodes?.least ?? 1, 1)
            } else if let perTask = request.cpusPerTask {
                tasks * perTask
            } else {
                nodes?.least == 0 ? 0 : tasks
            }
    }

    private static func distinctHosts(_ list: String) throws(SbatchError) -> [String] {
        var seen: Set<String> = []
        do { return try expandHostList(list).filter { seen.insert($0).inserted } } catch {
            throw .badValue(option: "--nodelist", value: list, wanted: "nodes, such as n[1-4]")
        }
    }
}
