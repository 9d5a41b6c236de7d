/// How long the credit of an allocation lasts for a steady use of it: second-exact.
///
/// Credit is drawn as charges draw it, the soonest-ending lot first; what a lot has left at its end is
/// lost, and so is what a pull-back takes. What is held now counts as gone, and the overdraft limit
/// as no credit.

import Units

package struct Deadline: Hashable, Sendable {
    package enum Reason: String, Hashable, Sendable, CaseIterable {
        case usedUp = "used_up"
        /// The last lot that is valid ends with credit left in it.
        case creditExpires = "credit_expires"
        case allocationEnds = "allocation_ends"
        /// A rule takes back what is left.
        case pulledBack = "pulled_back"
        /// Neither within the time that can be accounted for.
        case never
    }

    package var reason: Reason
    /// The first second that is not covered; nil: never.
    package var until: Instant?
    /// What the use costs until then, each line rounded up as for a hold.
    package var cost: ServiceUnits
    /// What there is that may be used, at the start.
    package var available: ServiceUnits
    /// What has been or is then lost unused: of lots that end by then, and what is left in the end.
    package var unused: ServiceUnits
}

extension Deadline {
    /// The longest use that can be priced (money.md 1.2).
    package static let horizonSeconds: Int64 = 4_000_000_000
}

extension Pool {
    /// - Parameters:
    ///   - window: the allocation's.
    ///   - pullbacks: the share of the open lots that may still be unused, by the moment it is looked
    ///     at; only those to come.
    ///   - cost: what the use costs from `start` to a later moment, in micro-SU; it never falls as
    ///     time goes on. nil: more than can be accounted for.
    package func deadline(
        from start: Instant, within window: Interval, pullbacks: [Instant: Rational] = [:],
        cost: (Instant) -> Int128?
    ) -> Deadline {
        let horizon = start.advanced(bySeconds: Deadline.horizonSeconds)
        let end = min(window.end, horizon)
        var walk = DeadlineWalk(
            lots: grants.filter { $0.state != .ended && start < $0.window.end }, debt: overdrawn,
            pullbacks: pullbacks)
        walk.enter(start)
        let available = walk.usable
        func answer(_ reason: Deadline.Reason, _ until: Instant?, _ spent: Int128) -> Deadline {
            Deadline(
                reason: reason, until: until, cost: ServiceUnits(exactly: spent) ?? .zero,
                available: ServiceUnits(exactly: available) ?? .zero,
                unused: ServiceUnits(exactly: walk.lost + walk.usable) ?? .zero)
        }
        guard start < end else { return answer(.allocationEnds, max(start, end), 0) }
        var (place, spent) = (start, Int128(0))
        for next in walk.changes(after: start, before: end) + [end] {
            guard walk.usable > 0 else {
                return answer(walk.justLost ?? .usedUp, place, spent)
            }
            guard let total = cost(next), total - spent <= walk.usable else {
                let most = spent + walk.usable
                let until = last(from: place, before: next) { cost($0).map { $0 <= most } ?? false }
                let total = until == start ? 0 : cost(until) ?? spent
                walk.spend(total - spent)
                return answer(.usedUp, until, total)
            }
            walk.spend(total - spent)
            (place, spent) = (next, total)
            if next < end { walk.enter(next) }
        }
        return end == window.end ? answer(.allocationEnds, end, spent) : answer(.never, nil, spent)
    }

    /// The last moment in `start ..< end` that `holds`, by halving; `start` holds.
    private func last(
        from start: Instant, before end: Instant, _ holds: (Instant) -> Bool
    ) -> Instant {
        var (good, bad) = (start.epochSeconds, end.epochSeconds)
        while bad - good > 1 {
            let middle = good + (bad - good) / 2
            if holds(Instant(epochSeconds: middle)) { good = middle } else { bad = middle }
        }
        return Instant(epochSeconds: good)
    }
}

/// The lots at one moment of a steady use.
private struct DeadlineWalk {
    /// Soonest-ending first.
    private let lots: [Lot]
    private var left: [LotID: Int128]
    private var debt: Int128
    private var now = Instant(epochSeconds: 0)
    private let pullbacks: [Instant: Rational]
    private(set) var lost: Int128 = 0
    /// Why credit went at this very moment, if any did.
    private(set) var justLost: Deadline.Reason?

    init(lots: [Lot], debt: ServiceUnits, pullbacks: [Instant: Rational]) {
        self.lots = lots.sorted { ($0.window.end, $0.id) < ($1.window.end, $1.id) }
        left = Dictionary(
            uniqueKeysWithValues: lots.map { ($0.id, Int128($0.balances.available.microSU)) })
        self.debt = Int128(debt.microSU)
        self.pullbacks = pullbacks
    }

    /// When lots open or end, and when a rule takes credit back.
    func changes(after start: Instant, before end: Instant) -> [Instant] {
        let windows = lots.flatMap { [$0.window.start, $0.window.end] }
        return Set(windows + pullbacks.keys).filter { start < $0 && $0 < end }.sorted()
    }

    /// Unspent credit of the lots that are valid, less what is owed.
    var usable: Int128 {
        max(valid.reduce(Int128(0)) { $0 + (left[$1.id] ?? 0) } - debt, 0)
    }

    private var valid: [Lot] { lots.filter { $0.window.contains(now) } }

    /// Goes on to `instant`: lots that have ended lose what is left in them.
    mutating func enter(_ instant: Instant) {
        now = instant
        justLost = nil
        for lot in lots where lot.window.end <= instant {
            let rest = left.updateValue(0, forKey: lot.id) ?? 0
            guard rest > 0 else { continue }
            lost += rest
            justLost = .creditExpires
        }
        // What is owed is paid by the lots as they open, before anything else.
        let paid = take(debt)
        debt -= paid
        if let share = pullbacks[instant] { pullBack(beyond: share) }
    }

    /// As `Pool.unused(beyond:)` has it.
    private mutating func pullBack(beyond share: Rational) {
        let base = valid.reduce(Int128(0)) {
            $0 + Int128($1.issued.microSU) - Int128($1.balances.withdrawn.microSU)
        }
        let kept = dividedUp(base * Int128(share.numerator), by: Int128(share.denominator))
        var rest = max(usable - kept, 0)
        guard rest > 0 else { return }
        lost += rest
        justLost = .pulledBack
        for lot in valid.reversed() where rest > 0 {
            let part = min(left[lot.id] ?? 0, rest)
            left[lot.id, default: 0] -= part
            rest -= part
        }
    }

    mutating func spend(_ amount: Int128) { _ = take(amount) }

    /// - Returns: how much there was to take.
    private mutating func take(_ amount: Int128) -> Int128 {
        var rest = amount
        for lot in valid where rest > 0 {
            let part = min(left[lot.id] ?? 0, rest)
            left[lot.id, default: 0] -= part
            rest -= part
        }
        return amount - rest
    }
}
