internal import CSlurm

/// A reservation of slurmctld's (`reserve_info_t`) or a span of one of slurmdbd's
/// (`slurmdb_reservation_rec_t`). Nil: not told. Times in epoch seconds.
package struct SlurmReservation: Sendable {
    package let name: String
    package let reservationID: Int64?
    package let cluster: String?
    package let start: Int64?
    package let end: Int64?
    package let startPrevious: Int64?
    package let nodes: String?
    package let nodeCount: Int64?
    package let coreCount: Int64?
    /// Names from slurmctld (`cpu=1`), numbers from slurmdbd (`1=1`).
    package let tres: String?
    /// Comma-separated, as all lists here.
    package let accounts: String?
    package let users: String?
    package let groups: String?
    package let associations: String?
    package let partition: String?
    package let licenses: String?
    package let features: String?
    package let flags: String?
    package let unusedSeconds: Int64?

    init(_ one: csl_reservation) {
        name = text(one.name) ?? ""
        reservationID = number(one.id)
        cluster = text(one.cluster)
        start = epoch(one.start)
        end = epoch(one.end)
        startPrevious = epoch(one.start_previous)
        nodes = text(one.nodes)
        nodeCount = number(one.node_count)
        coreCount = number(one.core_count)
        tres = text(one.tres)
        accounts = text(one.accounts)
        users = text(one.users)
        groups = text(one.groups)
        associations = text(one.associations)
        partition = text(one.partition)
        licenses = text(one.licenses)
        features = text(one.features)
        flags = bitNames(CSL_RESERVATION_FLAGS, one.flags)
        unusedSeconds =
            one.unused_seconds < 0
            ? nil : Int64(exactly: one.unused_seconds.rounded(.down))
    }
}

/// Reservations, handed out one after another.
package struct SlurmReservations: ~Copyable {
    private let handle: OpaquePointer

    init(_ handle: OpaquePointer) { self.handle = handle }

    /// slurmctld's: those that go on or are to come.
    package init() throws(SlurmError) {
        var loaded: OpaquePointer?
        let code = csl_reservations_load(&loaded)
        guard code == 0, let loaded else {
            throw .controller("slurmctld's reservations", code: code)
        }
        handle = loaded
    }

    deinit { csl_reservations_free(handle) }

    /// Nil behind the last one.
    package mutating func next() -> SlurmReservation? {
        var one = csl_reservation()
        return csl_reservations_next(handle, &one) == 1 ? SlurmReservation(one) : nil
    }
}
