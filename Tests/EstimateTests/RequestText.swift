/// A request as the golden tables write it: `num_tasks=4 mem_per_cpu_mib=3000`, the protocol's names.

import Units

@testable import Estimate

func request(_ text: some StringProtocol) -> JobRequest {
    let fields = words(text)
    let number = { (name: String) in fields[name].flatMap { Int64($0) } }
    var job = JobRequest(userID: 0)
    job.account = fields["account"]
    job.partition = fields["partition"]
    job.qos = fields["qos"]
    job.timeLimitMinutes = number("time_limit_minutes")
    job.timeMinMinutes = number("time_min_minutes")
    job.minNodes = number("min_nodes")
    job.maxNodes = number("max_nodes")
    job.numTasks = number("num_tasks")
    job.cpusPerTask = number("cpus_per_task")
    job.ntasksPerNode = number("ntasks_per_node")
    job.ntasksPerSocket = number("ntasks_per_socket")
    job.ntasksPerCore = number("ntasks_per_core")
    job.ntasksPerTRES = number("ntasks_per_tres")
    job.socketsPerNode = number("sockets_per_node")
    job.minCPUs = number("min_cpus")
    job.maxCPUs = number("max_cpus")
    job.pnMinCPUs = number("pn_min_cpus")
    job.memoryPerNodeMiB = number("mem_per_node_mib")
    job.memoryPerCPUMiB = number("mem_per_cpu_mib")
    job.shared = number("shared")
    job.threadsPerCore = number("threads_per_core")
    job.coreSpec = number("core_spec")
    job.overcommit = number("overcommit") == 1
    job.tresPerJob = fields["tres_per_job"]
    job.tresPerNode = fields["tres_per_node"]
    job.tresPerSocket = fields["tres_per_socket"]
    job.tresPerTask = fields["tres_per_task"]
    job.cpusPerTRES = fields["cpus_per_tres"]
    job.memPerTRES = fields["mem_per_tres"]
    job.licenses = fields["licenses"]
    job.features = fields["features"]
    job.requiredNodes = fields["req_nodes"]
    job.excludedNodes = fields["exc_nodes"]
    job.arrayIndices = fields["array"]
    return job
}
