/// One look's work on the limits of an account: what is wanted, what is done about it, how it is shown.

import Books
import Records
import Units

/// What one limit should be.
struct BackstopTarget: Sendable {
    struct Key: Hashable, Comparable, Sendable {
        let account: String
        let limit: BackstopLimit
        init(_ account: String, _ limit: BackstopLimit) {
            (self.account, self.limit) = (account, limit)
        }
        static func < (a: Self, b: Self) -> Bool {
            (a.account, a.limit.description) < (b.account, b.limit.description)
        }
    }

    let key: Key
    var need: BackstopNeed?
    /// nil: no limit.
    var figure: BackstopFigure?
    var used: Int64?
    /// Why there is no figure though one was to be.
    var skipped: String?

    init(key: Key) { self.key = key }

    /// - Parameter isEmpty: nothing was left at the last looks, either.
    static func all(
        for need: BackstopNeed, kind: BackstopKind, use: AssociationUse?, margin: Rational,
        isEmpty: Bool
    ) -> [BackstopTarget] {
        switch kind {
        case .submitJobs:
            var target = BackstopTarget(key: Key(need.account, .submitJobs))
            target.need = need
            target.figure = isEmpty ? .noJobs : nil
            return [target]
        case .tresMinutes:
            return need.leftMinutes.keys.sorted().map { tres in
                var target = BackstopTarget(key: Key(need.account, .tresMinutes(tres)))
                target.need = need
                guard let use else {
                    target.skipped = "slurmctld does not show the account yet."
                    return target
                }
                guard let used = use.used[tres] else {
                    target.skipped = "AccountingStorageTRES of slurm.conf lacks \(tres)."
                    return target
                }
                target.used = used
                target.figure = BackstopFigure(
                    used: used, running: use.running[tres] ?? 0,
                    waiting: need.waitingMinutes[tres] ?? 0, left: need.leftMinutes[tres] ?? 0,
                    margin: margin)
                return target
            }
        }
    }
}

struct BackstopWork: Sendable {
    struct Item: Sendable {
        let target: BackstopTarget
        let standing: Int64?
        let record: BackstopRecord?
        let step: BackstopStep

        var limit: BackstopLimit { target.key.limit }

        func intending(_ what: BackstopRecord.Intention, at now: Instant) -> BackstopRecord {
            // What stands is what counts as ours until the new value does.
            BackstopRecord(
                account: target.key.account, limit: limit, value: standing, intended: what,
                at: record?.at ?? now)
        }

        func written(_ value: Int64?, at now: Instant) -> BackstopRecord {
            BackstopRecord(
                account: target.key.account, limit: limit, value: value, intended: nil, at: now)
        }
    }

    let account: String
    private(set) var items: [Item] = []

    init(account: String) { self.account = account }

    mutating func add(
        _ target: BackstopTarget, standing: Int64?, record: BackstopRecord?, everySeconds: Int64,
        at now: Instant
    ) {
        // Nothing is known of it now: what was written stays.
        let step: BackstopStep =
            target.skipped != nil
            ? .keep(.right)
            : BackstopStep(
                target.figure, standing: standing, record: record, at: now,
                everySeconds: everySeconds)
        items.append(Item(target: target, standing: standing, record: record, step: step))
    }

    /// What sacctmgr is to be told; nil: no limit.
    var changes: [BackstopLimit: Int64?] {
        var changes: [BackstopLimit: Int64?] = [:]
        for item in items {
            switch item.step {
            case .write(let value): changes.updateValue(value, forKey: item.limit)
            case .clear: changes.updateValue(nil, forKey: item.limit)
            case .settle, .forget, .keep: break
            }
        }
        return changes
    }

    /// How it stands now that it was done, or that it failed.
    func rows(on cluster: String, failed: String?, at now: Instant) -> [BackstopSight] {
        items.map { item in
            var row = BackstopSight(cluster, account, item.limit, .right)
            row.project = item.target.need?.project
            (row.standing, row.written) = (item.standing, item.record?.value)
            (row.wanted, row.used) = (item.target.figure?.wanted, item.target.used)
            (row.left, row.writtenAt) = (item.target.need?.left, item.record?.at)
            row.describe(item, failed: failed, at: now)
            return row
        }
    }
}

extension BackstopSight {
    fileprivate mutating func describe(
        _ item: BackstopWork.Item, failed: String?, at now: Instant
    ) {
        if let skipped = item.target.skipped {
            (state, why) = (.skipped, skipped)
            return
        }
        switch item.step {
        case .write, .clear:
            if let failed {
                (state, why) = (.failed, failed)
            } else if case .write(let value) = item.step {
                (standing, written, writtenAt) = (value, value, now)
            } else {
                (standing, written, writtenAt) = (nil, nil, nil)
                state = .cleared
            }
        case .settle: written = item.standing
        case .forget: (written, writtenAt, state) = (nil, nil, .open)
        case .keep(.right):
            if item.target.figure == nil { state = .open }
        case .keep(.until(let due)): (state, dueAt) = (.waits, due)
        case .keep(.notOurs):
            state = .foreign
            why = "somebody else set it; it stays. Take it away, and Atoll writes its own."
        case .keep(.takenAway):
            state = .foreign
            why =
                "somebody took away what Atoll wrote; it stays so. atoll backstop clear "
                + "-A \(account) lets Atoll begin anew."
        }
        if state == .open, let beneath = item.target.need?.projectsBeneath, !beneath.isEmpty {
            why = "the credit of \(beneath.joined(separator: ", ")) beneath it counts as well."
        }
    }
}
