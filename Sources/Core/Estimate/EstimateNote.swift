/// One reason behind a figure of a footprint; rendered only when somebody reads it.

import Units

/// Figures in minutes, MiB and plain counts; `description` is the sentence for people.
package enum EstimateNote: Hashable, Sendable {
    case defaultAccount(String)
    case defaultPartition(String)
    case defaultTime(minutes: Int64)
    case partitionMaxTime(minutes: Int64)
    case unlimitedTime(maxMinutes: Int64)
    case timeLimitAboveMax(minutes: Int64, maxMinutes: Int64)
    /// DefMemPerCPU or DefMemPerNode, in MiB.
    case defaultMemory(MemoryAmount)
    /// No default memory (or `--mem=0`): all that the node has.
    case wholeNodeMemory(asked: Bool)
    /// `--mem-per-cpu` above MaxMemPerCPU: more CPUs instead.
    case moreCPUsForMemory(cpus: Int64, maxMiB: Int64)
    case wholeNodes(byPartition: Bool)
    case cpusPerGPU(Int64)
    case memoryPerGPU(miB: Int64)
    case fewestNodes(Int64)
    case mostNodes(Int64)
    /// `.strict`: OverTimeLimit is added.
    case overTime(minutes: Int64)
    case unlikeNodes
    case fitsNowhere
    /// A gres or licence that AccountingStorageTRES leaves out: Slurm's record won't show it.
    case notAccounted(TRESName)
}

extension EstimateNote: CustomStringConvertible {
    package var description: String {
        switch self {
        case .defaultAccount(let name): "account \(name), the user's default"
        case .defaultPartition(let name): "partition \(name), the cluster's default"
        case .defaultTime(let minutes):
            "time limit \(slurmDuration(seconds: minutes * 60)), the partition's DefaultTime"
        case .partitionMaxTime(let minutes):
            "time limit \(slurmDuration(seconds: minutes * 60)), the partition's MaxTime"
        case .unlimitedTime(let minutes):
            "no time limit is above the partition's MaxTime"
                + " \(slurmDuration(seconds: minutes * 60)); the job won't start"
        case .timeLimitAboveMax(let minutes, let maximum):
            "time limit \(slurmDuration(seconds: minutes * 60)) is above the partition's MaxTime"
                + " \(slurmDuration(seconds: maximum * 60)); the job won't start"
        case .defaultMemory(.perCPU(let miB)): "memory: DefMemPerCPU \(miB)M"
        case .defaultMemory(.perNode(let miB)): "memory: DefMemPerNode \(miB)M"
        case .wholeNodeMemory(asked: true): "memory: --mem=0 takes the whole node's"
        case .wholeNodeMemory(asked: false):
            "memory: none asked and no default, so the whole node's; --mem would lower it"
        case .moreCPUsForMemory(let cpus, let maximum):
            "\(cpus) CPUs, for no CPU may have more than \(maximum)M (MaxMemPerCPU)"
        case .wholeNodes(byPartition: true): "whole nodes: the partition is exclusive"
        case .wholeNodes(byPartition: false): "whole nodes: --exclusive"
        case .cpusPerGPU(let count): "\(count) CPUs a GPU"
        case .memoryPerGPU(let miB): "memory: \(miB)M a GPU"
        case .fewestNodes(1): "one node, the fewest that fit"
        case .fewestNodes(let count): "\(count) nodes, the fewest that fit"
        case .mostNodes(let count): "\(count) nodes, the most the request allows"
        case .overTime(let minutes): "\(minutes) minutes more (OverTimeLimit)"
        case .unlikeNodes: "the partition's nodes differ: what is allocated depends on which"
        case .fitsNowhere: "the partition can't run this request as it is now"
        case .notAccounted(let name): "\(name) is not in AccountingStorageTRES"
        }
    }
}
