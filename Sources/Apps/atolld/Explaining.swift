/// `atoll why`: what happened to a job's money, for its owner, the project's PI and operators; to
/// anybody else there is no such job.

import Bank
import Books
import Collector
import Foundation
import Ledger
import Registry
import Server
import Store
import Units
import Wire

extension Handler {
    func why(_ request: Request.Why, _ reader: Reader, _ sink: RowSink) throws -> Reply {
        let missing = WireError(
            .notFound,
            "there is no job \(request.job), or it is not yours to see. A job that was submitted a "
                + "moment ago is known once Slurm was read again.")
        guard let number = jobNumber(request.job) else {
            throw WireError(
                .invalid, "\(request.job) is no job id; write 71, 71_4 or 80+1, as squeue does.")
        }
        let clusters = request.cluster.map { [$0] } ?? collector.clusterNames
        for cluster in clusters {
            guard let reply = try explain(number, request.job, on: cluster, reader, sink) else {
                continue
            }
            return reply
        }
        throw missing
    }

    /// The base job id; of a het job's component its own.
    private func jobNumber(_ name: String) -> Int64? {
        let parts = name.split(separator: "+", omittingEmptySubsequences: false)
        guard let base = parts[0].split(separator: "_").first.flatMap({ Int64($0) }), base >= 0,
            base < 1 << 40
        else { return nil }
        guard parts.count > 1 else { return base }
        return Int64(parts[1]).flatMap { (0...128).contains($0) ? base + $0 : nil }
    }

    private func explain(
        _ number: Int64, _ name: String, on cluster: String, _ reader: Reader, _ sink: RowSink
    ) throws -> Reply? {
        let all = try store.accounts(ofJob: number, cluster: cluster)
        let accounts = all.filter { mayAsk($0, reader) }
        let notices = try store.notices(
            ofJob: number, tokens: accounts.compactMap(\.claim.token), cluster: cluster
        ).filter { notice in
            // A job id may have been given out to somebody else before.
            reader.seesAll || notice.user == reader.name
                || accounts.contains { $0.user == notice.user }
        }
        guard !accounts.isEmpty || !notices.isEmpty else { return nil }
        var rows: Int64 = 0
        func write(_ row: Row.Notice) throws {
            rows += 1
            try sink.write(.notice(row))
        }
        // A job that nobody asked about has no notice of its admission.
        for account in accounts.reversed()
        where account.claim.token == nil || account.claim.remark?.hasPrefix("adopted") == true {
            try write(
                Row.Notice(
                    at: account.claim.createdAt, kind: "adopted",
                    text: account.isShort
                        ? "found in Slurm without a hold; what it may cost was not there."
                        : "found in Slurm without a hold and held then."))
        }
        for notice in notices { try write(Row.Notice(notice)) }
        var reply = Reply.Why(rows: rows, job: name, cluster: cluster)
        reply.account = accounts.first.map { summary($0) }
        return .why(reply)
    }

    private func mayAsk(_ account: JobAccount, _ reader: Reader) -> Bool {
        guard !reader.seesAll, account.user != reader.name else { return true }
        let registry = bank.picture.tip.registry
        guard let user = bank.picture.user(named: reader.name),
            let allocation = registry.allocations[AllocationID(account.claim.allocation)]
        else { return false }
        return registry.projects[allocation.project]?.pi == user
    }

    private func summary(_ account: JobAccount) -> Reply.Why.Account {
        let claim = account.claim
        let allocation = bank.picture.tip.registry.allocations[AllocationID(claim.allocation)]
        var it = Reply.Why.Account(
            user: account.user, name: claim.account, allocation: allocation?.name ?? "",
            state: claim.state.rawValue)
        let running = account.runs.filter { $0.state == .running }
        it.waiting = claim.outstandingTasks
        it.running = Int64(running.count)
        it.ended = Int64(account.runs.count - running.count)
        it.timeLimitSeconds = running.last?.timeLimitSeconds ?? claim.timeLimitSeconds
        it.perTask = claim.amountPerTask
        it.held = running.reduce(claim.pins.total) { $0 + $1.share.total }
        it.setAside = account.raises.reduce(.zero) { $0 + $1.pins.total }
        it.charged = account.runs.reduce(.zero) { $0 + $1.charged }
        it.refunded = account.runs.reduce(.zero) { $0 + $1.refunded }
        it.remark = account.runs.last?.remark ?? claim.remark
        it.mode = mode(of: claim.account, on: claim.reference.cluster).rawValue
        return it
    }
}

extension JobAccount {
    /// Nothing was held for it, in a mode that refuses nothing.
    fileprivate var isShort: Bool { claim.remark?.contains("too little credit") == true }
}

extension Row.Notice {
    fileprivate init(_ kept: KeptNotice) {
        self.init(
            at: kept.at, kind: kept.kind, text: kept.text, times: kept.times,
            figures: kept.figures.map { figure in
                switch figure.value {
                case .amount(let amount): .init(figure.name, .amount(amount))
                case .number(let number): .init(figure.name, .number(number))
                case .text(let text): .init(figure.name, .text(text))
                }
            })
    }
}
