/// `reconcile` and `settle`: a pass on a thread of its own, told row by row.

import Bank
import Books
import Collector
import Foundation
import Ledger
import Logging
import Reconciliation
import Server
import Store
import Units
import Wire

extension Handler {
    func reconcile(
        _ request: Request.Reconcile, _ peer: Peer, _ answer: AnswerSink
    ) {
        let caller = "uid:\(peer.uid)"
        reading.operators.async {
            let sink = RowSink(answer)
            do {
                let clusters = try self.accountedClusters(request.cluster)
                var reply = Reply.Reconcile(passes: [])
                for cluster in clusters {
                    do {
                        let pass =
                            try request.last
                            ? self.tellLast(of: cluster, sink)
                            : self.reconcile(request, cluster, caller, sink)
                        reply.passes.append(pass)
                    } catch let gone as ReaderGone {
                        throw gone
                    } catch {
                        // One slurmdbd that is away must not keep the others' clusters.
                        let error = self.wireError(error)
                        // A question is no event.
                        if !request.last { self.log(error, of: cluster) }
                        guard clusters.count > 1 else { return answer.failed(error) }
                        reply.failed.append(.init(cluster: cluster, error: error))
                    }
                }
                answer.done(.reconcile(reply))
            } catch let error as WireError {
                answer.failed(error)
            } catch {
                self.logger.notice("a reconciliation was left; what is done is noted")
            }
        }
    }

    private func wireError(_ error: any Error) -> WireError {
        switch error {
        case let error as WireError: error
        case let error as ReconcileError: WireError(error)
        default: WireError(.unavailable, "not reconciled: \(error)")
        }
    }

    private func log(_ error: WireError, of cluster: String) {
        logger.warning(
            "a cluster was not reconciled",
            metadata: ["cluster": "\(cluster)", "why": "\(error.message)"])
    }

    func accountedClusters(_ named: String?) throws -> [String] {
        let all = collector.clusterNames.filter { collector.hasAccounting($0) != false }
        guard let named else {
            guard !all.isEmpty else {
                throw WireError(
                    .invalid, "no cluster here keeps a record in slurmdbd to reconcile with.")
            }
            return all
        }
        guard collector.clusterNames.contains(named) else { throw noCluster(named) }
        return [named]
    }

    private func reconcile(
        _ request: Request.Reconcile, _ cluster: String, _ caller: String, _ sink: RowSink
    ) throws -> Reply.Reconcile.Pass {
        let order = ReconcileOrder(
            cluster: cluster, start: request.start, end: request.end, isDryRun: request.dryRun,
            caller: caller)
        let pass = try reconciler.reconcile(order) { news in
            switch news {
            case .progress(let pass):
                try sink.write(
                    .reconciled(
                        .progress(
                            .init(
                                cluster: cluster, start: pass.window.start, end: pass.window.end,
                                reached: pass.reached, records: pass.records))))
            case .found(let finding):
                try sink.write(
                    .reconciled(.finding(Row.Finding(KeptFinding(finding), on: cluster))))
            }
        }
        return .init(pass)
    }

    private func tellLast(of cluster: String, _ sink: RowSink) throws -> Reply.Reconcile.Pass {
        guard let pass = try store.lastPass(on: cluster, done: false) else {
            throw WireError(.notFound, "cluster \(cluster) was never reconciled.")
        }
        for finding in try store.findings(of: pass) {
            try sink.write(.reconciled(.finding(Row.Finding(finding, on: cluster))))
        }
        return .init(pass)
    }

    func settle(
        _ request: Request.Settle, id: RequestID, _ peer: Peer, _ answer: AnswerSink
    ) {
        let command = Command.settle(
            Settlement(
                job: request.job, cluster: request.cluster, run: request.run.map(RunID.init),
                end: request.ended))
        let order = order(.settle(request), id, peer, request.reason, request.dryRun, command)
        submit(order, answer) { outcome in
            guard case .corrected(let it) = outcome else { return nil }
            let stands = request.dryRun ? "would stand" : "stands"
            return .settle(
                .init(
                    run: it.run.number, job: it.job, cluster: it.cluster,
                    allocation: it.allocation, charged: it.after,
                    message: "job \(it.job): its charge of \(it.after) SU \(stands), whatever "
                        + "slurmdbd says of it."))
        }
    }
}

extension WireError {
    init(_ error: ReconcileError) {
        switch error {
        case .noCluster(let name): self.init(.notFound, "there is no cluster \(name) here.")
        case .busy(let why): self.init(.busy, why)
        case .invalid(let why): self.init(.invalid, why)
        case .unavailable(let why): self.init(.unavailable, why)
        }
    }
}

extension Reply.Reconcile.Pass {
    init(_ pass: ReconciliationPass) {
        self.init(
            cluster: pass.cluster, start: pass.window.start, end: pass.window.end,
            begunAt: pass.begunAt)
        (endedAt, dryRun, head) = (pass.endedAt, pass.isDryRun, pass.head)
        (records, runs) = (pass.records, pass.runs)
        (corrected, person) = (pass.corrected, pass.person)
        (more, less) = (pass.more, pass.less)
    }
}

extension Row.Finding {
    init(_ kept: KeptFinding, on cluster: String) {
        self.init(cluster: cluster, kind: kept.kind, job: kept.job, what: kept.what)
        (run, user, account) = (kept.run, kept.user, kept.account)
        (allocation, at) = (kept.allocation, kept.at)
        (before, after, remedy) = (kept.before, kept.after, kept.remedy)
    }
}
