/// What operators move between budgets: withdrawals, transfers, refunds. What was done is said in words
/// and figures.

import Bank
import Books
import Ledger
import Server
import Units
import Wire

extension Handler {
    func withdraw(
        _ request: Request.Withdraw, id: RequestID, _ peer: Peer, _ answer: AnswerSink
    ) {
        let command = Command.withdraw(
            WithdrawRequest(
                allocation: request.allocation, amount: request.amount,
                lot: request.lot.map(LotID.init)))
        let order = order(.withdraw(request), id, peer, request.reason, request.dryRun, command)
        submit(order, answer) { outcome in
            guard case .withdrawn(let it) = outcome else { return nil }
            let verb = request.dryRun ? "would be withdrawn" : "withdrawn"
            return .withdraw(
                .init(
                    parts: it.parts.map { .init(lot: $0.lot.number, amount: $0.amount) },
                    available: it.available,
                    message: "\(request.amount) SU \(verb) from \(request.allocation); "
                        + "\(it.available) SU available."))
        }
    }

    func transfer(
        _ request: Request.Transfer, id: RequestID, _ peer: Peer, _ answer: AnswerSink
    ) {
        let command = Command.transfer(
            TransferRequest(
                from: request.from, to: request.to, amount: request.amount,
                lot: request.lot.map(LotID.init)))
        let order = order(.transfer(request), id, peer, request.reason, request.dryRun, command)
        submit(order, answer) { outcome in
            guard case .transferred(let it) = outcome else { return nil }
            let verb = request.dryRun ? "would be transferred" : "transferred"
            return .transfer(
                .init(
                    parts: it.legs.map {
                        .init(
                            lot: $0.from.number, to: request.dryRun ? nil : $0.to.number,
                            amount: $0.amount)
                    }, available: it.available, targetAvailable: it.targetAvailable,
                    message: "\(request.amount) SU \(verb) from \(request.from) to \(request.to); "
                        + "\(it.available) and \(it.targetAvailable) SU available."))
        }
    }

    func refund(
        _ request: Request.Refund, id: RequestID, _ peer: Peer, _ answer: AnswerSink
    ) {
        let command = Command.refund(
            RefundRequest(
                job: request.job, cluster: request.cluster, run: request.run.map(RunID.init),
                amount: request.amount, into: request.into.map(LotID.init)))
        let order = order(.refund(request), id, peer, request.reason, request.dryRun, command)
        submit(order, answer) { outcome in
            guard case .refunded(let it) = outcome else { return nil }
            let verb = request.dryRun ? "would be refunded" : "refunded"
            return .refund(
                .init(
                    run: it.run.number, job: it.job, cluster: it.cluster,
                    allocation: it.allocation, amount: it.amount, charged: it.charged,
                    refunded: it.refunded, isWaived: it.isWaived,
                    parts: it.parts.map { .init(lot: $0.lot.number, amount: $0.amount) },
                    available: it.available,
                    message: "\(it.amount) of \(it.charged) SU of job \(it.job) \(verb) to "
                        + "\(it.allocation); \(it.available) SU available."))
        }
    }

    func order(
        _ request: Request.Operation, _ id: RequestID, _ peer: Peer, _ reason: String,
        _ isDryRun: Bool,
        _ command: Command
    ) -> Order {
        Order(
            caller: "uid:\(peer.uid)", id: id.description, digest: digest(of: request),
            reason: reason, isDryRun: isDryRun, command: command)
    }

    /// - Parameter reply: nil where the outcome is another command's, which had the same id.
    func submit(
        _ order: Order, _ answer: AnswerSink,
        _ reply: @escaping @Sendable (Books.Outcome) -> Reply?
    ) {
        bank.submit(order) { result in
            switch result {
            case .success(let outcome):
                guard let reply = reply(outcome) else {
                    return answer.failed(.init(.conflict, "this id was used for something else."))
                }
                answer.done(reply)
            case .failure(let error): answer.failed(plain(error))
            }
        }
    }
}
