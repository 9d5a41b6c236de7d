/// Runs as an observation shows them: started, changed, ended; charged once by their key.

import Ledger
import Rates
import Registry
import Units

extension Observer {
    mutating func take(_ shown: RunFacts) {
        guard var known = facts.runs[shown.key] else { return begin(shown) }
        // What has ended is final here; a different record of it is reconciliation's to settle.
        guard known.state == .running else { return }
        // One of another claim is observed on its own (`Facts.elsewhere`).
        guard known.claim == nil || known.claim == claim?.id else { return }
        notice(shown, &known)
        if let end = shown.end {
            finish(known, as: shown, at: end)
        } else if known.timeLimitSeconds != shown.timeLimitSeconds
            || known.limitSpent(as: shown) != known.limitSpentSeconds
            || known.counts != shown.counts
            || shown.qos != nil && known.qos != shown.qos
        {
            reprice(known, as: shown)
        }
    }

    /// Places a suspension while it can be seen: afterwards only the sum of their seconds is told.
    private mutating func notice(_ shown: RunFacts, _ run: inout Run) {
        guard let sight = shown.suspension else { return }
        let before = run.suspensions
        run.suspensions.take(sight, ofRunFrom: run.start)
        guard run.suspensions != before, shown.end == nil else { return }
        facts.runs[shown.key] = run
        record(sight.isSuspended ? .suspended : .resumed, at: sight.at, run: run)
    }

    /// A run that was not known: one task's part of the hold becomes its share.
    private mutating func begin(_ shown: RunFacts) {
        var run = Run(
            id: RunID(facts.next.take(\.run)), key: shown.key, jobName: shown.jobName,
            claim: claim?.id, allocation: claim?.allocation ?? pool?.allocation,
            // A hold's share is its user's, by whatever name the provider calls them now.
            user: claim?.user ?? facts.user(observation.userName).number,
            account: observation.accountLineage.first ?? "",
            partition: shown.partition, qos: shown.qos, counts: shown.counts, start: shown.start,
            timeLimitSeconds: shown.timeLimitSeconds)
        run.limitSpentSeconds = shown.limitSpentSeconds
        // As it is at its start: a job that waited for one may have left it.
        run.reservation = shown.reservation
        // What is held a task, if it is one of those that waited.
        let heldLimit = claim.flatMap { $0.outstandingTasks > 0 ? $0.timeLimitSeconds : nil }
        run.share = takeShare(of: run)
        if let sight = shown.suspension {
            run.suspensions.take(sight, ofRunFrom: run.start)
        }
        if let end = shown.end {
            finish(run, as: shown, at: end, isNew: true)
            return
        }
        runningCount += 1
        if claim?.state == .closed { claim?.state = .bound }
        let (part, poolsBefore) = (run.share.total, pools)
        repin(&run)
        if let heldLimit, run.timeLimitSeconds > heldLimit {
            tellRaise(
                to: run.timeLimitSeconds, holding: run.share.total - part, before: poolsBefore)
        }
        facts.runs[shown.key] = run
        record(.started, at: shown.start, run: run)
    }

    private mutating func takeShare(of run: Run) -> Pins {
        guard takesShares, var held = claim, held.outstandingTasks > 0, let pool else {
            return .none
        }
        var part = min(held.amountPerTask, held.pins.total)
        if held.extra > .zero, run.timeLimitSeconds > held.timeLimitSeconds {
            // One of those that are held more for.
            let more = min(
                max(cost(of: run) - held.amountPerTask, .zero), held.extra, held.pins.total - part)
            held.extra -= more
            part += more
        }
        let share = pool.split(part, off: &held.pins)
        held.outstandingTasks -= 1
        claim = held
        return share
    }

    /// Sets the share to what the run may cost from its start, with what it really got.
    private mutating func repin(_ run: inout Run) {
        guard let dimensions = run.dimensions else { return }
        let amount = cost(of: run)
        run.share =
            pools[dimensions.allocation]?
            .repin(run.share, to: amount, at: run.start, for: dimensions) ?? .none
    }

    private func cost(of run: Run) -> ServiceUnits {
        cost(
            of: run.counts, partition: run.partition, qos: run.qos, from: run.start,
            seconds: run.seconds(leftOf: run.timeLimitSeconds), inside: run.reservation)
    }

