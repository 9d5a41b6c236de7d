/// What operators move between budgets, and how long credit lasts.

import Units

extension Request {
    /// Takes credit back from an allocation.
    package struct Withdraw: Hashable, Sendable {
        package var allocation: String
        package var amount: ServiceUnits
        /// Only from this one; nil: the latest-ending first.
        package var lot: Int64?
        package var reason: String
        /// Say what would be, change nothing.
        package var dryRun: Bool

        package init(
            allocation: String, amount: ServiceUnits, lot: Int64? = nil, reason: String,
            dryRun: Bool = false
        ) {
            (self.allocation, self.amount, self.lot) = (allocation, amount, lot)
            (self.reason, self.dryRun) = (reason, dryRun)
        }
    }

    /// Moves credit to another allocation; it keeps its windows.
    package struct Transfer: Hashable, Sendable {
        package var from: String
        package var to: String
        package var amount: ServiceUnits
        package var lot: Int64?
        package var reason: String
        package var dryRun: Bool

        package init(
            from: String, to: String, amount: ServiceUnits, lot: Int64? = nil, reason: String,
            dryRun: Bool = false
        ) {
            (self.from, self.to, self.amount, self.lot) = (from, to, amount, lot)
            (self.reason, self.dryRun) = (reason, dryRun)
        }
    }

    /// Gives back what a run of a job was charged.
    package struct Refund: Hashable, Sendable {
        /// `123`, `123_4`, `123+1`.
        package var job: String
        /// Nil: wherever it ran.
        package var cluster: String?
        /// Nil: its only one.
        package var run: Int64?
        /// Nil: all that is not refunded yet.
        package var amount: ServiceUnits?
        /// The lot that takes what was charged to lots which have ended.
        package var into: Int64?
        package var reason: String
        package var dryRun: Bool

        package init(
            job: String, cluster: String? = nil, run: Int64? = nil, amount: ServiceUnits? = nil,
            into: Int64? = nil, reason: String, dryRun: Bool = false
        ) {
            (self.job, self.cluster, self.run, self.amount) = (job, cluster, run, amount)
            (self.into, self.reason, self.dryRun) = (into, reason, dryRun)
        }
    }

    /// When is the credit used up or gone, with this footprint in use all the time? Changes nothing.
    package struct Deadline: Hashable, Sendable {
        package var allocation: String
        /// Nil: the allocation's only one.
        package var cluster: String?
        /// As Slurm writes it: `cpu=64,mem=256G`.
        package var tres: String
        package var partition: String?
        package var qos: String?
        /// Nil: from now.
        package var from: Instant?

        package init(
            allocation: String, cluster: String? = nil, tres: String, partition: String? = nil,
            qos: String? = nil, from: Instant? = nil
        ) {
            (self.allocation, self.cluster, self.tres) = (allocation, cluster, tres)
            (self.partition, self.qos, self.from) = (partition, qos, from)
        }
    }
}
