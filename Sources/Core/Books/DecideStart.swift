/// The start of a job: find what pays → standing → coverage and rates → cap → credit → share. Each step
/// owns a refusal, and a refused start is recorded, so that the job can be let go again.
///
/// The same entries as an observation of the start makes: whichever comes second finds the run there.

import Ledger
import Rates
import Registry
import Units

func decideStart(
    _ order: StartOrder, _ facts: Facts, at now: Instant
) -> Decision {
    switch order {
    case .settle(_, _, let step):
        guard let row = facts.heldBack[order.job.id], let changed = row.taking(step) else {
            return .nothing
        }
        return Decision(entries: [heldBackEntry(of: changed, at: now)], outcome: .nothing)
    case .ask(let request):
        do {
            let (answer, entries) = try start(request, facts, promised: .zero, at: now)
            let stood = facts.heldBack[order.job.id]?.taking(.over(because: "it started"))
            return Decision(
                entries: entries + (stood.map { [heldBackEntry(of: $0, at: now)] } ?? []),
                outcome: .start(answer))
        } catch {
            let row = HeldBack(request, because: error, facts, at: now)
            let known = facts.heldBack[order.job.id]
            return Decision(
                entries: known?.says(theSameAs: row) == true
                    ? [] : [heldBackEntry(of: row, at: now)],
                outcome: .start(.mayNot(error)))
        }
    case .review(let request, let promised):
        do {
            let (answer, _) = try start(request, facts, promised: promised, at: now)
            return Decision(entries: [], outcome: .start(answer))
        } catch {
            var entries: [EntryDraft] = []
            if var row = facts.heldBack[order.job.id], row.state != .over,
                row.cause != HeldBack.Cause(error)
            {
                (row.cause, row.reason) = (HeldBack.Cause(error), error.text)
                entries = [heldBackEntry(of: row, at: now)]
            }
            return Decision(entries: entries, outcome: .start(.mayNot(error)))
        }
    }
}

func heldBackEntry(of row: HeldBack, at now: Instant) -> EntryDraft {
    EntryDraft(
        kind: row.state == .over ? .letGo : .heldBack, effectiveAt: now,
        changes: [.heldBack(row)])
}

private func start(
    _ request: StartRequest, _ facts: Facts, promised: ServiceUnits, at now: Instant
) throws(Refusal) -> (StartAnswer, [EntryDraft]) {
    let registry = facts.registry
    guard let payer = facts.payer(of: request) else {
        let lineage = request.observation.accountLineage
        guard let project = registry.project(ofAccountLineage: lineage) else {
            return (.unaccounted, [])
        }
        throw .noAllocation(project: project.name, cluster: request.run.key.cluster)
    }
    guard let before = facts.poolOfPayer, before.allocation == payer.id.number else {
        throw .invalid("allocation \(payer.name) has no books yet.")
    }
    let user = facts.userOf(request)
    try registry.demandStanding(
        of: user, in: payer, over: request.span, isAssociated: request.observation.isAssociated)
    try checkPrice(request, payer, facts)

    var observer = Observer(request.observation, facts, at: now)
    observer.moveClaim(to: before, for: request.run)
    observer.meetClaim()
    observer.settleRaisesAtStart()
    observer.take(request.run)
    guard let after = observer.pools[payer.id.number] else {
        preconditionFailure("the payer's pool is among the observer's")
    }
    // What is set aside for a change of the job is its own.
    let raised = observer.facts.raises.filter { $0.allocation == payer.id.number }
        .reduce(ServiceUnits.zero) { $0 + $1.pins.total }
    let free = after.free(at: request.run.start) + raised - promised
    let more = before.free(at: request.run.start) - after.free(at: request.run.start)
    let share = observer.facts.runs[request.run.key]?.share ?? .none
    let held = share.total
    // A start that takes nothing more of the grants than was set aside for it always succeeds
    // (money.md 3.4). What is held beyond them is had only while the limit is kept: the collector may
    // have forced it, of the run, where it saw that first, or of the job while it waited (submitted
    // unasked, changed to something that nobody was asked about).
    let isForced = after.isOverdraft(share)
    if more > .zero || isForced, !request.admitsShort {
        let used =
            facts.use.used + observer.heldMore(by: user.number, in: payer.id.number) - raised
        try checkCap(request, payer, facts, user, used: used, held: held, free: free)
        guard free >= .zero else {
            throw shortage(request, payer, before, held: held, more: more, free: free, facts)
        }
    }
    let left = after.available(at: request.run.start)
    let answer = StartAnswer.may(allocation: payer.name, held: held, more: more, left: left)
    return (answer, observer.entries)
}

