/// A change of a job: who asks → what it would cost → standing, cap, credit → set aside what it costs
/// more. Nothing shrinks or moves here: Slurm may still refuse the change, or do half of it.

import Ledger
import Rates
import Registry
import Units

/// - Parameter refusesStrangers: what costs too much, of those who have no say in the job.
func decideModification(
    _ asked: Modification, _ facts: Facts, at now: Instant, refusesStrangers: Bool = true
) throws(Refusal) -> Decision {
    // Slurm refuses strangers itself, and is told nothing of the job here.
    let subjects = facts.modified.subjects.filter { asked.mayMove($0.claim, facts) }
    var raising = Raising(asked, facts, at: now)
    try raising.passOver(refusing: refusesStrangers)
    try raising.take(subjects)
    return raising.decision
}

extension Modification {
    fileprivate func mayMove(_ claim: Claim, _ facts: Facts) -> Bool {
        callerMayAll || facts.user(callerName).number == claim.user
            || coordinated.contains(claim.account)
    }
}

/// A change on its way through the books: the pools and the raises so far.
private struct Raising {
    let asked: Modification
    let now: Instant
    var facts: Facts
    var entries: [EntryDraft] = []
    var notices: [Notice] = []
    var modified = Modified()
    var passed: [PassedRaise] = []
    /// What was set aside here, as it would be remembered of strangers.
    var raised: [PassedRaise] = []

    init(_ asked: Modification, _ facts: Facts, at now: Instant) {
        (self.asked, self.facts, self.now) = (asked, facts, now)
    }

    var decision: Decision {
        Decision(
            entries: entries, outcome: .modified(modified), notices: notices,
            passedRaises: passed)
    }

    /// What is meant of one claim, and what of it is set aside already.
    struct Part {
        let subject: ModificationFacts.Subject
        let runs: [Run]
        let waiting: Int64
        let allocation: Allocation
        /// Into another allocation: nothing is set aside there.
        let isMove: Bool
        let own: ServiceUnits

        var claim: Claim { subject.claim }
    }

    // MARK: Who has no say

    /// What may come all the same, for somebody may have become an operator of Slurm's a moment ago, is
    /// told; it is held as soon as Slurm shows it. Where an operator's would be refused, so is theirs:
    /// whom Slurm refuses anyway loses nothing, and nobody else gets past the credit.
    mutating func passOver(refusing: Bool) throws(Refusal) {
        guard !asked.callerMayAll else { return }
        let subjects = facts.modified.subjects.filter(isPassedOver)
        guard !subjects.isEmpty else { return }
        modified.isPassedOver = true
        if !facts.modified.isGuess { notices += subjects.map { passedOverNotice($0.claim) } }
        // What waits of an array its owner may raise, whatever comes of the tasks that run.
        let theirs = subjects.filter { !hasPart(in: $0) }
        guard refusing, !theirs.isEmpty else { return }
        do {
            passed = try tried(asOperatorFor: theirs)
        } catch {
            throw .noSay(because: error)
        }
    }

    private func hasPart(in subject: ModificationFacts.Subject) -> Bool {
        guard asked.mayMove(subject.claim, facts) else { return false }
        guard let part = try? part(of: subject) else { return true }
        return part.waiting > 0 || part.isMove
    }

    /// What would be set aside for an operator who asked for the same, beside what was let pass so far.
    private func tried(
        asOperatorFor subjects: [ModificationFacts.Subject]
    ) throws(Refusal) -> [PassedRaise] {
        var asOperator = asked
        asOperator.callerMayAll = true
        let keys = Set(subjects.map { key(of: $0.claim) })
        guard facts.passedRaises.hasRoom(for: keys) else {
            throw .conflict("too many such changes are under way.")
        }
        var trial = Raising(asOperator, facts, at: now)
        for other in facts.passedRaises.others(than: keys) { trial.hold(other) }
        try trial.take(subjects)
        return trial.raised
    }

    private func key(of claim: Claim) -> PassedRaise.Key {
        PassedRaise.Key(claim: claim.id.number, tasks: asked.part.tasks)
    }

    private mutating func hold(_ other: PassedRaise) {
        _ = facts.pools[other.allocation]?.pin(
            other.amount, at: now, for: Dimensions(allocation: other.allocation))
        let key = Membership.Key(AllocationID(other.allocation), UserID(other.user))
        facts.memberUses[key, default: MemberUse()].held += other.amount
    }

    /// Whether it would cost more if its asker were an operator.
    private func isPassedOver(_ subject: ModificationFacts.Subject) -> Bool {
        var asOperator = asked
        asOperator.callerMayAll = true
        let mayMove = asked.mayMove(subject.claim, facts)
        // What can't be priced is refused where its asker has a say.
        guard let most = try? Raising(asOperator, facts, at: now).growth(of: subject) else {
            return !hasPart(in: subject)
        }
        let considered = mayMove ? (try? growth(of: subject)) ?? most : .zero
        return most > max(considered, .zero)
    }

