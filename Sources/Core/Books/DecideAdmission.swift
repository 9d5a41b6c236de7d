/// Admission: find the allocation → price → standing → cap → credit → hold. Each step owns a refusal.

import Ledger
import Rates
import Registry
import Units

func decideAdmission(
    _ admission: Admission, _ facts: Facts, at now: Instant
) throws(Refusal) -> Decision {
    if let earlier = facts.claim {
        throw .conflict("token \(admission.token) stands for claim \(earlier.id) already.")
    }
    guard admission.options.allSatisfy({ $0.footprint.sorted.allSatisfy { $0.count >= 0 } }) else {
        throw .invalid("the submission asks for less than nothing.")
    }
    let placement: Placement
    if let placed = facts.placement {
        placement = placed
    } else {
        var pricer = Pricer(facts.card)
        placement = try facts.registry.place(admission, pricer: &pricer, at: now)
    }
    let allocation = placement.allocation
    guard var pool = facts.pool else {
        throw .invalid("allocation \(allocation.name) has no books yet.")
    }
    let span = admission.span(from: now)
    try facts.registry.demandStanding(
        of: facts.user(admission.userName), in: allocation, over: span,
        isAssociated: admission.isAssociated)

    let tasks = heldTasks(admission.tasks, admission.concurrency, by: allocation.holdPolicy)
    let costPerTask =
        facts.isPaidFor(admission.reservation) ? ServiceUnits.zero : placement.costPerTask
    guard admission.tasks > 0, let cost = costPerTask.times(tasks),
        cost.microSU < ServiceUnits.lineLimit
    else { throw .tooLarge("the cost of this job's \(admission.tasks) tasks") }
    let reserved = ReservedCredit(for: cost, in: &pool, facts)
    var facts = facts
    if let reserved, reserved.claim.user == facts.user(admission.userName).number {
        facts.use.held -= reserved.amount
    }

    let isShort = try checkCredit(
        cost: cost, tasks: tasks, placement, admission, pool, facts, at: span.start)

    let user = facts.user(admission.userName)
    var claim = Claim(
        id: ClaimID(facts.next.take(\.claim)),
        reference: ClaimReference(
            provider: admission.provider, cluster: admission.cluster, number: nil),
        token: admission.token, allocation: allocation.id.number, user: user.number,
        account: admission.accountLineage.first ?? "", partition: placement.partition,
        qos: admission.qos, footprint: placement.footprint,
        timeLimitSeconds: admission.timeLimitSeconds, state: .unclaimed, createdAt: now)
    claim.outstandingTasks = admission.tasks
    claim.concurrency = admission.concurrency
    claim.amountPerTask = costPerTask
    claim.reservation = admission.reservation
    claim.pins = pool.pin(cost, at: span.start, for: claim.dimensions)
    if isShort { claim.remark = "held although credit was missing" }
    if admission.isPerhapsTest { claim.remark = Claim.perhapsTest }

    let admitted = Admitted(
        claim: claim.id, account: claim.account, allocation: allocation.name, held: cost,
        left: pool.available(at: span.start), isShort: isShort)
    let changes = [claim] + (reserved.map { [$0.claim] } ?? [])
    let entry = EntryDraft(
        kind: .admitted, effectiveAt: now, changes: changes.map(Change.claim),
        postings: pool.postings)
    return Decision(
        entries: [entry], outcome: .admitted(admitted),
        notices: [admittedNotice(admission, admitted)].compactMap(\.self))
}

/// How many of an array's tasks credit is set aside for now (money.md 3.2).
func heldTasks(_ tasks: Int64, _ concurrency: Int64?, by policy: HoldPolicy) -> Int64 {
    switch policy {
    case .submit: tasks
    case .throttle: min(tasks, concurrency ?? tasks)
    case .start: 0
    }
}

extension Registry {
    /// `checkStanding` with its refusals, for a submission and for a start.
    func demandStanding(
        of user: UserID, in allocation: Allocation, over span: Interval, isAssociated: Bool
    ) throws(Refusal) {
        do {
            try checkStanding(of: user, in: allocation, over: span, isAssociated: isAssociated)
        } catch {
            let project = projects[allocation.project]?.name ?? ""
            switch error {
            case .notAMember: throw .notAMember(allocation: allocation.name)
            case .inactive(let level, let status):
                throw .inactive(
                    level: level, name: level == .project ? project : allocation.name,
                    status: status)
            case .outsideWindow(let level, let window):
                let fits = window.contains(span.start) ? window.end.seconds(since: span.start) : nil
                throw .outsideWindow(
                    level: level, name: allocation.name, window: window, fitsSeconds: fits)
            }
        }
    }
}

/// Whether it is admitted short of credit; throws where it is refused.
private func checkCredit(
    cost: ServiceUnits, tasks: Int64, _ placement: Placement, _ admission: Admission,
    _ pool: Pool, _ facts: Facts, at start: Instant
) throws(Refusal) -> Bool {
    // A submission that costs nothing needs no credit, even of an overdrawn allocation.
    guard cost > .zero else { return false }
    let allocation = placement.allocation
    let longest = { (amount: ServiceUnits) -> Int64? in
        guard amount > .zero else { return nil }
        return facts.card.longestAffordable(
            placement.footprint, cluster: admission.cluster, partition: placement.partition,
            qos: admission.qos, from: start,
            for: ServiceUnits(microSU: amount.microSU / max(tasks, 1)),
            limitSeconds: admission.timeLimitSeconds)
    }
    let cap = facts.registry.memberships[.init(allocation.id, facts.user(admission.userName))]?.cap
    if let cap, facts.use.used + cost > cap {
        if admission.admitsShort { return true }
        throw .capReached(
            CapShortage(
                allocation: allocation.name, cost: cost, cap: cap, used: facts.use.used,
                fitsSeconds: longest(min(cap - facts.use.used, pool.free(at: start)))))
    }
    let free = pool.free(at: start)
    guard free < cost else { return false }
    if admission.admitsShort { return true }
    let totals = pool.totals
    var shortage = Shortage(
        allocation: allocation.name, cost: cost, free: free, granted: totals.granted,
        charged: totals.charged, held: totals.held,
        fitsSeconds: longest(min(free, cap.map { $0 - facts.use.used } ?? free)))
    (shortage.expired, shortage.withdrawn) = (totals.expired, totals.withdrawn)
    shortage.later = pool.later(than: start)
    shortage.overdraftLimit = pool.overdraftLimit
    throw .insufficientCredit(shortage)
}
