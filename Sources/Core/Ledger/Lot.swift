/// A lot: one grant with its own window, and where its credit stands.
///
/// Invariant: available + held + charged + expired + withdrawn = issued, none of them negative;
/// only an overdraft lot, issued 0, has a negative *available*: that is the allocation's overdraft.

import Units

package enum LotKind: String, Hashable, Sendable {
    case grant
    /// One an allocation: what was held and charged beyond all lots.
    case overdraft
}

package enum LotState: String, Hashable, Sendable {
    /// Its window has not begun.
    case pending
    case open
    /// Its window is over: what returns to it expires.
    case ended
}

package struct Lot: Hashable, Sendable {
    package let id: LotID
    /// The allocation's number.
    package let allocation: Int64
    package let kind: LotKind
    package var window: Interval
    package var state: LotState
    package private(set) var balances: Balances

    package struct Balances: Hashable, Sendable {
        package var available: ServiceUnits = .zero
        package var held: ServiceUnits = .zero
        package var charged: ServiceUnits = .zero
        package var expired: ServiceUnits = .zero
        package var withdrawn: ServiceUnits = .zero

        package init() {}

        package subscript(bucket: Bucket) -> ServiceUnits {
            get {
                switch bucket {
                case .available: available
                case .held: held
                case .charged: charged
                case .expired: expired
                case .withdrawn: withdrawn
                }
            }
            set {
                switch bucket {
                case .available: available = newValue
                case .held: held = newValue
                case .charged: charged = newValue
                case .expired: expired = newValue
                case .withdrawn: withdrawn = newValue
                }
            }
        }

        package var sum: ServiceUnits { available + held + charged + expired + withdrawn }
    }

    package init(
        id: LotID, allocation: Int64, kind: LotKind, window: Interval, state: LotState,
        balances: Balances = .init()
    ) {
        (self.id, self.allocation, self.kind) = (id, allocation, kind)
        (self.window, self.state, self.balances) = (window, state, balances)
    }

    /// What was issued into it: the sum of all its accounts.
    package var issued: ServiceUnits { balances.sum }

    package mutating func move(_ amount: ServiceUnits, from: Bucket, to: Bucket) {
        balances[from] -= amount
        balances[to] += amount
    }

    package mutating func issue(_ amount: ServiceUnits) { balances.available += amount }

    /// The account that is negative and may not be; nil where all is well.
    package var brokenBucket: Bucket? {
        Bucket.allCases.first { bucket in
            balances[bucket] < .zero && !(kind == .overdraft && bucket == .available)
        }
    }
}
