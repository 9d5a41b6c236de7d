/// Double entry: every amount leaves one ledger account and arrives in another, so that all
/// accounts together are always zero.

import Rates
import Units

package struct LotID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let number: Int64
    package init(_ number: Int64) { self.number = number }
    package static func < (a: Self, b: Self) -> Bool { a.number < b.number }
    package var description: String { String(number) }
}

/// Where a lot's credit stands.
package enum Bucket: String, Hashable, Sendable, CaseIterable {
    case available, held, charged, expired, withdrawn
}

package enum LedgerAccount: Hashable, Sendable {
    /// Where all credit comes from; its balance is minus what was ever issued.
    case issue
    case lot(LotID, Bucket)
}

/// What a posting is about beside its amount: no accounts of their own, but columns to sum by.
package struct Dimensions: Hashable, Sendable {
    /// The allocation's number (`AllocationID`); the ledger knows no more of it.
    package var allocation: Int64
    package var user: Int64?
    package var claim: Int64?
    package var run: Int64?
    package var cluster: String?
    package var resource: ResourceID?
    package var rate: RateID?
    /// The seconds of usage that a charge pays for.
    package var usage: Interval?
    /// Raw amount: base units of the resource × seconds used; only the first posting of a line
    /// carries it, so that sums are right where a line draws on two lots; nil beyond 64 bits.
    package var unitSeconds: Int64?

    package init(
        allocation: Int64, user: Int64? = nil, claim: Int64? = nil, run: Int64? = nil,
        cluster: String? = nil
    ) {
        (self.allocation, self.user, self.claim) = (allocation, user, claim)
        (self.run, self.cluster) = (run, cluster)
    }
}

package struct Posting: Hashable, Sendable {
    package let from: LedgerAccount
    package let to: LedgerAccount
    /// Always above zero.
    package let amount: ServiceUnits
    package let dimensions: Dimensions

    package init(
        from: LedgerAccount, to: LedgerAccount, amount: ServiceUnits, dimensions: Dimensions
    ) {
        precondition(amount > .zero, "a posting moves more than nothing")
        precondition(from != to, "a posting moves between two accounts")
        (self.from, self.to, self.amount) = (from, to, amount)
        self.dimensions = dimensions
    }
}
