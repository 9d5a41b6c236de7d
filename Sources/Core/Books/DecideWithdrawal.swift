/// Credit that is taken back, and credit that changes its allocation (money.md 2.1, 2.2).

import Ledger
import Registry
import Units

func decideWithdrawal(
    _ request: WithdrawRequest, _ facts: Facts, at now: Instant
) throws(Refusal) -> Decision {
    let allocation = try facts.registry.livingAllocation(named: request.allocation)
    guard var pool = facts.pool else { throw allocation.hasNoBooks }
    let parts = try take(request.amount, lot: request.lot, from: &pool, of: allocation)
    let entry = EntryDraft(
        kind: .withdrawn, effectiveAt: now, changes: [], postings: pool.postings)
    return Decision(
        entries: [entry],
        outcome: .withdrawn(Withdrawn(parts: parts, available: pool.available(at: now))))
}

/// Two legs in one entry: the source's part is *withdrawn* there and issued as a new lot with the same
/// window in the target.
func decideTransfer(
    _ request: TransferRequest, _ facts: Facts, at now: Instant
) throws(Refusal) -> Decision {
    let source = try facts.registry.livingAllocation(named: request.from)
    let target = try facts.registry.livingAllocation(named: request.to)
    guard source.id != target.id else {
        throw .invalid("a transfer is between two allocations; \(source.name) is named twice.")
    }
    guard var pool = facts.pool else { throw source.hasNoBooks }
    guard var other = facts.target else { throw target.hasNoBooks }
    let parts = try take(request.amount, lot: request.lot, from: &pool, of: source)
    try checkRoom(for: request.amount, in: other, of: target)
    var facts = facts
    var legs: [Transferred.Leg] = []
    for part in parts {
        guard let old = pool.lots[part.lot] else { continue }
        guard old.window.overlaps(target.window) else {
            throw .conflict(
                "lot \(old.id) is valid \(old.window), allocation \(target.name) "
                    + "\(target.window): none of it could be used there. "
                    + "Name another with --lot, or withdraw and grant.")
        }
        let new = Lot(
            id: LotID(facts.next.take(\.lot)), allocation: target.id.number, kind: .grant,
            window: old.window, state: old.state)
        other.issue(part.amount, as: new, for: Dimensions(allocation: target.id.number))
        legs.append(.init(from: part.lot, to: new.id, amount: part.amount))
    }
    let entry = EntryDraft(
        kind: .transferred, effectiveAt: now, changes: other.restated.map(Change.lot),
        postings: pool.postings + other.postings)
    return Decision(
        entries: [entry],
        outcome: .transferred(
            Transferred(
                legs: legs, available: pool.available(at: now),
                targetAvailable: other.available(at: now))))
}

private func take(
    _ amount: ServiceUnits, lot: LotID?, from pool: inout Pool, of allocation: Allocation
) throws(Refusal) -> [LotPart] {
    guard amount > .zero else { throw .invalid("an amount is more than 0 SU.") }
    if let lot {
        guard let named = pool.lots[lot], named.kind == .grant else {
            throw .notFound("allocation \(allocation.name) has no lot \(lot).")
        }
        guard named.state != .ended else {
            throw .conflict("lot \(lot) ended \(named.window.end); what it had left has expired.")
        }
    }
    let scope = lot.map(WithdrawalScope.only) ?? .unended
    let free = pool.withdrawable(from: scope)
    guard amount <= free else {
        throw .notFree(
            FreeShortage(
                allocation: allocation.name, lot: lot, asked: amount, free: free, of: pool))
    }
    return pool.withdraw(
        amount, from: scope, for: Dimensions(allocation: allocation.id.number))
}

/// Sums of an allocation's lots have to fit 64 bits as each lot does.
func checkRoom(
    for amount: ServiceUnits, in pool: Pool, of allocation: Allocation
) throws(Refusal) {
    let limit = Int128(ServiceUnits.lineLimit)
    guard Int128(pool.totals.granted.microSU) + Int128(amount.microSU) < limit else {
        throw .invalid(
            "all grants of an allocation together are less than 1,000,000,000,000 SU; "
                + "\(pool.totals.granted) SU are granted to \(allocation.name).")
    }
}

extension Registry {
    /// - Throws: where there is none of that name, or it is DELETED.
    /// - Parameter suggesting: not to whom the names of others' allocations are not to be told.
    func livingAllocation(
        named name: String, suggesting: Bool = true
    ) throws(Refusal) -> Allocation {
        guard let allocation = allocation(named: name) else {
            let living = allocations.values.filter { $0.status != .deleted }.map(\.name)
            let near = suggesting ? nearest(to: name, among: living) : nil
            throw .notFound(
                "there is no allocation \(name)." + (near.map { " Did you mean \($0)?" } ?? ""))
        }
        guard allocation.status != .deleted else {
            throw .conflict("allocation \(allocation.name) is DELETED; that is final.")
        }
        return allocation
    }
}

extension Allocation {
    var hasNoBooks: Refusal { .invalid("allocation \(name) has no books yet.") }
}
