/// Modes: what counts where, switched by operators; and what was let pass because of one.

import Bank
import Books
import Collector
import Estimate
import Registry
import Server
import Store
import Units
import Wire

extension Handler {
    /// - Parameter account: nil: the cluster's own.
    func mode(of account: String?, on cluster: String) -> Mode {
        bank.modes.mode(
            on: cluster, lineage: account.map { lineage(of: $0, on: cluster) } ?? [])
    }

    private func lineage(of account: String, on cluster: String) -> [String] {
        collector.view(of: cluster)?.associations.lineage(of: account) ?? [account]
    }

    // MARK: Hooks

    /// Answers a submission that can't be worked out or recorded: refused where that is the mode.
    ///
    /// - Parameter lineage: of its account; nil: of the one that the user gave or has by default.
    func fail(
        _ error: WireError, _ asked: Asked, _ answer: AnswerSink, lineage: [String]? = nil
    ) {
        // A cluster that isn't watched has no mode.
        guard let view = collector.view(of: asked.cluster) else { return answer.failed(error) }
        let account = asked.job.account ?? view.associations.defaultAccounts[asked.user]
        let mode = bank.modes.mode(
            on: asked.cluster,
            lineage: lineage ?? account.map { view.associations.lineage(of: $0) } ?? [])
        guard !mode.refuses else { return answer.failed(error) }
        let text = error.message.withoutPrefix
        // Whether it is on record is the collector's to see to: it judges the job at first sight.
        let it = Tolerated(mode: mode, account: account ?? "", text: text)
        answer.done(.admit(.init(tolerated: it, notes: [])))
    }

    // MARK: Operators

    func setMode(
        _ request: Request.SetMode, id: RequestID, _ peer: Peer, _ answer: AnswerSink
    ) {
        let scope: ModeScope
        do {
            scope = try self.scope(of: request)
        } catch {
            return answer.failed(error)
        }
        let order = order(
            .setMode(request), id, peer, request.reason, request.dryRun,
            .setMode(ModeRule(scope: scope, mode: request.mode)))
        bank.submit(order) { result in
            switch result {
            case .success(.applied(let changes)):
                Task {
                    await self.send(changes, isDryRun: request.dryRun, answer) { .setMode($0) }
                }
            case .success:
                answer.failed(.init(.conflict, "this id was used for something else."))
            case .failure(let error): answer.failed(plain(error))
            }
        }
    }

    private func scope(of request: Request.SetMode) throws(WireError) -> ModeScope {
        let names = collector.clusterNames
        if let cluster = request.cluster, !names.contains(cluster) { throw noCluster(cluster) }
        if let account = request.account?.lowercased(), !account.isEmpty {
            guard isKnown(account, on: request.cluster.map { [$0] } ?? names) else {
                throw WireError(
                    .notFound, "Slurm has no account \(account), and no project has it.")
            }
            return ModeScope(cluster: request.cluster, account: account)
        }
        guard let cluster = request.cluster ?? (names.count == 1 ? names[0] : nil) else {
            throw WireError(
                .invalid,
                "there are several clusters (\(names.joined(separator: ", "))); say which.")
        }
        return ModeScope(cluster: cluster, account: nil)
    }

    /// A mode of an account that is mistyped would do nothing, and nobody would know.
    private func isKnown(_ account: String, on clusters: [String]) -> Bool {
        if bank.picture.tip.registry.accounts[account] != nil { return true }
        return clusters.contains { name in
            guard let associations = collector.view(of: name)?.associations else { return false }
            return associations.isEmpty || associations.parents[account] != nil
                || associations.parents.values.contains(account)
        }
    }

    // MARK: Readers

    /// All see the clusters' modes, and what counts for accounts of their own.
    func modes(_ request: Request.Modes, _ reader: Reader, _ sink: RowSink) throws -> Reply {
        let clusters = request.cluster.map { [$0] } ?? collector.clusterNames
        for cluster in clusters where !collector.clusterNames.contains(cluster) {
            throw noCluster(cluster)
        }
        let book = bank.modes
        let changes = try store.modeChanges()
        var rows: [Row.ModeSetting] = []
        func add(_ cluster: String?, _ account: String?, _ scope: ModeScope?) {
            let change = scope.flatMap { changes[$0] }
            rows.append(
                Row.ModeSetting(
                    cluster: cluster, account: account,
                    mode: scope.flatMap { book.rules[$0] } ?? .enforce,
                    rule: scope?.description ?? "default", since: change?.recordedAt,
                    by: reader.seesAll ? change.map { actorName($0.actor) } : nil,
                    reason: reader.seesAll ? change?.reason : nil))
        }
        if let account = request.account?.lowercased() {
            for cluster in clusters where isTheirs(account, on: cluster, reader) {
                let line = lineage(of: account, on: cluster)
                add(cluster, account, book.ruling(on: cluster, lineage: line)?.scope)
            }
            guard !rows.isEmpty else {
                throw WireError(
                    .notFound, "there is no account \(account), or it is not yours to see.")
            }
        } else {
            for cluster in clusters {
                add(cluster, nil, book.ruling(on: cluster, lineage: [])?.scope)
            }
            let ofAccounts = book.rules.keys.filter { scope in
                guard let account = scope.account else { return false }
                let there = scope.cluster.map { [$0] } ?? clusters
                return there.contains {
                    clusters.contains($0) && isTheirs(account, on: $0, reader)
                }
            }
            for scope in ofAccounts.sorted(by: {
                ($0.account ?? "", $0.cluster ?? "") < ($1.account ?? "", $1.cluster ?? "")
            }) { add(scope.cluster, scope.account, scope) }
        }
        for row in rows { try sink.write(.mode(row)) }
        return .modes(.init(rows: Int64(rows.count)))
    }

