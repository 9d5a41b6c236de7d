/// Lines of sbatch's and the requests they make. Each row was seen: the same line was given to sbatch
/// 22.05.8, and its request compared field by field with what the plugin saw in slurmctld.

import Estimate
import Testing
import Units

private let clock = LocalClock(now: Instant(epochSeconds: 1_767_225_600))

private func request(
    _ line: String, script: String? = nil, environment: [String: String] = [:]
) throws(SbatchError) -> JobRequest {
    try SbatchRequest(
        userID: 1001,
        script: script.map { text throws(SbatchError) in try SbatchLine(script: text) },
        environment: environment, command: SbatchLine(line.split(separator: " ").map(String.init)),
        clock: clock
    ).job
}

struct SbatchRow: Sendable, CustomTestStringConvertible {
    let line: String
    let set: @Sendable (inout JobRequest) -> Void
    var testDescription: String { line }

    init(_ line: String, _ set: @escaping @Sendable (inout JobRequest) -> Void) {
        (self.line, self.set) = (line, set)
    }

    /// As sbatch always sends it: one CPU where nothing says more.
    var expected: JobRequest {
        var request = JobRequest(userID: 1001)
        request.minCPUs = 1
        set(&request)
        return request
    }
}

@Suite struct SbatchTests {
    @Test(arguments: [
        SbatchRow("") { _ in },
        SbatchRow("-n4 -c2") {
            ($0.numTasks, $0.cpusPerTask, $0.minCPUs, $0.pnMinCPUs) = (4, 2, 8, 2)
        },
        SbatchRow("-c2") { ($0.cpusPerTask, $0.minCPUs, $0.pnMinCPUs) = (2, 2, 2) },
        SbatchRow("--mincpus=1 -c4") {
            ($0.cpusPerTask, $0.minCPUs, $0.pnMinCPUs) = (4, 4, 4)
        },
        SbatchRow("-N2") { ($0.minNodes, $0.maxNodes, $0.minCPUs) = (2, 2, 2) },
        SbatchRow("-N2 -c4") {
            ($0.minNodes, $0.maxNodes, $0.minCPUs) = (2, 2, 8)
            ($0.cpusPerTask, $0.pnMinCPUs) = (4, 4)
        },
        SbatchRow("-N2-4 -n8") {
            ($0.minNodes, $0.maxNodes, $0.numTasks, $0.minCPUs) = (2, 4, 8, 8)
        },
        SbatchRow("-N2-4 -n3") {
            ($0.minNodes, $0.maxNodes, $0.numTasks, $0.minCPUs) = (2, 3, 3, 3)
        },
        SbatchRow("-N4 -n2") {
            ($0.minNodes, $0.maxNodes, $0.numTasks, $0.minCPUs) = (2, 2, 2, 2)
        },
        SbatchRow("-N-3") { ($0.minNodes, $0.maxNodes) = (1, 3) },
        SbatchRow("-N0") { ($0.minNodes, $0.minCPUs) = (0, 0) },
        SbatchRow("-N1k") { ($0.minNodes, $0.maxNodes, $0.minCPUs) = (1_024, 1_024, 1_024) },
        SbatchRow("-N2 --ntasks-per-node=3") {
            ($0.minNodes, $0.maxNodes, $0.ntasksPerNode) = (2, 2, 3)
            ($0.numTasks, $0.minCPUs) = (6, 6)
        },
        SbatchRow("-N2-3 --tasks-per-node=3") {
            ($0.minNodes, $0.maxNodes, $0.ntasksPerNode) = (2, 3, 3)
        },
        SbatchRow("--ntasks-per-node=3") {
            ($0.ntasksPerNode, $0.numTasks, $0.minCPUs) = (3, 3, 3)
        },
        SbatchRow("-O -N2") {
            ($0.overcommit, $0.minNodes, $0.maxNodes, $0.minCPUs) = (true, 2, 2, 2)
        },
        SbatchRow("-O -n4") { ($0.overcommit, $0.numTasks) = (true, 4) },
        SbatchRow("-w n[1-2] -n8") {
            ($0.requiredNodes, $0.minNodes, $0.numTasks, $0.minCPUs) = ("n[1-2]", 2, 8, 8)
        },
        SbatchRow("-w n1 -x n2") {
            ($0.requiredNodes, $0.excludedNodes, $0.minNodes) = ("n1", "n2", 1)
        },
        SbatchRow("-N1 --threads-per-core=2") {
            ($0.minNodes, $0.maxNodes, $0.threadsPerCore) = (1, 1, 2)
            ($0.numTasks, $0.minCPUs) = (2, 2)
        },
        SbatchRow("-B 2:4 -n3") { ($0.socketsPerNode, $0.numTasks, $0.minCPUs) = (2, 3, 3) },
        SbatchRow("--hint=multithread") { $0.ntasksPerCore = 65_535 },
        SbatchRow("--hint=nomultithread -n4") {
            ($0.threadsPerCore, $0.numTasks, $0.minCPUs) = (1, 4, 4)
        },
        SbatchRow("-S 2") { $0.coreSpec = 2 },
        SbatchRow("--thread-spec=2") { $0.coreSpec = 0x8002 },
    ])
    func `tasks, CPUs and nodes are worked out as sbatch does`(row: SbatchRow) throws {
        #expect(try request(row.line) == row.expected)
    }

