/// What a provider's record shows of one job: facts, in any order, repeated or late.

import Ledger
import Registry
import Units

package struct JobObservation: Hashable, Sendable {
    package var cluster: String
    /// The base job id that all tasks of an array share.
    package var jobID: Int64
    package var token: String?
    /// The user's name, or `uid:N` where the uid has none.
    package var userName: String
    package var isAssociated: Bool
    /// The account and its ancestors, nearest first.
    package var accountLineage: [String]
    package var partition: String
    package var qos: String?
    /// The reservation that it waits for.
    package var reservation: String?
    /// Tasks that have not started; nil where there are none.
    package var pending: Pending?
    package var runs: [RunFacts]
    /// When what waits may start at the earliest (`--begin`); nil: any time, or not known.
    package var earliestStart: Instant?
    /// When it was submitted, as far as what waits shows; nil: not known.
    package var submittedAt: Instant?
    /// Whether `pending` is the whole truth at `at` (slurmctld's list), or says nothing (history).
    package var showsPending: Bool
    package var at: Instant
    /// Whether all its records name the same account.
    package var showsOneAccount = true
    /// Whether the rates have changed since it was last told: what waits is priced anew (decision 19).
    package var isPricedAnew = false
    /// `80+1`, of a het job's component.
    package var hetName: String?
    /// How many runs there are where these are a part of them.
    package var runsInAll: Int64?
    /// A job of an account that no project has would be let in uncharged.
    package var admitsUnknownAccount = true

    /// Waiting tasks that ask for something else than the others, after a change of them alone.
    package struct Apart: Hashable, Sendable {
        package var tasks: Int64
        package var footprint: TRESCounts
        package var timeLimitSeconds: Int64
        package init(tasks: Int64, footprint: TRESCounts, timeLimitSeconds: Int64) {
            (self.tasks, self.footprint) = (tasks, footprint)
            self.timeLimitSeconds = timeLimitSeconds
        }
    }

    package struct Pending: Hashable, Sendable {
        /// All of them, those apart among them.
        package var tasks: Int64
        package var apart: [Apart] = []
        package var concurrency: Int64?
        /// What one task asks for, as the provider works it out.
        package var footprint: TRESCounts
        package var timeLimitSeconds: Int64
        package init(
            tasks: Int64, concurrency: Int64?, footprint: TRESCounts, timeLimitSeconds: Int64
        ) {
            (self.tasks, self.concurrency) = (tasks, concurrency)
            (self.footprint, self.timeLimitSeconds) = (footprint, timeLimitSeconds)
        }
    }

    package init(
        cluster: String, jobID: Int64, token: String?, userName: String, isAssociated: Bool,
        accountLineage: [String], partition: String, qos: String?, at: Instant
    ) {
        (self.cluster, self.jobID, self.token) = (cluster, jobID, token)
        (self.userName, self.isAssociated) = (userName, isAssociated)
        self.accountLineage = accountLineage
        (self.partition, self.qos, self.at) = (partition, qos, at)
        pending = nil
        runs = []
        showsPending = true
    }
}

package struct RunFacts: Hashable, Sendable {
    package var key: RunKey
    /// `123`, `123_4`, `123+1`.
    package var jobName: String
    package var partition: String
    package var qos: String?
    package var counts: TRESCounts
    package var start: Instant
    /// nil while it runs.
    package var end: Instant?
    package var suspendedSeconds: Int64
    /// The last suspend or resume; nil where there was none, or the source does not say.
    package var suspension: SuspensionSight?
    /// The job's, counted from its start.
    package var timeLimitSeconds: Int64
    /// How much of it was over at `start`: in another size, or before a cutover.
    package var limitSpentSeconds: Int64 = 0
    /// Slurm's state: `RUNNING`, `COMPLETED`, `TIMEOUT`, `NODE_FAIL`, …
    package var state: String
    /// Why nothing is charged for it (the state policy); nil: it is charged.
    package var freeBecause: String?
    /// The reservation that it ran in.
    package var reservation: String?

    package init(
        key: RunKey, jobName: String, partition: String, qos: String?, counts: TRESCounts,
        start: Instant, end: Instant?, suspendedSeconds: Int64, timeLimitSeconds: Int64,
        state: String
    ) {
        (self.key, self.jobName, self.partition, self.qos) = (key, jobName, partition, qos)
        (self.counts, self.start, self.end) = (counts, start, end)
        self.suspendedSeconds = suspendedSeconds
        (self.timeLimitSeconds, self.state) = (timeLimitSeconds, state)
        freeBecause = nil
    }

    /// Why usage is free that was over before the cutover: it counts where it is imported, as a whole.
    package static let beforeCutover = "free: before the cutover"
}

extension Run {
    /// It was over before the cutover, and stands in the books at no length.
    package var isBeforeCutover: Bool { state == .ended && remark == RunFacts.beforeCutover }
}
