/// A charge of the past priced anew: what it is decided on, and what it came to.

import Ledger
import Rates
import Registry
import Units

/// Where the charge of a run stands that is to be priced anew.
package struct RerateFacts: Sendable {
    package var run: Run
    package var standing: [RunInLot] = []
    /// What each lot has paid of the overdraft; only where some of the charge is overdraft.
    package var paid: [LotID: ServiceUnits] = [:]
    /// Without what was refunded.
    package var chargedFor: [ResourceID: ServiceUnits] = [:]
    /// What a reservation's run is the charge of.
    package var version: ReservationVersion?
    /// Runs of jobs inside that overlap it, where it is charged by what is idle.
    package var inside: [Run] = []

    package init(run: Run) { self.run = run }
}

package struct Rerated: Hashable, Sendable {
    package struct Part: Hashable, Sendable {
        package var resource: ResourceID
        package var before: ServiceUnits
        package var after: ServiceUnits
    }

    /// Why it stays as it was, whatever the rates say.
    package enum Left: Hashable, Sendable {
        case waived, free, unplaced, running
    }

    package var allocation: AllocationID?
    package var parts: [Part] = []
    package var isChanged = false
    package var left: Left?

    package init() {}
}
