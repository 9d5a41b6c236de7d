package import Units

/// The columns of `reservations` (`reserve_info_t`, slurmctld) and `reservation-history`
/// (`slurmdb_reservation_rec_t`, slurmdbd).
package enum ReservationColumn: Int, RecordColumn {
    case reservationName  // name
    case reservationID  // -; id
    case cluster  // ClusterName; cluster
    case start  // start_time; time_start
    case end  // end_time; time_end
    case startPrevious  // -; time_start_prev, where the start was moved
    case nodes  // node_list; nodes
    case nodeCount  // node_cnt; -
    case coreCount  // core_cnt; -
    case tres  // tres_str, by name
    case accounts  // accounts; -
    case users  // users; -
    case groups  // groups; -
    case associations  // -; assocs, by id
    case partition  // partition; -
    case licenses  // licenses; -
    case features  // features; -
    case flags  // flags
    case unusedSeconds  // -; unused_wall, rounded down

    package static let kinds: [RecordKind] = [.reservations, .reservationHistory]
}

package typealias ReservationReader = RecordReader<PlainDecoder<ReservationRecord>>

/// One reservation, or in slurmdbd's record one span in which it did not change.
package struct ReservationRecord: PlainRecord, Equatable {
    package let cluster: String
    package let name: String
    /// [slurmdbd] With the cluster and the start the key.
    package let reservationID: Int64?
    package let start: Instant
    package let end: Instant?
    package let startPrevious: Instant?
    package let nodes: String?
    package let nodeCount: Int64?
    package let coreCount: Int64?
    package let tres: TRESCounts
    /// A leading `-` excludes.
    package let accounts: [String]
    package let users: [String]
    package let groups: [String]
    package let associationIDs: [String]
    package let partition: String?
    package let licenses: String?
    package let features: String?
    package let flags: [String]
    /// Seconds in which nothing ran in it [slurmdbd].
    package let unusedSeconds: Int64?

    package static let needed: [[ReservationColumn]] = [
        [.reservationName], [.start], [.end], [.tres],
    ]

    package init(
        _ values: PlainValues<ReservationColumn>, cluster: String
    ) throws(RowProblem) {
        self.cluster = values.text(.cluster) ?? cluster
        name = try values.needed(.reservationName)
        reservationID = try values.integer(.reservationID)
        guard let start = try values.instant(.start) else {
            throw values.values.problem(.start, "is needed")
        }
        self.start = start
        end = try values.instant(.end)
        startPrevious = try values.instant(.startPrevious)
        nodes = values.text(.nodes)
        nodeCount = try values.integer(.nodeCount)
        coreCount = try values.integer(.coreCount)
        tres = try values.tres(.tres)
        accounts = values.list(.accounts)
        users = values.list(.users)
        groups = values.list(.groups)
        associationIDs = values.list(.associations)
        partition = values.text(.partition)
        licenses = values.text(.licenses)
        features = values.text(.features)
        flags = values.list(.flags)
        unusedSeconds = try values.integer(.unusedSeconds)
    }
}
