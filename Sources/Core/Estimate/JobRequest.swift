/// What a submission asks Slurm for, as the job_submit plugin sends it: values, nothing filled in.
///
/// Names and meanings are those of `job_desc_msg_t` (slurm.h); nil is what Slurm calls NO_VAL or
/// NULL: the user left it unsaid. Strings are as Slurm has them, cut to length by the plugin.

import Units

package struct JobRequest: Hashable, Sendable {
    package var userID: UInt32
    package var groupID: UInt32?
    package var account: String?
    /// One partition or a comma-separated list.
    package var partition: String?
    package var qos: String?
    package var reservation: String?
    /// `-t`, in minutes; `unlimitedMinutes` stands for UNLIMITED.
    package var timeLimitMinutes: Int64?
    package var timeMinMinutes: Int64?
    package var minNodes: Int64?
    package var maxNodes: Int64?
    package var numTasks: Int64?
    package var cpusPerTask: Int64?
    package var ntasksPerNode: Int64?
    package var ntasksPerSocket: Int64?
    package var ntasksPerCore: Int64?
    /// `ntasks_per_tres`, `--ntasks-per-gpu`.
    package var ntasksPerTRES: Int64?
    package var socketsPerNode: Int64?
    package var minCPUs: Int64?
    package var maxCPUs: Int64?
    /// `--mincpus`: CPUs a node must have at least.
    package var pnMinCPUs: Int64?
    /// `--mem`, MiB a node; 0 asks for all of the node's.
    package var memoryPerNodeMiB: Int64?
    /// `--mem-per-cpu`, MiB.
    package var memoryPerCPUMiB: Int64?
    /// `shared` of `job_desc_msg_t`: 0 `--exclusive`, 1 `--oversubscribe`, 2 user, 3 mcs.
    package var shared: Int64?
    package var threadsPerCore: Int64?
    package var coreSpec: Int64?
    /// `-O`: more tasks than CPUs.
    package var overcommit: Bool = false
    /// `--gpus` and the like: "gres:gpu:2", "gres:gpu:h200:2", several with commas.
    package var tresPerJob: String?
    /// `--gres`, `--gpus-per-node`.
    package var tresPerNode: String?
    /// `--gpus-per-socket`.
    package var tresPerSocket: String?
    /// `--gpus-per-task`.
    package var tresPerTask: String?
    /// `--cpus-per-gpu`: "gres:gpu:4".
    package var cpusPerTRES: String?
    /// `--mem-per-gpu`: "gres:gpu:4096" (MiB).
    package var memPerTRES: String?
    /// `-L`: "matlab:2,abaqus".
    package var licenses: String?
    /// `-C`.
    package var features: String?
    /// `-w`, a host list.
    package var requiredNodes: String?
    /// `-x`, a host list.
    package var excludedNodes: String?
    /// `-a`: "0-99:3%2".
    package var arrayIndices: String?
    /// `scontrol update ArrayTaskThrottle`, 0 for any number; only in a change.
    package var arrayThrottle: Int64?
    /// Position in a het job; nil for a plain one.
    package var hetOffset: Int64?
    /// `--begin`.
    package var begin: Instant?
    /// `scontrol update EndTime`, which moves the time limit; only in a change.
    package var end: Instant?
    /// A user's text and so only a hint (`--test-only`).
    package var submitLine: String?

    package static let unlimitedMinutes: Int64 = 4_294_967_295

    package init(userID: UInt32) { self.userID = userID }
}
