/// What refunds and deletions are decided on, and the figures they are refused with.

import Ledger
import Registry
import Units

/// An allocation that is to be deleted.
package struct Closing: Sendable {
    package var pool: Pool
    /// Claims that are not closed, whatever they hold.
    package var openClaims: Int64

    package init(pool: Pool, openClaims: Int64) {
        (self.pool, self.openClaims) = (pool, openClaims)
    }
}

package struct RefundFacts: Sendable {
    /// The runs that the request may mean, the newest first, at most `limit` of them.
    package var runs: [Run]
    /// How many there are.
    package var count: Int64
    /// What the chosen run was charged and refunded in each lot.
    package var standing: [RunInLot] = []
    /// What each lot of its allocation has paid of the overdraft.
    package var paid: [LotID: ServiceUnits] = [:]

    /// The user of the chosen run.
    package var userName: String?

    package static let limit = 20

    package init(runs: [Run], count: Int64) { (self.runs, self.count) = (runs, count) }
}

/// The figures of a withdrawal or transfer of more than is free.
package struct FreeShortage: Hashable, Sendable {
    package var allocation: String
    /// The one lot that was named.
    package var lot: LotID?
    package var asked: ServiceUnits
    /// What could be taken.
    package var free: ServiceUnits
    package var granted: ServiceUnits
    package var charged: ServiceUnits
    package var held: ServiceUnits
    package var expired: ServiceUnits
    package var withdrawn: ServiceUnits

    package init(
        allocation: String, lot: LotID?, asked: ServiceUnits, free: ServiceUnits, of pool: Pool
    ) {
        (self.allocation, self.lot, self.asked, self.free) = (allocation, lot, asked, free)
        let totals = pool.totals
        (granted, charged, held) = (totals.granted, totals.charged, totals.held)
        (expired, withdrawn) = (totals.expired, totals.withdrawn)
    }

    package var text: String {
        "\(asked) SU are asked for, \(free) SU can be taken from "
            + (lot.map { "lot \($0) of " } ?? "")
            + "\(allocation) (granted \(granted), charged \(charged), held \(held)\(rest)). "
            + "What is held or charged stays."
    }

    private var rest: String {
        [("expired", expired), ("withdrawn", withdrawn)].filter { $0.1 != .zero }
            .map { ", \($0.0) \($0.1)" }.joined()
    }
}
