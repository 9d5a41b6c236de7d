/// Users who are to be forgotten.

import Bank
import Books
import Registry
import Server
import Wire

extension Handler {
    func erase(_ request: Request.Erase, id: RequestID, _ peer: Peer, _ answer: AnswerSink) {
        names.resolve(peer.uid) { name in
            let asker = self.asker(named: name ?? "uid:\(peer.uid)", peer)
            let order = self.order(
                .erase(request), id, peer, request.reason, request.dryRun,
                .erase(ErasureRequest(userName: request.user, by: asker)))
            self.submit(order, answer) { outcome in
                guard case .erased(let it) = outcome else { return nil }
                let verb = request.dryRun ? "would be" : "is"
                return .erase(
                    .init(
                        user: it.user.number, memberships: it.memberships,
                        message: "\(request.user) \(verb) known as user \(it.user) from now on."))
            }
        }
    }
}
