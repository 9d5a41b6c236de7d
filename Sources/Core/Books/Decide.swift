/// Every command is decided here: from facts to entries and an answer, or to a refusal.
///
/// Pure: no clock, no I/O, and nothing changes until the entries are appended.

import Ledger
import Registry
import Units

/// - Parameter now: when the decision is recorded; the Bank's clock, never this room's.
package func decide(
    _ command: Command, _ facts: Facts, at now: Instant
) throws(Refusal) -> Decision {
    #if ATOLL_PLANTED_BUGS
        var (command, facts) = (command, facts)
        PlantedBug.spoil(&command, &facts)
        return PlantedBug.spoiled(try decideByKind(command, facts, at: now), facts)
    #else
        return try decideByKind(command, facts, at: now)
    #endif
}

private func decideByKind(
    _ command: Command, _ facts: Facts, at now: Instant
) throws(Refusal) -> Decision {
    switch command {
    case .tick: .nothing
    case .apply(let site, let backdate):
        try decideApply(site, backdate: backdate, facts, at: now)
    case .request(let order): try decideRequest(order, facts, at: now)
    case .feed(let order): try decideFeed(order, facts, at: now)
    case .erase(let request): try decideErasure(request, facts, at: now)
    case .setMode(let rule): decideMode(rule, facts, at: now)
    case .edit(let edit, let asker): try decideEdit(edit, by: asker, facts, at: now)
    case .grant(let request): try decideGrant(request, facts, at: now)
    case .withdraw(let request): try decideWithdrawal(request, facts, at: now)
    case .transfer(let request): try decideTransfer(request, facts, at: now)
    case .refund(let request): try decideRefund(request, facts, at: now)
    case .refundJob(let request): try decideJobRefund(request, facts, at: now)
    case .admit(let admission): try decideAdmissionByMode(admission, facts, at: now)
    case .void: decideRelease(because: "voided", onlyUnclaimed: true, facts, at: now)
    case .release(_, let reason):
        decideRelease(because: reason, onlyUnclaimed: false, facts, at: now)
    case .observe(let observation): decideObservation(observation, facts, at: now)
    case .modify(let asked): try decideModificationByMode(asked, facts, at: now)
    case .start(let order): decideStartByMode(order, facts, at: now)
    case .reservation(let it): try decideReservation(it, facts, at: now)
    case .importRuns(let batch): decideImport(batch, facts)
    case .rerate(let run): decideRerate(run, facts, at: now)
    case .correct(let correction): decideCorrection(correction, facts, at: now)
    case .settle(let settlement): try decideSettling(settlement, facts, at: now)
    }
}
