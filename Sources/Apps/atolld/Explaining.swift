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
        let first = try part(number, on: cluster, reader)
        var parts = [first]
        // Of a whole het job each component, which Slurm numbers one by one.
        if !name.contains("+"), first.accounts.first?.claim.hetName == "\(number)+0" {
            for offset in Int64(1)...128 {
                let next = try part(number + offset, on: cluster, reader)
                let itsName = next.accounts.first?.claim.hetName
                guard itsName == "\(number)+\(offset)" else { break }
                parts.append(next)
            }
        }
        guard !first.accounts.isEmpty || !first.notices.isEmpty else { return nil }
        var rows: Int64 = 0
        for part in parts {
            let component = parts.count > 1 ? part.accounts.first?.claim.hetName : nil
            for var row in part.rows {
                if let component { row.text = "\(component): \(row.text)" }
                rows += 1
                try sink.write(.notice(row))
            }
        }
        let heldBack = try store.heldBackByClaim()
        let sums = parts.compactMap { part in
            part.accounts.first.map { summary($0, name, heldBack[$0.claim.id] ?? []) }
        }
        var reply = Reply.Why(rows: rows, job: name, cluster: cluster)
        reply.account = sums.first
        reply.components = Array(sums.dropFirst())
        return .why(reply)
    }

    /// What there is of one job id that the reader may know.
    private func part(_ number: Int64, on cluster: String, _ reader: Reader) throws -> JobPast {
        let accounts = try store.accounts(ofJob: number, cluster: cluster)
            .filter { mayAsk($0, reader) }
        let notices = try store.notices(
            ofJob: number, tokens: accounts.compactMap(\.claim.token), cluster: cluster
        ).filter { notice in
            // A job id may have been given out to somebody else before.
            reader.seesAll || notice.user == reader.name
                || accounts.contains { $0.user == notice.user }
        }
        return JobPast(accounts: accounts, notices: notices)
    }

    private func mayAsk(_ account: JobAccount, _ reader: Reader) -> Bool {
        guard !reader.seesAll, account.user != reader.name else { return true }
        let registry = bank.picture.tip.registry
        guard let user = bank.picture.user(named: reader.name),
            let allocation = registry.allocations[AllocationID(account.claim.allocation)]
        else { return false }
        return registry.projects[allocation.project]?.pi == user
    }

    /// - Parameter name: as it was asked about; of an array's task that task's figures are told.
    private func summary(
        _ account: JobAccount, _ name: String, _ heldBack: [HeldBack]
    ) -> Reply.Why.Account {
        let claim = account.claim
        let allocation = bank.picture.tip.registry.allocations[AllocationID(claim.allocation)]
        let task = name.contains("_") && !name.contains("[") ? name : nil
        let runs = account.runs.filter { task == nil || $0.jobName == task }
        let running = runs.filter { $0.state == .running }
        let waiting = task == nil ? claim.outstandingTasks : account.waits(runs) ? 1 : 0
        let isOver = task != nil && waiting == 0 && running.isEmpty
        var it = Reply.Why.Account(
            user: account.user, name: claim.account, allocation: allocation?.name ?? "",
            state: isOver ? ClaimState.closed.rawValue : claim.state.rawValue)
        it.component = claim.hetName
        it.waiting = waiting
        it.running = Int64(running.count)
        it.ended = Int64(runs.count - running.count)
        it.timeLimitSeconds = running.last?.timeLimitSeconds ?? claim.timeLimitSeconds
        it.perTask = claim.amountPerTask
        let isWhole = waiting == claim.outstandingTasks
        let pinned = isWhole ? claim.pins.total : waiting > 0 ? claim.amountPerTask : .zero
        it.held = running.reduce(pinned) { $0 + $1.share.total }
        it.setAside = account.raises.filter { raise in
            guard let task, let meant = raise.raise?.tasks else { return true }
            return JobPart.tasks(meant).includes(task)
        }.reduce(.zero) { $0 + $1.pins.total }
        it.charged = runs.reduce(.zero) { $0 + $1.charged }
        it.refunded = runs.reduce(.zero) { $0 + $1.refunded }
        it.remark = runs.last?.remark ?? claim.remark
        it.mode = mode(of: claim.account, on: claim.reference.cluster).rawValue
        let back = heldBack.filter { task == nil || $0.jobName == task }
        it.heldBack = back.isEmpty ? nil : heldBackText(back)
        return it
    }
}

/// What the books have of one job id, newest first, and what was noted of it.
private struct JobPast {
    let accounts: [JobAccount]
    let notices: [KeptNotice]

    var rows: [Row.Notice] {
        // A job that nobody asked about has no notice of its admission; one that the credit did not
        // cover has a notice with its figures.
        let told = Set(notices.lazy.filter { $0.kind == NoticeKind.adopted.rawValue }.map(\.at))
        let adopted = accounts.reversed().filter { account in
            (account.claim.token == nil || account.claim.remark?.hasPrefix("adopted") == true)
                && !told.contains(account.claim.createdAt)
        }.map { account in
            Row.Notice(
                at: account.claim.createdAt, kind: "adopted",
                text: account.isShort
                    ? "found in Slurm without a hold; what it may cost was not there."
                    : "found in Slurm without a hold and held then, all of it by credit.")
        }
        // As it happened; of one second what was noted comes last.
        let all = (adopted + notices.map { Row.Notice($0) }).enumerated()
        return all.sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
            .map(\.element)
    }
}

extension Claim {
    /// Nothing was held for it, in a mode that refuses nothing.
    var isShort: Bool { remark?.contains("too little credit") == true }
}

extension JobAccount {
    fileprivate var isShort: Bool { claim.isShort }

    /// Whether a task with these runs still has to start, the first time or again.
    fileprivate func waits(_ runs: [Run]) -> Bool {
        guard claim.outstandingTasks > 0 else { return false }
        guard let last = runs.last else { return true }
        return runs.allSatisfy { $0.state == .ended } && last.outcome == "REQUEUED"
    }
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
