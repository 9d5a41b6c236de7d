/// What an sbatch line asks for, option by option: the fields that say themselves go into the
/// request, the others wait for `SbatchAsk+Settle` to be seen together.

import Units

struct SbatchAsk {
    var request: JobRequest
    var nodes: (least: Int64, most: Int64)?
    var coresPerSocket: Int64?
    var namesNodeInfo = false
    var clusters: String?
    var hint: SbatchLine.Given?
    private var gpusPerNode: String?
    private var gres: String?
    private var memory: [Given] = []

    /// An option, and whether it came from the environment.
    typealias Given = (option: SbatchLine.Given, isFromEnvironment: Bool)

    init(userID: UInt32) { request = JobRequest(userID: userID) }

    mutating func take(
        _ option: SbatchLine.Given, isFromEnvironment: Bool, clock: LocalClock
    ) throws(SbatchError) {
        switch option.name {
        case "account": request.account = option.value
        case "partition": request.partition = option.value
        case "qos": request.qos = option.value
        case "reservation": request.reservation = option.value
        case "array": request.arrayIndices = option.value
        case "constraint": request.features = option.value
        case "licenses": request.licenses = option.value
        case "nodelist": request.requiredNodes = try option.hosts()
        case "exclude": request.excludedNodes = try option.hosts()
        case "nodefile": throw .nodeFile(option: option.shownName)
        case "clusters", "cluster": clusters = option.value
        case "time": request.timeLimitMinutes = try option.minutes(zeroIsUnlimited: true)
        case "time-min": request.timeMinMinutes = try option.minutes(zeroIsUnlimited: true)
        case "begin":
            do {
                request.begin = try Instant(slurm: option.value ?? "", .future, clock: clock)
            } catch {
                throw option.bad("now+2hours, tomorrow, 2026-01-01T08:00 or 16:00")
            }
        case "nodes": nodes = try option.nodes()
        case "exclusive": request.shared = try Self.shared(option)
        case "oversubscribe", "share": request.shared = 1
        case "overcommit": request.overcommit = true
        case "mem", "mem-per-cpu", "mem-per-gpu": memory.append((option, isFromEnvironment))
        case "hint": hint = option
        default:
            if try !takeCount(option) { try takeGres(option) }
        }
    }

    /// Tasks, CPUs and the shape of nodes.
    private mutating func takeCount(_ option: SbatchLine.Given) throws(SbatchError) -> Bool {
        switch option.name {
        case "ntasks": request.numTasks = try option.count()
        case "cpus-per-task": request.cpusPerTask = try option.count()
        case "ntasks-per-node", "tasks-per-node": request.ntasksPerNode = try option.count()
        case "ntasks-per-socket": request.ntasksPerSocket = try option.count()
        case "ntasks-per-core": request.ntasksPerCore = try option.count()
        case "ntasks-per-gpu", "ntasks-per-tres": request.ntasksPerTRES = try option.count()
        case "mincpus": request.pnMinCPUs = try option.count()
        case "core-spec": request.coreSpec = try option.count(atLeast: 0)
        // slurm.h CORE_SPEC_THREAD: the number is one of threads.
        case "thread-spec": request.coreSpec = try option.count() | 0x8000
        case "threads-per-core": request.threadsPerCore = try option.count()
        case "sockets-per-node": request.socketsPerNode = try option.count()
        case "cores-per-socket": coresPerSocket = try option.count()
        case "extra-node-info": try takeNodeInfo(option)
        default: return false
        }
        return true
    }

    private mutating func takeGres(_ option: SbatchLine.Given) throws(SbatchError) {
        switch option.name {
        case "gpus": request.tresPerJob = try option.gpus()
        case "gpus-per-node": gpusPerNode = try option.gpus()
        case "gres": gres = try option.gres()
        case "gpus-per-socket": request.tresPerSocket = try option.gpus()
        case "gpus-per-task": request.tresPerTask = try option.gpus()
        case "cpus-per-gpu": request.cpusPerTRES = "gres:gpu:\(try option.count())"
        // What costs nothing: names, files, mail, signals.
        default: break
        }
    }

    /// `-B sockets[:cores[:threads]]`; `*` leaves one open.
    private mutating func takeNodeInfo(_ option: SbatchLine.Given) throws(SbatchError) {
        let parts = (option.value ?? "").split(separator: ":", omittingEmptySubsequences: false)
        var counts: [Int64?] = []
        for part in parts {
            counts.append(
                part == "*" ? nil : try SbatchLine.Given(option.name, String(part)).count())
        }
        guard (1...3).contains(counts.count) else { throw option.bad("sockets:cores:threads") }
        request.socketsPerNode = counts[0] ?? request.socketsPerNode
        coresPerSocket = counts.count > 1 ? counts[1] : coresPerSocket
        request.threadsPerCore = counts.count > 2 ? counts[2] : request.threadsPerCore
        namesNodeInfo = true
    }

    private static func shared(_ option: SbatchLine.Given) throws(SbatchError) -> Int64 {
        switch option.value?.lowercased() {
        case nil, "exclusive": 0
        case "oversubscribe": 1
        case "user": 2
        case "mcs": 3
        default: throw option.bad("nothing, user or mcs")
        }
    }

    /// `--gpus-per-node` before `--gres`, and of the three kinds of memory the one that counts.
    mutating func settleGresAndMemory() throws(SbatchError) {
        let perNode = [gpusPerNode, gres].compactMap(\.self)
        request.tresPerNode = perNode.isEmpty ? nil : perNode.joined(separator: ",")
        let written = memory.filter { !$0.isFromEnvironment }
        let counted = written.isEmpty ? memory : written
        guard let last = counted.last?.option else { return }
        let kinds = Set(counted.map(\.option.name))
        guard kinds.count == 1 else { throw .exclusive(kinds.sorted().map { "--\($0)" }) }
        let mebibytes = try last.mebibytes()
        switch last.name {
        case "mem": request.memoryPerNodeMiB = mebibytes
        case "mem-per-cpu": request.memoryPerCPUMiB = mebibytes
        default: request.memPerTRES = "gres:gpu:\(mebibytes)"
        }
    }
}
