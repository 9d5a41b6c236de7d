/// No request, however odd, may overflow or take long: values are bounded, products are capped.

extension Int64 {
    /// The product, but never above 10¹⁵: sums of such products still fit 64 bits.
    ///
    /// What comes near the cap is refused in the end (`largestCount`), so no footprint holds a
    /// capped figure.
    func times(_ other: Int64) -> Int64 {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? 1_000_000_000_000_000 : Swift.min(product, 1_000_000_000_000_000)
    }
}

/// The largest count of a footprint, in base units; beyond it nothing can be priced.
let largestCount: Int64 = 10_000_000_000
/// The most nodes of one job; Slurm itself has no more in a cluster.
let mostNodesOfJob: Int64 = 65_533

extension JobRequest {
    /// Every number is 0 or more and below `largestCount`; a time limit may be UNLIMITED.
    func checkBounds() throws(EstimateRefusal) {
        let numbers: [(String, Int64?)] = [
            ("time_limit_minutes", timeLimitMinutes), ("time_min_minutes", timeMinMinutes),
            ("min_nodes", minNodes), ("max_nodes", maxNodes), ("num_tasks", numTasks),
            ("cpus_per_task", cpusPerTask), ("ntasks_per_node", ntasksPerNode),
            ("ntasks_per_socket", ntasksPerSocket), ("ntasks_per_core", ntasksPerCore),
            ("ntasks_per_tres", ntasksPerTRES), ("sockets_per_node", socketsPerNode),
            ("min_cpus", minCPUs), ("pn_min_cpus", pnMinCPUs),
            ("mem_per_node_mib", memoryPerNodeMiB), ("mem_per_cpu_mib", memoryPerCPUMiB),
            ("threads_per_core", threadsPerCore),
        ]
        for (field, number) in numbers {
            guard let number else { continue }
            if number < 0 { throw .malformed(field: field, text: String(number)) }
            if number > largestCount { throw .tooLarge(field: field, limit: largestCount) }
        }
    }
}
