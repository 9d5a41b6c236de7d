/// Changes of jobs: who may, what they cost more, what is set aside until they are seen.

import Bank
import Books
import Ledger
import Registry
import Units

/// What a provisional hold waits to see.
struct AuditedRaise {
    /// The claim that would cost more.
    let of: Int
    let limitSeconds: Int64?
    let qos: String?
    let account: String?
    let askedAt: Instant
}

extension Auditor {
    private struct Change {
        var allocation: String
        var cost: Int64 = 0
        var own: Int64 = 0
        var perTask: Int64 = 0
        var isMove = false
    }

    func modify(_ asked: Modification, _ answer: BankResult, at now: Instant, isRedone: Bool) throws
    {
        var reasons: Set<Reason> = []
        let change = chosen(asked, at: now, &reasons)
        let strange = strangersReasons(asked, at: now)
        // A poll that began after them has shown what came of them.
        let passed = passedRaises[asked.cluster, default: []].filter { $0 >= asked.pollsShown }
        passedRaises[asked.cluster] = passed
        switch answer {
        case .failure(.refused(.noSay)):
            // Moves nothing. Raises that passed before it may stand in its way, too.
            let hasPassed = passedRaises.values.contains { !$0.isEmpty }
            guard let strange, !strange.isEmpty || hasPassed else {
                throw Finding("a change was refused for want of a say, though it fits")
            }
        case .failure(.refused(let refusal)):
            guard let reason = Reason(refusal), reasons.contains(reason) else {
                throw Finding("a change was refused: \(refusal.text) Reasons: \(reasons)")
            }
        case .success(.modified(let modified)):
            let isShort = !reasons.isDisjoint(with: [.cap, .credit])
            if asked.admitsShort { reasons.subtract([.cap, .credit]) }
            guard reasons.isEmpty else {
                throw Finding("a change was allowed, though there are reasons: \(reasons)")
            }
            let more = change.map { max($0.change.cost - $0.change.own, 0) } ?? 0
            // Asked again after a crash its own raise may be there already.
            if let strange {
                guard strange.isEmpty else {
                    throw Finding(
                        "a stranger's change passed, though there are reasons: \(strange)")
                }
                passedRaises[asked.cluster, default: []].insert(asked.pollsBegun)
            }
            guard modified.held.microSU == more else {
                throw Finding("\(modified.held) set aside, the auditor has \(more) µSU")
            }
            guard more > 0, let (index, change) = change else { return }
            let left = available(in: change.allocation, at: now) - more
            guard modified.left.microSU == left, modified.isShort == isShort else {
                throw Finding("\(modified), the auditor has \(left) left, short: \(isShort)")
            }
            setAside(more, asked, index, change, at: now)
        default: throw Finding("a change was answered \(answer)")
        }
    }

    /// What stands against a change that would cost more and of which nothing is its asker's to make:
    /// it would be refused to an operator; nil: it is no such change.
    private func strangersReasons(_ asked: Modification, at now: Instant) -> Set<Reason>? {
        guard !asked.callerMayAll else { return nil }
        var asOperator = asked
        asOperator.callerMayAll = true
        var reasons: Set<Reason> = []
        guard let (index, change) = chosen(asOperator, at: now, &reasons) else { return nil }
        let isTheirs = mayMove(index, asked) && (claims[index].outstanding > 0 || change.isMove)
        guard !isTheirs else { return nil }
        let isUnpriced = !reasons.isDisjoint(with: [
            .rate, .account, .allocation, .coverage, .token,
        ])
        guard isUnpriced || change.cost > change.own else { return nil }
        if asked.admitsShort { reasons.subtract([.cap, .credit]) }
        return reasons
    }

    private func setAside(
        _ more: Int64, _ asked: Modification, _ index: Int, _ change: Change, at now: Instant
    ) {
        let claim = claims[index]
        let raise = claims.count
        var record = AuditedClaim(
            number: nil, token: nil, cluster: claim.cluster, job: nil,
            allocation: change.allocation, account: asked.accountLineage?.first ?? claim.account,
            user: claim.user, request: claim.request, state: .unclaimed, outstanding: 0,
            concurrency: nil, amountPerTask: change.perTask, held: 0)
        record.raise = AuditedRaise(
            of: index, limitSeconds: asked.timeLimitSeconds, qos: asked.qos,
            account: asked.accountLineage?.first, askedAt: now)
        claims.append(record)
        setHold(of: raise, to: more)
    }

