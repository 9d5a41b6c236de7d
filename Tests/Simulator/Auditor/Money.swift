/// Credit taken back, moved and given back: what may be, and what it comes to (money.md 2.2, 4).

import Bank
import Books
import Ledger
import Registry
import Units

extension Auditor {
    func withdraw(_ request: WithdrawRequest, _ answer: BankResult) throws {
        let isRight = mayTake(request.amount, lot: request.lot, from: request.allocation)
        switch answer {
        case .failure(.refused) where !isRight: return
        case .success(.withdrawn(let withdrawn)) where isRight:
            try take(withdrawn.parts.map { ($0.lot.number, $0.amount.microSU) }, request.amount)
        default: throw Finding("a withdrawal, right: \(isRight), was answered \(answer)")
        }
    }

    /// What leaves one allocation is a lot with the same window in the other.
    func transfer(_ request: TransferRequest, _ answer: BankResult) throws {
        let isRight =
            isLiving(request.to) && request.to != request.from
            && mayTake(request.amount, lot: request.lot, from: request.from)
        switch answer {
        case .failure(.refused) where !isRight: return
        case .failure(.refused(.conflict)) where hasLots(of: request.from, outOf: request.to):
            // None of a lot could be used there.
            return
        case .success(.transferred(let moved)) where isRight:
            try take(moved.legs.map { ($0.from.number, $0.amount.microSU) }, request.amount)
            for leg in moved.legs {
                guard var lot = lots[leg.from.number] else { continue }
                lot.allocation = request.to
                (lot.issued, lot.withdrawn, lot.balances) = (leg.amount.microSU, 0, Balances())
                newLots.append(lot)
            }
        default: throw Finding("a transfer, right: \(isRight), was answered \(answer)")
        }
    }

    func mayTake(_ amount: ServiceUnits, lot: LotID?, from name: String) -> Bool {
        guard amount > .zero, let all = lotsOf[name] else { return false }
        let open = all.filter { standing.contains($0) }.compactMap { id in lots[id].map { (id, $0) }
        }
        let owed = open.reduce(0) { $0 + ($1.1.isOverdraft ? min($1.1.balances.available, 0) : 0) }
        let free = open.reduce(0) { $0 + ($1.1.isOverdraft ? 0 : $1.1.balances.available) } + owed
        guard let lot else { return amount.microSU <= free }
        let named = open.first { $0.0 == lot.number && !$0.1.isOverdraft }
        return named.map { amount.microSU <= min($0.1.balances.available, free) } ?? false
    }

    private func hasLots(of name: String, outOf other: String) -> Bool {
        guard let window = allocations[other]?.declared.window else { return true }
        return (lotsOf[name] ?? []).contains { id in
            standing.contains(id) && !(lots[id]?.window.overlaps(window) ?? true)
        }
    }

    /// Only credit that is not held, and no more than was asked for.
    func take(_ parts: [(lot: Int64, amount: Int64)], _ asked: ServiceUnits) throws {
        guard parts.reduce(0, { $0 + $1.amount }) == asked.microSU else {
            throw Finding("\(parts) is not \(asked)")
        }
        for (id, amount) in parts {
            guard let lot = lots[id], amount > 0, amount <= lot.balances.available else {
                throw Finding("\(amount) is not free in lot \(id): \(String(describing: lots[id]))")
            }
            lots[id]?.withdrawn += amount
            touchedLots.insert(id)
        }
    }

    // MARK: Refunds

    func refund(_ request: RefundRequest, _ answer: BankResult) throws {
        let known = runs.first { actual.runs[$0.key]?.id == request.run?.number }
        let left = known.map { $0.value.charged - $0.value.refunded } ?? 0
        let amount = request.amount?.microSU ?? left
        let isRight =
            known.map { !$0.value.isRunning && $0.value.allocation.map(isLiving) ?? false }
            ?? false && amount > 0 && amount <= left
            && mayTakeBack(request.into, of: known?.value.allocation)
        switch answer {
        case .failure(.refused) where !isRight: return
        case .failure(.refused(.conflict))
        where request.into == nil && hasEndedLots(of: known?.value.allocation): return
        case .success(.refunded(let refunded)) where isRight:
            guard let (key, found) = known, refunded.amount.microSU == amount,
                refunded.parts.reduce(0, { $0 + $1.amount.microSU }) == amount
            else { throw Finding("refunded \(refunded), not \(amount)") }
            var run = found
            run.refunded += amount
            keep(run, as: key)
            if let into = request.into, let number = request.run?.number {
                reissues[number] = into.number
            }
        default: throw Finding("a refund, right: \(isRight), was answered \(answer)")
        }
    }

    /// Another lot may only be one that is open.
    private func mayTakeBack(_ into: LotID?, of allocation: String?) -> Bool {
        guard let into else { return true }
        guard let lot = lots[into.number] else { return false }
        return lot.allocation == allocation && !lot.isOverdraft && lot.state == .open
    }

    /// What of a refund would return to lots that have ended is withdrawn there and issued in the
    /// lot that was named: nothing else of a charge ever is withdrawn.
    func takeReissues(_ postings: [PostingRow]) throws {
        defer { reissues = [:] }
        for posting in postings where posting.from == "charged" && posting.to == "withdrawn" {
            // Of overdraft that a lot paid the posting names no run; a refund is alone in its step.
            let named = posting.run.map { reissues[$0] } ?? reissues.values.first
            guard let id = posting.toLot, let into = named, lots[id]?.state == .ended else {
                throw Finding("nobody asked for this to be withdrawn: \(posting)")
            }
            lots[id]?.withdrawn += posting.amount
            lots[into]?.issued += posting.amount
            touchedLots.formUnion([id, into])
        }
    }

    func isLiving(_ allocation: String) -> Bool {
        allocations[allocation].map { $0.declared.status != .deleted } ?? false
    }

    private func hasEndedLots(of allocation: String?) -> Bool {
        allocation.flatMap { lotsOf[$0] }?.contains { !standing.contains($0) } ?? false
    }
}
