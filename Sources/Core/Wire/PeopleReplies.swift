/// How the answers to people end: what a change did, or the sums under the rows.

import Units

extension Reply {
    /// Under the balances.
    package struct Balance: Hashable, Sendable {
        /// How many rows there were.
        package var rows: Int64

        package init(rows: Int64) { self.rows = rows }
    }

    /// Under a statement: the balance before its first row and after its last.
    package struct Statement: Hashable, Sendable {
        package var rows: Int64
        package var opening: ServiceUnits
        package var closing: ServiceUnits

        package init(rows: Int64, opening: ServiceUnits, closing: ServiceUnits) {
            (self.rows, self.opening, self.closing) = (rows, opening, closing)
        }
    }

    /// Under the holds.
    package struct Holds: Hashable, Sendable {
        package var rows: Int64
        package var held: ServiceUnits

        package init(rows: Int64, held: ServiceUnits) { (self.rows, self.held) = (rows, held) }
    }

    /// A grant was made, or would be.
    package struct Grant: Hashable, Sendable {
        /// The new lot's number; nil for a dry run.
        package var lot: Int64?
        /// What the allocation has available then.
        package var available: ServiceUnits
        package var message: String

        package init(lot: Int64?, available: ServiceUnits, message: String) {
            (self.lot, self.available, self.message) = (lot, available, message)
        }
    }

    /// Under the changes that a site file made, or would make.
    package struct Apply: Hashable, Sendable {
        package var rows: Int64
        package var message: String
        /// What was done all the same, and may not be what was meant.
        package var warnings: [String] = []

        package init(rows: Int64, message: String) { (self.rows, self.message) = (rows, message) }
    }

    /// How the daemon fares; what is for operators only is nil to others.
    package struct Status: Hashable, Sendable {
        package var version: String
        package var uptimeSeconds: Int64
        /// The writer epoch: how often a daemon opened these books.
        package var epoch: Int64?
        package var entries: Int64?
        /// `SEQ:HASH` of the last entry.
        package var head: String?
        /// Commands that wait for the Bank.
        package var queue: Int64?
        /// Commands set aside because they would have broken an invariant.
        package var quarantined: Int64?
        package var clusters: [Cluster]

        package init(version: String, uptimeSeconds: Int64, clusters: [Cluster] = []) {
            (self.version, self.uptimeSeconds, self.clusters) = (version, uptimeSeconds, clusters)
        }

        package struct Cluster: Hashable, Sendable {
            package var name: String
            /// `enforce`, `warn` or `observe`.
            package var mode: String?
            /// When slurmctld was last reached; nil: not since the daemon started.
            package var polledAt: Instant?
            /// When slurmctld is asked again at the latest.
            package var nextPollAt: Instant?
            /// How far polls are to be apart.
            package var pollSeconds: Int64?
            /// How long the last good poll read.
            package var readMilliseconds: Int64?
            /// Jobs seen at that poll.
            package var jobs: Int64?
            /// What is wrong with it, if anything.
            package var problem: String?

            package init(
                name: String, mode: String? = nil, polledAt: Instant? = nil, jobs: Int64? = nil,
                problem: String? = nil
            ) {
                (self.name, self.mode, self.polledAt) = (name, mode, polledAt)
                (self.jobs, self.problem) = (jobs, problem)
            }
        }
    }

    /// What a verification found.
    package struct Verify: Hashable, Sendable {
        package var entries: Int64
        package var seconds: Int64
        /// Nil: there were none.
        package var entriesPerSecond: Int64?
        /// `SEQ:HASH` of the last entry read.
        package var head: String
        package var isSound: Bool
        /// The first thing found wrong; nil when all is sound.
        package var finding: String?

        package init(
            entries: Int64, seconds: Int64, entriesPerSecond: Int64? = nil, head: String,
            isSound: Bool, finding: String? = nil
        ) {
            (self.entries, self.seconds, self.head) = (entries, seconds, head)
            self.entriesPerSecond = entriesPerSecond
            (self.isSound, self.finding) = (isSound, finding)
        }
    }
}
