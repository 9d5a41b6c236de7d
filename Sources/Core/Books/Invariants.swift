/// What must hold of every decision before it is recorded. A decision that breaks one is a bug: its
/// command is set aside, its savepoint undone, and the others go on.

import Ledger
import Registry
import Units

package struct BrokenInvariant: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}

/// Replays the decision's postings on the lots it was made from and compares.
package func checkInvariants(
    of decision: Decision, on facts: Facts
) throws(BrokenInvariant) {
    var lots = facts.pool?.lots ?? [:]
    let others =
        [facts.target].compactMap(\.self) + facts.runPools + facts.rewindowed.values
        + facts.closing.values.map(\.pool) + Array(facts.jobRefund?.pools.values ?? [:].values)
        + facts.pools.values
        + Array((facts.reservation?.pools ?? [:]).values)
    for pool in others { lots.merge(pool.lots) { first, _ in first } }
    var issued: [LotID: ServiceUnits] = lots.mapValues(\.issued)
    let refundedBefore = Dictionary(
        uniqueKeysWithValues: (facts.refund?.runs ?? facts.jobRefund?.runs ?? [])
            .map { ($0.id, $0.refunded) })
    for entry in decision.entries {
        for case .lot(let lot) in entry.changes where lots[lot.id] == nil {
            // Balances come from postings alone.
            lots[lot.id] = Lot(
                id: lot.id, allocation: lot.allocation, kind: lot.kind, window: lot.window,
                state: lot.state)
        }
        for posting in entry.postings {
            try replay(posting, on: &lots, issued: &issued)
        }
        for lot in lots.values {
            if let bucket = lot.brokenBucket {
                throw BrokenInvariant("lot \(lot.id): \(bucket) is \(lot.balances[bucket])")
            }
            guard lot.issued == issued[lot.id, default: .zero] else {
                throw BrokenInvariant(
                    "lot \(lot.id): its accounts do not add up to what was issued")
            }
        }
        for change in entry.changes { try check(change) }
        if entry.kind == .refunded { try checkRefund(entry, refundedBefore) }
        if let books = facts.correction { try checkCorrection(entry, books.left) }
    }
}

private func replay(
    _ posting: Posting, on lots: inout [LotID: Lot], issued: inout [LotID: ServiceUnits]
) throws(BrokenInvariant) {
    switch (posting.from, posting.to) {
    case (.issue, .lot(let lot, .available)):
        guard lots[lot] != nil else { throw BrokenInvariant("credit for unknown lot \(lot)") }
        lots[lot]?.issue(posting.amount)
        issued[lot, default: .zero] += posting.amount
    case (.lot(let lot, let from), .lot(let same, let to)) where lot == same:
        guard lots[lot] != nil else { throw BrokenInvariant("a posting in unknown lot \(lot)") }
        lots[lot]?.move(posting.amount, from: from, to: to)
    default:
        throw BrokenInvariant("a posting from \(posting.from) to \(posting.to)")
    }
}

private func check(_ change: Change) throws(BrokenInvariant) {
    switch change {
    case .claim(let claim) where claim.state == .closed && !claim.pins.isEmpty:
        throw BrokenInvariant("claim \(claim.id) is closed and holds \(claim.pins.total)")
    case .claim(let claim) where claim.raise != nil && claim.state == .bound:
        throw BrokenInvariant("claim \(claim.id) is a raise and bound")
    case .claim(let claim) where claim.outstandingTasks < 0:
        throw BrokenInvariant("claim \(claim.id) has \(claim.outstandingTasks) tasks outstanding")
    case .run(let run) where run.state == .ended && !run.share.isEmpty:
        throw BrokenInvariant("run \(run.id) has ended and holds \(run.share.total)")
    case .run(let run) where run.charged < .zero || run.refunded > run.charged:
        throw BrokenInvariant("run \(run.id): refunded \(run.refunded) of \(run.charged)")
    default: break
    }
}

/// A run counts as refunded what its lots gave back, no more and no less.
private func checkRefund(
    _ entry: EntryDraft, _ refundedBefore: [RunID: ServiceUnits]
) throws(BrokenInvariant) {
    for case .run(let run) in entry.changes {
        let before = refundedBefore[run.id] ?? .zero
        var given = ServiceUnits.zero
        for posting in entry.postings where posting.dimensions.run == run.id.number {
            if case .lot(_, .charged) = posting.from { given += posting.amount }
        }
        guard run.refunded == before + given else {
            throw BrokenInvariant("run \(run.id): \(given) SU went back, not what it says")
        }
        guard !run.isWaived || run.refunded == run.charged else {
            throw BrokenInvariant("run \(run.id) is waived and not refunded")
        }
    }
}

/// What a corrected run is charged, less what was given back, is what its postings come to.
private func checkCorrection(
    _ entry: EntryDraft, _ leftBefore: ServiceUnits
) throws(BrokenInvariant) {
    for case .run(let run) in entry.changes {
        var left = leftBefore
        for posting in entry.postings where posting.dimensions.run == run.id.number {
            if case .lot(_, .charged) = posting.to { left += posting.amount }
            if case .lot(_, .charged) = posting.from { left -= posting.amount }
        }
        guard run.charged - run.refunded == left else {
            throw BrokenInvariant("run \(run.id): its postings come to \(left) SU")
        }
    }
}