    private func passedOverNotice(_ claim: Claim) -> Notice {
        Notice(
            .passedOver, cluster: asked.cluster, job: claim.reference.number ?? asked.job,
            token: claim.token, userName: facts.userNames[UserID(claim.user)],
            "\(asked.words): nothing was set aside, for \(asked.asker) has no such say in the job "
                + "by what was read of Slurm\(asked.reading). What Slurm makes of it is held once a "
                + "poll shows it.")
    }

    // MARK: One claim

    func growth(of subject: ModificationFacts.Subject) throws(Refusal) -> ServiceUnits {
        let part = try part(of: subject)
        return try cost(of: part) - part.own
    }

    mutating func take(_ subjects: [ModificationFacts.Subject]) throws(Refusal) {
        guard facts.modified.isGuess else {
            for subject in subjects { try take(subject) }
            return
        }
        // Which of them it is nobody knows yet; the one that would cost the most more is sure to do.
        var dearest: (subject: ModificationFacts.Subject, more: ServiceUnits)?
        for subject in subjects {
            let more = try growth(of: subject)
            if dearest.map({ more > $0.more }) ?? true { dearest = (subject, more) }
        }
        if let dearest { try take(dearest.subject) }
    }

    private mutating func take(_ subject: ModificationFacts.Subject) throws(Refusal) {
        if asked.changesSize, asked.options == nil, !asked.callerMayAll, !subject.isRunning {
            throw .conflict(
                "what this job asked for is not known, so another size can't be priced. "
                    + "Cancel it and submit it anew.")
        }
        let part = try part(of: subject)
        let cost = try cost(of: part)
        let isLonger = longest(part) > part.claim.timeLimitSeconds
        guard cost > part.own || isLonger || part.isMove else { return }
        for span in spans(part) {
            try facts.registry.demandStanding(
                of: UserID(part.claim.user), in: part.allocation, over: span,
                isAssociated: asked.ownerIsAssociated)
        }
        guard cost > part.own else { return }
        let isShort = try checkCredit(cost, part)
        setAside(cost - part.own, for: part, isShort: isShort)
    }

    private func part(of subject: ModificationFacts.Subject) throws(Refusal) -> Part {
        let claim = subject.claim
        let meant = subject.runs.filter { asked.part.includes($0.jobName) }
        // slurmctld lets only its operators raise what runs, not the owner and no coordinator:
        // nothing is set aside for what it refuses.
        let runs = asked.callerMayAll ? meant : []
        let waiting = min(
            claim.outstandingTasks,
            asked.part.taskCount.map { max($0 - Int64(meant.count), 0) } ?? claim.outstandingTasks)
        let allocation = try allocation(for: subject, waiting: waiting)
        let isMove = allocation.id.number != claim.allocation
        let raises = subject.raises.filter {
            $0.allocation == allocation.id.number && $0.raise?.tasks == asked.part.tasks
        }
        var own = raises.reduce(ServiceUnits.zero) { $0 + $1.pins.total }
        if !isMove {
            own += runs.reduce(.zero) { $0 + $1.share.total }
            own +=
                asked.part.tasks == nil
                ? claim.pins.total
                : min(claim.amountPerTask.times(waiting) ?? .zero, claim.pins.total)
        }
        return Part(
            subject: subject, runs: isMove ? [] : runs, waiting: waiting, allocation: allocation,
            isMove: isMove, own: own)
    }

    /// The one that pays now or, with another account, the one that would.
    private func allocation(
        for subject: ModificationFacts.Subject, waiting: Int64
    ) throws(Refusal) -> Allocation {
        let claim = subject.claim
        guard let allocation = facts.registry.allocations[AllocationID(claim.allocation)] else {
            throw .invalid("claim \(claim.id) has no allocation.")
        }
        guard let lineage = asked.accountLineage, lineage.first != claim.account else {
            return allocation
        }
        guard let project = facts.registry.project(ofAccountLineage: lineage) else {
            if asked.admitsUnknownAccount { return allocation }
            throw .unknownAccount(lineage.first ?? "(none)")
        }
        let touched = try priceATask(of: claim, limit: limit(of: claim)).touched
        guard
            let target = facts.registry.allocation(
                of: project.id, on: asked.cluster, at: now, covering: Set(touched))
        else { throw .noAllocation(project: project.name, cluster: asked.cluster) }
        guard target.id != allocation.id else { return allocation }
        guard subject.runs.isEmpty, asked.part.tasks == nil else {
            throw .conflict(
                "what runs of a job is paid by \(allocation.name) to its end, so the rest of it "
                    + "can't go to \(target.name). Cancel the rest and submit it anew.")
        }
        return target
    }

