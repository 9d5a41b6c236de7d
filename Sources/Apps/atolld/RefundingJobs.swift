/// Refunds of whole jobs.

import Bank
import Books
import Ledger
import Server
import Units
import Wire

extension Handler {
    func refundJob(
        _ request: Request.JobRefund, id: RequestID, _ peer: Peer, _ answer: AnswerSink
    ) {
        let command = Command.refundJob(
            JobRefundRequest(
                job: request.job, cluster: request.cluster, into: request.into.map(LotID.init)))
        let order = order(.refundJob(request), id, peer, request.reason, request.dryRun, command)
        submit(order, answer) { outcome in
            guard case .jobRefunded(let it) = outcome else { return nil }
            let amount = it.parts.reduce(ServiceUnits.zero) { $0 + $1.amount }
            let runs = it.parts.reduce(0) { $0 + $1.runs }
            let verb = request.dryRun ? "would be refunded" : "refunded"
            return .refundJob(
                .init(
                    job: it.job, cluster: it.cluster,
                    parts: it.parts.map {
                        .init(
                            allocation: $0.allocation, runs: $0.runs, amount: $0.amount,
                            available: $0.available)
                    }, settledRuns: it.settledRuns, runningRuns: it.runningRuns,
                    message: "\(amount) SU of \(runs) runs of job \(it.job) \(verb)."))
        }
    }
}
