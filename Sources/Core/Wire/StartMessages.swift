/// What Slurm's hooks ask when a job starts: start, held_back.

import Units

extension Request {
    /// May this job start? Credit for the run is set aside, or the job is to be held back.
    package struct Start: Hashable, Sendable {
        package var cluster: String
        /// The raw id: an array task's own.
        package var jobID: Int64
        /// `123`, `123_4`, `123+1`.
        package var jobName: String
        /// The id that all tasks of an array share; nil: the job is its own.
        package var baseJobID: Int64?
        package var userID: UInt32
        package var account: String?
        package var partition: String
        package var qos: String?
        /// The one that it starts in; nil: in none.
        package var reservation: String?
        /// What is allocated, as `AllocTRES` has it.
        package var tres: String
        /// nil: the partition's longest.
        package var timeLimitSeconds: Int64?
        package var submit: Instant
        package var start: Instant
        package var token: String?

        package init(
            cluster: String, jobID: Int64, jobName: String, baseJobID: Int64? = nil,
            userID: UInt32, account: String?, partition: String, qos: String?, tres: String,
            timeLimitSeconds: Int64?, submit: Instant, start: Instant, token: String?,
            reservation: String? = nil
        ) {
            (self.cluster, self.jobID, self.jobName) = (cluster, jobID, jobName)
            (self.baseJobID, self.userID, self.account) = (baseJobID, userID, account)
            (self.partition, self.qos, self.tres) = (partition, qos, tres)
            (self.timeLimitSeconds, self.submit, self.start) = (timeLimitSeconds, submit, start)
            (self.token, self.reservation) = (token, reservation)
        }
    }

    /// What came of a job whose start was refused.
    package struct HeldBack: Hashable, Sendable {
        package var cluster: String
        package var jobID: Int64
        /// Whether Slurm holds it now.
        package var isHeld: Bool
        /// What Slurm said where it doesn't.
        package var problem: String?

        package init(cluster: String, jobID: Int64, isHeld: Bool, problem: String? = nil) {
            (self.cluster, self.jobID) = (cluster, jobID)
            (self.isHeld, self.problem) = (isHeld, problem)
        }
    }
}

extension Reply {
    /// The job may start.
    package struct Start: Hashable, Sendable {
        /// nil: it is not accounted for.
        package var allocation: String?
        package var held: ServiceUnits
        package var left: ServiceUnits?
        package var notes: [String]

        package init(
            allocation: String? = nil, held: ServiceUnits, left: ServiceUnits? = nil,
            notes: [String] = []
        ) {
            (self.allocation, self.held, self.left) = (allocation, held, left)
            self.notes = notes
        }
    }

    package struct HeldBack: Hashable, Sendable {
        /// Whether a job that can't be held is to be cancelled.
        package var kill: Bool

        package init(kill: Bool) { self.kill = kill }
    }
}
