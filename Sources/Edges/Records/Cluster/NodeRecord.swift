/// The columns of `nodes`, from `node_info_t`. Memory in MiB.
package enum NodeColumn: Int, RecordColumn {
    case nodeName
    case state  // the base state: IDLE, ALLOCATED, MIXED, DOWN, …
    case stateFlags  // DRAIN, COMPLETING, POWERED_DOWN, …
    case cpus  // configured
    case effectiveCPUs  // without the specialised ones
    case boards
    case sockets  // of the whole node
    case coresPerSocket
    case threadsPerCore
    case realMemory
    case memSpecLimit
    case coreSpecCount
    case features  // available
    case activeFeatures
    case gres  // gpu:h200:4(S:0-1)
    case tres  // tres_fmt_str
    case partitions
    case weight

    package static let kinds: [RecordKind] = [.nodes]
}

package typealias NodeReader = RecordReader<PlainDecoder<NodeRecord>>

/// One node as it is configured.
package struct NodeRecord: PlainRecord, Equatable {
    package let cluster: String
    package let name: String
    package let state: String
    package let stateFlags: [String]
    package let cpus: Int64
    /// `cpus` without those set aside for the system (CoreSpecCount, CpuSpecList).
    package let effectiveCPUs: Int64
    package let boards: Int64
    /// Of the whole node, over all boards.
    package let sockets: Int64
    package let coresPerSocket: Int64
    package let threadsPerCore: Int64
    package let realMemoryMiB: Int64
    /// Set aside for the system; jobs get at most the rest.
    package let memorySpecLimitMiB: Int64
    package let coreSpecCount: Int64
    package let features: [String]
    package let activeFeatures: [String]
    /// As gres.conf and slurm.conf say: `gpu:h200:4(S:0-1),nvme:1`.
    package let gres: String?
    package let tres: String
    package let partitions: [String]
    package let weight: Int64

    package static let needed: [[NodeColumn]] = [[.nodeName], [.cpus], [.realMemory]]

    package init(_ values: PlainValues<NodeColumn>, cluster: String) throws(RowProblem) {
        self.cluster = cluster
        name = try values.needed(.nodeName)
        state = values.text(.state) ?? "UNKNOWN"
        stateFlags = values.list(.stateFlags)
        cpus = try values.integer(.cpus) ?? 0
        effectiveCPUs = try values.integer(.effectiveCPUs) ?? cpus
        boards = try values.integer(.boards) ?? 1
        sockets = try values.integer(.sockets) ?? 1
        coresPerSocket = try values.integer(.coresPerSocket) ?? cpus
        threadsPerCore = try values.integer(.threadsPerCore) ?? 1
        realMemoryMiB = try values.integer(.realMemory) ?? 0
        memorySpecLimitMiB = try values.integer(.memSpecLimit) ?? 0
        coreSpecCount = try values.integer(.coreSpecCount) ?? 0
        features = values.list(.features)
        activeFeatures = values.list(.activeFeatures)
        gres = values.text(.gres)
        tres = values.text(.tres) ?? ""
        partitions = values.list(.partitions)
        weight = try values.integer(.weight) ?? 1
    }
}
