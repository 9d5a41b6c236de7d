/// What a command is decided on: loaded by key in the transaction that will record it.

import Ledger
import Rates
import Registry
import Requests
import Units

package struct Facts: Sendable {
    package var registry: Registry
    package var card: RateCard
    /// The lots of the one allocation that is concerned.
    package var pool: Pool?
    /// The lots of the allocations whose window a declared site changes.
    package var rewindowed: [AllocationID: Pool] = [:]
    /// The books of the allocations that a declared site deletes.
    package var closing: [AllocationID: Closing] = [:]
    /// The lots of the allocation that a transfer goes to, or that a hold moves to.
    package var target: Pool?
    /// The lots of allocations other than the claim's in which runs of it began.
    package var runPools: [Pool] = []
    /// What is recorded of jobs held back at their start, by raw job id.
    package var heldBack: [Int64: HeldBack] = [:]
    /// What a refund is decided on.
    package var refund: RefundFacts?
    /// What the refund of a whole job is decided on.
    package var jobRefund: JobRefundFacts?
    /// What a correction is decided on.
    package var correction: CorrectionFacts?
    /// What still binds a user who is to be erased.
    package var erasure: ErasureFacts?
    /// What the command's user has of that allocation.
    package var use = MemberUse()
    /// Where a submission or an unheld job is to be placed.
    package var placement: Placement?
    /// The claim that a token, a job id or a number names.
    package var claim: Claim?
    /// Whether the claim's token stands bound to another job (money.md 3.5).
    package var tokenIsTaken = false
    /// The runs an observation speaks of, where they are recorded already.
    package var runs: [RunKey: Run] = [:]
    /// Observed runs that stand under other claims, as observations of their own: a job id that was
    /// given out twice.
    package var elsewhere: [JobObservation] = []
    /// How many of the claim's runs go on, those in `runs` included.
    package var runningCount: Int64 = 0
    /// The numbers of the users a command names; the Store makes new ones where needed.
    package var users: [String: UserID] = [:]
    /// What is known of the people a site or an edit describes, by name; nil where they are new.
    package var people: [String: Person] = [:]
    /// The names of users that a change may show.
    package var userNames: [UserID: String] = [:]
    /// What members who are to be deleted hold and were charged.
    package var memberUses: [Membership.Key: MemberUse] = [:]
    /// What a change of a job is decided on.
    package var modified = ModificationFacts()
    /// What changes that were let pass unheld may have come to; nothing of it is in the books.
    package var passedRaises = PassedRaises()
    /// Raises of `claim` that are not settled, oldest first; of a raise, none.
    package var raises: [Claim] = []
    /// The claim that `claim` raises.
    package var raised: Claim?
    /// The lots of further allocations, by number: where raises stand, where a claim goes to.
    package var pools: [Int64: Pool] = [:]
    /// Where the claim belongs by the account that is shown now; nil: where it is.
    package var movesTo: AllocationID?
    /// What a command about a reservation is decided on; for a submission, the one it names.
    package var reservation: ReservationBooks?
    /// Versions whose owners pay for all that is reserved, by the name that jobs give: inside of them
    /// jobs are free.
    package var paidReservations: [String: [ReservationVersion]] = [:]
    /// What an import is decided on.
    package var importing: ImportFacts?
    /// The run that is to be priced anew, and where its charge stands.
    package var rerating: RerateFacts?
    /// In a mode that refuses nothing: what a job that was never seen before would have been answered.
    package var trial: Trial?
    /// In such a mode: whether it is on record already that the job would have been refused.
    package var wasJudged = false
    /// The change request that a step is taken of.
    package var request: ChangeRequest?
    /// The next free number of each kind of thing.
    package var next = Numbers()

    package init(registry: Registry, card: RateCard) {
        (self.registry, self.card) = (registry, card)
    }

    /// The number of a user whom the command names.
    package func user(_ name: String) -> UserID {
        guard let id = users[name] else { preconditionFailure("user \(name) was not loaded") }
        return id
    }
}

/// The next numbers to give out.
package struct Numbers: Hashable, Sendable {
    package var organisation: Int64 = 1
    package var project: Int64 = 1
    package var allocation: Int64 = 1
    package var resource: Int64 = 1
    package var rate: Int64 = 1
    package var factor: Int64 = 1
    package var lot: Int64 = 1
    package var claim: Int64 = 1
    package var run: Int64 = 1
    package var request: Int64 = 1
    package var reservation: Int64 = 1

    package init() {}

    package mutating func take(_ path: WritableKeyPath<Numbers, Int64>) -> Int64 {
        defer { self[keyPath: path] += 1 }
        return self[keyPath: path]
    }
}