    // MARK: What it would cost

    private func limit(of claim: Claim) -> Int64 {
        asked.timeLimitSeconds ?? claim.timeLimitSeconds
    }

    private func limit(of run: Run) -> Int64 {
        if let end = asked.endsAt {
            // slurmctld moves the limit by whole minutes.
            return max((end.seconds(since: run.start) + run.limitSpentSeconds + 59) / 60 * 60, 0)
        }
        return asked.timeLimitSeconds ?? run.timeLimitSeconds
    }

    private func longest(_ part: Part) -> Int64 {
        (part.runs.map(limit) + (part.waiting > 0 || part.isMove ? [limit(of: part.claim)] : []))
            .max() ?? 0
    }

    private func spans(_ part: Part) -> [Interval] {
        var starts = part.runs.map { (start: $0.start, seconds: $0.seconds(leftOf: limit(of: $0))) }
        if part.waiting > 0 || part.isMove { starts.append((now, limit(of: part.claim))) }
        return starts.compactMap {
            Interval(start: $0.start, end: $0.start.advanced(bySeconds: max($0.seconds, 1)))
        }
    }

    private struct TaskPrice {
        var option: Admission.Option
        var amount: ServiceUnits
        var touched: [ResourceID]
    }

    /// A waiting task in the dearest of its partitions.
    private func priceATask(of claim: Claim, limit: Int64) throws(Refusal) -> TaskPrice {
        let partitions = (asked.partition ?? claim.partition).split(separator: ",")
        let options =
            asked.options
            ?? partitions.map {
                Admission.Option(partition: String($0), footprint: claim.footprint)
            }
        guard let span = Interval(start: now, end: now.advanced(bySeconds: max(limit, 1))) else {
            throw .invalid("a time limit of \(limit) seconds.")
        }
        var dearest: TaskPrice?
        for option in options {
            let cost = facts.card.cost(
                of: option.footprint, cluster: asked.cluster, partition: option.partition,
                qos: asked.qos ?? claim.qos, over: span)
            let amount =
                facts.isPaidFor(claim.reservation) ? .zero : try facts.registry.priced(cost)
            if dearest.map({ amount > $0.amount }) ?? true {
                dearest = TaskPrice(option: option, amount: amount, touched: cost.touched)
            }
        }
        guard let dearest else { throw .invalid("the change names no partition to price.") }
        return dearest
    }

    /// What the part would cost; with another time limit where one is given.
    private func cost(of part: Part, limit: Int64? = nil) throws(Refusal) -> ServiceUnits {
        var total: Int128 = 0
        let policy = part.allocation.holdPolicy
        if part.waiting > 0 {
            let price = try priceATask(of: part.claim, limit: limit ?? self.limit(of: part.claim))
            if let missing = price.touched.first(where: { !part.allocation.covers($0) }) {
                throw facts.registry.notCovered(missing, by: part.allocation, on: asked.cluster)
            }
            let running = Int64(part.subject.runs.count)
            let atOnce = concurrency(of: part.claim).map { max($0 - running, 0) }
            total = Int128(
                try times(price.amount, heldTasks(part.waiting, atOnce, by: policy)).microSU)
        }
        for run in part.runs {
            let seconds = max(run.seconds(leftOf: limit ?? self.limit(of: run)), 1)
            guard let span = Interval(start: run.start, end: run.start.advanced(bySeconds: seconds))
            else { continue }
            // What a reservation's owner pays for costs nothing more.
            for part in facts.outsideOfPaid(run.reservation, span) {
                let price = try facts.registry.priced(
                    facts.card.cost(
                        of: run.counts, cluster: asked.cluster, partition: run.partition,
                        qos: asked.qos ?? run.qos, over: part))
                total += Int128(price.microSU)
            }
        }
        guard total < Int128(ServiceUnits.lineLimit), let sum = ServiceUnits(exactly: total) else {
            throw .tooLarge("this change")
        }
        return sum
    }

    /// How many of its tasks may run at once then; nil: all of them.
    private func concurrency(of claim: Claim) -> Int64? {
        guard let atOnce = asked.tasksAtOnce else { return claim.concurrency }
        return atOnce > 0 ? atOnce : nil
    }

    private func times(_ amount: ServiceUnits, _ tasks: Int64) throws(Refusal) -> ServiceUnits {
        guard let product = amount.times(tasks), product.microSU < ServiceUnits.lineLimit else {
            throw .tooLarge("the cost of this job's \(tasks) tasks")
        }
        return product
    }

    // MARK: Whether it may

