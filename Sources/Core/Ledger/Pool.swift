/// The lots of one allocation as one decision sees them: moves credit and writes down the postings.
///
/// A value; `decide` works on a copy and hands out `postings` at the end. Soonest-ending lots go
/// first, the overdraft lot last (money.md 2.2).

import Rates
import Units

package struct Pool: Sendable {
    package let allocation: Int64
    package let overdraftLimit: ServiceUnits
    package private(set) var lots: [LotID: Lot]
    package private(set) var postings: [Posting] = []
    /// Lots whose window state changed here and must be written.
    package private(set) var restated: [Lot] = []

    package init(allocation: Int64, overdraftLimit: ServiceUnits, lots: [Lot]) {
        self.allocation = allocation
        self.overdraftLimit = overdraftLimit
        self.lots = Dictionary(uniqueKeysWithValues: lots.map { ($0.id, $0) })
    }

    package var isUntouched: Bool { postings.isEmpty && restated.isEmpty }

    fileprivate mutating func clearPostings() { postings = [] }

    var overdraft: Lot {
        guard let lot = lots.values.first(where: { $0.kind == .overdraft }) else {
            preconditionFailure("allocation \(allocation) has no overdraft lot")
        }
        return lot
    }

    /// How far below zero the allocation is; never negative.
    package var overdrawn: ServiceUnits { -min(overdraft.balances.available, .zero) }

    /// What is held of all lots.
    package var held: ServiceUnits { lots.values.reduce(.zero) { $0 + $1.balances.held } }

    /// Unheld credit of the lots that are valid at `instant`, less what is overdrawn.
    package func available(at instant: Instant) -> ServiceUnits {
        usable(at: instant).reduce(.zero) { $0 + $1.balances.available } - overdrawn
    }

    /// What a new hold may take at `instant`: the available credit and the overdraft limit.
    package func free(at instant: Instant) -> ServiceUnits {
        available(at: instant) + overdraftLimit
    }

    /// Whether some of `pins` is held beyond all grants.
    package func isOverdraft(_ pins: Pins) -> Bool { pins.amounts[overdraft.id] != nil }

    private func usable(at instant: Instant) -> [Lot] {
        lots.values
            .filter { $0.kind == .grant && $0.state != .ended && $0.window.contains(instant) }
            .sorted { ($0.window.end, $0.id) < ($1.window.end, $1.id) }
    }

    private func isValid(_ lot: LotID, at instant: Instant) -> Bool {
        lots[lot].map { $0.kind == .grant && $0.window.contains(instant) } ?? false
    }

    // MARK: Bounds
    // Lots are bounded when they are granted; only what is forced below zero could pass 64 bits.

    /// What may still be held as overdraft; beyond it a forced hold is held in part.
    private var holdRoom: ServiceUnits {
        ServiceUnits(microSU: max(ServiceUnits.lineLimit - overdraft.balances.held.microSU, 0))
    }

    /// Whether a charge of `lines` keeps every balance within 64 bits.
    package func canCharge(_ lines: [Line]) -> Bool {
        let total = lines.reduce(Int128(overdraft.balances.charged.microSU)) {
            $0 + Int128($1.amount.microSU)
        }
        return total <= 4 * Int128(ServiceUnits.lineLimit)
    }

    // MARK: Setting aside and giving back

    /// Sets `amount` aside, from lots valid at `instant`, the rest as overdraft.
    ///
    /// Whether so much may be taken is the caller's to check (`free(at:)`): what the collector
    /// reports has happened already and is held all the same.
    package mutating func pin(
        _ amount: ServiceUnits, at instant: Instant, for dimensions: Dimensions
    ) -> Pins {
        var pins = Pins.none
        draw(amount, at: instant) { pool, lot, part in
            let part = lot == pool.overdraft.id ? min(part, pool.holdRoom) : part
            guard part > .zero else { return }
            pool.move(part, in: lot, from: .available, to: .held, for: dimensions)
            pins.add(part, of: lot)
        }
        return pins
    }

    /// Gives all that `pins` hold back.
    package mutating func release(_ pins: Pins, for dimensions: Dimensions) {
        for (lot, amount) in pins.sorted { giveBack(amount, to: lot, for: dimensions) }
    }

    /// Makes `pins` hold exactly `amount`, from lots valid at `instant`.
    ///
    /// What is pinned in such a lot stays, even where the lot has ended since: only unpinned credit
    /// expires. Anything else is given back and drawn anew, so a hold moves to the lots of its run's
    /// start, and out of the overdraft when there is credit again.
    package mutating func repin(
        _ pins: Pins, to amount: ServiceUnits, at instant: Instant, for dimensions: Dimensions
    ) -> Pins {
        var kept = Pins.none
        var rest = amount
        for (lot, held) in inOrderOfEnd(pins) {
            let keep = isValid(lot, at: instant) ? min(held, rest) : .zero
            kept.add(keep, of: lot)
            rest -= keep
            if held > keep { giveBack(held - keep, to: lot, for: dimensions) }
        }
        return rest > .zero ? kept + pin(rest, at: instant, for: dimensions) : kept
    }

    /// Splits `amount` off `pins` without moving credit: the latest-ending grants' pins go first, so
    /// that what stays pinned is what ends soonest; what is held beyond all grants goes last, so that
    /// of several tasks those that it suffices for have credit.
    package func split(_ amount: ServiceUnits, off pins: inout Pins) -> Pins {
        var rest = amount
        var taken = Pins.none
        let beyond = overdraft.id
        let byEnd = pins.sorted.sorted { a, b in
            if (a.lot == beyond) != (b.lot == beyond) { return b.lot == beyond }
            return (lots[a.lot]?.window.end ?? .distantFuture, a.lot)
                > (lots[b.lot]?.window.end ?? .distantFuture, b.lot)
        }
        for (lot, held) in byEnd where rest > .zero {
            let part = min(held, rest)
            pins.take(part, of: lot)
            taken.add(part, of: lot)
            rest -= part
        }
        precondition(rest == .zero, "more would be split off than is pinned")
        return taken
    }

    private mutating func giveBack(
        _ amount: ServiceUnits, to lot: LotID, for dimensions: Dimensions
    ) {
        // What returns to a lot that has ended expires at once (money.md 2.2).
        let ended = lots[lot]?.state == .ended
        move(amount, in: lot, from: .held, to: ended ? .expired : .available, for: dimensions)
        payOverdraft(for: dimensions)
    }

    // MARK: Charging

    /// Charges `lines` first from `pins`, then from lots valid at `instant`, then as overdraft, and
    /// gives back what the pins held beyond them.
    ///
    /// A charge is never refused (money.md 2.3).
    package mutating func settle(
        _ lines: [Line], from pins: Pins, at instant: Instant, for dimensions: Dimensions
    ) {
        var pinned = pins
        for line in lines {
            var dimensions = dimensions
            dimensions.resource = line.resource
            dimensions.rate = line.rate
            dimensions.usage = line.interval
            dimensions.unitSeconds = Int64(exactly: line.raw)
            var rest = line.amount
            for (lot, held) in inOrderOfEnd(pinned) where rest > .zero {
                let part = min(held, rest)
                pinned.take(part, of: lot)
                move(part, in: lot, from: .held, to: .charged, for: dimensions)
                dimensions.unitSeconds = nil
                rest -= part
            }
            draw(rest, at: instant) { pool, lot, part in
                pool.move(part, in: lot, from: .available, to: .charged, for: dimensions)
                dimensions.unitSeconds = nil
            }
        }
        var release = dimensions
        (release.resource, release.rate, release.usage) = (nil, nil, nil)
        self.release(pinned, for: release)
        // What was charged as overdraft is paid at once where a lot has come to have credit.
        payOverdraft(for: release)
    }

    private func inOrderOfEnd(_ pins: Pins) -> [(lot: LotID, amount: ServiceUnits)] {
        let key = { (id: LotID) -> (Bool, Instant, LotID) in
            guard let lot = lots[id] else { preconditionFailure("pinned lot \(id) is not there") }
            return (lot.kind == .overdraft, lot.window.end, id)
        }
        return pins.sorted.sorted { a, b in
            let (x, y) = (key(a.lot), key(b.lot))
            if x.0 != y.0 { return !x.0 }
            return (x.1, x.2) < (y.1, y.2)
        }
    }

    // MARK: Grants, and what time does to lots

    /// Issues a new lot.
    package mutating func issue(_ amount: ServiceUnits, as lot: Lot, for dimensions: Dimensions) {
        precondition(lots[lot.id] == nil, "lot \(lot.id) is there already")
        lots[lot.id] = lot
        restated.append(lot)
        issue(amount, into: lot.id, for: dimensions)
    }

    /// Issues more into a lot that is there.
    mutating func issue(_ amount: ServiceUnits, into lot: LotID, for dimensions: Dimensions) {
        guard amount > .zero else { return }
        lots[lot]?.issue(amount)
        postings.append(
            Posting(
                from: .issue, to: .lot(lot, .available), amount: amount, dimensions: dimensions))
        payOverdraft(for: dimensions)
    }

    /// Opens and ends the lots whose time has come at `now`; what is owed is paid in between, before
    /// anything expires.
    package mutating func settleWindows(at now: Instant) {
        let dimensions = Dimensions(allocation: allocation)
        for var lot in grants where lot.state == .pending && lot.window.start <= now {
            restate(&lot, as: .open)
        }
        payOverdraft(for: dimensions)
        for var lot in grants where lot.state == .open && lot.window.end <= now {
            restate(&lot, as: .ended)
            guard lot.balances.available > .zero else { continue }
            move(
                lot.balances.available, in: lot.id, from: .available, to: .expired,
                for: dimensions)
        }
    }

    var grants: [Lot] {
        lots.values.filter { $0.kind == .grant }.sorted { $0.id < $1.id }
    }

    /// Lots that were to last as long as the allocation follow its window; those that have ended
    /// stay so: their credit has expired.
    package mutating func follow(from old: Interval, to new: Interval, at now: Instant) {
        for lot in lots.values.sorted(by: { $0.id < $1.id }) where lot.state != .ended {
            let start = lot.window.start == old.start ? new.start : lot.window.start
            let end = lot.window.end == old.end ? new.end : lot.window.end
            guard let window = Interval(start: start, end: end), window != lot.window else {
                continue
            }
            var lot = lot
            lot.window = window
            // A lot that was open stays so: its credit may be held already.
            restate(&lot, as: lot.state == .open || window.start <= now ? .open : .pending)
        }
    }

    private mutating func restate(_ lot: inout Lot, as state: LotState) {
        lot.state = state
        lots[lot.id] = lot
        restated.removeAll { $0.id == lot.id }
        restated.append(lot)
    }

    /// Open lots pay what is overdrawn: what was held or charged as overdraft becomes theirs.
    ///
    /// Charged overdraft is paid; held overdraft stays pinned to the overdraft lot until its hold
    /// is re-pinned or settled.
    mutating func payOverdraft(for dimensions: Dimensions) {
        var dimensions = Dimensions(
            allocation: dimensions.allocation, cluster: dimensions.cluster)
        dimensions.user = nil
        let debt = overdraft
        var due = min(overdrawn, debt.balances.charged)
        guard due > .zero else { return }
        let open = lots.values.filter { $0.kind == .grant && $0.state == .open }
            .sorted { ($0.window.end, $0.id) < ($1.window.end, $1.id) }
        for lot in open where due > .zero {
            let part = min(due, lot.balances.available)
            guard part > .zero else { continue }
            move(part, in: lot.id, from: .available, to: .charged, for: dimensions)
            move(part, in: debt.id, from: .charged, to: .available, for: dimensions)
            due -= part
        }
    }

    // MARK: Moving

    /// Draws `amount` from usable lots in order and then from the overdraft lot.
    private mutating func draw(
        _ amount: ServiceUnits, at instant: Instant,
        _ take: (inout Pool, LotID, ServiceUnits) -> Void
    ) {
        var rest = amount
        for lot in usable(at: instant) where rest > .zero {
            let part = min(lot.balances.available, rest)
            guard part > .zero else { continue }
            take(&self, lot.id, part)
            rest -= part
        }
        if rest > .zero { take(&self, overdraft.id, rest) }
    }

    mutating func move(
        _ amount: ServiceUnits, in lot: LotID, from: Bucket, to: Bucket, for dimensions: Dimensions
    ) {
        lots[lot]?.move(amount, from: from, to: to)
        postings.append(
            Posting(
                from: .lot(lot, from), to: .lot(lot, to), amount: amount, dimensions: dimensions))
    }
}

extension Pool {
    package struct Totals: Hashable, Sendable {
        package var granted: ServiceUnits
        package var available: ServiceUnits
        package var held: ServiceUnits
        package var charged: ServiceUnits
        package var expired: ServiceUnits
        package var withdrawn: ServiceUnits
    }

    /// Unheld credit of lots that begin after `instant`.
    package func later(than instant: Instant) -> ServiceUnits {
        lots.values.filter { $0.kind == .grant && $0.window.start > instant }
            .reduce(.zero) { $0 + $1.balances.available }
    }

    /// Sums over all lots, the overdraft among them: granted = available + held + charged +
    /// expired + withdrawn.
    package var totals: Totals {
        var sums = Lot.Balances()
        for lot in lots.values {
            for bucket in Bucket.allCases { sums[bucket] += lot.balances[bucket] }
        }
        return Totals(
            granted: sums.sum, available: sums.available, held: sums.held, charged: sums.charged,
            expired: sums.expired, withdrawn: sums.withdrawn)
    }

    /// The postings so far; what follows is written down anew.
    package mutating func takePostings() -> [Posting] {
        defer { clearPostings() }
        return postings
    }
}
