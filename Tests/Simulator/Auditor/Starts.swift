/// Starts: who pays for them, what they take, and every reason there is to refuse one.

import Bank
import Books
import Ledger
import Registry
import Units

/// A start that was refused, and what Slurm made of that.
struct AuditedHeldBack {
    let run: RunKey
    let isHook: Bool
    var cause: HeldBack.Cause
    var isAsked = true
    var wasHeld = false
    var isOver = false

    /// The run that was refused never did anything: it came back into the queue.
    func excuses(_ shown: RunFacts) -> Bool {
        isHook && (wasHeld || isAsked) && run == shown.key && shown.state == "REQUEUED"
    }
}

extension RunKey {
    var job: JobKey { JobKey(cluster: cluster, job: jobID) }
}

extension Auditor {
    /// What a start comes to.
    private struct Verdict {
        var reasons: Set<Reason> = []
        var allocation: String?
        var held: Int64 = 0
        var more: Int64 = 0
        /// Available afterwards, at the start.
        var left: Int64 = 0
        /// Whether figures can be told: not where something is pinned in a lot that is not valid at
        /// the start, for which of it goes first is the books' choice.
        var isExact = true
    }

    func start(_ order: StartOrder, _ answer: BankResult, at now: Instant, isRedone: Bool) throws {
        switch order {
        case .settle(let cluster, let job, let step):
            try expectNothing(answer)
            settle(JobKey(cluster: cluster, job: job), step)
        case .ask(let request):
            let before = save()
            let verdict = judge(request, promised: 0, at: now)
            let may = try check(answer, verdict, isRedone: isRedone)
            if !may { restore(before) }
            let key = request.run.key.job
            if may {
                if heldBack[key] != nil { settle(key, .over(because: "it started")) }
            } else if case .success(.start(.mayNot(let refusal))) = answer {
                let (known, cause) = (heldBack[key], HeldBack.Cause(refusal))
                if known?.run != request.run.key || known?.isOver == true || known?.cause != cause {
                    heldBack[key] = AuditedHeldBack(
                        run: request.run.key, isHook: request.source == .hook, cause: cause)
                }
            }
        case .review(let request, let promised):
            let before = save()
            let verdict = judge(request, promised: promised.microSU, at: now)
            _ = try check(answer, verdict, isRedone: isRedone)
            restore(before)
            let key = request.run.key.job
            if case .success(.start(.mayNot(let refusal))) = answer, heldBack[key]?.isOver == false
            {
                heldBack[key]?.cause = HeldBack.Cause(refusal)
            }
        }
    }

    private func settle(_ key: JobKey, _ step: HeldBackStep) {
        guard var row = heldBack[key], !row.isOver else { return }
        switch step {
        case .held: (row.isAsked, row.wasHeld) = (false, true)
        case .over: (row.isAsked, row.isOver) = (false, true)
        }
        heldBack[key] = row
    }

    /// Whether it may start, by an answer that is as it has to be.
    private func check(
        _ answer: BankResult, _ verdict: Verdict, isRedone: Bool
    ) throws -> Bool {
        guard case .success(.start(let said)) = answer else {
            throw Finding("a start was answered \(answer)")
        }
        let unclear: Set<Reason> = verdict.isExact ? [] : [.credit, .cap]
        switch said {
        case .unaccounted:
            guard verdict.reasons == [.account] else {
                throw Finding("nobody is to pay for a start; \(verdict)")
            }
            return false
        case .tolerated:
            throw Finding("a start was let pass, and no mode is set here")
        case .mayNot(let refusal):
            guard let reason = Reason(refusal),
                verdict.reasons.union(unclear).contains(reason)
            else { throw Finding("a start was refused: \(refusal.text) \(verdict)") }
            return false
        case .may(let allocation, let held, let more, let left):
            guard verdict.reasons.subtracting(unclear).isEmpty, allocation == verdict.allocation,
                held.microSU == verdict.held
            else { throw Finding("a start may: \(said), \(verdict)") }
            // Asked again after a crash it may have taken its share already.
            guard verdict.isExact, !isRedone else { return true }
            guard more.microSU == verdict.more, left.microSU == verdict.left else {
                throw Finding("a start may: \(said), \(verdict)")
            }
            return true
        }
    }

    // MARK: What it comes to

    /// Takes the start into the books; the caller undoes that where it is refused.
    private func judge(_ request: StartRequest, promised: Int64, at now: Instant) -> Verdict {
        let (shown, run) = (request.observation, request.run)
        var verdict = Verdict()
        let found = claim(of: shown)
        let known = runs[run.key]
        guard let payer = payer(of: request, found, known), let own = allocations[payer]?.declared
        else {
            verdict.reasons = [project(of: shown.accountLineage) == nil ? .account : .allocation]
            return verdict
        }
        verdict.allocation = payer
        let key = UseKey(
            allocation: payer, user: found.map { claims[$0].user } ?? shown.userName)
        let seconds = max(run.timeLimitSeconds, 1)
        checkStanding(
            key, isAssociated: shown.isAssociated, seconds: seconds, own, from: run.start,
            &verdict.reasons)
        let price = price(of: run)
        if !covers(own, price.touched) { verdict.reasons.insert(.coverage) }
        if price.hasUnpriced { verdict.reasons.insert(.rate) }
        guard verdict.reasons.isEmpty else { return verdict }

        let usedBefore = used(key)
        let heldBefore = held(in: payer)
        let free = available(in: payer, at: run.start)
        verdict.isExact = isExact(found, known.map { _ in run.key }, at: run.start)
        // Which of its tasks holds what is beyond all grants is the books' choice.
        if known == nil, overdraft(of: found) > 0 { verdict.isExact = false }
        carryOut(request, found, known, payer, at: now)
        let share = runs[run.key]?.share ?? 0
        verdict.held = share
        verdict.more = held(in: payer) - heldBefore
        verdict.left = free - verdict.more
        let raised = claim(of: shown).map(openRaises(of:))?.reduce(0) {
            $0 + (claims[$1].allocation == payer ? claims[$1].held : 0)
        }
        let spare =
            verdict.left + own.overdraftLimit.microSU + (raised ?? 0) - promised
        if known != nil, known?.share != share { verdict.isExact = false }
        let isForced = known != nil && isOverdraft(run.key)
        guard verdict.more > 0 || isForced, !request.admitsShort else { return verdict }
        let uses = used(key) - (raised ?? 0)
        if let cap = members[key]?.cap, uses > cap.microSU, uses > usedBefore {
            verdict.reasons.insert(.cap)
        }
        if spare < 0 { verdict.reasons.insert(.credit) }
        return verdict
    }

