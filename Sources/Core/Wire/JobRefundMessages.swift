/// The refund of a whole job on the wire.

import Units

extension Request {
    /// Gives back all that is left of every run of a job, at once.
    package struct JobRefund: Hashable, Sendable {
        /// `123`: its array tasks, requeued runs and het components are all meant.
        package var job: String
        /// Nil: wherever it ran.
        package var cluster: String?
        /// The lot that takes what was charged to lots which have ended.
        package var into: Int64?
        package var reason: String
        package var dryRun: Bool

        package init(
            job: String, cluster: String? = nil, into: Int64? = nil, reason: String,
            dryRun: Bool = false
        ) {
            (self.job, self.cluster, self.into) = (job, cluster, into)
            (self.reason, self.dryRun) = (reason, dryRun)
        }
    }
}

extension Reply {
    package struct JobRefund: Hashable, Sendable {
        /// What came back to one allocation.
        package struct Part: Hashable, Sendable {
            package var allocation: String
            package var runs: Int64
            package var amount: ServiceUnits
            package var available: ServiceUnits

            package init(
                allocation: String, runs: Int64, amount: ServiceUnits, available: ServiceUnits
            ) {
                (self.allocation, self.runs) = (allocation, runs)
                (self.amount, self.available) = (amount, available)
            }
        }

        package var job: String
        package var cluster: String
        package var parts: [Part]
        /// Of which nothing was left, or nothing charged.
        package var settledRuns: Int64
        package var runningRuns: Int64
        package var message: String

        package init(
            job: String, cluster: String, parts: [Part], settledRuns: Int64, runningRuns: Int64,
            message: String
        ) {
            (self.job, self.cluster, self.parts) = (job, cluster, parts)
            (self.settledRuns, self.runningRuns) = (settledRuns, runningRuns)
            self.message = message
        }
    }
}
