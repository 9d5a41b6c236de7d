/// What happened to a job's money: asked by its owner, the PI of its project, or an operator.

import Units

extension Request {
    package struct Why: Hashable, Sendable {
        /// `71`, `71_4`, `80+1`.
        package var job: String
        /// nil: whichever of the clusters has it.
        package var cluster: String?

        package init(job: String, cluster: String? = nil) {
            (self.job, self.cluster) = (job, cluster)
        }
    }
}

extension Row {
    /// Something that happened, with its figures.
    package struct Notice: Hashable, Sendable {
        package struct Figure: Hashable, Sendable {
            package enum Value: Hashable, Sendable {
                case amount(ServiceUnits)
                case number(Int64)
                case text(String)
            }
            package var name: String
            package var value: Value

            package init(_ name: String, _ value: Value) {
                (self.name, self.value) = (name, value)
            }
        }

        package var at: Instant
        /// `admitted`, `adopted`, `raised`, `modify_refused`, `raise_lapsed`, …; more may come.
        package var kind: String
        package var text: String
        /// How often in a row, the last time `at`.
        package var times: Int64
        package var figures: [Figure]

        package init(
            at: Instant, kind: String, text: String, times: Int64 = 1, figures: [Figure] = []
        ) {
            (self.at, self.kind, self.text) = (at, kind, text)
            (self.times, self.figures) = (times, figures)
        }
    }
}

extension Reply {
    /// Under the notices: how the job stands now.
    package struct Why: Hashable, Sendable {
        package var rows: Int64
        package var job: String
        package var cluster: String
        /// nil, with all that follows: the books have no hold of it.
        package var account: Account?
        /// The components of a het job beyond its first, where the whole job was asked about.
        package var components: [Account] = []

        package init(rows: Int64, job: String, cluster: String, account: Account? = nil) {
            (self.rows, self.job, self.cluster, self.account) = (rows, job, cluster, account)
        }

        /// What the books have of the job.
        package struct Account: Hashable, Sendable {
            /// A het job's component: `80+1`.
            package var component: String?
            package var user: String
            /// Slurm's account.
            package var name: String
            package var allocation: String
            /// `unclaimed`, `bound` or `closed`.
            package var state: String
            /// Tasks that wait, runs that go on, runs that ended.
            package var waiting: Int64 = 0
            package var running: Int64 = 0
            package var ended: Int64 = 0
            package var timeLimitSeconds: Int64 = 0
            package var perTask = ServiceUnits.zero
            /// For what waits and what runs.
            package var held = ServiceUnits.zero
            /// Set aside for changes that Slurm has still to show; no part of `held`.
            package var setAside = ServiceUnits.zero
            package var charged = ServiceUnits.zero
            package var refunded = ServiceUnits.zero
            package var remark: String?
            /// `enforce`, `warn` or `observe`.
            package var mode: String?
            /// Which of its jobs may not start, and why.
            package var heldBack: String?

            package init(user: String, name: String, allocation: String, state: String) {
                (self.user, self.name) = (user, name)
                (self.allocation, self.state) = (allocation, state)
            }
        }
    }
}
