/// Reservations on the wire: looked at, given an owner, made and deleted.

import Units

extension Request {
    /// Versions of reservations that the caller may see; each field narrows.
    package struct Reservations: Hashable, Sendable {
        package var cluster: String?
        package var name: String?
        package var allocation: String?
        /// Those that have ended, too.
        package var all: Bool

        package init(
            cluster: String? = nil, name: String? = nil, allocation: String? = nil,
            all: Bool = false
        ) {
            (self.cluster, self.name) = (cluster, name)
            (self.allocation, self.all) = (allocation, all)
        }
    }

    /// One thing done to one reservation.
    package struct Reservation: Hashable, Sendable {
        package enum Action: Hashable, Sendable {
            /// Who pays, and for what; each nil: as it was. Said of one that is over: for the next of
            /// its name, too, or not.
            case assign(allocation: String?, charge: String?, next: Bool = false)
            case create(NewReservation)
            case delete
        }

        package var action: Action
        package var name: String
        /// nil: the only one there is.
        package var cluster: String?
        package var reason: String?
        package var dryRun: Bool

        package init(
            _ action: Action, name: String, cluster: String? = nil, reason: String? = nil,
            dryRun: Bool = false
        ) {
            (self.action, self.name, self.cluster) = (action, name, cluster)
            (self.reason, self.dryRun) = (reason, dryRun)
        }
    }
}

/// What is to be reserved: nodes by name or number.
package struct NewReservation: Hashable, Sendable {
    package var allocation: String
    package var start: Instant
    package var end: Instant
    /// A host list.
    package var nodes: String?
    package var nodeCount: Int64?
    package var partition: String?
    /// Neither: the accounts of the allocation's project.
    package var accounts: [String] = []
    package var users: [String] = []
    package var flags: [String] = []
    /// nil: as the settings say.
    package var charge: String?

    package init(allocation: String, start: Instant, end: Instant) {
        (self.allocation, self.start, self.end) = (allocation, start, end)
    }
}

extension Row {
    /// One version of a reservation.
    package struct Reservation: Hashable, Sendable {
        package var cluster: String
        package var name: String
        /// planned, open or ended.
        package var state: String
        package var start: Instant
        package var end: Instant
        package var nodes: String
        /// What is reserved, as Slurm writes TRES.
        package var tres: String
        package var flags: [String] = []
        package var accounts: [String] = []
        package var users: [String] = []
        package var allocation: String?
        /// idle, all or none.
        package var charge: String
        /// Why nobody pays.
        package var freeBecause: String?
        /// Runs of jobs inside.
        package var jobs: Int64 = 0
        package var held = ServiceUnits.zero
        package var charged = ServiceUnits.zero
        package var refunded = ServiceUnits.zero
        /// Names the version in `refund`, once it is charged.
        package var run: Int64?

        package init(
            cluster: String, name: String, state: String, start: Instant, end: Instant,
            nodes: String, tres: String, charge: String
        ) {
            (self.cluster, self.name, self.state) = (cluster, name, state)
            (self.start, self.end, self.nodes) = (start, end, nodes)
            (self.tres, self.charge) = (tres, charge)
        }
    }
}

extension Reply {
    package struct Reservations: Hashable, Sendable {
        package var rows: Int64
        package init(rows: Int64) { self.rows = rows }
    }

    /// A reservation as it stands after what was done.
    package struct Reservation: Hashable, Sendable {
        package var name: String
        package var allocation: String?
        package var charge: String?
        package var held: ServiceUnits
        package var available: ServiceUnits?
        package var message: String

        package init(
            name: String, allocation: String?, charge: String?, held: ServiceUnits,
            available: ServiceUnits?, message: String
        ) {
            (self.name, self.allocation, self.charge) = (name, allocation, charge)
            (self.held, self.available, self.message) = (held, available, message)
        }
    }
}
