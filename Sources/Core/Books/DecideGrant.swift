/// A grant makes a lot; a release gives back what a claim's outstanding tasks hold.

import Ledger
import Registry
import Units

func decideGrant(
    _ request: GrantRequest, _ facts: Facts, at now: Instant
) throws(Refusal) -> Decision {
    let allocation = try facts.registry.livingAllocation(named: request.allocation)
    guard request.amount > .zero, request.amount.microSU < ServiceUnits.lineLimit else {
        throw .invalid("a grant is more than 0 and less than 1,000,000,000,000 SU.")
    }
    let start = request.start ?? max(allocation.window.start, now)
    guard let window = Interval(start: start, end: request.end ?? allocation.window.end),
        !window.isEmpty
    else { throw .invalid("the grant would end before it starts.") }
    guard window.end > now else {
        throw .invalid("the grant would be over already: it ends \(window.end).")
    }
    guard var pool = facts.pool else { throw allocation.hasNoBooks }
    try checkRoom(for: request.amount, in: pool, of: allocation)
    var facts = facts
    let lot = Lot(
        id: LotID(facts.next.take(\.lot)), allocation: allocation.id.number, kind: .grant,
        window: window, state: window.start <= now ? .open : .pending)
    pool.issue(
        request.amount, as: lot,
        for: Dimensions(allocation: allocation.id.number))
    let entry = EntryDraft(
        kind: .granted, effectiveAt: window.start, changes: [.lot(lot)], postings: pool.postings)
    return Decision(
        entries: [entry], outcome: .granted(lot: lot.id, available: pool.available(at: now)))
}

/// - Parameter onlyUnclaimed: a token is voided before its job exists; once bound, what the provider
///   shows decides.
func decideRelease(
    because reason: String, onlyUnclaimed: Bool, _ facts: Facts, at now: Instant
) -> Decision {
    guard var claim = facts.claim, claim.state != .closed, var pool = facts.pool,
        !onlyUnclaimed || claim.state == .unclaimed,
        // With a run that goes on and nothing else there is nothing to release yet.
        claim.outstandingTasks > 0 || !claim.pins.isEmpty || facts.runningCount == 0
    else {
        return Decision(entries: [], outcome: .released(.zero))
    }
    let amount = claim.pins.total
    pool.release(claim.pins, for: claim.dimensions)
    claim.pins = .none
    claim.outstandingTasks = 0
    claim.remark = claim.raise == nil ? reason : "Slurm did not show the change"
    if facts.runningCount == 0 { claim.state = .closed }
    let entry = EntryDraft(
        kind: .released, effectiveAt: now, changes: [.claim(claim)], postings: pool.postings)
    return Decision(
        entries: [entry], outcome: .released(amount),
        notices: [lapsedNotice(claim, facts, amount)].compactMap(\.self))
}

/// That Slurm never showed a change that was allowed.
private func lapsedNotice(_ claim: Claim, _ facts: Facts, _ amount: ServiceUnits) -> Notice? {
    guard let raised = facts.raised else { return nil }
    var notice = Notice(
        .raiseLapsed, cluster: claim.reference.cluster, job: raised.reference.number,
        token: raised.token, userName: facts.userNames[UserID(claim.user)],
        "\(amount) SU set aside for a change are free again: Slurm never showed the change.")
    notice.figures = [.init("released", .amount(amount))]
    return notice
}
