/// Taking credit back: only what is neither held nor charged, the latest-ending lots first.
///
/// The reverse of the order in which credit is drawn, so that what waits and runs is disturbed last.

import Units

/// A part of an amount, by the lot it came from or went to.
package struct LotPart: Hashable, Sendable {
    package let lot: LotID
    package let amount: ServiceUnits

    package init(lot: LotID, amount: ServiceUnits) { (self.lot, self.amount) = (lot, amount) }
}

/// Which lots a withdrawal may take from.
package enum WithdrawalScope: Hashable, Sendable {
    /// Those that have not ended, also those that have yet to open.
    case unended
    /// Those whose window has begun and not ended.
    case open
    case only(LotID)
}

extension Pool {
    private func lots(in scope: WithdrawalScope) -> [Lot] {
        grants.filter { lot in
            switch scope {
            case .unended: lot.state != .ended
            case .open: lot.state == .open
            case .only(let id): lot.id == id && lot.state != .ended
            }
        }.sorted { ($0.window.end, $0.id) > ($1.window.end, $1.id) }
    }

    /// Unpinned credit, less what is held or charged beyond all lots; never negative.
    package func withdrawable(from scope: WithdrawalScope) -> ServiceUnits {
        let there = available(in: scope)
        // Of the open lots alone: what opens later doesn't cover what is owed now.
        let all = scope == .open ? there : available(in: .unended)
        return max(min(there, all - overdrawn), .zero)
    }

    private func available(in scope: WithdrawalScope) -> ServiceUnits {
        lots(in: scope).reduce(.zero) { $0 + $1.balances.available }
    }

    /// Moves `amount` from *available* to *withdrawn*.
    ///
    /// - Precondition: `amount` is withdrawable.
    /// - Returns: the lots it was taken from, in that order.
    package mutating func withdraw(
        _ amount: ServiceUnits, from scope: WithdrawalScope, for dimensions: Dimensions
    ) -> [LotPart] {
        precondition(amount <= withdrawable(from: scope), "more is withdrawn than is free")
        var rest = amount
        var parts: [LotPart] = []
        for lot in lots(in: scope) where rest > .zero {
            let part = min(lot.balances.available, rest)
            guard part > .zero else { continue }
            move(part, in: lot.id, from: .available, to: .withdrawn, for: dimensions)
            parts.append(LotPart(lot: lot.id, amount: part))
            rest -= part
        }
        return parts
    }

    /// What a pull-back takes: of the open lots' unused credit all that passes `share` of what they
    /// were given and was not taken back since. The part that stays is rounded up.
    package func unused(beyond share: Rational) -> ServiceUnits {
        let base = lots(in: .open).reduce(Int128(0)) {
            $0 + Int128($1.issued.microSU) - Int128($1.balances.withdrawn.microSU)
        }
        let kept = dividedUp(base * Int128(share.numerator), by: Int128(share.denominator))
        let over = Int128(withdrawable(from: .open).microSU) - kept
        // Not above `withdrawable`, which fits.
        return ServiceUnits(exactly: max(over, 0)) ?? .zero
    }
}
