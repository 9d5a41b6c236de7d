/// What operators change: grants and site files.

import Bank
import Books
import Dispatch
import Ledger
import Registry
import Server
import Units
import Wire

extension Handler {
    func grant(
        _ request: Request.Grant, id: RequestID, _ peer: Peer, _ answer: AnswerSink
    ) {
        let grant = GrantRequest(
            allocation: request.allocation, amount: request.amount, start: request.start,
            end: request.end)
        let order = Order(
            caller: "uid:\(peer.uid)", id: id.description, digest: digest(of: .grant(request)),
            reason: request.reason, isDryRun: request.dryRun, command: .grant(grant))
        bank.submit(order) { result in
            switch result {
            case .success(.granted(let lot, let available)):
                let verb = request.dryRun ? "would be granted" : "granted"
                answer.done(
                    .grant(
                        .init(
                            lot: request.dryRun ? nil : lot.number, available: available,
                            message: "\(request.amount) SU \(verb) to \(request.allocation); "
                                + "\(available) SU available.")))
            case .success:
                answer.failed(.init(.conflict, "this id was used for something else."))
            case .failure(let error): answer.failed(plain(error))
            }
        }
    }

    func apply(
        _ request: Request.Apply, id: RequestID, _ peer: Peer, _ answer: AnswerSink
    ) {
        let order = Order(
            caller: "uid:\(peer.uid)", id: id.description, digest: digest(of: .apply(request)),
            reason: request.reason, isDryRun: request.dryRun,
            command: .apply(request.site, backdate: request.backdate))
        bank.submit(order) { result in
            switch result {
            case .success(.applied(let changes)):
                // The Bank's thread has others to serve.
                self.reading.operators.async {
                    let warnings = self.warnings(of: request.site, changes)
                    Task {
                        await self.send(changes, warnings, isDryRun: request.dryRun, answer) {
                            .apply($0)
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

/// For people at the command line: the refusal without the prefix that submitters see.
func plain(_ error: BankError) -> WireError {
    var wire = wireError(error, notes: [])
    for prefix in ["atoll: refused: ", "atoll: "] where wire.message.hasPrefix(prefix) {
        wire.message.removeFirst(prefix.count)
    }
    return wire
}