    /// Of claims that no poll has tied to their job the one for which the change costs most more.
    private func chosen(
        _ asked: Modification, at now: Instant, _ reasons: inout Set<Reason>
    ) -> (index: Int, change: Change)? {
        let numbered = claimsOfJob[JobKey(cluster: asked.cluster, job: asked.job)] ?? []
        if let index = numbered.filter({ claims[$0].state != .closed }).max() {
            guard mayMove(index, asked) else { return nil }
            return (index, work(out: asked, index, at: now, &reasons))
        }
        let waiting = claims.indices.reversed().filter {
            claims[$0].user == asked.ownerName && claims[$0].cluster == asked.cluster
                && claims[$0].state == .unclaimed && claims[$0].job == nil
                && claims[$0].raise == nil && mayMove($0, asked)
        }.prefix(100)
        var dearest: (index: Int, change: Change)?
        for index in waiting {
            var theirs: Set<Reason> = []
            let change = work(out: asked, index, at: now, &theirs)
            // What can't be priced is refused, whichever it is.
            reasons.formUnion(theirs.intersection([.rate, .account, .allocation, .coverage]))
            let more = change.cost - change.own
            if let best = dearest, best.change.cost - best.change.own >= more { continue }
            dearest = (index, change)
        }
        if let dearest { _ = work(out: asked, dearest.index, at: now, &reasons) }
        return dearest
    }

    private func mayMove(_ index: Int, _ asked: Modification) -> Bool {
        asked.callerMayAll || claims[index].user == asked.callerName
            || asked.coordinated.contains(claims[index].account)
    }

    private func work(
        out asked: Modification, _ index: Int, at now: Instant, _ reasons: inout Set<Reason>
    ) -> Change {
        let claim = claims[index]
        let limit = asked.timeLimitSeconds ?? claim.request.limitSeconds
        let running = runs.values.filter { $0.isRunning && $0.claim == index }
        var touched: Set<String> = []
        var change = Change(allocation: claim.allocation)
        var isPriced = true
        for partition in claim.request.partition.split(separator: ",") {
            let price = rates.hold(
                .init(
                    counts: claim.request.footprint, cluster: claim.cluster,
                    partition: String(partition), qos: asked.qos ?? claim.request.qos),
                from: now.epochSeconds, seconds: max(limit, 1))
            if price.hasUnpriced { isPriced = false }
            if touched.isEmpty || Int64(price.microSU) > change.perTask {
                (change.perTask, touched) = (Int64(price.microSU), price.touched)
            }
        }
        if !isPriced { change.perTask = 0 }
        if let lineage = asked.accountLineage, lineage.first != claim.account {
            if let project = project(of: lineage) {
                if !isPriced { reasons.insert(.rate) }
                let target = allocation(
                    of: project, on: claim.cluster, touching: touched, at: now)
                if target == nil { reasons.insert(.allocation) }
                change.isMove = target != nil && target != claim.allocation
                if change.isMove, !running.isEmpty { reasons.insert(.token) }
                change.allocation = target ?? claim.allocation
            } else if !asked.admitsUnknownAccount {
                reasons.insert(.account)
            }
        }
        guard let allocation = allocations[change.allocation]?.declared else { return change }
        var longest: [(start: Int64, seconds: Int64)] = []
        if claim.outstanding > 0 {
            if !isPriced { reasons.insert(.rate) }
            if !covers(allocation, touched) { reasons.insert(.coverage) }
            let atOnce = claim.concurrency.map { max($0 - Int64(running.count), 0) }
            change.cost =
                change.perTask * heldTasks(claim.outstanding, atOnce, allocation.holdPolicy)
        }
        if claim.outstanding > 0 || change.isMove { longest.append((now.epochSeconds, limit)) }
        // Slurm lets nobody else raise what runs.
        let movable = asked.callerMayAll ? running : []
        for run in movable where !change.isMove {
            let seconds = asked.timeLimitSeconds ?? run.limitSeconds
            let price = rates.hold(
                .init(
                    counts: run.counts, cluster: claim.cluster, partition: run.partition,
                    qos: asked.qos ?? run.qos),
                from: run.start.epochSeconds, seconds: max(seconds, 1))
            if price.hasUnpriced { reasons.insert(.rate) }
            change.cost += Int64(price.microSU)
            longest.append((run.start.epochSeconds, seconds))
        }
        change.own = own(index, change, movable)
        judge(change, claim, asked, longest, allocation, at: now, &reasons)
        return change
    }

