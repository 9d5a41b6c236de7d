/// The auditor's lots: grants, what time does to them, and what may be held.

import Bank
import Books
import Ledger
import Registry
import Units

extension Auditor {
    /// Lots open; what is owed is paid by them; then lots end and what is not held expires.
    func passTime(to now: Instant) {
        var opened: Set<String> = []
        for id in standing where lots[id]?.state == .pending {
            guard let lot = lots[id], lot.window.start <= now else { continue }
            lots[id]?.state = .open
            touchedLots.insert(id)
            opened.insert(lot.allocation)
        }
        // Of several that opened since anybody looked, the soonest-ending pays first.
        for allocation in opened { payDebt(of: allocation) }
        for id in standing {
            guard let lot = lots[id], lot.state == .open, !lot.isOverdraft, lot.window.end <= now
            else { continue }
            lots[id]?.state = .ended
            lots[id]?.balances.expired += lot.balances.available
            lots[id]?.balances.available = 0
            touchedLots.insert(id)
            standing.remove(id)
        }
        pullBack(at: now)
    }

    /// A negative balance is the overdraft; an open lot pays what was charged there (money.md 2.3).
    func payDebt(of allocation: String) {
        guard let (debt, owing) = overdraft(of: allocation) else { return }
        var due = owing.balances.charged
        let open = (lotsOf[allocation] ?? []).compactMap { id in lots[id].map { (id, $0) } }
            .filter { !$0.1.isOverdraft && $0.1.state == .open }
            .sorted { ($0.1.window.end, $0.0) < ($1.1.window.end, $1.0) }
        for (id, lot) in open {
            let part = min(due, lot.balances.available)
            lots[id]?.balances.available -= part
            lots[id]?.balances.charged += part
            lots[debt]?.balances.available += part
            lots[debt]?.balances.charged -= part
            due -= part
        }
    }

    func overdraft(of allocation: String) -> (id: Int64, lot: AuditedLot)? {
        lotsOf[allocation]?.first.flatMap { id in lots[id].map { (id, $0) } }
    }

    /// Credit not held in lots that are valid at `instant`, less what is overdrawn.
    func available(in allocation: String, at instant: Instant) -> Int64 {
        var sum = -(drawn[allocation] ?? 0)
        for id in lotsOf[allocation] ?? [] where standing.contains(id) {
            guard let lot = lots[id] else { continue }
            if lot.isOverdraft {
                sum += min(lot.balances.available, 0)
            } else if lot.window.contains(instant) {
                sum += lot.balances.available
            }
        }
        return sum
    }

    func grant(_ request: GrantRequest, _ answer: BankResult, at now: Instant) throws {
        let allocation = allocations[request.allocation]?.declared
        let window = allocation.flatMap {
            Interval(
                start: request.start ?? max($0.window.start, now),
                end: request.end ?? $0.window.end)
        }
        let isRight =
            allocation != nil && allocation?.status != .deleted && request.amount > .zero
            && window.map { !$0.isEmpty && $0.end > now } ?? false
        switch answer {
        case .failure(.refused) where !isRight: return
        case .success(.granted(let id, _)) where isRight:
            guard let window else { return }
            // Learned by its number, so that a lot nobody was told of is found.
            newLots.append(
                AuditedLot(
                    allocation: request.allocation, isOverdraft: false, window: window,
                    state: window.start <= now ? .open : .pending,
                    issued: request.amount.microSU))
            guard lots[id.number] == nil else { throw Finding("lot \(id) was granted before") }
        default: throw Finding("a grant that is \(isRight ? "right" : "wrong"): \(answer)")
        }
    }
}
