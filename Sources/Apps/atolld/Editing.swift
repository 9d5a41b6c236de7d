/// Changes of standing things, decided as the one who asks.

import Bank
import Books
import Codec
import Collector
import Crypto
import Dispatch
import Estimate
import Registry
import Server
import Wire

extension Handler {
    func edit(_ request: Request.Change, id: RequestID, _ peer: Peer, _ answer: AnswerSink) {
        names.resolve(peer.uid) { name in
            let asker = self.asker(named: name ?? "uid:\(peer.uid)", peer)
            let order = Order(
                caller: "uid:\(peer.uid)", id: id.description, digest: digest(of: .edit(request)),
                reason: request.reason, isDryRun: request.dryRun,
                command: .edit(request.edit, by: asker))
            self.bank.submit(order) { result in
                switch result {
                case .success(.applied(let changes)):
                    // The Bank's thread has others to serve.
                    self.reading.queue(of: peer.uid, isOperator: asker.isOperator).async {
                        let warnings = self.warnings(of: request.edit)
                        Task {
                            await self.send(changes, warnings, isDryRun: request.dryRun, answer) {
                                .edit($0)
                            }
                        }
                    }
                case .success:
                    answer.failed(.init(.conflict, "this id was used for something else."))
                case .failure(let error): answer.failed(plain(error))
                }
            }
        }
    }

    /// Who asks, as the kernel and Slurm have it.
    func asker(named name: String, _ peer: Peer) -> Asker {
        let lineages = collector.health.flatMap { health -> [[String]] in
            guard let associations = collector.view(of: health.cluster)?.associations else {
                return []
            }
            return associations.accounts(of: name).map { associations.lineage(of: $0) }
        }
        return Asker(
            userName: name, isOperator: policy.now.isOperator(peer), accountLineages: lineages)
    }

    /// What was changed, a row each, and how many at the end.
    func send(
        _ changes: [AppliedChange], _ warnings: [String] = [], isDryRun: Bool,
        _ answer: AnswerSink,
        end: (Reply.Apply) -> Reply
    ) async {
        do {
            for change in changes {
                try await answer.write(
                    .change(
                        .init(
                            action: change.action.rawValue, what: change.what, name: change.name,
                            detail: change.detail)))
            }
        } catch {
            // Recorded all the same; the client has gone.
            return
        }
        let count = changes.count == 1 ? "1 change" : "\(changes.count) changes"
        let message =
            changes.isEmpty
            ? "nothing to change" : isDryRun ? "\(count) would be made" : "\(count) made"
        var last = Reply.Apply(rows: Int64(changes.count), message: message)
        last.warnings = warnings
        answer.done(end(last))
    }
}

/// SHA-256 of what was asked, as the protocol has it: a description would show sets in any order.
func digest(of operation: Request.Operation) -> [UInt8] {
    guard let id = RequestID("digest") else { preconditionFailure("\"digest\" is an id") }
    return Array(SHA256.hash(data: Codec.encode(Request(id: id, operation))))
}
