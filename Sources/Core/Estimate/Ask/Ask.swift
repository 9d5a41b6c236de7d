/// What a request comes to in one partition once slurmctld has filled in what was left unsaid.
///
/// Counts are CPUs and Slurm tasks (processes), not array tasks; memory is in MiB. The rules are
/// those of slurmctld 22.05, learnt from its behaviour; each step names the pages it follows.

import Units

struct Ask {
    var minNodes: Int64
    /// nil: as many as it takes.
    var maxNodes: Int64?
    var tasks: Int64?
    var cpusPerTask: Int64
    /// `-c` was given: defaults a GPU leave the CPUs alone.
    let cpusPerTaskGiven: Bool
    var minCPUs: Int64
    /// CPUs every node must give at least.
    var minCPUsPerNode: Int64
    let tasksPerNode: Int64?
    var tasksPerSocket: Int64?
    /// `--ntasks-per-core`, or 1 with CR_ONE_TASK_PER_CORE.
    var tasksPerCore: Int64?
    let tasksPerGPU: Int64?
    var threadsPerCore: Int64?
    let socketsPerNode: Int64?
    let overcommit: Bool
    var memory: MemoryAsk
    /// More memory a node than MaxMemPerNode: such a job waits.
    var isAboveMaxMemory = false
    /// The user named an amount: memory a GPU does not replace it.
    let memoryGiven: Bool
    var wholeNodes: Bool
    var gres: [GresAsk]
}

enum MemoryAsk: Hashable, Sendable {
    case perCPU(Int64)
    case perNode(Int64)
    /// All that the node has: `--mem=0`, or no default anywhere.
    case wholeNode
}

extension Ask {
    /// The part that is the same in every partition.
    ///
    /// Source: sbatch(1); `job_desc_msg_t` in slurm.h. Tasks count for CPUs only where the
    /// request says how many CPUs it needs at least, as every client does.
    init(
        _ request: borrowing JobRequest, requiredNodes: Int64, selection: Selection
    ) throws(EstimateRefusal) {
        minNodes = max(request.minNodes ?? 1, requiredNodes, 1)
        maxNodes = request.maxNodes.flatMap { $0 > 0 ? $0 : nil }
        tasks = request.numTasks.flatMap { $0 > 0 ? $0 : nil }
        cpusPerTask = max(request.cpusPerTask ?? 1, 1)
        cpusPerTaskGiven = request.cpusPerTask != nil
        tasksPerNode = request.ntasksPerNode.flatMap { $0 > 0 ? $0 : nil }
        tasksPerSocket = request.ntasksPerSocket.flatMap { $0 > 0 ? $0 : nil }
        tasksPerCore =
            request.ntasksPerCore.flatMap { $0 > 0 ? $0 : nil }
            ?? (selection.oneTaskPerCore ? 1 : nil)
        tasksPerGPU = request.ntasksPerTRES.flatMap { $0 > 0 ? $0 : nil }
        threadsPerCore = request.threadsPerCore.flatMap { $0 > 0 ? $0 : nil }
        socketsPerNode = request.socketsPerNode.flatMap { $0 > 0 ? $0 : nil }
        overcommit = request.overcommit
        wholeNodes = request.shared == 0 || selection.unit == .node
        (memory, memoryGiven) = Self.memory(of: request)
        gres = try GresAsk.list(request)
        minCPUs = max(request.minCPUs ?? minNodes, requiredNodes, 1)
        minCPUsPerNode = 1
        if let tasksPerNode, tasks == nil { tasks = tasksPerNode.times(minNodes) }
        settleGres()
        if !overcommit, request.minCPUs != nil, let tasks, tasks > minCPUs {
            minCPUs = tasks.times(cpusPerTask)
        }
        minCPUsPerNode = max(request.pnMinCPUs ?? 1, cpusPerTask)
        if let tasksPerNode, !overcommit, let tasks, tasks > 1 {
            minCPUsPerNode = max(minCPUsPerNode, cpusPerTask.times(tasksPerNode))
        }
        if selection.unit == .node { forgetWhatLinearIgnores() }
    }

    /// select/linear looks at nodes only: cores, threads and generic resources decide nothing.
    private mutating func forgetWhatLinearIgnores() {
        (tasksPerSocket, tasksPerCore, threadsPerCore) = (nil, nil, nil)
        gres = []
    }

    /// `--mem-per-cpu=0` means the same as `--mem=0`.
    private static func memory(of request: JobRequest) -> (MemoryAsk, given: Bool) {
        if let miB = request.memoryPerCPUMiB {
            return (miB == 0 ? .wholeNode : .perCPU(miB), true)
        }
        if let miB = request.memoryPerNodeMiB {
            return (miB == 0 ? .wholeNode : .perNode(miB), true)
        }
        return (.wholeNode, false)
    }
}