    /// What is held for it there already, for changes that no poll has shown included.
    private func own(_ index: Int, _ change: Change, _ running: [AuditedRun]) -> Int64 {
        let raised = openRaises(of: index).filter { claims[$0].allocation == change.allocation }
        let own = raised.reduce(0) { $0 + claims[$1].held }
        return change.isMove
            ? own : running.reduce(own + claims[index].held) { $0 + $1.share }
    }

    private func judge(
        _ change: Change, _ claim: AuditedClaim, _ asked: Modification,
        _ spans: [(start: Int64, seconds: Int64)], _ allocation: SiteAllocation, at now: Instant,
        _ reasons: inout Set<Reason>
    ) {
        let isLonger = (spans.map(\.seconds).max() ?? 0) > claim.request.limitSeconds
        guard change.cost > change.own || isLonger || change.isMove else { return }
        let key = UseKey(allocation: allocation.name, user: claim.user)
        for span in spans {
            checkStanding(
                key, isAssociated: asked.ownerIsAssociated, seconds: span.seconds, allocation,
                from: Instant(epochSeconds: span.start), &reasons)
        }
        guard change.cost > change.own else { return }
        if let cap = members[key]?.cap, used(key) - change.own + change.cost > cap.microSU {
            reasons.insert(.cap)
        }
        let free = available(in: allocation.name, at: now) + allocation.overdraftLimit.microSU
        if free + change.own < change.cost { reasons.insert(.credit) }
    }

    // MARK: What becomes of them

    func openRaises(of index: Int) -> [Int] {
        claims.indices.filter { claims[$0].raise?.of == index && claims[$0].state != .closed }
    }

    /// A change that is shown, and what came before it, is no longer set aside; nor is anything of
    /// a job that is over.
    ///
    /// - Returns: whether the account that is shown was asked for.
    func settleRaises(of index: Int, by shown: JobObservation) -> Bool {
        var isAskedFor = false
        // Of several runs only those are told again that look different.
        let ending = shown.runs.count { $0.end != nil && runs[$0.key]?.isRunning == true }
        let isOver =
            shown.pending == nil && !shown.runs.contains { $0.end == nil }
            && claims[index].running <= ending
        var isOvertaken = false
        for raise in openRaises(of: index).reversed() {
            // What was seen before it was asked for can't show it.
            guard let aim = claims[raise].raise, aim.askedAt <= shown.at else { continue }
            guard isOver || isOvertaken || shows(aim, shown) else { continue }
            isOvertaken = true
            if let account = aim.account, account == shown.accountLineage.first {
                isAskedFor = true
            }
            setHold(of: raise, to: 0)
            claims[raise].state = .closed
        }
        return isAskedFor
    }

    func shows(_ aim: AuditedRaise, _ shown: JobObservation) -> Bool {
        if let account = aim.account, shown.accountLineage.first != account { return false }
        let runs = shown.runs.filter { $0.end == nil }.map { ($0.timeLimitSeconds, $0.qos) }
        let waits = shown.pending.map { [($0.timeLimitSeconds, shown.qos)] } ?? []
        return runs.contains { limit, qos in
            limit > 0 && (aim.limitSeconds ?? limit) == limit && (aim.qos ?? qos) == qos
        }
            || waits.contains { limit, qos in
                (aim.limitSeconds ?? limit) == limit && (aim.qos ?? qos) == qos
            }
    }
}
