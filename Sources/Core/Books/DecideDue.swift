/// What time alone brings about in one allocation: lots that open and end, and pull-backs whose date
/// has come.

import Ledger
import Registry
import Units

/// - Parameter pullbacks: those of the allocation that are due.
package func decideDue(
    _ pool: Pool, _ pullbacks: [Pullback] = [], at now: Instant
) -> [EntryDraft] {
    var pool = pool
    var entries: [EntryDraft] = []
    pool.settleWindows(at: now)
    if !pool.isUntouched {
        let ends = pool.restated.contains { $0.state == .ended }
        entries.append(
            EntryDraft(
                kind: ends ? .expired : .opened, effectiveAt: now,
                changes: pool.restated.map(Change.lot), postings: pool.takePostings()))
    }
    for pullback in pullbacks.sorted(by: { $0.key.at < $1.key.at }) {
        entries.append(carryOut(pullback, in: &pool))
    }
    #if ATOLL_PLANTED_BUGS
        entries = PlantedBug.expiringPins(of: entries)
    #endif
    return entries
}

/// Takes back what the rule says, also where that is nothing: it is done once.
private func carryOut(_ pullback: Pullback, in pool: inout Pool) -> EntryDraft {
    _ = pool.withdraw(
        pool.unused(beyond: pullback.keep), from: .open,
        for: Dimensions(allocation: pool.allocation))
    var done = pullback
    done.state = .done
    #if ATOLL_PLANTED_BUGS
        if PlantedBug.pullbackDoneAgain.isPlanted { done.state = .pending }
    #endif
    return EntryDraft(
        kind: .pulledBack, effectiveAt: pullback.key.at,
        changes: [.registry(.pullback(done))], postings: pool.takePostings())
}
