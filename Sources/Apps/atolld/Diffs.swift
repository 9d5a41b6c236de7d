/// Histories: what became of an allocation, for those who may see it.

import Bank
import Ledger
import Rates
import Registry
import Server
import Store
import Units
import Wire

extension Handler {
    /// Operators and the PI see all, members what is not about other members.
    func history(_ request: Request.History, _ reader: Reader, _ sink: RowSink) throws -> Reply {
        let found = try visible(reader, account: nil, allocation: request.allocation)
        guard let allocation = found.first else {
            throw WireError(.notFound, "there is no allocation \(request.allocation).")
        }
        let window = Interval(start: request.start ?? Instant(epochSeconds: 0), end: request.end)
        guard let window else { throw WireError(.invalid, "the end is before the start.") }
        let user = bank.picture.user(named: reader.name)
        let seesOthers = seesOthers(reader, allocation)
        let naming = Naming(bank.picture.tip.registry, users: try store.userNames())
        var actors: [String: String] = [:]
        var rows: Int64 = 0
        try store.history(of: allocation.id, project: allocation.project) { entry in
            guard window.contains(entry.recordedAt) else { return }
            for change in entry.changes where seesOthers || !change.isAbout(otherThan: user) {
                let actor = actors[entry.actor] ?? actorName(entry.actor)
                actors[entry.actor] = actor
                rows += 1
                try sink.write(.diff(diff(of: change, in: entry, by: actor, naming)))
            }
        }
        return .history(.init(rows: rows))
    }

    private func diff(
        of change: HistoryEntry.Change, in entry: HistoryEntry, by actor: String, _ naming: Naming
    ) -> Row.Diff {
        let (what, name) = change.subject(naming)
        let fields =
            switch change {
            case .registry(let change, let before): change.changes(from: before, naming)
            case .lot(_, let fields): fields
            }
        return Row.Diff(
            seq: entry.seq, recordedAt: entry.recordedAt, effectiveAt: entry.effectiveAt,
            actor: actor, kind: entry.kind, what: what, name: name, changes: fields,
            reason: entry.reason)
    }
}

extension HistoryEntry.Change {
    fileprivate func isAbout(otherThan user: UserID?) -> Bool {
        guard case .registry(.membership(let membership), _) = self else { return false }
        return membership.key.user != user
    }

    /// What it is about, and its name.
    fileprivate func subject(_ naming: Naming) -> (what: String, name: String) {
        switch self {
        case .lot(let lot, _): ("lot", lot.description)
        case .registry(.project(let it), _): ("project", it.name)
        case .registry(.allocation(let it), _): ("allocation", it.name)
        case .registry(.account(let account, _), _): ("account", account)
        case .registry(.membership(let it), _): ("member", naming.user(it.key.user))
        case .registry(.pullback(let it), _): ("pullback", it.key.at.description)
        case .registry(.mode(let it), _): ("mode", it.scope.description)
        case .registry(.cluster(let it), _): ("cluster", it.name)
        case .registry(.organisation(let it), _): ("organisation", it.name)
        case .registry(.resource(let it), _): ("resource", it.name)
        case .registry(.rate(let it, _), _): ("rate", String(it.id.number))
        case .registry(.factor(let it, _), _): ("factor", it.subject.description)
        }
    }
}
