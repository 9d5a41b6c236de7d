/// Where the credit of an allocation lies and how long it lasts: asked of the books as they are, by
/// who may see it.

import Bank
import Books
import Ledger
import Registry
import Server
import Store
import Units
import Wire

extension Handler {
    func deadline(_ request: Request.Deadline, _ reader: Reader, at now: Instant) throws -> Reply {
        guard
            let allocation = try visible(reader, account: nil, allocation: request.allocation)
                .first
        else { throw WireError(.notFound, "there is no allocation \(request.allocation).") }
        guard let footprint = try? TRESCounts(parsing: request.tres) else {
            throw WireError(
                .invalid, "\(request.tres) is no list of TRES; write cpu=64,mem=256G.")
        }
        let tip = bank.picture.tip
        let pool = Pool(
            allocation: allocation.id.number, overdraftLimit: allocation.overdraftLimit,
            lots: try store.lots(of: allocation.id))
        let asked = DeadlineRequest(
            allocation: allocation.name, cluster: request.cluster, footprint: footprint,
            partition: request.partition, qos: request.qos, from: request.from)
        let found: Deadline
        do {
            found = try tip.registry.deadline(asked, of: pool, card: tip.card, at: now)
        } catch {
            throw plain(.refused(error))
        }
        return .deadline(
            .init(
                from: max(request.from ?? now, now), until: found.until,
                reason: found.reason.rawValue, available: found.available,
                held: pool.totals.held, cost: found.cost, unused: found.unused,
                message: text(of: found, allocation.name)))
    }

    func lots(_ request: Request.Lots, _ reader: Reader, _ sink: RowSink) throws -> Reply {
        var rows: Int64 = 0
        var rules: [Reply.Lots.Pullback] = []
        for allocation in try visible(reader, account: nil, allocation: request.allocation) {
            for lot in try store.lots(of: allocation.id) {
                var row = Row.Lot(
                    lot: lot.id.number, kind: lot.kind.rawValue, state: lot.state.rawValue,
                    window: lot.window)
                let balances = lot.balances
                (row.issued, row.available, row.held) = (
                    lot.issued, balances.available, balances.held
                )
                (row.charged, row.expired) = (balances.charged, balances.expired)
                row.withdrawn = balances.withdrawn
                try sink.write(.lot(row))
                rows += 1
            }
            rules += (bank.picture.tip.registry.pullbacks[allocation.id] ?? [:]).values
                .filter { $0.state == .pending }
                .map { .init(at: $0.key.at, keep: $0.keep) }
        }
        return .lots(.init(rows: rows, pullbacks: rules.sorted { $0.at < $1.at }))
    }

    private func text(of deadline: Deadline, _ allocation: String) -> String {
        switch deadline.reason {
        case .usedUp: "the credit of \(allocation) is used up then."
        case .creditExpires: "the last credit of \(allocation) expires then."
        case .pulledBack: "what is left of \(allocation)'s credit is taken back then."
        case .allocationEnds: "\(allocation) ends then."
        case .never: "the credit of \(allocation) lasts as long as can be said."
        }
    }
}