    @Test(arguments: [
        SbatchRow("--mem=0") { $0.memoryPerNodeMiB = 0 },
        SbatchRow("--mem=1500K") { $0.memoryPerNodeMiB = 2 },
        SbatchRow("--mem=4G") { $0.memoryPerNodeMiB = 4_096 },
        SbatchRow("--mem=1T") { $0.memoryPerNodeMiB = 1_048_576 },
        SbatchRow("--mem-per-cpu=2GB") { $0.memoryPerCPUMiB = 2_048 },
        SbatchRow("-t 90") { $0.timeLimitMinutes = 90 },
        SbatchRow("-t 0:30") { $0.timeLimitMinutes = 1 },
        SbatchRow("-t 0") { $0.timeLimitMinutes = JobRequest.unlimitedMinutes },
        SbatchRow("--time=UNLIMITED") { $0.timeLimitMinutes = JobRequest.unlimitedMinutes },
        SbatchRow("-t 1-2:3 --time-min=30") {
            ($0.timeLimitMinutes, $0.timeMinMinutes) = (1_563, 30)
        },
        SbatchRow("-b uts2000000000") { $0.begin = Instant(epochSeconds: 2_000_000_000) },
        SbatchRow("-b now+1hour") { $0.begin = Instant(epochSeconds: 1_767_229_200) },
        SbatchRow("--exclusive") { $0.shared = 0 },
        SbatchRow("--exclusive=user") { $0.shared = 2 },
        SbatchRow("-s") { $0.shared = 1 },
        SbatchRow("-a 0-9:3%2 -A astro -q normal -p cpu,gpu --reservation=maint") {
            ($0.arrayIndices, $0.account, $0.qos) = ("0-9:3%2", "astro", "normal")
            ($0.partition, $0.reservation) = ("cpu,gpu", "maint")
        },
        SbatchRow("-C ib&avx -L matlab:2,abaqus") {
            ($0.features, $0.licenses) = ("ib&avx", "matlab:2,abaqus")
        },
        SbatchRow("-J x -o y -e z --mail-type=END -d singleton --nice -W -H -v --requeue") { _ in },
        SbatchRow("-Hn3 --part=gpu") {
            ($0.numTasks, $0.minCPUs, $0.partition) = (3, 3, "gpu")
        },
    ])
    func `memory, time and names are read as sbatch reads them`(row: SbatchRow) throws {
        #expect(try request(row.line) == row.expected)
    }

    @Test(arguments: [
        SbatchRow("--gpus=2") { $0.tresPerJob = "gres:gpu:2" },
        SbatchRow("-G h200:1,a100:2") { $0.tresPerJob = "gres:gpu:h200:1,gres:gpu:a100:2" },
        SbatchRow("--gpus-per-node=h200:1 -N2") {
            ($0.tresPerNode, $0.minNodes, $0.maxNodes) = ("gres:gpu:h200:1", 2, 2)
            $0.minCPUs = 2
        },
        SbatchRow("--gres=gpu:2,tmp:4 --gpus-per-node=2") {
            $0.tresPerNode = "gres:gpu:2,gres:gpu:2,gres:tmp:4"
        },
        SbatchRow("--gres=none") { _ in },
        SbatchRow("--gpus-per-task=1 -n2") {
            ($0.tresPerTask, $0.numTasks, $0.minCPUs) = ("gres:gpu:1", 2, 2)
        },
        SbatchRow("--gpus-per-task=1 -N2") {
            ($0.tresPerTask, $0.numTasks, $0.minCPUs) = ("gres:gpu:1", 2, 2)
            ($0.minNodes, $0.maxNodes) = (2, 2)
        },
        SbatchRow("--gpus-per-task=2 --gpus=4") {
            ($0.tresPerTask, $0.tresPerJob, $0.numTasks) = ("gres:gpu:2", "gres:gpu:4", 2)
        },
        SbatchRow("--gpus=4 --gpus-per-node=2") {
            ($0.tresPerJob, $0.tresPerNode) = ("gres:gpu:4", "gres:gpu:2")
            ($0.minNodes, $0.maxNodes) = (2, 2)
        },
        SbatchRow("--gpus=2 -N1-4") {
            ($0.tresPerJob, $0.minNodes, $0.maxNodes) = ("gres:gpu:2", 1, 2)
        },
        SbatchRow("--gpus=4 --ntasks-per-gpu=2") {
            ($0.tresPerJob, $0.ntasksPerTRES, $0.numTasks) = ("gres:gpu:4", 2, 8)
        },
        SbatchRow("--gpus=1 --cpus-per-gpu=4") {
            ($0.tresPerJob, $0.cpusPerTRES) = ("gres:gpu:1", "gres:gpu:4")
        },
        SbatchRow("--gpus-per-task=2 -n2 --cpus-per-gpu=4") {
            ($0.tresPerTask, $0.cpusPerTRES) = ("gres:gpu:2", "gres:gpu:4")
            ($0.numTasks, $0.minCPUs, $0.cpusPerTask) = (2, 2, 8)
        },
        SbatchRow("--gpus=1 --mem-per-gpu=8G") {
            ($0.tresPerJob, $0.memPerTRES) = ("gres:gpu:1", "gres:gpu:8192")
        },
        SbatchRow("--gpus-per-socket=1 --sockets-per-node=1") {
            ($0.tresPerSocket, $0.socketsPerNode) = ("gres:gpu:1", 1)
        },
    ])
    func `GPUs are counted as sbatch counts them`(row: SbatchRow) throws {
        #expect(try request(row.line) == row.expected)
    }
}
