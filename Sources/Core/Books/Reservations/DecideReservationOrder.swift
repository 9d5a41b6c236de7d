/// What operators do to reservations: say who pays, hold credit for one that is to be made, and give
/// it back where it will not be.

import Ledger
import Rates
import Registry
import Units

/// Counts for the version that is open, from its start on, and for those to come.
func decideAssignment(
    _ it: ReservationAssignment, _ facts: Facts, at now: Instant
) throws(Refusal) -> Decision {
    var keeper = ReservationKeeper(
        cluster: it.cluster, name: it.name, facts, seenAt: now, at: now)
    guard let version = keeper.version else {
        // Over, or seen by slurmdbd alone: that it is nobody's can still be said.
        if it.charge == ReservationCharge.none, it.allocation == nil {
            return keeper.leaveUnowned(andTheNext: it.isForNext)
        }
        throw .notFound(
            "cluster \(it.cluster) has no reservation \(it.name) that goes on or is to come; of one "
                + "that is over only --charge none can be said.")
    }
    guard !it.isForNext else {
        throw .conflict(
            "reservation \(it.name) goes on or is to come: what is said of it counts until Slurm "
                + "has none of that name any more. Leave --next away.")
    }
    let allocation = try it.allocation.map { (name) throws(Refusal) in
        try facts.registry.livingAllocation(named: name)
    }
    if let allocation, !allocation.clusters.contains(it.cluster) {
        throw .invalid("allocation \(allocation.name) is not for cluster \(it.cluster).")
    }
    if version.flags.contains("MAINT") {
        throw .conflict("reservation \(it.name) is for maintenance: it costs nobody.")
    }
    var rule = keeper.rule ?? ReservationRule(cluster: it.cluster, name: it.name)
    rule.allocation = allocation?.id.number ?? rule.allocation ?? version.allocation
    rule.charge = it.charge ?? rule.charge ?? (version.charge == .none ? nil : version.charge)
    // Nobody's: so were those before it that nobody paid for.
    if it.charge == ReservationCharge.none, it.allocation == nil { rule.settledUntil = now }
    keeper.rule = rule
    let seen = version.facts(charge: rule.charge ?? .idle, lineages: [])
    keeper.assign(seen, rule)
    let charged = keeper.version ?? version
    var answer = keeper.answer(charged)
    if charged.start < now { answer.since = charged.start }
    return Decision(entries: keeper.entries, outcome: .reserved(answer))
}

extension ReservationKeeper {
    /// - Parameter andTheNext: whether it counts for the next of its name, too.
    fileprivate mutating func leaveUnowned(andTheNext: Bool) -> Decision {
        var rule = ReservationRule(cluster: cluster, name: name)
        rule.charge = andTheNext ? ReservationCharge.none : nil
        rule.settledUntil = now
        if rule != self.rule { record(.reserved, at: now, [.reservationRule(rule)]) }
        var answer = Reserved(
            name: name, allocation: nil, charge: .none, held: .zero, available: .zero)
        answer.isToCome = lastEnded == nil
        answer.isOver = !answer.isToCome
        answer.isForNext = andTheNext
        return Decision(entries: entries, outcome: .reserved(answer))
    }

    fileprivate mutating func assign(_ seen: ReservationFacts, _ rule: ReservationRule) {
        let owner = owner(of: seen)
        // What ran inside until now was at its owner's cost, and stays so.
        if owner.charge != .all { endPaid(at: now) }
        version?.take(owner)
        hold()
        record(.reserved, at: now, [.reservationRule(rule)])
    }

    /// Where the version that goes on pays for all of it: ends it, and goes on with another.
    private mutating func endPaid(at instant: Instant) {
        guard let paid = version, paid.state == .open, paid.charge == .all, paid.start < instant,
            instant < paid.end
        else { return }
        end(at: instant)
        var next = ReservationVersion(
            id: ReservationID(facts.next.take(\.reservation)), cluster: cluster, name: name,
            start: instant, end: paid.end, counts: paid.counts, partition: paid.partition,
            state: .open, observedAt: paid.observedAt)
        next.occurrence = paid.occurrence
        (next.nodes, next.flags) = (paid.nodes, paid.flags)
        (next.accounts, next.users) = (paid.accounts, paid.users)
        version = next
    }

    fileprivate func answer(_ version: ReservationVersion) -> Reserved {
        let name = version.allocation.flatMap {
            facts.registry.allocations[AllocationID($0)]?.name
        }
        let pool = version.allocation.flatMap { pools[$0] }
        return Reserved(
            name: version.name, allocation: name, charge: version.charge,
            held: claim?.pins.total ?? .zero, available: pool?.available(at: now) ?? .zero)
    }
}

