/// What the gauge tells of partitions and nodes, one value a row; `ClusterView` is built from them.
///
/// Text stays as slurmctld prints it (host lists, gres, weights); the view reads it once.

/// `partition_info_t` of slurm.h; nil is what slurm.conf leaves unsaid.
package struct PartitionRecord: Hashable, Sendable {
    /// PartitionName.
    package var name: String
    /// Default=YES.
    package var isDefault = false
    /// `part_info.nodes`, a host list; empty has no node.
    package var nodes: String
    /// OverSubscribe=EXCLUSIVE: every job gets whole nodes.
    package var isExclusive = false
    /// DefaultTime; nil: MaxTime.
    package var defaultTimeMinutes: Int64?
    /// MaxTime; nil is UNLIMITED.
    package var maxTimeMinutes: Int64?
    /// DefMemPerCPU or DefMemPerNode; nil: the cluster's.
    package var defaultMemory: MemoryAmount?
    /// MaxMemPerCPU or MaxMemPerNode; nil: the cluster's.
    package var maxMemory: MemoryAmount?
    /// MinNodes.
    package var minNodes: Int64 = 0
    /// MaxNodes; nil is UNLIMITED.
    package var maxNodes: Int64?
    /// MaxCPUsPerNode; nil is UNLIMITED.
    package var maxCPUsPerNode: Int64?
    /// `job_defaults_str`: DefCpuPerGPU and DefMemPerGPU of the partition.
    package var gpuDefaults = GPUDefaults()
    /// TRESBillingWeights, as written: "CPU=1.0,Mem=0.25G,GRES/gpu=16"; empty has none.
    package var billingWeights = ""
    /// OverTimeLimit of the partition, in minutes; nil: the cluster's.
    package var overTimeLimitMinutes: Int64?
    /// The partition's QOS: its limits, not the job's QOS.
    package var qos: String?

    package init(name: String, nodes: String) { (self.name, self.nodes) = (name, nodes) }
}

/// `node_info_t` of slurm.h, as far as it matters here.
package struct NodeRecord: Hashable, Sendable {
    /// NodeName.
    package var name: String
    /// Not down, drained or failing. An estimate counts all nodes: what is down may come back.
    package var isUp = true
    /// Everything else.
    package var shape: NodeShape

    package init(name: String, shape: NodeShape) { (self.name, self.shape) = (name, shape) }
}

/// What makes nodes alike to the scheduler.
package struct NodeShape: Hashable, Sendable {
    /// CPUs as configured; with CPUs equal to the cores, hardware threads aren't handed out.
    package var cpus: Int64
    /// On all boards together.
    package var sockets: Int64
    /// CoresPerSocket.
    package var coresPerSocket: Int64
    /// ThreadsPerCore.
    package var threadsPerCore: Int64
    /// RealMemory.
    package var realMemoryMiB: Int64
    /// MemSpecLimit, MiB that jobs never get.
    package var memSpecLimitMiB: Int64 = 0
    /// CoreSpecCount, cores that jobs never get.
    package var coreSpecCount: Int64 = 0
    /// AvailableFeatures, sorted.
    package var features: [String] = []
    /// Gres as slurmctld prints it: "gpu:a100:4(S:0-1),fpga:1".
    package var gres = ""

    package init(
        cpus: Int64, sockets: Int64, coresPerSocket: Int64, threadsPerCore: Int64,
        realMemoryMiB: Int64
    ) {
        (self.cpus, self.sockets, self.coresPerSocket) = (cpus, sockets, coresPerSocket)
        (self.threadsPerCore, self.realMemoryMiB) = (threadsPerCore, realMemoryMiB)
    }
}

extension NodeShape {
    /// Hardware threads a core that jobs are given: 1 where CPUs only count the cores.
    var threadsForJobs: Int64 { sockets * coresPerSocket >= cpus ? 1 : threadsPerCore }
    /// Cores that jobs are given.
    var coresForJobs: Int64 { max(sockets * coresPerSocket - coreSpecCount, 1) }
    /// `cpus_efctv`: what a whole node counts as in AllocTRES.
    var cpusForJobs: Int64 { max(cpus - coreSpecCount * threadsForJobs, 1) }
    var memoryForJobsMiB: Int64 { max(realMemoryMiB - memSpecLimitMiB, 0) }
}
