/// A footprint for a job that Slurm already has: what its own record says, nothing filled in.

import Units

extension Footprint {
    /// Of a job found pending or running, from its ReqTRES or AllocTRES string.
    ///
    /// AllocTRES is exact; a pending job's ReqTRES says what it asked for at least, so it is not:
    /// whole nodes and whole cores show only once it runs. `tasks` counts the array tasks left.
    package init(
        adopting tres: String, isAllocated: Bool, account: String, partition: String,
        qos: String? = nil, tasks: Int64 = 1, concurrentTasks: Int64? = nil,
        timeLimitSeconds: Int64
    ) throws(EstimateRefusal) {
        let perTask: TRESCounts
        do { perTask = try TRESCounts(parsing: tres) } catch {
            throw .malformed(field: isAllocated ? "AllocTRES" : "ReqTRES", text: tres)
        }
        self.init(
            account: account, partition: partition, qos: qos, tasks: tasks,
            concurrentTasks: concurrentTasks, timeLimitSeconds: timeLimitSeconds,
            perTask: perTask, isExact: isAllocated)
    }
}
