internal import CSlurm

/// A span in which a node was down or drained, from slurmdbd (`slurmdb_event_rec_t`). Times in epoch
/// seconds.
package struct SlurmNodeEvent: Sendable {
    package let node: String
    package let start: Int64?
    /// Nil: it goes on.
    package let end: Int64?
    /// By number.
    package let tres: String?
    package let isMaintenance: Bool

    init(_ one: csl_node_event) {
        node = text(one.node) ?? ""
        start = epoch(one.start)
        end = epoch(one.end)
        tres = text(one.tres)
        isMaintenance = one.is_maintenance != 0
    }
}

/// Handed out one after another.
package struct SlurmNodeEvents: ~Copyable {
    private let handle: OpaquePointer

    init(_ handle: OpaquePointer) { self.handle = handle }

    deinit { csl_node_events_free(handle) }

    /// Nil behind the last one.
    package mutating func next() -> SlurmNodeEvent? {
        var one = csl_node_event()
        return csl_node_events_next(handle, &one) == 1 ? SlurmNodeEvent(one) : nil
    }
}
