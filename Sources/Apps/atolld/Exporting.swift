/// The journal for other programs, entry by entry.

import Bank
import Ledger
import Rates
import Registry
import Store
import Wire

extension Handler {
    func export(_ request: Request.Export, _ reader: Reader, _ sink: RowSink) throws -> Reply {
        let wanted = try request.allocation.map {
            try visible(reader, account: nil, allocation: $0)[0].id
        }
        let registry = bank.picture.tip.registry
        let name = { (id: AllocationID) in registry.allocations[id]?.name ?? "allocation-\(id)" }
        var count: Int64 = 0
        let end = try store.export(of: wanted) { entry in
            count += 1
            let postings = entry.postings.map { posting in
                var told = ExportedPosting(
                    allocation: name(posting.allocation),
                    from: posting.from.map { .init(lot: $0.lot.number, bucket: $0.bucket) },
                    to: .init(lot: posting.to.lot.number, bucket: posting.to.bucket),
                    amount: posting.amount)
                (told.user, told.job) = (posting.user, posting.job)
                told.resource = posting.resource.flatMap {
                    registry.rateBook.resources[ResourceID($0)]?.name
                }
                return told
            }
            try sink.write(
                .entry(
                    .init(
                        seq: entry.seq, recordedAt: entry.recordedAt,
                        effectiveAt: entry.effectiveAt, kind: entry.kind, actor: entry.actor,
                        reason: entry.reason, postings: postings)))
        }
        let lots = end.lots.map { lot in
            ExportedLot(
                lot: lot.id.number, allocation: name(AllocationID(lot.allocation)),
                kind: lot.kind.rawValue, available: lot.balances.available,
                held: lot.balances.held, charged: lot.balances.charged,
                expired: lot.balances.expired, withdrawn: lot.balances.withdrawn)
        }
        return .export(.init(entries: count, head: "\(end.seq):\(end.hash)", lots: lots))
    }
}
