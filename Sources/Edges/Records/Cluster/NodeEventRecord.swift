package import Units

/// The columns of `node-events`, from slurmdbd's `slurmdb_event_rec_t`.
package enum NodeEventColumn: Int, RecordColumn {
    case nodeName  // node_name
    case start  // period_start
    case end  // period_end, empty while it goes on
    case tres  // tres_str, by name: the node's
    case isMaintenance  // NODE_STATE_MAINT in state

    package static let kinds: [RecordKind] = [.nodeEvents]
}

/// A span in which a node was down or drained.
package struct NodeEventRecord: PlainRecord, Equatable {
    package let cluster: String
    package let node: String
    package let start: Instant
    /// Nil: it goes on.
    package let end: Instant?
    package let tres: TRESCounts
    /// In a reservation for maintenance.
    package let isMaintenance: Bool

    package static let needed: [[NodeEventColumn]] = [[.nodeName], [.start], [.end], [.tres]]

    package init(
        _ values: PlainValues<NodeEventColumn>, cluster: String
    ) throws(RowProblem) {
        self.cluster = cluster
        node = try values.needed(.nodeName)
        guard let start = try values.instant(.start) else {
            throw values.values.problem(.start, "is needed")
        }
        self.start = start
        end = try values.instant(.end)
        tres = try values.tres(.tres)
        isMaintenance = try values.flag(.isMaintenance)
    }
}