/// Every rated resource is covered, and has a rate in force.
private func checkPrice(
    _ request: StartRequest, _ payer: Allocation, _ facts: Facts
) throws(Refusal) {
    let run = request.run
    let cost = facts.card.cost(
        of: run.counts, cluster: run.key.cluster, partition: run.partition, qos: run.qos,
        over: request.span)
    func name(_ resource: ResourceID) -> String {
        facts.registry.rateBook.resources[resource]?.name ?? "a resource"
    }
    if let missing = cost.touched.first(where: { !payer.covers($0) }) {
        throw facts.registry.notCovered(missing, by: payer, on: run.key.cluster)
    }
    if let unpriced = cost.unpriced.first(where: { $0.reason == .noRate }) {
        throw .noRate(resource: name(unpriced.resource))
    }
    guard let total = cost.total, total.microSU < ServiceUnits.lineLimit else {
        throw .tooLarge("the cost of this job")
    }
}

private func checkCap(
    _ request: StartRequest, _ payer: Allocation, _ facts: Facts, _ user: UserID,
    used: ServiceUnits, held: ServiceUnits, free: ServiceUnits
) throws(Refusal) {
    guard let cap = facts.registry.memberships[.init(payer.id, user)]?.cap, used > cap,
        used > facts.use.used
    else { return }
    // What was set aside for the job itself counts as free.
    let others = used - held
    throw .capReached(
        CapShortage(
            allocation: payer.name, cost: held, cap: cap, used: others,
            fitsSeconds: longest(request, min(cap - others, held + free), facts)))
}

private func shortage(
    _ request: StartRequest, _ payer: Allocation, _ before: Pool, held: ServiceUnits,
    more: ServiceUnits, free: ServiceUnits, _ facts: Facts
) -> Refusal {
    let totals = before.totals
    // What was set aside for it counts as free (money.md 2.5).
    var figures = Shortage(
        allocation: payer.name, cost: held, free: held + free, granted: totals.granted,
        charged: totals.charged, held: totals.held - (held - more),
        fitsSeconds: longest(request, held + free, facts))
    (figures.expired, figures.withdrawn) = (totals.expired, totals.withdrawn)
    figures.later = before.later(than: request.run.start)
    figures.overdraftLimit = before.overdraftLimit
    return .insufficientCredit(figures)
}

private func longest(
    _ request: StartRequest, _ amount: ServiceUnits, _ facts: Facts
) -> Int64? {
    guard amount > .zero else { return nil }
    let run = request.run
    return facts.card.longestAffordable(
        run.counts, cluster: run.key.cluster, partition: run.partition, qos: run.qos,
        from: run.start, for: amount, limitSeconds: run.timeLimitSeconds)
}

extension HeldBack {
    fileprivate init(
        _ request: StartRequest, because refusal: Refusal, _ facts: Facts, at now: Instant
    ) {
        self.init(
            run: request.run.key, jobName: request.run.jobName,
            baseJobID: request.observation.jobID, claim: facts.claim?.id,
            allocation: facts.payer(of: request)?.id.number,
            user: facts.userOf(request).number, counts: request.run.counts, state: .asked,
            source: request.source, cause: Cause(refusal), reason: refusal.text, at: now)
    }

    /// Asked again about the same start, with the same answer.
    fileprivate func says(theSameAs other: HeldBack) -> Bool {
        state != .over && run == other.run && cause == other.cause
    }

    /// The row after a step; nil where the step changes nothing.
    func taking(_ step: HeldBackStep) -> HeldBack? {
        var row = self
        switch (state, step) {
        case (.asked, .held): (row.state, row.wasHeld) = (.held, true)
        case (.asked, .over(let why)), (.held, .over(let why)):
            (row.state, row.ending) = (.over, why)
        case (.held, .held), (.over, _): return nil
        }
        return row
    }
}
