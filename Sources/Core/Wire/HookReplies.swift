/// What the hooks are answered, and what a quote says.

import Units

extension Reply {
    /// The job may be submitted.
    package struct Admit: Hashable, Sendable {
        /// What the user is shown; nil: nothing.
        package var message: String?
        /// The account priced; the plugin sets it when the user gave none. Nil when the job is
        /// exempt or nobody's account is known.
        package var account: String?
        package var allocation: String?
        /// The QOS the job is to run in instead of the one asked for; nil: as asked.
        package var qos: String?
        /// Zero for a job that needs no credit.
        package var held: ServiceUnits
        /// What the allocation has left after the hold; nil without an allocation.
        package var left: ServiceUnits?
        package var notes: [String]

        package init(
            message: String? = nil, account: String? = nil, allocation: String? = nil,
            qos: String? = nil, held: ServiceUnits, left: ServiceUnits? = nil, notes: [String] = []
        ) {
            (self.message, self.account, self.allocation) = (message, account, allocation)
            (self.qos, self.held, self.left, self.notes) = (qos, held, left, notes)
        }
    }

    package struct Release: Hashable, Sendable {
        /// Zero where there was nothing left to release.
        package var released: ServiceUnits

        package init(released: ServiceUnits) { self.released = released }
    }

    /// The job may be changed.
    package struct Modify: Hashable, Sendable {
        package var message: String?

        package init(message: String? = nil) { self.message = message }
    }

    /// What a job may cost.
    package struct Quote: Hashable, Sendable {
        package var message: String
        package var account: String
        package var allocation: String
        package var cost: ServiceUnits
        package var available: ServiceUnits
        package var fits: Bool
        /// The longest time limit that would fit, in whole minutes; nil when this one fits or none.
        package var fitsMinutes: Int64?
        package var lines: [Line]
        package var notes: [String]

        package init(
            message: String, account: String, allocation: String, cost: ServiceUnits,
            available: ServiceUnits, fits: Bool, fitsMinutes: Int64? = nil, lines: [Line],
            notes: [String] = []
        ) {
            (self.message, self.account, self.allocation) = (message, account, allocation)
            (self.cost, self.available, self.fits) = (cost, available, fits)
            (self.fitsMinutes, self.lines, self.notes) = (fitsMinutes, lines, notes)
        }

        /// One resource's part of the cost.
        package struct Line: Hashable, Sendable {
            package var resource: String
            /// How many `unit`s the job may get.
            package var count: Int64
            /// The TRES, or `MiB` of memory.
            package var unit: String
            package var cost: ServiceUnits

            package init(resource: String, count: Int64, unit: String, cost: ServiceUnits) {
                (self.resource, self.count, self.unit, self.cost) = (resource, count, unit, cost)
            }
        }
    }
}
