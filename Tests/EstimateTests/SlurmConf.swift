/// A few lines of slurm.conf as a cluster's view: what the golden tables say their cluster is.

import Testing
import Units

@testable import Estimate

/// `Key=Value` words of a line, quotes taken off.
func words(_ line: some StringProtocol) -> [String: String] {
    var words: [String: String] = [:]
    for word in line.split(separator: " ") {
        let sides = word.split(separator: "=", maxSplits: 1)
        guard sides.count == 2 else { continue }
        words[String(sides[0])] = String(sides[1].filter { $0 != "\"" })
    }
    return words
}

/// The view of a cluster with these settings, nodes and partitions; root's account is root.
func view(of lines: [String]) throws -> ClusterView {
    var settings: [String: String] = [:]
    var nodes: [NodeRecord] = []
    var partitions: [PartitionRecord] = []
    for line in lines where !line.hasPrefix("#") {
        let words = words(line)
        if let names = words["NodeName"] {
            nodes += try expandHostList(names).map { NodeRecord(name: $0, shape: shape(words)) }
        } else if let name = words["PartitionName"] {
            partitions.append(partition(name, words))
        } else {
            settings.merge(words) { $1 }
        }
    }
    var associations = Associations()
    associations.add(user: "root", account: "root")
    associations.defaultAccounts["root"] = "root"
    return ClusterView(
        cluster: "reef", config: config(settings), partitions: partitions, nodes: nodes,
        associations: associations)
}

private func config(_ settings: [String: String]) -> ClusterConfig {
    var config = ClusterConfig(
        selection: Selection(
            selectType: settings["SelectType"] ?? "select/cons_tres",
            parameters: settings["SelectTypeParameters"] ?? ""))
    config.billsDearestTRES = settings["PriorityFlags"]?.contains("MAX_TRES") ?? false
    config.maxArraySize = 100_001
    config.accountedTRES = Set(
        (settings["AccountingStorageTRES"] ?? "").split(separator: ",").map { TRESName(String($0)) }
    )
    return config
}

private func shape(_ words: [String: String]) -> NodeShape {
    let number = { (key: String) in words[key].flatMap { Int64($0) } ?? 0 }
    var shape = NodeShape(
        cpus: number("CPUs"), sockets: number("Sockets"),
        coresPerSocket: number("CoresPerSocket"), threadsPerCore: number("ThreadsPerCore"),
        realMemoryMiB: number("RealMemory"))
    shape.memSpecLimitMiB = number("MemSpecLimit")
    shape.coreSpecCount = number("CoreSpecCount")
    shape.features = (words["Feature"] ?? "").split(separator: ",").map(String.init).sorted()
    shape.gres = words["Gres"] ?? ""
    return shape
}

private func partition(_ name: String, _ words: [String: String]) -> PartitionRecord {
    let number = { (key: String) in words[key].flatMap { Int64($0) } }
    let minutes = { (key: String) in
        words[key].flatMap { try? parseSlurmDuration($0) }.map { $0 / 60 }
    }
    var record = PartitionRecord(name: name, nodes: words["Nodes"] ?? "")
    record.isDefault = words["Default"] == "YES"
    record.isExclusive = words["OverSubscribe"] == "EXCLUSIVE"
    record.defaultTimeMinutes = minutes("DefaultTime")
    record.maxTimeMinutes = minutes("MaxTime")
    record.defaultMemory =
        number("DefMemPerCPU").map { .perCPU($0) } ?? number("DefMemPerNode").map { .perNode($0) }
    record.maxMemory =
        number("MaxMemPerCPU").map { .perCPU($0) } ?? number("MaxMemPerNode").map { .perNode($0) }
    record.minNodes = number("MinNodes") ?? 0
    record.maxNodes = number("MaxNodes")
    record.maxCPUsPerNode = number("MaxCPUsPerNode")
    record.gpuDefaults = GPUDefaults(
        cpusPerGPU: number("DefCpuPerGPU"), memoryPerGPUMiB: number("DefMemPerGPU"))
    record.billingWeights = words["TRESBillingWeights"] ?? ""
    return record
}
