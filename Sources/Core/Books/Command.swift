/// Commands: all that can be asked of the books.

import Ledger
import Registry
import Units

package enum Command: Sendable {
    /// Only what time does: lots that open and end.
    case tick
    case apply(Site, backdate: Bool)
    case edit(Edit, by: Asker)
    case request(RequestOrder)
    case feed(FeedOrder)
    case erase(ErasureRequest)
    case setMode(ModeRule)
    case grant(GrantRequest)
    case withdraw(WithdrawRequest)
    case transfer(TransferRequest)
    case refund(RefundRequest)
    case refundJob(JobRefundRequest)
    case admit(Admission)
    /// Gives back the hold of a token whose job will not come.
    case void(cluster: String, token: String)
    /// Gives back what a claim still holds for tasks that will not run.
    case release(claim: ClaimID, because: String)
    case observe(JobObservation)
    case modify(Modification)
    case start(StartOrder)
    case reservation(ReservationCommand)
    case importRuns(ImportBatch)
    /// Prices what has ended by the rates as they are known now.
    case rerate(RunID)
    /// A run as slurmdbd's record has it; and a person's word where no record settles it.
    case correct(Correction)
    case settle(Settlement)
}

package struct GrantRequest: Hashable, Sendable {
    package var allocation: String
    package var amount: ServiceUnits
    /// nil: from now to the allocation's end.
    package var start: Instant?
    package var end: Instant?

    package init(
        allocation: String, amount: ServiceUnits, start: Instant? = nil, end: Instant? = nil
    ) {
        (self.allocation, self.amount, self.start, self.end) = (allocation, amount, start, end)
    }
}

/// A submission, worked out as far as the cluster's view goes; prices and credit come with the books.
package struct Admission: Hashable, Sendable {
    /// What one task may use in one partition.
    package struct Option: Hashable, Sendable {
        package var partition: String
        package var footprint: TRESCounts
        package init(partition: String, footprint: TRESCounts) {
            (self.partition, self.footprint) = (partition, footprint)
        }
    }

    package var token: String
    package var provider = "slurm"
    package var cluster: String
    /// The account and its ancestors, nearest first.
    package var accountLineage: [String]
    /// The user's name, or `uid:N` where the uid has none.
    package var userName: String
    /// Whether Slurm associates the user with the account.
    package var isAssociated: Bool
    /// One a partition it may run in; the dearest is held.
    package var options: [Option]
    package var qos: String?
    package var tasks: Int64
    /// `%N` of an array.
    package var concurrency: Int64?
    package var timeLimitSeconds: Int64
    /// When it may start at the earliest; nil: now.
    package var begin: Instant?
    /// Held even where credit is missing (`when_insufficient = "warn"`).
    package var admitsShort: Bool
    /// An account that no project has is not accounted for; else it is refused.
    package var admitsUnknownAccount = false
    /// It looks like a question, not a job (`--test-only`).
    package var isPerhapsTest = false
    /// What is to be kept of it for `atoll why`.
    package var memo: SubmissionMemo?
    /// The reservation that it is to run in.
    package var reservation: String?

    package init(
        token: String, cluster: String, accountLineage: [String], userName: String,
        isAssociated: Bool, options: [Option], qos: String?, tasks: Int64,
        timeLimitSeconds: Int64
    ) {
        (self.token, self.cluster, self.accountLineage) = (token, cluster, accountLineage)
        (self.userName, self.isAssociated, self.options) = (userName, isAssociated, options)
        (self.qos, self.tasks, self.timeLimitSeconds) = (qos, tasks, timeLimitSeconds)
        concurrency = nil
        begin = nil
        admitsShort = false
    }
}
