/// Giving back what a run was charged: to the lots it was charged to, in the reverse order of drawing,
/// as though its last part had never been used (money.md 4).

import Units

/// What of a run's charge stands in one lot.
package struct RunInLot: Hashable, Sendable {
    package let lot: LotID
    package var charged: ServiceUnits
    package var refunded: ServiceUnits

    package init(lot: LotID, charged: ServiceUnits, refunded: ServiceUnits) {
        precondition(.zero <= refunded && refunded <= charged, "more is refunded than was charged")
        (self.lot, self.charged, self.refunded) = (lot, charged, refunded)
    }

    package var left: ServiceUnits { charged - refunded }
}

/// Lots that have ended take nothing back.
package struct EndedLots: Error, Hashable, Sendable {
    /// What would return to each.
    package let parts: [LotPart]

    package init(parts: [LotPart]) { self.parts = parts }
}

extension Pool {
    /// Gives `amount` back of what `standing` says a run was charged.
    ///
    /// Overdraft first, then the latest-ending lots. Overdraft that lots have paid since returns to
    /// those lots. What would return to a lot that has ended goes to `other`: it is withdrawn there
    /// and issued here.
    ///
    /// - Parameters:
    ///   - paid: what each lot has paid of the overdraft so far.
    ///   - other: an open lot of the same allocation; nil: none was named.
    ///   - expires: what would return to a lot that has ended expires there instead.
    /// - Returns: the lots the credit went to.
    package mutating func refund(
        _ amount: ServiceUnits, of standing: [RunInLot], paid: [LotID: ServiceUnits],
        into other: LotID?, expires: Bool = false, for dimensions: Dimensions
    ) throws(EndedLots) -> [LotPart] {
        var refund = RefundWalk(
            pool: self, other: other, expires: expires, dimensions: dimensions)
        var rest = amount
        for stand in reversed(standing) where rest > .zero {
            let part = min(stand.left, rest)
            rest -= part
            if lots[stand.lot]?.kind == .overdraft {
                refund.giveBackOverdraft(part, paid: paid)
            } else {
                refund.giveBack(part, to: stand.lot)
            }
        }
        precondition(rest == .zero, "more is refunded than the run was charged")
        guard refund.ended.isEmpty else { throw EndedLots(parts: refund.ended) }
        self = refund.pool
        return refund.parts
    }

    /// Lowers what a run was charged, as a correction does: it goes back as a refund would, but what
    /// returns to a lot that has ended expires (money.md 2.2).
    ///
    /// - Parameters:
    ///   - standing: of the run, less what is taken back here.
    ///   - paid: what each lot has paid of the overdraft, less what returns to it here.
    mutating package func takeBack(
        _ amount: ServiceUnits, of standing: inout [RunInLot], paid: inout [LotID: ServiceUnits],
        for dimensions: Dimensions
    ) {
        guard amount > .zero else { return }
        let before = postings.count
        do {
            _ = try refund(
                amount, of: standing, paid: paid, into: nil, expires: true, for: dimensions)
        } catch {
            preconditionFailure("what expires is refused by no lot")
        }
        paid.countPayments(in: postings[before...])
        var rest = amount
        standing = reversed(standing)
        for index in standing.indices where rest > .zero {
            let part = min(standing[index].left, rest)
            standing[index].refunded += part
            rest -= part
        }
    }

    /// The order in which lots are drawn on; `refund` goes the other way. Of a charge that has moved
    /// nothing is left in the lots of the allocation it came from, which are not here.
    private func reversed(_ standing: [RunInLot]) -> [RunInLot] {
        standing.filter { $0.left > .zero }.sorted { a, b in
            let (x, y) = (lot(a.lot), lot(b.lot))
            if x.kind != y.kind { return x.kind == .overdraft }
            return (x.window.end, x.id) > (y.window.end, y.id)
        }
    }

    fileprivate func lot(_ id: LotID) -> Lot {
        guard let lot = lots[id] else { preconditionFailure("lot \(id) is not there") }
        return lot
    }
}

extension [LotID: ServiceUnits] {
    /// What lots have paid of the overdraft, as it is after `postings`: payments are nobody's use.
    package mutating func countPayments(in postings: some Sequence<Posting>) {
        for posting in postings where posting.dimensions.run == nil {
            guard case .lot(let lot, let to) = posting.to, case .lot(_, let from) = posting.from
            else { continue }
            if to == .charged {
                self[lot, default: .zero] += posting.amount
            } else if from == .charged {
                self[lot, default: .zero] -= posting.amount
            }
        }
    }
}

/// A refund on its way through the lots.
private struct RefundWalk {
    var pool: Pool
    let other: LotID?
    let expires: Bool
    let dimensions: Dimensions
    var parts: [LotPart] = []
    var ended: [LotPart] = []

    mutating func giveBack(_ amount: ServiceUnits, to id: LotID) {
        guard amount > .zero else { return }
        guard pool.lot(id).state == .ended else {
            pool.move(amount, in: id, from: .charged, to: .available, for: dimensions)
            pool.payOverdraft(for: dimensions)
            return parts.append(LotPart(lot: id, amount: amount))
        }
        if expires {
            return pool.move(amount, in: id, from: .charged, to: .expired, for: dimensions)
        }
        guard let other else { return ended.append(LotPart(lot: id, amount: amount)) }
        pool.move(amount, in: id, from: .charged, to: .withdrawn, for: dimensions)
        pool.issue(amount, into: other, for: dimensions)
        parts.append(LotPart(lot: other, amount: amount))
    }

    /// What is still owed is owed no more; what lots have paid returns to them, as if unpaid.
    mutating func giveBackOverdraft(_ amount: ServiceUnits, paid: [LotID: ServiceUnits]) {
        let debt = pool.overdraft
        let owed = min(amount, debt.balances.charged)
        if owed > .zero {
            pool.move(owed, in: debt.id, from: .charged, to: .available, for: dimensions)
            parts.append(LotPart(lot: debt.id, amount: owed))
        }
        var rest = amount - owed
        var walk = RefundWalk(
            pool: pool, other: other, expires: expires, dimensions: paymentDimensions)
        for lot in pool.grants.sorted(by: { ($0.window.end, $0.id) > ($1.window.end, $1.id) })
        where rest > .zero {
            let part = min(paid[lot.id] ?? .zero, rest)
            guard part > .zero else { continue }
            // Unpaid and given back in one: the overdraft lot is as it was, and the run is marked.
            walk.pool.move(
                part, in: debt.id, from: .available, to: .charged, for: paymentDimensions)
            walk.pool.move(part, in: debt.id, from: .charged, to: .available, for: dimensions)
            walk.giveBack(part, to: lot.id)
            rest -= part
        }
        precondition(rest == .zero, "overdraft was paid by no lot")
        pool = walk.pool
        parts += walk.parts
        ended += walk.ended
    }

    /// Payments of the overdraft are nobody's use.
    private var paymentDimensions: Dimensions {
        Dimensions(allocation: dimensions.allocation, cluster: dimensions.cluster)
    }
}
