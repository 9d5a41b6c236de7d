/// What moving credit did, or would do; and how long credit lasts.

import Units

extension Reply {
    /// What was taken from a lot or came to one.
    package struct Part: Hashable, Sendable {
        package var lot: Int64
        /// Of a transfer: the new lot; nil for a dry run and where there is none.
        package var to: Int64?
        package var amount: ServiceUnits

        package init(lot: Int64, to: Int64? = nil, amount: ServiceUnits) {
            (self.lot, self.to, self.amount) = (lot, to, amount)
        }
    }

    package struct Withdraw: Hashable, Sendable {
        package var parts: [Part]
        /// What the allocation has available then.
        package var available: ServiceUnits
        package var message: String

        package init(parts: [Part], available: ServiceUnits, message: String) {
            (self.parts, self.available, self.message) = (parts, available, message)
        }
    }

    package struct Transfer: Hashable, Sendable {
        package var parts: [Part]
        /// What the two allocations have available then.
        package var available: ServiceUnits
        package var targetAvailable: ServiceUnits
        package var message: String

        package init(
            parts: [Part], available: ServiceUnits, targetAvailable: ServiceUnits, message: String
        ) {
            (self.parts, self.available) = (parts, available)
            (self.targetAvailable, self.message) = (targetAvailable, message)
        }
    }

    package struct Refund: Hashable, Sendable {
        package var run: Int64
        package var job: String
        package var cluster: String
        package var allocation: String
        package var amount: ServiceUnits
        /// What the run was charged, and what of it is refunded by then.
        package var charged: ServiceUnits
        package var refunded: ServiceUnits
        /// All is refunded: the run is charged no more, by later corrections neither.
        package var isWaived: Bool
        /// Where the credit went.
        package var parts: [Part]
        package var available: ServiceUnits
        package var message: String

        package init(
            run: Int64, job: String, cluster: String, allocation: String, amount: ServiceUnits,
            charged: ServiceUnits, refunded: ServiceUnits, isWaived: Bool, parts: [Part],
            available: ServiceUnits, message: String
        ) {
            (self.run, self.job, self.cluster) = (run, job, cluster)
            (self.allocation, self.amount, self.charged) = (allocation, amount, charged)
            (self.refunded, self.isWaived, self.parts) = (refunded, isWaived, parts)
            (self.available, self.message) = (available, message)
        }
    }

    package struct Deadline: Hashable, Sendable {
        package var from: Instant
        /// The first second that is not covered; nil: never.
        package var until: Instant?
        /// `used_up`, `credit_expires`, `pulled_back`, `allocation_ends` or `never`.
        package var reason: String
        /// At the start; what is held is no part of it.
        package var available: ServiceUnits
        package var held: ServiceUnits
        /// Until then.
        package var cost: ServiceUnits
        /// Lost by then because lots end, or left over.
        package var unused: ServiceUnits
        package var message: String

        package init(
            from: Instant, until: Instant?, reason: String, available: ServiceUnits,
            held: ServiceUnits, cost: ServiceUnits, unused: ServiceUnits, message: String
        ) {
            (self.from, self.until, self.reason) = (from, until, reason)
            (self.available, self.held, self.cost) = (available, held, cost)
            (self.unused, self.message) = (unused, message)
        }
    }
}
