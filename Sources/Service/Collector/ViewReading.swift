/// From the gauge's records to the view that estimates read.

import Estimate
import Records
import Units

/// The shape of a cluster: what changes seldom.
struct ClusterShape: Sendable {
    var view: ClusterView
    /// Whether slurmdbd keeps the cluster's history.
    var hasAccounting: Bool
    /// Rows that could not be read, and what the view had to leave out.
    var problems: [String]
}

extension GaugeCommand {
    /// Reads config, partitions, nodes and associations.
    ///
    /// - Parameter wantsAccounting: nil: as slurm.conf says.
    func readShape(of cluster: String, wantsAccounting: Bool?) throws -> ClusterShape {
        let config = try read(PlainDecoder<ConfigRecord>.self, ["config"])
        let partitions = try read(PlainDecoder<Records.PartitionRecord>.self, ["partitions"])
        let nodes = try read(PlainDecoder<Records.NodeRecord>.self, ["nodes"])
        let settings = Dictionary(
            config.records.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        if let name = settings["ClusterName"], name != cluster {
            throw GaugeFailure(
                .nonsense,
                "the gauge reads cluster \(name), the settings say \(cluster): "
                    + "set SLURM_CONF in gauge_environment")
        }
        let usesSlurmdbd = settings["AccountingStorageType"]?.hasSuffix("slurmdbd") ?? false
        let hasAccounting = wantsAccounting ?? usesSlurmdbd
        var associations = Associations()
        var problems = [config.problems, partitions.problems, nodes.problems].joined().map {
            "\($0)"
        }
        if hasAccounting {
            let read = try readAssociations { problems.append($0) }
            for record in read.records where record.cluster == cluster || record.cluster.isEmpty {
                associations.take(record)
            }
            problems += read.problems.map { "\($0)" }
        }
        let shapes = nodes.records.map(Estimate.NodeRecord.init)
        var shape = ClusterConfig(settings)
        shape.countGres(of: shapes)
        shape.countsAllLicences = !usesSlurmdbd
        let view = ClusterView(
            cluster: cluster, config: shape,
            partitions: partitions.records.map(Estimate.PartitionRecord.init), nodes: shapes,
            associations: associations)
        return ClusterShape(
            view: view, hasAccounting: hasAccounting, problems: problems + view.problems)
    }
}

extension GaugeCommand {
    /// The name of the cluster whose slurmctld the gauge asks; nil: it tells none.
    package func clusterName() throws -> String? {
        try read(PlainDecoder<ConfigRecord>.self, ["config"]) { $0.key == "ClusterName" }
            .records.first?.value
    }

