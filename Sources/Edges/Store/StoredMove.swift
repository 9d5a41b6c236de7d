/// Answers to withdrawals, transfers and refunds, as they are kept with their commands.

import Books
import Ledger
import Units

/// One part of what was moved: from a lot, for a transfer to a new one.
struct StoredMove: Codable {
    var lot: Int64?
    var to: Int64?
    var amount: Int64
}

/// The run that a refund was for.
struct StoredRefund: Codable {
    var run: Int64
    var job: String
    var cluster: String
    var charged: Int64
    var refunded: Int64
    var waived: Bool
}

extension StoredOutcome {
    mutating func take(_ it: Withdrawn) {
        left = it.available.microSU
        moves = it.parts.map { StoredMove(lot: $0.lot.number, amount: $0.amount.microSU) }
    }

    mutating func take(_ it: Transferred) {
        (left, targetLeft) = (it.available.microSU, it.targetAvailable.microSU)
        moves = it.legs.map {
            StoredMove(lot: $0.from.number, to: $0.to.number, amount: $0.amount.microSU)
        }
    }

    mutating func take(_ it: Refunded) {
        (allocation, amount, left) = (it.allocation, it.amount.microSU, it.available.microSU)
        moves = it.parts.map { StoredMove(lot: $0.lot.number, amount: $0.amount.microSU) }
        refund = StoredRefund(
            run: it.run.number, job: it.job, cluster: it.cluster, charged: it.charged.microSU,
            refunded: it.refunded.microSU, waived: it.isWaived)
    }

    var withdrawn: Withdrawn? {
        guard let left, let parts else { return nil }
        return Withdrawn(parts: parts, available: ServiceUnits(microSU: left))
    }

    var transferred: Transferred? {
        guard let left, let targetLeft, let moves else { return nil }
        let legs = moves.compactMap { move -> Transferred.Leg? in
            guard let from = move.lot, let to = move.to else { return nil }
            return .init(
                from: LotID(from), to: LotID(to), amount: ServiceUnits(microSU: move.amount))
        }
        return Transferred(
            legs: legs, available: ServiceUnits(microSU: left),
            targetAvailable: ServiceUnits(microSU: targetLeft))
    }

    var refunded: Refunded? {
        guard let allocation, let amount, let left, let parts, let refund else { return nil }
        return Refunded(
            run: RunID(refund.run), job: refund.job, cluster: refund.cluster,
            allocation: allocation, amount: ServiceUnits(microSU: amount),
            charged: ServiceUnits(microSU: refund.charged),
            refunded: ServiceUnits(microSU: refund.refunded), isWaived: refund.waived,
            parts: parts, available: ServiceUnits(microSU: left))
    }

    private var parts: [LotPart]? {
        moves?.compactMap { move in
            move.lot.map { LotPart(lot: LotID($0), amount: ServiceUnits(microSU: move.amount)) }
        }
    }
}
