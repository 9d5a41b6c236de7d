/// Entries: the facts of the journal, each with the rows it leaves and the postings it makes.

import Ledger
import Registry
import Requests
import Units

/// What happened, as people and programs name it.
package enum EntryKind: String, Hashable, Sendable, CaseIterable {
    case opened, expired
    case registered
    case granted, withdrawn, transferred, refunded
    /// Unused credit that a rule took back at its date.
    case pulledBack = "pulled_back"
    case admitted, adopted, bound, repriced
    case started, suspended, resumed, ended
    case released
    /// Credit set aside for a change that Slurm has still to show; and that it has shown it.
    case raised, settled
    case placed
    /// A job whose start was refused, and how that ended.
    case heldBack = "held_back"
    case letGo = "let_go"
    /// A version of a reservation: seen, changed, or at its end.
    case reserved
    /// What was charged, made what it should be.
    case corrected
    /// Runs of the past, some hundred at once.
    case imported
    /// A run's charge by a newer version of the rates.
    case rerated
    /// Of change requests; `retracted` by who asked.
    case requested, approved, rejected, retracted
    /// A feed's record was carried out; what it brought about follows.
    case fed
    /// A user is known by number alone from now on.
    case erased
}

/// A row as it is from this entry on.
package enum Change: Hashable, Sendable {
    case registry(RegistryChange)
    /// Its window and state; its balances follow from the postings.
    case lot(Lot)
    case claim(Claim)
    case run(Run)
    case heldBack(HeldBack)
    case reservation(ReservationVersion)
    case reservationRule(ReservationRule)
    case request(ChangeRequest)
    case requestEvent(RequestEvent)
    case feed(FeedArrival)
    case erasure(Erasure)
}

/// One fact that `decide` wants recorded; the Bank numbers, stamps and chains it.
package struct EntryDraft: Hashable, Sendable {
    package let kind: EntryKind
    /// When it took effect in the world: a job's start or end; may lie in the past.
    package let effectiveAt: Instant
    package let changes: [Change]
    package let postings: [Posting]

    package init(
        kind: EntryKind, effectiveAt: Instant, changes: [Change], postings: [Posting] = []
    ) {
        (self.kind, self.effectiveAt) = (kind, effectiveAt)
        (self.changes, self.postings) = (changes, postings)
    }
}

/// What a command comes to: entries to append, and the answer to its caller.
package struct Decision: Sendable {
    package let entries: [EntryDraft]
    package let outcome: Outcome
    /// What is known of people from now on: kept beside the journal, where it can be erased.
    package let people: [Person]
    /// Of whom nothing is known from now on.
    package let forgotten: Forgotten?
    /// What `atoll why` tells of it later.
    package let notices: [Notice]
    /// Raises that were let pass unheld.
    package let passedRaises: [PassedRaise]

    package init(
        entries: [EntryDraft], outcome: Outcome, people: [Person] = [],
        forgotten: Forgotten? = nil, notices: [Notice] = [], passedRaises: [PassedRaise] = []
    ) {
        (self.entries, self.outcome, self.people) = (entries, outcome, people)
        (self.forgotten, self.notices) = (forgotten, notices)
        self.passedRaises = passedRaises
    }

    package static let nothing = Decision(entries: [], outcome: .nothing)
}

/// Somebody whose number stays, and whose name goes.
package struct Forgotten: Hashable, Sendable {
    package let user: UserID
    package let name: String

    package init(user: UserID, name: String) { (self.user, self.name) = (user, name) }
}

/// The answer to a command, kept with its id so that the same id gets it again.
package enum Outcome: Hashable, Sendable {
    case nothing
    /// Never kept: something newer was known, so that what was shown is to be told again.
    case passedOver
    case admitted(Admitted)
    /// Exempt, or of an account no project has: not accounted for.
    case passed(reason: String)
    /// It would have been refused, and is not: nothing is held.
    case tolerated(Tolerated)
    case released(ServiceUnits)
    case granted(lot: LotID, available: ServiceUnits)
    case withdrawn(Withdrawn)
    case transferred(Transferred)
    case refunded(Refunded)
    case jobRefunded(JobRefunded)
    case applied([AppliedChange])
    case requested(Requested)
    case fed(Fed)
    case erased(Erased)
    case modified(Modified)
    /// Never kept: a start is known by its run's key.
    case start(StartAnswer)
    case reserved(Reserved)
    /// Never kept: a run is known by its key.
    case imported(Imported)
    /// Never kept: priced anew a second time it is as it was.
    case rerated(Rerated)
    /// Never kept: a correction is known by its run's key and what it says.
    case corrected(Corrected)
}

extension Outcome {
    /// Whether it is kept with its command's id. A change that moves nothing is not: asked again it
    /// is decided again, and slurmctld asks about changes by anybody, as often as they like.
    package var isKept: Bool {
        if case .modified(let it) = self { it.allocation != nil } else { true }
    }
}

package struct Admitted: Hashable, Sendable {
    package var claim: ClaimID
    package var account: String
    package var allocation: String
    package var held: ServiceUnits
    /// Available in the allocation after the hold; below zero where it is overdrawn.
    package var left: ServiceUnits
    /// Less than it needed, admitted all the same (`when_insufficient = "warn"`).
    package var isShort: Bool

    package init(
        claim: ClaimID, account: String, allocation: String, held: ServiceUnits,
        left: ServiceUnits, isShort: Bool
    ) {
        (self.claim, self.account, self.allocation) = (claim, account, allocation)
        (self.held, self.left, self.isShort) = (held, left, isShort)
    }
}

/// One thing that `apply` made or changed.
package struct AppliedChange: Hashable, Sendable {
    package enum Action: String, Hashable, Sendable { case add, change }
    package var action: Action
    /// "cluster", "resource", "rate", "project", "account", "allocation", "member", …
    package var what: String
    package var name: String
    package var detail: String

    package init(_ action: Action, _ what: String, _ name: String, _ detail: String) {
        (self.action, self.what, self.name, self.detail) = (action, what, name, detail)
    }
}