/// Credit → hold; Slurm is asked only afterwards.
func decidePlan(
    _ plan: ReservationPlan, _ facts: Facts, at now: Instant
) throws(Refusal) -> Decision {
    var keeper = ReservationKeeper(
        cluster: plan.cluster, name: plan.name, facts, seenAt: now, at: now)
    guard keeper.version == nil else {
        throw .conflict("cluster \(plan.cluster) has a reservation \(plan.name) already.")
    }
    let allocation = try facts.registry.livingAllocation(named: plan.allocation)
    try checkStanding(of: plan, in: allocation, facts.registry)
    guard let pool = keeper.pools[allocation.id.number] else { throw allocation.hasNoBooks }
    var rule = ReservationRule(
        cluster: plan.cluster, name: plan.name, allocation: allocation.id.number,
        charge: plan.charge)
    rule.settledUntil = keeper.rule?.settledUntil
    keeper.rule = rule
    var seen = plan.facts
    seen.charge = plan.charge ?? seen.charge
    var version = ReservationVersion(
        id: ReservationID(0), cluster: plan.cluster, name: plan.name, start: seen.start,
        end: seen.end, counts: seen.counts, partition: seen.partition, state: .planned,
        observedAt: now)
    version.take(keeper.owner(of: seen))
    let cost = version.isCharged ? keeper.wholePrice(version) : .zero
    let free = pool.free(at: max(now, seen.start))
    guard cost <= free || cost == .zero else {
        let totals = pool.totals
        var shortage = Shortage(
            allocation: allocation.name, cost: cost, free: free, granted: totals.granted,
            charged: totals.charged, held: totals.held,
            fitsSeconds: facts.card.longestAffordable(
                seen.counts, cluster: plan.cluster, partition: seen.partition, qos: nil,
                from: seen.start, for: free, limitSeconds: version.span.seconds))
        (shortage.expired, shortage.withdrawn) = (totals.expired, totals.withdrawn)
        shortage.later = pool.later(than: seen.start)
        shortage.overdraftLimit = pool.overdraftLimit
        shortage.reservation = plan.name
        throw .insufficientCredit(shortage)
    }
    keeper.plan(seen, rule)
    let held = keeper.version ?? version
    return Decision(entries: keeper.entries, outcome: .reserved(keeper.answer(held)))
}

private func checkStanding(
    of plan: ReservationPlan, in allocation: Allocation, _ registry: Registry
) throws(Refusal) {
    guard allocation.clusters.contains(plan.cluster) else {
        throw .invalid("allocation \(allocation.name) is not for cluster \(plan.cluster).")
    }
    let project = registry.projects[allocation.project]
    if let project, project.status != .active {
        throw .inactive(level: .project, name: project.name, status: project.status)
    }
    guard allocation.status == .active else {
        throw .inactive(level: .allocation, name: allocation.name, status: allocation.status)
    }
    guard let span = Interval(start: plan.facts.start, end: plan.facts.end), !span.isEmpty else {
        throw .invalid("the reservation would end before it begins.")
    }
    guard allocation.window.contains(span) else {
        let fits =
            allocation.window.contains(span.start)
            ? allocation.window.end.seconds(since: span.start) : nil
        throw .outsideWindow(
            level: .allocation, name: allocation.name, window: allocation.window,
            fitsSeconds: fits)
    }
}

extension ReservationKeeper {
    fileprivate mutating func plan(_ seen: ReservationFacts, _ rule: ReservationRule) {
        open(seen, from: seen.start, until: seen.end)
        // The same entry, with the rule and as planned.
        guard let opened = entries.popLast(), var version else { return }
        version.state = .planned
        self.version = version
        let changes = opened.changes.map { change -> Change in
            if case .reservation = change { .reservation(version) } else { change }
        }
        entries.append(
            EntryDraft(
                kind: opened.kind, effectiveAt: opened.effectiveAt,
                changes: changes + [.reservationRule(rule)], postings: opened.postings))
    }

    fileprivate mutating func drop(because reason: String) -> ServiceUnits {
        guard var dropped = version, dropped.state == .planned else { return .zero }
        let amount = claim?.pins.total ?? .zero
        if var held = claim {
            pools[held.allocation]?.release(held.pins, for: held.dimensions)
            (held.pins, held.outstandingTasks, held.state) = (.none, 0, .closed)
            held.remark = reason
            claim = held
        }
        // A poll that is under way may show it still.
        (dropped.state, dropped.observedAt) = (.ended, now)
        (dropped.end, dropped.freeBecause) = (dropped.start, reason)
        (dropped.charge, dropped.allocation) = (.none, nil)
        version = dropped
        // The rule goes with it: another one of that name has an owner of its own.
        let left = rule ?? ReservationRule(cluster: cluster, name: name)
        record(.released, at: now, [.reservationRule(left.ofWhatIsOver)])
        return amount
    }
}

func decideDrop(because reason: String, _ facts: Facts, at now: Instant) -> Decision {
    guard let version = facts.reservation?.version else {
        return Decision(entries: [], outcome: .released(.zero))
    }
    var keeper = ReservationKeeper(
        cluster: version.cluster, name: version.name, facts, seenAt: now, at: now)
    let amount = keeper.drop(because: reason)
    return Decision(entries: keeper.entries, outcome: .released(amount))
}