    /// slurmdbd's, or what slurmctld keeps of them while slurmdbd gives no answer.
    private func readAssociations(
        _ note: (String) -> Void
    ) throws -> Reading<AssociationRecord> {
        do {
            return try read(PlainDecoder<AssociationRecord>.self, ["associations"])
        } catch let failure as GaugeFailure
            where [.accountingUnreachable, .tooSlow, .failed].contains(failure.kind)
        {
            let kept = try read(
                PlainDecoder<AssociationRecord>.self, ["associations", "--from", "slurmctld"])
            note("associations are as slurmctld keeps them: \(failure)")
            return kept
        }
    }
}

extension Associations {
    fileprivate mutating func take(_ record: AssociationRecord) {
        // slurmctld's copies have their numbers too; 0 is none.
        if record.associationID != 0 {
            numbered[record.associationID] = Member(account: record.account, user: record.user)
        }
        if let user = record.user {
            add(user: user, account: record.account, defaultQOS: record.defaultQOS)
            if record.isDefault { defaultAccounts[user] = record.account }
        } else {
            if let parent = record.parentAccount { parents[record.account] = parent }
            for user in record.coordinators {
                coordinated[user, default: []].insert(record.account)
            }
            operators.formUnion(record.operators)
        }
    }
}

extension ClusterConfig {
    /// Reads the settings by their names in slurm.conf(5).
    fileprivate init(_ settings: [String: String]) {
        func number(_ key: String) -> Int64? {
            settings[key].flatMap { Int64($0) }.flatMap { $0 > 0 ? $0 : nil }
        }
        self.init(
            selection: Selection(
                selectType: settings["SelectType"] ?? "select/cons_tres",
                parameters: settings["SelectTypeParameters"] ?? ""))
        defaultMemory =
            number("DefMemPerCPU").map(MemoryAmount.perCPU)
            ?? number("DefMemPerNode").map(MemoryAmount.perNode)
        maxMemory =
            number("MaxMemPerCPU").map(MemoryAmount.perCPU)
            ?? number("MaxMemPerNode").map(MemoryAmount.perNode)
        gpuDefaults = GPUDefaults(
            cpusPerGPU: number("DefCPUPerGPU") ?? number("DefCpuPerGPU"),
            memoryPerGPUMiB: number("DefMemPerGPU"))
        maxArraySize = number("MaxArraySize") ?? maxArraySize
        // "5 min", "UNLIMITED".
        if let text = settings["OverTimeLimit"] {
            overTimeLimitMinutes = text.split(separator: " ").first.flatMap { Int64($0) }
        }
        allowsSpecResources = ["YES", "1"].contains(
            (settings["AllowSpecResourcesUsage"] ?? "").uppercased())
        let enforced = Set(
            (settings["AccountingStorageEnforce"] ?? "").lowercased()
                .split(separator: ",").map(String.init))
        enforcesAssociations = !enforced.isDisjoint(
            with: ["associations", "limits", "qos", "safe", "wckeys", "all"])
        billsDearestTRES = (settings["PriorityFlags"] ?? "").uppercased().contains("MAX_TRES")
        accountedTRES = Set(
            (settings["AccountingStorageTRES"] ?? "").split(separator: ",")
                .map { TRESName(String($0)) })
        let limits = (settings["EnforcePartLimits"] ?? "NO").uppercased()
        enforcesPartitionLimits = !["NO", "", "0"].contains(limits)
    }
}

extension Estimate.PartitionRecord {
    fileprivate init(_ record: Records.PartitionRecord) {
        self.init(name: record.name, nodes: record.nodes)
        isDefault = record.isDefault
        isExclusive = record.isExclusive
        defaultTimeMinutes = record.defaultTime?.minutes
        maxTimeMinutes = record.maxTime.minutes
        overTimeLimitMinutes = record.overTimeLimit?.minutes
        defaultMemory =
            record.defMemoryPerCPUMiB.map(MemoryAmount.perCPU)
            ?? record.defMemoryPerNodeMiB.map(MemoryAmount.perNode)
        maxMemory =
            record.maxMemoryPerCPUMiB.map(MemoryAmount.perCPU)
            ?? record.maxMemoryPerNodeMiB.map(MemoryAmount.perNode)
        minNodes = record.minNodes ?? 0
        maxNodes = record.maxNodes
        maxCPUsPerNode = record.maxCPUsPerNode
        gpuDefaults = GPUDefaults(
            cpusPerGPU: record.defCPUsPerGPU, memoryPerGPUMiB: record.defMemoryPerGPUMiB)
        billingWeights = record.billingWeights ?? ""
        qos = record.qos
    }
}

extension TimeLimit {
    fileprivate var minutes: Int64? {
        guard case .seconds(let seconds) = self else { return nil }
        return (seconds + 59) / 60
    }
}

extension Estimate.NodeRecord {
    fileprivate init(_ record: Records.NodeRecord) {
        var shape = NodeShape(
            cpus: record.cpus, sockets: record.sockets, coresPerSocket: record.coresPerSocket,
            threadsPerCore: record.threadsPerCore, realMemoryMiB: record.realMemoryMiB)
        shape.memSpecLimitMiB = record.memorySpecLimitMiB
        shape.coreSpecCount = record.coreSpecCount
        shape.features = record.features.sorted()
        shape.gres = record.gres ?? ""
        self.init(name: record.name, shape: shape)
        let down = ["DOWN", "UNKNOWN", "FUTURE", "ERROR"]
        let drained = ["DRAIN", "FAIL", "POWERED_DOWN"]
        isUp = !down.contains(record.state) && !record.stateFlags.contains(where: drained.contains)
    }
}
