/// What is said of reservations: by the provider's record, and by operators.

import Ledger
import Units

/// What the provider shows of a reservation, or has recorded of a span of it.
package struct ReservationFacts: Hashable, Sendable {
    /// When the reservation begins; of a recorded span, when the span does.
    package var start: Instant
    package var end: Instant
    /// What is reserved, as the cluster's nodes come to.
    package var counts: TRESCounts
    /// The one that prices it.
    package var partition: String
    package var nodes = ""
    package var flags: [String] = []
    package var accounts: [String] = []
    package var users: [String] = []
    /// Nothing is known of accounts and users but that they are what they were.
    package var isOwnedAsBefore = false
    /// Whose it may be: its accounts, else its users' default accounts, each with its ancestors.
    package var lineages: [[String]] = []
    /// What the settings say is charged.
    package var charge: ReservationCharge

    package init(
        start: Instant, end: Instant, counts: TRESCounts, partition: String,
        charge: ReservationCharge
    ) {
        (self.start, self.end, self.counts) = (start, end, counts)
        (self.partition, self.charge) = (partition, charge)
    }
}

/// One reservation as a poll found it. Repeated or late, it changes nothing.
package struct ReservationObservation: Hashable, Sendable {
    package var cluster: String
    package var name: String
    /// nil: the provider does not have it any more.
    package var shown: ReservationFacts?
    /// When it was last shown before; nil: not known.
    package var lastShownAt: Instant?
    /// Spans that slurmdbd recorded of it, with their exact times; none: it was not asked.
    package var recorded: [ReservationFacts] = []
    /// What was before is not this ledger's.
    package var bornAt = Instant(epochSeconds: 0)
    package var at: Instant

    package init(cluster: String, name: String, shown: ReservationFacts?, at: Instant) {
        (self.cluster, self.name, self.shown, self.at) = (cluster, name, shown, at)
    }
}

/// Says who pays for the reservations of a name, and for what.
package struct ReservationAssignment: Hashable, Sendable {
    package var cluster: String
    package var name: String
    /// nil: as it was.
    package var allocation: String?
    /// nil: as it was.
    package var charge: ReservationCharge?
    /// Said of one that is over: whether it counts for the next of its name, too.
    package var isForNext: Bool

    package init(
        cluster: String, name: String, allocation: String?, charge: ReservationCharge?,
        isForNext: Bool = false
    ) {
        (self.cluster, self.name) = (cluster, name)
        (self.allocation, self.charge) = (allocation, charge)
        self.isForNext = isForNext
    }
}

/// A reservation that is to be made: its credit is held for its whole length first.
package struct ReservationPlan: Hashable, Sendable {
    package var cluster: String
    package var name: String
    package var allocation: String
    package var facts: ReservationFacts
    /// nil: as the settings say.
    package var charge: ReservationCharge?

    package init(
        cluster: String, name: String, allocation: String, facts: ReservationFacts,
        charge: ReservationCharge?
    ) {
        (self.cluster, self.name, self.allocation) = (cluster, name, allocation)
        (self.facts, self.charge) = (facts, charge)
    }
}

package enum ReservationCommand: Hashable, Sendable {
    case observe(ReservationObservation)
    /// Makes hold and charge of a version what they should be by now.
    case settle(ReservationID)
    case assign(ReservationAssignment)
    case plan(ReservationPlan)
    /// Slurm would not make it, or never showed it: gives back what was held.
    case drop(cluster: String, name: String, because: String)

    package var name: String {
        switch self {
        case .observe(let it): "observe:\(it.cluster):\(it.name)"
        case .settle(let id): "settle:\(id)"
        case .assign(let it): "assign:\(it.name)"
        case .plan(let it): "plan:\(it.name)"
        case .drop(_, let name, _): "drop:\(name)"
        }
    }
}

/// The answer to an operator's command about a reservation.
package struct Reserved: Hashable, Sendable {
    package var name: String
    package var allocation: String?
    package var charge: ReservationCharge
    package var held: ServiceUnits
    /// Available in the allocation afterwards; below zero where it is overdrawn.
    package var available: ServiceUnits
    /// It counts from then on, though that is over; nil: nothing of it is over.
    package var since: Instant?
    /// None of that name goes on or is to come, but one was there.
    package var isOver = false
    /// The books have never seen one of that name.
    package var isToCome = false
    /// Of those two: whether it counts for the next of its name, too.
    package var isForNext = false

    package init(
        name: String, allocation: String?, charge: ReservationCharge, held: ServiceUnits,
        available: ServiceUnits
    ) {
        (self.name, self.allocation, self.charge) = (name, allocation, charge)
        (self.held, self.available) = (held, available)
    }
}
