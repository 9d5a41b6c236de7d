/// A job's fields, as the plugin sends those of `job_desc_msg_t`.

import Estimate
import Units

extension JobRequest: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        try self.init(from: &fields, userID: fields.required("user_id"))
    }

    /// A change of a job need not say whose it is.
    init(from fields: inout Fields, elseUserID callerUID: UInt32) throws(FieldError) {
        try self.init(from: &fields, userID: fields.optional("user_id") ?? callerUID)
    }

    private init(from fields: inout Fields, userID: UInt32) throws(FieldError) {
        self.init(userID: userID)
        groupID = try fields.optional("group_id")
        account = try fields.optional("account")
        partition = try fields.optional("partition")
        qos = try fields.optional("qos")
        reservation = try fields.optional("reservation")
        timeLimitMinutes = try fields.optional("time_limit_minutes")
        timeMinMinutes = try fields.optional("time_min_minutes")
        minNodes = try fields.optional("min_nodes")
        maxNodes = try fields.optional("max_nodes")
        numTasks = try fields.optional("num_tasks")
        cpusPerTask = try fields.optional("cpus_per_task")
        ntasksPerNode = try fields.optional("ntasks_per_node")
        ntasksPerSocket = try fields.optional("ntasks_per_socket")
        ntasksPerCore = try fields.optional("ntasks_per_core")
        ntasksPerTRES = try fields.optional("ntasks_per_tres")
        socketsPerNode = try fields.optional("sockets_per_node")
        minCPUs = try fields.optional("min_cpus")
        maxCPUs = try fields.optional("max_cpus")
        arrayThrottle = try fields.optional("array_throttle")
        pnMinCPUs = try fields.optional("pn_min_cpus")
        memoryPerNodeMiB = try fields.optional("mem_per_node_mib")
        memoryPerCPUMiB = try fields.optional("mem_per_cpu_mib")
        shared = try fields.optional("shared")
        // As slurm.h has it: a number.
        overcommit = try fields.optional("overcommit", as: Int64.self) ?? 0 != 0
        threadsPerCore = try fields.optional("threads_per_core")
        coreSpec = try fields.optional("core_spec")
        tresPerJob = try fields.optional("tres_per_job")
        tresPerNode = try fields.optional("tres_per_node")
        tresPerSocket = try fields.optional("tres_per_socket")
        tresPerTask = try fields.optional("tres_per_task")
        cpusPerTRES = try fields.optional("cpus_per_tres")
        memPerTRES = try fields.optional("mem_per_tres")
        licenses = try fields.optional("licenses")
        features = try fields.optional("features")
        requiredNodes = try fields.optional("req_nodes")
        excludedNodes = try fields.optional("exc_nodes")
        arrayIndices = try fields.optional("array")
        hetOffset = try fields.optional("het_offset")
        begin = try fields.optional("begin")
        end = try fields.optional("end")
        submitLine = try fields.optional("submit_line")
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("user_id", userID)
        writer.field("group_id", groupID)
        writer.field("account", account)
        writer.field("partition", partition)
        writer.field("qos", qos)
        writer.field("reservation", reservation)
        writer.field("time_limit_minutes", timeLimitMinutes)
        writer.field("time_min_minutes", timeMinMinutes)
        writer.field("min_nodes", minNodes)
        writer.field("max_nodes", maxNodes)
        writer.field("num_tasks", numTasks)
        writer.field("cpus_per_task", cpusPerTask)
        writer.field("ntasks_per_node", ntasksPerNode)
        writer.field("ntasks_per_socket", ntasksPerSocket)
        writer.field("ntasks_per_core", ntasksPerCore)
        writer.field("ntasks_per_tres", ntasksPerTRES)
        writer.field("sockets_per_node", socketsPerNode)
        writer.field("min_cpus", minCPUs)
        writer.field("max_cpus", maxCPUs)
        writer.field("pn_min_cpus", pnMinCPUs)
        writer.field("mem_per_node_mib", memoryPerNodeMiB)
        writer.field("mem_per_cpu_mib", memoryPerCPUMiB)
        writer.field("shared", shared)
        writer.field("overcommit", overcommit ? Int64(1) : nil)
        writer.field("threads_per_core", threadsPerCore)
        writer.field("core_spec", coreSpec)
        writer.field("tres_per_job", tresPerJob)
        writer.field("tres_per_node", tresPerNode)
        writer.field("tres_per_socket", tresPerSocket)
        writer.field("tres_per_task", tresPerTask)
        writer.field("cpus_per_tres", cpusPerTRES)
        writer.field("mem_per_tres", memPerTRES)
        writer.field("licenses", licenses)
        writer.field("features", features)
        writer.field("req_nodes", requiredNodes)
        writer.field("exc_nodes", excludedNodes)
        writer.field("array", arrayIndices)
        writer.field("array_throttle", arrayThrottle)
        writer.field("het_offset", hetOffset)
        writer.field("begin", begin)
        writer.field("end", end)
        writer.field("submit_line", submitLine)
    }
}