    private func price(of run: RunFacts) -> NaiveRates.Price {
        rates.hold(
            .init(
                counts: run.counts, cluster: run.key.cluster, partition: run.partition,
                qos: run.qos),
            from: run.start.epochSeconds, seconds: max(run.timeLimitSeconds, 1))
    }

    /// What holds credit for it; of an allocation that has ended its project's next one.
    private func payer(
        of request: StartRequest, _ found: Int?, _ known: AuditedRun?
    ) -> String? {
        if let known { return known.allocation }
        let run = request.run
        guard let name = found.map({ claims[$0].allocation }) ?? placed(request.observation),
            let current = allocations[name]
        else { return nil }
        guard current.declared.window.end <= run.start else { return name }
        let next = allocation(
            of: current.project, on: run.key.cluster, touching: price(of: run).touched,
            at: run.start)
        let isValid = next.flatMap { allocations[$0]?.declared.window.contains(run.start) }
        return isValid == true ? next : name
    }

    private func carryOut(
        _ request: StartRequest, _ found: Int?, _ known: AuditedRun?, _ payer: String,
        at now: Instant
    ) {
        if let found, known == nil, claims[found].allocation != payer {
            setHold(of: found, to: 0)
            claims[found].allocation = payer
            setHold(of: found, to: due(to: found))
        }
        var meeting = Meeting(shown: request.observation, now: now, claim: found)
        meeting.allocation = found.map { claims[$0].allocation } ?? placed(request.observation)
        meet(&meeting)
        if let index = meeting.claim, claims[index].outstanding <= 1 {
            for raise in openRaises(of: index) {
                guard let aim = claims[raise].raise, shows(aim, request.observation) else {
                    continue
                }
                setHold(of: raise, to: 0)
                claims[raise].state = .closed
            }
        }
        take(request.run, &meeting)
    }

    private func held(in allocation: String) -> Int64 {
        uses.reduce(0) { $0 + ($1.key.allocation == allocation ? $1.value.held : 0) }
    }

    // MARK: Lots

    /// Whether all that may move is pinned in lots that are valid at the start.
    private func isExact(_ found: Int?, _ run: RunKey?, at start: Instant) -> Bool {
        var pinned: Set<Int64> = []
        if let found {
            for index in [found] + openRaises(of: found) {
                guard let number = claims[index].number else { return false }
                pinned.formUnion(actual.claims[number]?.pins.keys ?? [:].keys)
            }
        }
        if let run { pinned.formUnion(actual.runs[run]?.share.keys ?? [:].keys) }
        return pinned.allSatisfy { id in
            lots[id].map { $0.isOverdraft || $0.window.contains(start) } ?? false
        }
    }

    /// What is held beyond all grants for a job that waits, and for changes of it.
    private func overdraft(of found: Int?) -> Int64 {
        guard let found else { return 0 }
        return ([found] + openRaises(of: found)).reduce(0) { sum, index in
            let pins = claims[index].number.flatMap { actual.claims[$0]?.pins } ?? [:]
            return pins.reduce(sum) { sum, pin in
                lots[pin.key]?.isOverdraft == true ? sum + pin.value : sum
            }
        }
    }

    private func isOverdraft(_ run: RunKey) -> Bool {
        actual.runs[run]?.share.keys.contains { lots[$0]?.isOverdraft ?? false } ?? false
    }

    // MARK: As if it had not been asked

    private struct Saved {
        let claims: [AuditedClaim]
        let runs: [RunKey: AuditedRun]
        let uses: [UseKey: AuditedUse]
        let claimOfToken: [TokenKey: Int]
        let claimsOfJob: [JobKey: [Int]]
        let touched: (Set<Int>, Set<RunKey>, Set<UseKey>)
    }

    private func save() -> Saved {
        Saved(
            claims: claims, runs: runs, uses: uses, claimOfToken: claimOfToken,
            claimsOfJob: claimsOfJob, touched: (touchedClaims, touchedRuns, touchedUses))
    }

    private func restore(_ saved: Saved) {
        (claims, runs, uses) = (saved.claims, saved.runs, saved.uses)
        (claimOfToken, claimsOfJob) = (saved.claimOfToken, saved.claimsOfJob)
        (touchedClaims, touchedRuns, touchedUses) = saved.touched
    }
}
