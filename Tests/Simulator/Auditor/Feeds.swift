/// Records of feeds: each is what an operator could have done, of the one allocation that it means.

import Bank
import Books
import Ledger
import Registry
import Requests
import Units

extension Auditor {
    func feed(_ order: FeedOrder, _ answer: BankResult, at now: Instant) throws {
        guard let name = allocation(meantBy: order.record) else {
            guard case .failure(.refused) = answer else {
                throw Finding("a record of an unknown grant was answered \(answer)")
            }
            return
        }
        switch order.record.change {
        case .supplement(let amount, let start, let end):
            let request = GrantRequest(allocation: name, amount: amount, start: start, end: end)
            try grant(request, asGrant(answer), at: now)
        case .adjustment(let amount) where amount < .zero:
            try adjust(name, down: -amount, answer)
        case .adjustment(let amount):
            try grant(GrantRequest(allocation: name, amount: amount), asGrant(answer), at: now)
        case .extension, .transfer, .inactivation, .reactivation:
            throw Finding("the auditor keeps no books of such records yet")
        }
    }

    private func allocation(meantBy record: FeedRecord) -> String? {
        let project = projects.values.first {
            $0.originatedID == record.project
                && $0.origination?.lowercased() == record.source.lowercased()
        }
        guard let project else { return nil }
        let own = project.allocations.map(\.name).filter(isLiving)
        guard let name = record.allocation else { return own.count == 1 ? own[0] : nil }
        return own.contains(name) ? name : nil
    }

    /// Such an answer names no lot: that it is there is seen all the same.
    func asGrant(_ answer: BankResult) -> BankResult {
        guard case .success = answer else { return answer }
        return .success(.granted(lot: LotID(.max), available: .zero))
    }

    /// From the latest-ending lots first, and never what is held or charged.
    func adjust(_ name: String, down amount: ServiceUnits, _ answer: BankResult) throws {
        let isRight = mayTake(amount, lot: nil, from: name)
        switch answer {
        case .failure(.refused) where !isRight: return
        case .success where isRight:
            var rest = amount.microSU
            var parts: [(lot: Int64, amount: Int64)] = []
            let mine = (lotsOf[name] ?? []).filter { standing.contains($0) }
                .compactMap { id in lots[id].map { (id, $0) } }.filter { !$0.1.isOverdraft }
                .sorted { ($0.1.window.end, $0.0) > ($1.1.window.end, $1.0) }
            for (id, lot) in mine where rest > 0 && lot.balances.available > 0 {
                parts.append((id, min(rest, lot.balances.available)))
                rest -= min(rest, lot.balances.available)
            }
            try take(parts, amount)
        default: throw Finding("an adjustment, right: \(isRight), was answered \(answer)")
        }
    }
}
