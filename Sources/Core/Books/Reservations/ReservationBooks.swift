/// What a command about a reservation is decided on.

import Ledger
import Rates
import Registry
import Units

package struct ReservationBooks: Sendable {
    /// The version that is open (or planned); for `settle`, the one that is named.
    package var version: ReservationVersion?
    package var claim: Claim?
    /// The last version that has ended, where it was in force at all: the next one follows it.
    package var lastEnded: ReservationVersion?
    /// What was seen before this shows a reservation that is over, or was deleted before it was shown.
    package var goneSince: Instant?
    package var rule: ReservationRule?
    /// The lots of every allocation that pays or is to pay.
    package var pools: [Int64: Pool] = [:]

    // For `settle`:
    /// The version's charge so far.
    package var run: Run?
    /// Runs of jobs inside that overlap the version.
    package var inside: [Run] = []
    /// What jobs that wait for the reservation hold in the version's own allocation.
    package var heldByWaiting = ServiceUnits.zero
    package var standing: [RunInLot] = []
    package var paid: [LotID: ServiceUnits] = [:]
    package var chargedFor: [ResourceID: ServiceUnits] = [:]

    package init() {}

    /// What jobs inside of a version that is charged by what is idle hold and were charged in the
    /// allocation that pays for it: that is not held twice.
    func taken(inside version: ReservationVersion?) -> ServiceUnits {
        guard let version, version.charge == .idle, let allocation = version.allocation else {
            return .zero
        }
        let sum = inside.filter {
            $0.allocation == allocation && $0.start < version.end
                && $0.end.map { $0 > version.start } ?? true
        }.reduce(Int128(heldByWaiting.microSU)) {
            $0 + Int128($1.share.total.microSU) + Int128($1.charged.microSU)
        }
        return ServiceUnits(exactly: min(sum, Int128(ServiceUnits.lineLimit - 1))) ?? .zero
    }
}

/// Who pays for a reservation, and for what.
package struct ReservationOwner: Hashable, Sendable {
    /// The allocation's number.
    package var allocation: Int64?
    package var charge: ReservationCharge
    package var freeBecause: String?
}

extension Registry {
    /// The project of its accounts or users pays, or whom an operator named.
    ///
    /// - Parameter touching: the resources that rate what is reserved.
    package func owner(
        of facts: ReservationFacts, on cluster: String, rule: ReservationRule?,
        touching resources: [ResourceID]
    ) -> ReservationOwner {
        var charge = rule?.charge ?? facts.charge
        // Jobs of such a reservation may lie outside of it: they can't be free for it.
        if charge == .all, facts.flags.contains("FLEX") { charge = .idle }
        if facts.flags.contains("MAINT") {
            return .init(allocation: nil, charge: .none, freeBecause: "maintenance")
        }
        if charge == .none {
            return .init(allocation: nil, charge: .none, freeBecause: "not charged here")
        }
        if let assigned = rule?.allocation {
            return .init(allocation: assigned, charge: charge, freeBecause: nil)
        }
        let projects = Set(facts.lineages.compactMap { project(ofAccountLineage: $0)?.id })
        guard let project = projects.first else {
            return .init(allocation: nil, charge: .none, freeBecause: "no owner")
        }
        guard projects.count == 1 else {
            return .init(
                allocation: nil, charge: .none,
                freeBecause: "no owner: it names \(projects.count) projects")
        }
        let found = allocation(
            of: project, on: cluster, at: facts.start, covering: Set(resources))
        guard let found else {
            return .init(
                allocation: nil, charge: .none, freeBecause: "its project has no allocation here")
        }
        return .init(allocation: found.id.number, charge: charge, freeBecause: nil)
    }
}

/// Whose use a reservation's is, where it names no single user.
package let reservationUserName = "(reservation)"