    /// Its own amount counts as free (money.md 2.5). Whether it is allowed short of credit; throws
    /// where it is refused.
    private func checkCredit(_ cost: ServiceUnits, _ part: Part) throws(Refusal) -> Bool {
        guard let pool = facts.pools[part.allocation.id.number] else {
            throw .invalid("allocation \(part.allocation.name) has no books yet.")
        }
        let user = UserID(part.claim.user)
        let key = Membership.Key(part.allocation.id, user)
        let used = (facts.memberUses[key] ?? MemberUse()).used - part.own
        let free = pool.free(at: now) + part.own
        let cap = facts.registry.memberships[key]?.cap
        let fits = longestLimit(within: min(free, cap.map { $0 - used } ?? free), part)
        if let cap, used + cost > cap {
            if asked.admitsShort { return true }
            throw .capReached(
                CapShortage(
                    allocation: part.allocation.name, cost: cost, cap: cap, used: used,
                    fitsSeconds: fits))
        }
        guard free < cost else { return false }
        if asked.admitsShort { return true }
        let totals = pool.totals
        var shortage = Shortage(
            allocation: part.allocation.name, cost: cost, free: free, granted: totals.granted,
            charged: totals.charged, held: totals.held, fitsSeconds: fits)
        (shortage.expired, shortage.withdrawn) = (totals.expired, totals.withdrawn)
        shortage.later = pool.later(than: now)
        shortage.overdraftLimit = pool.overdraftLimit
        shortage.own = part.own
        throw .insufficientCredit(shortage)
    }

    /// The longest time limit, in whole minutes, with which the part would cost at most `amount`.
    private func longestLimit(within amount: ServiceUnits, _ part: Part) -> Int64? {
        var (fits, tooLong) = (Int64(0), longest(part) / 60 + 1)
        while tooLong - fits > 1 {
            let minutes = fits + (tooLong - fits) / 2
            let price = try? cost(of: part, limit: minutes * 60)
            if let price, price <= amount { fits = minutes } else { tooLong = minutes }
        }
        return fits > 0 ? fits * 60 : nil
    }

    // MARK: Setting aside

    private mutating func setAside(_ amount: ServiceUnits, for part: Part, isShort: Bool) {
        let claim = part.claim
        let limit = longest(part)
        let price = try? priceATask(of: claim, limit: self.limit(of: claim))
        var raise = Claim(
            id: ClaimID(facts.next.take(\.claim)),
            reference: ClaimReference(
                provider: claim.reference.provider, cluster: asked.cluster, number: nil),
            token: nil, allocation: part.allocation.id.number, user: claim.user,
            account: asked.accountLineage?.first ?? claim.account,
            partition: price?.option.partition ?? claim.partition, qos: asked.qos ?? claim.qos,
            footprint: price?.option.footprint ?? claim.footprint, timeLimitSeconds: limit,
            state: .unclaimed, createdAt: now)
        raise.amountPerTask = price?.amount ?? .zero
        raise.remark = "set aside for \(asked.wish)"
        var aim = Raise(of: claim.id)
        aim.tasks = asked.part.tasks
        if asked.timeLimitSeconds != nil || asked.endsAt != nil { aim.timeLimitSeconds = limit }
        (aim.partition, aim.qos) = (asked.partition, asked.qos)
        aim.account = asked.accountLineage?.first
        aim.tasksAtOnce = asked.tasksAtOnce
        aim.changesSize = asked.changesSize
        raise.raise = aim
        let key = part.allocation.id.number
        raise.pins = facts.pools[key]?.pin(amount, at: now, for: raise.dimensions) ?? .none
        facts.memberUses[
            Membership.Key(part.allocation.id, UserID(claim.user)), default: MemberUse()
        ].held += amount
        entries.append(
            EntryDraft(
                kind: .raised, effectiveAt: now, changes: [.claim(raise)],
                postings: facts.pools[key]?.takePostings() ?? []))
        raised.append(
            PassedRaise(
                key: self.key(of: claim), cluster: asked.cluster, allocation: key, user: claim.user,
                amount: amount, pollsBegun: asked.pollsBegun))
        modified.held += amount
        modified.allocation = part.allocation.name
        modified.left = facts.pools[key]?.available(at: now) ?? .zero
        modified.isShort = modified.isShort || isShort
        notices.append(notice(of: raise, amount, claim))
    }

    private func notice(of raise: Claim, _ amount: ServiceUnits, _ claim: Claim) -> Notice {
        var notice = Notice(
            .raised, cluster: asked.cluster, job: claim.reference.number ?? asked.job,
            token: claim.token, userName: facts.userNames[UserID(claim.user)],
            "\(asked.wish): \(amount) SU more set aside, until Slurm shows the change.")
        notice.figures = [.init("set_aside", .amount(amount))]
        return notice
    }
}

extension ModificationFacts.Subject {
    fileprivate var isRunning: Bool { claim.outstandingTasks == 0 }
}
