/// What operators change: grants and site files.

import Bank
import Books
import Crypto
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
            caller: "uid:\(peer.uid)", id: id.description, digest: digest(of: request),
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
            caller: "uid:\(peer.uid)", id: id.description, digest: digest(of: request),
            reason: request.reason, isDryRun: request.dryRun,
            command: .apply(request.site, backdate: false))
        bank.submit(order) { result in
            switch result {
            case .success(.applied(let changes)):
                Task { await self.send(changes, request, answer) }
            case .success:
                answer.failed(.init(.conflict, "this id was used for something else."))
            case .failure(let error): answer.failed(plain(error))
            }
        }
    }

    private func send(
        _ changes: [AppliedChange], _ request: Request.Apply, _ answer: AnswerSink
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
            ? "nothing to change" : request.dryRun ? "\(count) would be made" : "\(count) made"
        answer.done(.apply(.init(rows: Int64(changes.count), message: message)))
    }

    /// SHA-256 of what was asked; equal requests have equal descriptions.
    func digest(of request: some Any) -> [UInt8] {
        Array(SHA256.hash(data: Array("\(request)".utf8)))
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
