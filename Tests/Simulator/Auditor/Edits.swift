/// Single edits: who may, what may stand, and what a deletion or a pull-back does to credit.

import Bank
import Books
import Ledger
import Registry
import Units

extension Auditor {
    func edit(_ edit: Edit, by asker: Asker, _ answer: BankResult, at now: Instant) throws {
        // Only operators may, of all that the simulator has ask.
        let problem = asker.isOperator ? problem(of: edit, at: now) : "\(asker.userName) may not"
        switch answer {
        case .failure(.refused) where problem != nil: return
        case .success where problem == nil: carryOut(edit, at: now)
        default: throw Finding("an edit, with \(problem ?? "no problem"), was answered \(answer)")
        }
    }

    // MARK: What stands against it

    private func problem(of edit: Edit, at now: Instant) -> String? {
        switch edit.thing {
        case .member(let fields): return problem(of: edit.verb, fields)
        case .allocation(let fields): return problem(of: edit.verb, fields, at: now)
        case .project(let fields): return projects[fields.name] == nil ? "no project" : nil
        default: return "the auditor knows no such edits"
        }
    }

    private func problem(of verb: Edit.Verb, _ fields: MemberFields) -> String? {
        guard isLiving(fields.allocation), let own = allocations[fields.allocation]?.declared
        else { return "no living allocation" }
        let before = members[UseKey(allocation: fields.allocation, user: fields.user)]
        if (verb == .add) != (before == nil) { return "a member, or none" }
        guard let after = before?.edited(verb, fields), after != before else { return nil }
        return after.window.map { !$0.overlaps(own.window) } == true ? "another window" : nil
    }

    private func problem(
        of verb: Edit.Verb, _ fields: AllocationFields, at now: Instant
    ) -> String? {
        guard let audited = allocations[fields.name] else { return "no allocation" }
        let before = audited.declared
        guard let after = before.edited(verb, fields), !after.window.isEmpty else {
            return "a window that ends before it begins"
        }
        if before.status == .deleted {
            if after.status != .deleted { return "DELETED is final" }
            return fields.pullbacks.isEmpty && fields.droppedPullbacks.isEmpty
                ? nil : "DELETED is final"
        }
        if after.status == .deleted, isUsed(fields.name) { return "open holds" }
        if after != before {
            let others = allocations.values.filter {
                $0.project == audited.project && $0.declared.name != after.name
            }
            if others.contains(where: { overlaps(after, $0.declared, Site()) }) {
                return "an overlap"
            }
        }
        for at in fields.droppedPullbacks
        where pullbacks[PullbackKey(allocation: fields.name, at: at)] == nil {
            return "no pull-back then"
        }
        for rule in fields.pullbacks where rule.at <= now || !after.window.contains(rule.at) {
            return "a pull-back outside of its time"
        }
        return nil
    }

    private func isUsed(_ allocation: String) -> Bool {
        claims.contains { $0.allocation == allocation && $0.state != .closed }
            || uses.contains { $0.key.allocation == allocation && $0.value.held != 0 }
    }

    // MARK: What it does

    private func carryOut(_ edit: Edit, at now: Instant) {
        switch edit.thing {
        case .member(let fields):
            let key = UseKey(allocation: fields.allocation, user: fields.user)
            let before = members[key] ?? SiteMember(user: fields.user)
            members[key] = before.edited(edit.verb, fields)
        case .allocation(let fields):
            guard let audited = allocations[fields.name],
                let after = audited.declared.edited(edit.verb, fields)
            else { return }
            if audited.declared.status != .deleted, after.status == .deleted {
                withdrawRest(of: fields.name)
            }
            var kept = after
            kept.members = []
            apply(kept, of: audited.project, at: now)
            for at in fields.droppedPullbacks {
                pullbacks[PullbackKey(allocation: fields.name, at: at)] = nil
            }
            for rule in fields.pullbacks {
                pullbacks[PullbackKey(allocation: fields.name, at: rule.at)] = rule.keep
            }
        case .project(let fields):
            projects[fields.name]?.status = edit.verb == .disable ? .inactive : .active
        default: break
        }
    }

    /// What is left goes, but for what covers what was charged beyond all lots.
    private func withdrawRest(of name: String) {
        withdraw(unended(name), from: name, keeping: 0)
    }

    /// What a date takes of the open lots' credit, in the order of the dates.
    func pullBack(at now: Instant) {
        let due = pullbacks.filter { $0.key.at <= now }.sorted { $0.key.at < $1.key.at }
        for (key, keep) in due {
            pullbacks[key] = nil
            guard isLiving(key.allocation) else { continue }
            let open = unended(key.allocation).filter { lots[$0]?.state == .open }
            let base = open.reduce(Int128(0)) {
                $0 + Int128((lots[$1]?.issued ?? 0) - (lots[$1]?.withdrawn ?? 0))
            }
            let (whole, rest) = (base * Int128(keep.numerator)).quotientAndRemainder(
                dividingBy: Int128(keep.denominator))
            withdraw(open, from: key.allocation, keeping: Int64(whole + (rest > 0 ? 1 : 0)))
        }
    }

    private func unended(_ name: String) -> [Int64] {
        (lotsOf[name] ?? []).filter {
            standing.contains($0) && lots[$0]?.isOverdraft == false
        }
    }

    /// The latest-ending lots first.
    private func withdraw(_ from: [Int64], from name: String, keeping kept: Int64) {
        let owed = overdraft(of: name).map { max(-$0.lot.balances.available, 0) } ?? 0
        let there = from.reduce(0) { $0 + (lots[$1]?.balances.available ?? 0) }
        var rest = max(there - owed - kept, 0)
        let byEnd = from.compactMap { id in lots[id].map { (id, $0) } }
            .sorted { ($0.1.window.end, $0.0) > ($1.1.window.end, $1.0) }
        for (id, lot) in byEnd where rest > 0 && lot.balances.available > 0 {
            let part = min(rest, lot.balances.available)
            rest -= part
            lots[id]?.withdrawn += part
            lots[id]?.balances.withdrawn += part
            lots[id]?.balances.available -= part
            touchedLots.insert(id)
        }
    }
}

extension Edit.Verb {
    fileprivate func status(after before: Status) -> Status {
        switch self {
        case .add: .active
        case .modify: before
        case .disable: .inactive
        case .enable: .active
        case .delete: .deleted
        }
    }
}

extension SiteMember {
    func edited(_ verb: Edit.Verb, _ fields: MemberFields) -> SiteMember {
        var after = self
        after.status = verb.status(after: status)
        after.cap = fields.cap.applied(to: cap)
        return after
    }
}

extension SiteAllocation {
    /// nil: its window would end before it begins.
    func edited(_ verb: Edit.Verb, _ fields: AllocationFields) -> SiteAllocation? {
        var after = self
        after.status = verb.status(after: status)
        let end = fields.end.applied(to: window.isOpenEnded ? nil : window.end)
        guard let span = Interval(start: window.start, end: end) else { return nil }
        after.window = span
        after.overdraftLimit = fields.overdraftLimit ?? overdraftLimit
        after.holdPolicy = fields.holdPolicy ?? holdPolicy
        return after
    }
}
