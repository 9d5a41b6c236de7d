/// Limits in slurmdbd that stand in for atolld: looked at, and taken away.

import Units

extension Request {
    /// Operators'; each field narrows.
    package struct Backstop: Hashable, Sendable {
        package var cluster: String?
        package var account: String?
        /// Take away what Atoll wrote.
        package var clear: Bool
        package var dryRun: Bool

        package init(
            cluster: String? = nil, account: String? = nil, clear: Bool = false,
            dryRun: Bool = false
        ) {
            (self.cluster, self.account) = (cluster, account)
            (self.clear, self.dryRun) = (clear, dryRun)
        }
    }
}

extension Row {
    /// One limit of one account as it was last looked at.
    package struct Backstop: Hashable, Sendable {
        package var cluster: String
        package var account: String
        package var project: String?
        /// `GrpSubmitJobs`, `GrpTRESMins=cpu`.
        package var limit: String
        /// right, waits, failed, foreign, skipped, leftover, open; cleared, would_clear.
        package var state: String
        /// In slurmdbd.
        package var standing: Int64?
        /// By Atoll, the last time.
        package var written: Int64?
        package var wanted: Int64?
        /// Raw minutes as slurmctld counts them.
        package var used: Int64?
        package var left: ServiceUnits?
        package var writtenAt: Instant?
        /// When it is written next.
        package var dueAt: Instant?
        package var why: String?

        package init(cluster: String, account: String, limit: String, state: String) {
            (self.cluster, self.account) = (cluster, account)
            (self.limit, self.state) = (limit, state)
        }
    }
}

extension Reply {
    package struct Backstop: Hashable, Sendable {
        package var rows: Int64
        /// What is kept: off, GrpTRESMins, GrpSubmitJobs; of several clusters the first's.
        package var limit: String?
        package var lookedAt: Instant?
        /// What an operator should know.
        package var notes: [String]

        package init(
            rows: Int64, limit: String? = nil, lookedAt: Instant? = nil, notes: [String] = []
        ) {
            (self.rows, self.limit, self.lookedAt, self.notes) = (rows, limit, lookedAt, notes)
        }
    }
}
