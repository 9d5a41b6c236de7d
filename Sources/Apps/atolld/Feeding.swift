/// Records of feeds: each carried out once for its source and id, whoever delivers it.

import Bank
import Books
import Registry
import Requests
import Server
import Store
import Units
import Wire

extension Handler {
    func feed(_ request: Request.Feed, _ peer: Peer, _ answer: AnswerSink) {
        names.resolve(peer.uid) { name in
            let record = request.record
            let word = "\(record.source) \(record.id)"
            // What is compared when it comes again is the record alone, its source in any case.
            var plainly = record
            plainly.source = record.source.lowercased()
            let order = Order(
                caller: "feed:\(plainly.source)", id: record.id,
                digest: digest(of: .feed(.init(record: plainly))),
                reason: request.comment.map { "\(word): \($0)" } ?? word,
                isDryRun: request.dryRun,
                command: .feed(
                    FeedOrder(record, by: self.asker(named: name ?? "uid:\(peer.uid)", peer))))
            self.bank.submit(order) { result in
                switch result {
                case .success(.fed(let it)):
                    answer.done(
                        .feed(
                            .init(
                                project: it.project, allocation: it.allocation, effect: it.effect,
                                at: it.at, isRepeat: it.isRepeat)))
                case .success:
                    answer.failed(.init(.conflict, "this id was used for something else."))
                case .failure(.refused(.idTaken)):
                    answer.failed(.init(.conflict, sameIDText(record)))
                case .failure(let error): answer.failed(plain(error))
                }
            }
        }
    }

    func feedRecords(
        _ request: Request.FeedRecords, _ reader: Reader, _ sink: RowSink
    ) throws -> Reply {
        let window = Interval(start: request.start ?? Instant(epochSeconds: 0), end: request.end)
        guard let window else { throw WireError(.invalid, "the end is before the start.") }
        let registry = bank.picture.tip.registry
        let names = try store.userNames()
        func name(_ allocation: AllocationID?) -> String? {
            allocation.flatMap { registry.allocations[$0]?.name }
        }
        let found = try store.feedRecords(from: request.source, recordedIn: window)
        for row in found {
            let it = row.arrival
            var shown = Row.FeedRecord(
                source: it.source, record: it.id, kind: it.kind,
                project: registry.projects[it.project]?.name ?? "",
                allocation: name(it.allocation), recordedAt: it.at, entry: row.entry,
                user: names[it.user] ?? "user \(it.user)")
            (shown.other, shown.amount) = (name(it.other), it.amount)
            (shown.start, shown.end, shown.reason) = (it.start, it.end, row.reason)
            try sink.write(.feedRecord(shown))
        }
        return .feedRecords(.init(rows: Int64(found.count)))
    }
}

private func sameIDText(_ record: FeedRecord) -> String {
    "record \(record.id) of \(record.source) came before with another content, which stands. What is "
        + "different now has to come under an id of its own; see atoll feed list --source "
        + "\(record.source)."
}