    private mutating func reprice(_ known: Run, as shown: RunFacts) {
        guard isNewest else {
            hasPassedOver = true
            return
        }
        var run = known
        (run.timeLimitSeconds, run.limitSpentSeconds) =
            (shown.timeLimitSeconds, run.limitSpent(as: shown))
        // A cutover that was set since moves both.
        if run.limitSpentSeconds != known.limitSpentSeconds { run.start = shown.start }
        run.counts = shown.counts
        run.qos = shown.qos ?? run.qos
        let poolsBefore = pools
        repin(&run)
        let isLonger = run.timeLimitSeconds > known.timeLimitSeconds
        if isLonger || run.counts != known.counts || run.qos != known.qos {
            tellRaise(
                to: isLonger ? run.timeLimitSeconds : nil,
                holding: run.share.total - known.share.total, before: poolsBefore)
        }
        facts.runs[shown.key] = run
        record(.repriced, at: now, run: run)
    }

    /// The end of a run: its charge is posted and its share goes.
    private mutating func finish(
        _ known: Run, as shown: RunFacts, at end: Instant, isNew: Bool = false
    ) {
        var run = known
        run.state = .ended
        (run.counts, run.start, run.end) = (shown.counts, shown.start, end)
        (run.suspendedSeconds, run.outcome) = (shown.suspendedSeconds, shown.state)
        // The last one, as Slurm's own record has it.
        run.qos = shown.qos ?? run.qos
        // slurmctld forgets the name where the reservation ends first.
        run.reservation = shown.reservation ?? run.reservation
        run.cardVersion = facts.card.version
        let pricing = price(run, until: end)
        let excuse = facts.heldBack[shown.key.jobID].flatMap {
            $0.excuses(shown) ? HeldBack.free : nil
        }
        let freeBecause = shown.freeBecause ?? excuse
        run.remark = freeBecause ?? remark(on: pricing) ?? facts.paidRemark(on: run, until: end)
        var lines = freeBecause == nil ? pricing.lines : []
        let payer = run.allocation.flatMap { pools[$0] }
        if payer?.canCharge(lines) == false {
            run.remark = "unrated: the charge is too large"
            lines = []
        }
        if let dimensions = run.dimensions, payer != nil {
            run.charged = lines.reduce(.zero) { $0 + $1.amount }
            let lastSecond = max(run.start, end.advanced(bySeconds: -1))
            if run.share.total > .zero {
                pools[dimensions.allocation]?
                    .settle(lines, from: run.share, at: lastSecond, for: dimensions)
            } else {
                // Nothing was held for it: it may become known long after it ended.
                pools[dimensions.allocation]?
                    .settlePast(lines, at: lastSecond, for: dimensions)
            }
        } else if freeBecause != RunFacts.beforeCutover {
            run.remark = Run.unplacedRemark(of: run.account)
        }
        run.share = .none
        if !isNew, run.claim != nil { runningCount -= 1 }
        if let held = claim, runningCount == 0, held.outstandingTasks == 0 {
            pool?.release(held.pins, for: held.dimensions)
            claim?.pins = .none
            claim?.state = .closed
        }
        facts.runs[shown.key] = run
        record(.ended, at: end, run: run)
    }

    private func price(_ run: Run, until end: Instant) -> Pricing {
        guard let span = Interval(start: run.start, end: end) else {
            return Pricing(lines: [], unrated: [])
        }
        let usage = Usage(
            cluster: run.key.cluster, partition: run.partition, qos: run.qos,
            counts: run.counts, interval: span, suspendedSeconds: run.suspendedSeconds,
            suspensions: run.suspensions.intervals(until: end))
        let charged = facts.outsideOfPaid(run.reservation, span)
        guard charged != [span] else { return facts.card.price(usage) }
        let parts = charged.compactMap { usage.clipped(to: $0) }.map(facts.card.price)
        return Pricing(lines: parts.flatMap(\.lines), unrated: parts.flatMap(\.unrated))
    }

    private func remark(on pricing: Pricing) -> String? {
        guard let first = pricing.unrated.first else { return nil }
        let name = facts.registry.rateBook.resources[first.resource]?.name ?? "\(first.tres)"
        return "unrated: \(name): " + (first.reason == .noRate ? "no rate" : "too large")
    }
}

extension Run {
    /// How much of its limit was over when it began. Of one start it only becomes less: what was
    /// suspended before can be told once, and not any more after the next suspension.
    fileprivate func limitSpent(as shown: RunFacts) -> Int64 {
        shown.start == start
            ? min(limitSpentSeconds, shown.limitSpentSeconds) : shown.limitSpentSeconds
    }
}