    private func isTheirs(_ account: String, on cluster: String, _ reader: Reader) -> Bool {
        if reader.seesAll { return true }
        let line = lineage(of: account, on: cluster)
        let registry = bank.picture.tip.registry
        guard let project = registry.project(ofAccountLineage: line) else { return false }
        return registry.allocations(of: project.id).contains { isTheirs($0, reader, registry) }
    }

    /// Operators see all, a PI what the project's accounts would have been refused, others their own.
    func wouldRefuse(
        _ request: Request.WouldRefuse, _ reader: Reader, _ sink: RowSink
    ) throws -> Reply {
        let window = Interval(
            start: request.start ?? Instant(epochSeconds: 0), end: request.end)
        guard let window else { throw WireError(.invalid, "the end is before the start.") }
        if let cluster = request.cluster, !collector.clusterNames.contains(cluster) {
            throw noCluster(cluster)
        }
        let account = request.account?.lowercased()
        var rows: Int64 = 0
        var leads: [String: Bool] = [:]
        try store.tolerated(over: window, on: request.cluster) { kept in
            let row = Row.WouldRefuse(kept)
            if let account, row.account?.lowercased() != account { return }
            if let user = request.user, row.user != user { return }
            if !reader.seesAll, row.user != reader.name {
                let key = "\(row.cluster) \(row.account ?? "")"
                let isTheirs =
                    leads[key] ?? self.leads(row.account ?? "", on: row.cluster, reader)
                leads[key] = isTheirs
                guard isTheirs else { return }
            }
            rows += 1
            try sink.write(.wouldRefuse(row))
        }
        let kept = Instant.now.advanced(bySeconds: -StoreTransaction.keptSeconds)
        return .wouldRefuse(.init(rows: rows, keptSince: kept))
    }

    private func leads(_ account: String, on cluster: String, _ reader: Reader) -> Bool {
        let registry = bank.picture.tip.registry
        guard let user = bank.picture.user(named: reader.name) else { return false }
        return registry.project(ofAccountLineage: lineage(of: account, on: cluster))?.pi == user
    }
}

extension Row.WouldRefuse {
    fileprivate init(_ kept: ToleratedRow) {
        let notice = kept.notice
        func value(_ name: String) -> Notice.Figure.Value? {
            notice.figures.first { $0.name == name }?.value
        }
        func text(_ name: String) -> String? {
            if case .text(let text) = value(name) { text } else { nil }
        }
        func amount(_ name: String) -> ServiceUnits? {
            if case .amount(let amount) = value(name) { amount } else { nil }
        }
        self.init(
            at: notice.at, cluster: kept.cluster,
            job: text("component") ?? kept.job.map(String.init),
            stage: text("stage") ?? "", cause: text("cause") ?? "", mode: text("mode") ?? "",
            times: notice.times, text: notice.text)
        (user, account, allocation) = (notice.user, text("account"), text("allocation"))
        (cost, short) = (amount("cost"), amount("short"))
        if case .number(let minutes) = value("fits_minutes") { fitsMinutes = minutes }
    }
}

extension Tolerated {
    /// What its user is told; nil: nothing.
    var warning: String? {
        mode == .warn ? "atoll: warning: would be refused: \(text)" : nil
    }
}

extension Reply.Admit {
    /// Let in, though it would have been refused.
    init(tolerated: Tolerated, notes: [String]) {
        self.init(
            message: tolerated.warning,
            account: tolerated.account.isEmpty ? nil : tolerated.account, held: .zero,
            notes: tolerated.mode == .warn ? notes : [])
    }
}

extension String {
    /// Without what an answer to a submitter begins with.
    fileprivate var withoutPrefix: String {
        for prefix in ["atoll: refused: ", "atoll: "] where hasPrefix(prefix) {
            return String(dropFirst(prefix.count))
        }
        return self
    }
}
