/// A claim says who may use what and when, and carries the hold: the credit set aside for it.
///
/// The hold is *outstanding tasks × amount a task*, pinned to lots; a started run takes one task's
/// part along as its share (money.md 3.3).

import Units

package struct ClaimID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let number: Int64
    package init(_ number: Int64) { self.number = number }
    package static func < (a: Self, b: Self) -> Bool { a.number < b.number }
    package var description: String { String(number) }
}

/// Whose claim it is and by what name the provider knows it.
package struct ClaimReference: Hashable, Sendable {
    /// "slurm" for jobs, "reservation"; later also bookings and other providers.
    package let provider: String
    package let cluster: String
    /// The base job id, once it is known.
    package var number: Int64?

    package init(provider: String, cluster: String, number: Int64?) {
        (self.provider, self.cluster, self.number) = (provider, cluster, number)
    }
}

package enum ClaimState: String, Hashable, Sendable {
    /// Held at submission; the job has not been seen yet.
    case unclaimed
    /// Tied to a job that the provider shows.
    case bound
    /// No task and no run is left; nothing is held.
    case closed
}

package struct Claim: Hashable, Sendable {
    package let id: ClaimID
    package var reference: ClaimReference
    /// The admission's token; nil where the claim was adopted.
    package let token: String?
    /// The allocation's number.
    package var allocation: Int64
    package let user: Int64
    package var account: String
    package var partition: String
    package var qos: String?
    /// What one task may use.
    package var footprint: TRESCounts
    package var timeLimitSeconds: Int64
    package var state: ClaimState
    /// Tasks that have not started yet.
    package var outstandingTasks: Int64
    /// `%N` of an array: how many may run at once.
    package var concurrency: Int64?
    package var amountPerTask: ServiceUnits
    /// What is set aside for the outstanding tasks.
    package var pins: Pins
    package let createdAt: Instant
    /// When the provider's state was last seen; older observations are passed over.
    package var observedAt: Instant?
    /// What the provider showed as asked for; a change of it re-prices the hold.
    package var observedRequest: String?
    /// Why it could not be held in full, or was adopted: shown with it.
    package var remark: String?
    /// The remark of a hold whose job will hardly come: it was sent with `--test-only`, as it looks.
    package static let perhapsTest = "perhaps a test (--test-only)"
    /// What its waiting tasks cost beyond `amountPerTask` each, where some ask for something else
    /// (`scontrol update` of one task); below zero where they ask for less.
    package var extra = ServiceUnits.zero
    /// A het job's component as people name it: `80+1`.
    package var hetName: String?
    /// Set of a provisional hold: whose it raises, and what has to be seen before it is settled.
    package var raise: Raise?
    /// The reservation that the job is to run in, or that this claim is of.
    package var reservation: String?

    package init(
        id: ClaimID, reference: ClaimReference, token: String?, allocation: Int64, user: Int64,
        account: String, partition: String, qos: String?, footprint: TRESCounts,
        timeLimitSeconds: Int64, state: ClaimState, createdAt: Instant
    ) {
        (self.id, self.reference, self.token) = (id, reference, token)
        (self.allocation, self.user, self.account) = (allocation, user, account)
        (self.partition, self.qos, self.footprint) = (partition, qos, footprint)
        (self.timeLimitSeconds, self.state) = (timeLimitSeconds, state)
        self.createdAt = createdAt
        outstandingTasks = 0
        amountPerTask = .zero
        pins = .none
    }

    /// The dimensions its postings carry.
    package var dimensions: Dimensions {
        Dimensions(
            allocation: allocation, user: user, claim: id.number, cluster: reference.cluster)
    }
}
