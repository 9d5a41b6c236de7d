/// Changes that an observation shows: what was set aside for them goes, for the claim itself is
/// priced anew in the same breath; and a claim whose account changed goes to its new allocation.

import Ledger
import Registry
import Units

extension Observer {
    /// Raises that are seen, and all of them once the job is over.
    mutating func settleRaises() {
        guard observation.showsPending, isNewest, !facts.raises.isEmpty else { return }
        let isOver = showsNothingLeft
        var left: [Claim] = []
        // The latest first: what was asked for before it is overtaken by it.
        var overtaken: Set<String?> = []
        for raise in facts.raises.reversed() {
            guard let aim = raise.raise else { continue }
            // What was asked for after this was seen can't be shown by it.
            guard raise.createdAt <= observation.at else {
                if shows(aim) { hasPassedOver = true }
                left.append(raise)
                continue
            }
            guard isOver || overtaken.contains(aim.tasks) || shows(aim) else {
                left.append(raise)
                continue
            }
            overtaken.insert(aim.tasks)
            if aim.changesSize, !isOver, aim.tasks == nil {
                settledSize = settledSize ?? raise.footprint
            }
            if let account = aim.account, account == observation.accountLineage.first {
                believesAccount = true
            }
            settle(raise)
        }
        facts.raises = left.reversed()
    }

    /// Nothing waits, and every run that goes on in the books is shown ended.
    private var showsNothingLeft: Bool {
        let ended = observation.runs.count {
            $0.end != nil && facts.runs[$0.key]?.state == .running
        }
        return observation.pending == nil && !observation.runs.contains { $0.end == nil }
            && runningCount <= ended
    }

    /// A start shows a change as a poll does; of several tasks only the last one shows it for all.
    mutating func settleRaisesAtStart() {
        guard let claim, claim.outstandingTasks <= 1 else { return }
        let shown = facts.raises.filter { $0.raise.map(shows) == true }
        facts.raises.removeAll { shown.contains($0) }
        for raise in shown { settle(raise) }
    }

    /// Tells that more is held, since Slurm shows another request and nothing stood for it, and how
    /// much of it no credit covers.
    ///
    /// - Parameter limit: the new time limit, where that is what has changed.
    mutating func tellRaise(
        to limit: Int64?, holding more: ServiceUnits, before pools: [Int64: Pool]
    ) {
        guard more > .zero, !hasSettledRaise, let claim else { return }
        func overdrawn(_ pools: [Int64: Pool]) -> ServiceUnits {
            pools[claim.allocation]?.overdrawn ?? .zero
        }
        let short = overdrawn(self.pools) - overdrawn(pools)
        let what =
            limit.map { "a time limit of \(slurmDuration(seconds: $0))" } ?? "another request"
        var notice = Notice(
            .raiseSeen, cluster: observation.cluster, job: observation.jobID, token: claim.token,
            userName: observation.userName,
            "Slurm shows \(what), for which nothing was set aside: \(more) SU more held"
                + (short > .zero ? ", \(short) SU of it beyond the credit." : "."))
        notice.figures = [.init("held", .amount(more))]
        if short > .zero { notice.figures.append(.init("short", .amount(short))) }
        notices.append(notice)
    }

    private mutating func settle(_ raise: Claim) {
        hasSettledRaise = true
        var raise = raise
        pools[raise.allocation]?.release(raise.pins, for: raise.dimensions)
        raise.pins = .none
        raise.state = .closed
        append(.settled, at: now, [.claim(raise)])
    }

    /// Whether everything that was to change is as it was wished, of any record that was meant.
    private func shows(_ aim: Raise) -> Bool {
        if let account = aim.account, observation.accountLineage.first != account { return false }
        // What runs does not show it; without anything that waits it does not matter any more.
        if let atOnce = aim.tasksAtOnce, let pending = observation.pending,
            pending.concurrency ?? 0 != atOnce
        {
            return false
        }
        let part = aim.tasks.map(JobPart.tasks) ?? .whole
        let isSeenRunning = observation.runs.contains { run in
            run.end == nil && part.includes(run.jobName) && run.timeLimitSeconds > 0
                && aim.timeLimitSeconds.map { $0 == run.timeLimitSeconds } ?? true
                && aim.qos.map { $0 == run.qos } ?? true
                && aim.partition.map { Self.names($0).contains(Substring(run.partition)) } ?? true
        }
        if isSeenRunning { return true }
        guard let pending = observation.pending,
            aim.partition.map({ Self.names($0) == Self.names(observation.partition) }) ?? true,
            aim.qos.map({ $0 == observation.qos }) ?? true
        else { return false }
        if let limit = aim.timeLimitSeconds {
            let isShown =
                pending.timeLimitSeconds == limit
                || aim.tasks != nil && pending.apart.contains { $0.timeLimitSeconds == limit }
            guard isShown else { return false }
        }
        guard aim.changesSize, let before = claim?.observedRequest else { return true }
        return !before.hasPrefix("\(pending.footprint) ")
            || aim.tasks != nil && !pending.apart.isEmpty
    }

    private static func names(_ list: String) -> Set<Substring> { Set(list.split(separator: ",")) }

    // MARK: Another account

    /// Takes over what the provider shows of the claim's account and name; with another account what
    /// is held goes to the allocation that pays for it, unless something of the job runs.
    mutating func follow() {
        guard observation.showsPending, isNewest, var claim else { return }
        claim.hetName = observation.hetName ?? claim.hetName
        self.claim = claim
        guard observation.showsOneAccount, let account = observation.accountLineage.first,
            !account.isEmpty, account.lowercased() != claim.account.lowercased(), runningCount == 0,
            believesAccount
        else { return }
        claim.account = account
        if let target = facts.movesTo?.number, target != claim.allocation, pools[target] != nil {
            pools[claim.allocation]?.release(claim.pins, for: claim.dimensions)
            claim.allocation = target
            var amount = self.target(of: claim, tasks: claim.outstandingTasks)
            if !refuses, !fits(amount, claim) {
                (claim.amountPerTask, claim.extra, amount) = (.zero, .zero, .zero)
                claim.remark = Self.noting(Self.short, on: claim.remark)
            }
            claim.pins = pools[target]?.pin(amount, at: now, for: claim.dimensions) ?? .none
        }
        self.claim = claim
        record(.repriced, at: now)
    }
}
