internal import CSlurm

/// A node of slurmctld's (`node_info_t`). Nil: not set. Memory in MiB.
package struct SlurmNode: Sendable {
    package let name: String
    /// The base state; MIXED where some of its CPUs are allocated.
    package let state: String
    /// Comma-separated, as all lists here.
    package let stateFlags: String?
    package let cpus: Int64?
    package let effectiveCPUs: Int64?
    package let boards: Int64?
    package let sockets: Int64?
    package let coresPerSocket: Int64?
    package let threadsPerCore: Int64?
    package let realMemory: Int64?
    package let memorySpecLimit: Int64?
    package let coreSpecCount: Int64?
    package let features: String?
    package let activeFeatures: String?
    package let gres: String?
    package let tres: String?
    package let partitions: String?
    package let weight: Int64?

    /// slurm.h `enum node_states`.
    private static let states = [
        "UNKNOWN", "DOWN", "IDLE", "ALLOCATED", "ERROR", "MIXED", "FUTURE",
    ]

    init(_ one: csl_node) {
        name = text(one.name) ?? ""
        let base = Int(one.state & 0xf)
        state = base < Self.states.count ? Self.states[base] : "UNKNOWN"
        stateFlags = bitNames(CSL_NODE_FLAGS, one.state)
        cpus = number(one.cpus)
        effectiveCPUs = number(one.effective_cpus)
        boards = number(one.boards)
        sockets = number(one.sockets)
        coresPerSocket = number(one.cores)
        threadsPerCore = number(one.threads)
        realMemory = number(one.real_memory)
        memorySpecLimit = number(one.mem_spec_limit)
        coreSpecCount = number(one.core_spec_count)
        features = text(one.features)
        activeFeatures = text(one.active_features)
        gres = text(one.gres)
        tres = text(one.tres)
        partitions = text(one.partitions)
        weight = number(one.weight)
    }
}

/// All nodes.
package struct SlurmNodes: ~Copyable {
    private let handle: OpaquePointer

    package init() throws(SlurmError) {
        var loaded: OpaquePointer?
        let code = csl_nodes_load(&loaded)
        guard code == 0, let loaded else { throw .controller("slurmctld's nodes", code: code) }
        handle = loaded
    }

    deinit { csl_nodes_free(handle) }

    /// Nil behind the last one.
    package mutating func next() -> SlurmNode? {
        var one = csl_node()
        return csl_nodes_next(handle, &one) == 1 ? SlurmNode(one) : nil
    }
}
