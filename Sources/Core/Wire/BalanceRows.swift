/// Rows that say where credit is: allocations and what is held of them.

import Registry
import Units

extension Row {
    /// One allocation: `granted = available + later + held + charged + expired + withdrawn`;
    /// in flight is part of held.
    package struct Balance: Hashable, Sendable {
        package var project: String
        package var allocation: String
        /// What counts: the project's and the allocation's together.
        package var status: Status
        package var window: Interval
        package var granted = ServiceUnits.zero
        package var available = ServiceUnits.zero
        /// Granted, but not valid yet.
        package var later = ServiceUnits.zero
        package var held = ServiceUnits.zero
        package var inFlight = ServiceUnits.zero
        package var charged = ServiceUnits.zero
        package var expired = ServiceUnits.zero
        package var withdrawn = ServiceUnits.zero
        package var overdraft = ServiceUnits.zero
        package var overdraftLimit = ServiceUnits.zero
        package var members: [Member] = []

        package init(project: String, allocation: String, status: Status, window: Interval) {
            (self.project, self.allocation) = (project, allocation)
            (self.status, self.window) = (status, window)
        }
    }

    package struct Member: Hashable, Sendable {
        package var user: String
        package var status: Status
        /// Nil: the whole pool.
        package var cap: ServiceUnits?
        /// Held and charged, less refunded.
        package var used: ServiceUnits

        package init(user: String, status: Status, cap: ServiceUnits? = nil, used: ServiceUnits) {
            (self.user, self.status, self.cap, self.used) = (user, status, cap, used)
        }
    }

    /// Credit set aside for one claim.
    package struct Hold: Hashable, Sendable {
        package var cluster: String
        /// As Slurm shows it (`1234`, `1234_7`); nil while no job has been seen for the token.
        package var job: String?
        package var token: String
        package var user: String
        package var allocation: String
        /// The ledger's word for it.
        package var state: String
        /// Tasks outstanding, and those that run.
        package var tasks: Int64
        package var running: Int64
        package var perTask: ServiceUnits
        package var held: ServiceUnits
        package var since: Instant
        /// Which of its jobs wait because their start was refused, and why; nil: none does.
        package var heldBack: String?
        /// Why not all is held that it may cost; nil: it is.
        package var shortage: String?

        package init(
            cluster: String, job: String?, token: String, user: String, allocation: String,
            state: String, tasks: Int64, running: Int64, perTask: ServiceUnits, held: ServiceUnits,
            since: Instant
        ) {
            (self.cluster, self.job, self.token, self.user) = (cluster, job, token, user)
            (self.allocation, self.state, self.tasks) = (allocation, state, tasks)
            (self.running, self.perTask, self.held) = (running, perTask, held)
            self.since = since
        }
    }
}
