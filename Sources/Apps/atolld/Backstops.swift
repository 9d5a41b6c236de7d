/// Limits in slurmdbd that stand in for atolld: shown from the last look, and taken away.

import Books
import Collector
import Server
import SiteFiles
import Units
import Wire

extension Handler {
    /// Operators'. Clearing asks Slurm: never on an event loop.
    func backstop(_ request: Request.Backstop, _ sink: RowSink) throws -> Reply {
        let clusters = request.cluster.map { [$0] } ?? collector.clusterNames
        var reply = Reply.Backstop(rows: 0)
        for cluster in clusters {
            guard let seen = try collector.backstop(of: cluster) else { throw noCluster(cluster) }
            let kind = collector.backstopKind(on: cluster)
            reply.limit = reply.limit ?? kind?.rawValue ?? "off"
            reply.lookedAt = reply.lookedAt ?? seen.lookedAt
            let notes = seen.notes + [seen.problem].compactMap { $0 }
            reply.notes += clusters.count == 1 ? notes : notes.map { "\(cluster): \($0)" }
            var rows = seen.rows
            if request.clear {
                do {
                    rows = try collector.clearBackstop(
                        of: cluster, account: request.account, isDryRun: request.dryRun)
                } catch {
                    throw WireError(.unavailable, "not cleared on \(cluster): \(error)")
                }
                if kind != nil, !rows.isEmpty {
                    reply.notes.append(
                        "[backstop] is on: what is cleared is written again within a minute or "
                            + "two. To be rid of it: limit = \"off\", systemctl reload atolld, "
                            + "and clear.")
                }
            }
            for row in rows where request.account == nil || row.account == request.account {
                reply.rows += 1
                try sink.write(.backstop(.init(row)))
            }
        }
        return .backstop(reply)
    }
}

extension Row.Backstop {
    fileprivate init(_ it: BackstopSight) {
        self.init(
            cluster: it.cluster, account: it.account, limit: it.limit.description,
            state: it.state.rawValue)
        (project, standing, written, wanted) = (it.project, it.standing, it.written, it.wanted)
        (used, left, writtenAt, dueAt) = (it.used, it.left, it.writtenAt, it.dueAt)
        why = it.why
    }
}

extension Settings {
    /// What is kept, by these settings.
    var backstopRules: BackstopRules {
        var rules = BackstopRules()
        rules.kind = backstop.limit.kind
        rules.everySeconds = Int64(backstop.everySeconds)
        (rules.margin, rules.isStrict) = (backstop.margin, backstop.strict)
        if admission.whenInsufficient == .warn {
            rules.standsStillBecause =
                "[backstop] writes nothing: [admission] when_insufficient is \"warn\", so nobody "
                + "is to be stopped."
        }
        return rules
    }

    /// Clusters that say something of their own.
    var backstopKinds: [String: BackstopKind?] {
        var kinds: [String: BackstopKind?] = [:]
        for cluster in clusters {
            switch cluster.backstop {
            case .default: break
            case .off: kinds.updateValue(nil, forKey: cluster.name)
            case .tresMinutes: kinds.updateValue(.tresMinutes, forKey: cluster.name)
            case .submitJobs: kinds.updateValue(.submitJobs, forKey: cluster.name)
            }
        }
        return kinds
    }
}

extension BackstopPolicy {
    fileprivate var kind: BackstopKind? {
        switch self {
        case .off: nil
        case .tresMinutes: .tresMinutes
        case .submitJobs: .submitJobs
        }
    }
}
