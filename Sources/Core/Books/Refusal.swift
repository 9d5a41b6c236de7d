/// Why a command is not carried out: every case is a result with its figures, none a fault.
///
/// Prose is made of them in one place, `RefusalText.swift`.

import Registry
import Units

package enum Refusal: Error, Hashable, Sendable {
    case insufficientCredit(Shortage)
    case capReached(CapShortage)
    /// More is to be taken back than is free.
    case notFree(FreeShortage)
    /// The project has no allocation on the cluster.
    case noAllocation(project: String, cluster: String)
    case unknownAccount(String)
    case notAMember(allocation: String)
    case inactive(level: Level, name: String, status: Status)
    /// `fitsSeconds`: the longest time limit that stays inside; nil where none does.
    case outsideWindow(level: Level, name: String, window: Interval, fitsSeconds: Int64?)
    /// `other`: the allocation of the same project that does cover it; nil: there is none.
    case notCovered(resource: String, allocation: String, other: String?)
    case noRate(resource: String)
    /// The cost passes what one line may hold.
    case tooLarge(String)
    case conflict(String)
    /// The command's id came before, with other content.
    case idTaken(String)
    /// Not the asker's to do.
    case forbidden(String)
    case invalid(String)
    case notFound(String)
    /// A raise by somebody who has no such say in the job as far as it is known: why it could not be
    /// let pass is not for them to read.
    indirect case noSay(because: Refusal)
}

/// The figures of a submission that costs more than there is.
package struct Shortage: Hashable, Sendable {
    package var allocation: String
    package var cost: ServiceUnits
    /// What may be held now: available credit plus the overdraft limit.
    package var free: ServiceUnits
    package var granted: ServiceUnits
    package var charged: ServiceUnits
    package var held: ServiceUnits
    package var expired = ServiceUnits.zero
    package var withdrawn = ServiceUnits.zero
    /// Credit that begins later; no part of what is free.
    package var later = ServiceUnits.zero
    /// Part of what is free.
    package var overdraftLimit = ServiceUnits.zero
    /// What the job itself holds already, of a change: part of what is free.
    package var own = ServiceUnits.zero
    /// The longest time limit that would fit, all else the same.
    package var fitsSeconds: Int64?
    /// Set where it is no job but a reservation that costs too much.
    package var reservation: String?

    package init(
        allocation: String, cost: ServiceUnits, free: ServiceUnits, granted: ServiceUnits,
        charged: ServiceUnits, held: ServiceUnits, fitsSeconds: Int64?
    ) {
        (self.allocation, self.cost, self.free) = (allocation, cost, free)
        (self.granted, self.charged, self.held) = (granted, charged, held)
        self.fitsSeconds = fitsSeconds
    }
}

/// The figures of a submission that passes the member's own cap.
package struct CapShortage: Hashable, Sendable {
    package var allocation: String
    package var cost: ServiceUnits
    package var cap: ServiceUnits
    package var used: ServiceUnits
    package var fitsSeconds: Int64?

    package init(
        allocation: String, cost: ServiceUnits, cap: ServiceUnits, used: ServiceUnits,
        fitsSeconds: Int64?
    ) {
        (self.allocation, self.cost, self.cap) = (allocation, cost, cap)
        (self.used, self.fitsSeconds) = (used, fitsSeconds)
    }
}
