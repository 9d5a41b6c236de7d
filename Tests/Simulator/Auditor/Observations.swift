/// What a provider shows of a job, in the auditor's books: each start, end and change once.

import Books
import Ledger
import Registry
import Units

extension Auditor {
    func observe(_ shown: JobObservation, at now: Instant) {
        let found = claim(of: shown)
        let known = shown.runs.compactMap { runs[$0.key] }
        let others = Set(
            known.filter { $0.isRunning && $0.claim != found }.compactMap(\.claim))
        var meeting = Meeting(shown: shown, now: now, claim: found)
        // At first sight the hold knows better, unless the change was asked for.
        meeting.believesAccount = found.map { claims[$0].job != nil } ?? false
        meeting.allocation = found.map { claims[$0].allocation } ?? placed(shown)
        meet(&meeting)
        if shown.showsPending, let index = meeting.claim, isNewest(index, meeting),
            settleRaises(of: index, by: shown)
        {
            meeting.believesAccount = true
        }
        follow(&meeting)
        for run in shown.runs.sorted(by: { $0.start < $1.start }) { take(run, &meeting) }
        if shown.showsPending, let index = meeting.claim { takeWaiting(of: index, meeting) }
        // A job id given out twice: runs of another claim are that claim's.
        for other in others.sorted() {
            var rest = Meeting(shown: shown, now: now, claim: other)
            rest.allocation = claims[other].allocation
            for run in shown.runs.sorted(by: { $0.start < $1.start })
            where runs[run.key]?.claim == other {
                take(run, &rest)
            }
        }
    }

    /// One observation while it is taken in.
    struct Meeting {
        let shown: JobObservation
        let now: Instant
        var claim: Int?
        var allocation: String?
        var believesAccount = false
    }

    /// Whether nothing but its hold would move if it were shown.
    func isSettled(_ shown: JobObservation) -> Bool {
        guard let index = claim(of: shown), claims[index].job != nil else { return false }
        return openRaises(of: index).isEmpty
            && claims[index].account == shown.accountLineage.first
    }

    // MARK: Whose it is

    /// By its token, unless that is another job's; by a run that goes on; by its number; by any run.
    func claim(of shown: JobObservation) -> Int? {
        let byToken = shown.token.flatMap {
            claimOfToken[TokenKey(cluster: shown.cluster, token: $0)]
        }
        if let byToken, claims[byToken].job ?? shown.jobID == shown.jobID { return byToken }
        let known = shown.runs.compactMap { runs[$0.key] }
        if let running = known.filter(\.isRunning).compactMap(\.claim).max() { return running }
        let numbered = claimsOfJob[JobKey(cluster: shown.cluster, job: shown.jobID)] ?? []
        if let open = numbered.last(where: { mayBe(claims[$0], shown) }) { return open }
        return known.compactMap(\.claim).max()
    }

    /// Not somebody else's with another token: the number was given out again.
    private func mayBe(_ claim: AuditedClaim, _ shown: JobObservation) -> Bool {
        claim.state != .closed
            && (claim.token == nil || shown.token == nil || claim.token == shown.token
                || claim.user == shown.userName)
    }

    /// Where a job without a hold is charged: as of its start, by what it uses then.
    func placed(_ shown: JobObservation) -> String? {
        let run = shown.runs.first
        let start = run?.start ?? shown.at
        let price = rates.hold(
            .init(
                counts: shown.pending?.footprint ?? run?.counts ?? TRESCounts(),
                cluster: shown.cluster, partition: run?.partition ?? shown.partition,
                qos: shown.qos),
            from: start.epochSeconds, seconds: 1)
        return project(of: shown.accountLineage).flatMap {
            allocation(of: $0, on: shown.cluster, touching: price.touched, at: start)
        }
    }

    func meet(_ meeting: inout Meeting) {
        let shown = meeting.shown
        if let index = meeting.claim {
            guard claims[index].job == nil else { return }
            claims[index].job = shown.jobID
            if claims[index].state == .unclaimed { claims[index].state = .bound }
            claimsOfJob[JobKey(cluster: shown.cluster, job: shown.jobID), default: []]
                .append(index)
            note(index, shown.at)
            return
        }
        let running = shown.runs.first { $0.end == nil }
        guard let allocation = meeting.allocation, shown.pending != nil || running != nil else {
            return
        }
        let request = AuditedClaim.Request(
            footprint: shown.pending?.footprint ?? running?.counts ?? TRESCounts(),
            limitSeconds: shown.pending?.timeLimitSeconds ?? running?.timeLimitSeconds ?? 0,
            partition: shown.partition, qos: shown.qos, concurrency: shown.pending?.concurrency)
        let index = claims.count
        claims.append(
            AuditedClaim(
                number: nil, token: nil, cluster: shown.cluster, job: shown.jobID,
                allocation: allocation, account: shown.accountLineage.first ?? "",
                user: shown.userName, request: request, state: .bound,
                outstanding: 0, concurrency: nil,
                amountPerTask: cost(of: request, on: shown.cluster, from: meeting.now), held: 0))
        claimsOfJob[JobKey(cluster: shown.cluster, job: shown.jobID), default: []].append(index)
        if let token = shown.token {
            let key = TokenKey(cluster: shown.cluster, token: token)
            // A token that stands for another job stays that job's.
            if claimOfToken[key] == nil { claimOfToken[key] = index }
        }
        if let pending = shown.pending {
            claims[index].outstanding = pending.tasks
            claims[index].concurrency = pending.concurrency
            claims[index].shown = request
            setHold(of: index, to: due(to: index))
        }
        meeting.claim = index
        note(index, shown.at)
    }

    /// Another account than before: with nothing running, what is held goes where that one pays.
    private func follow(_ meeting: inout Meeting) {
        guard let index = meeting.claim, meeting.shown.showsPending, isNewest(index, meeting),
            let account = meeting.shown.accountLineage.first, account != claims[index].account,
            claims[index].running == 0, meeting.believesAccount
        else { return }
        claims[index].account = account
        if let target = placed(meeting.shown), target != claims[index].allocation {
            setHold(of: index, to: 0)
            claims[index].allocation = target
            meeting.allocation = target
            setHold(of: index, to: due(to: index))
        }
        note(index, meeting.shown.at)
    }

    /// Something of it was recorded as of `at`; what was seen later stays the latest.
    private func note(_ index: Int, _ at: Instant) {
        claims[index].seenAt = max(claims[index].seenAt ?? at, at)
        touchedClaims.insert(index)
    }

    private func isNewest(_ index: Int?, _ meeting: Meeting) -> Bool {
        index.flatMap { claims[$0].seenAt }.map { $0 <= meeting.shown.at } ?? true
    }

    // MARK: What it costs

    /// A waiting job may name several partitions: the dearest.
    private func cost(
        of request: AuditedClaim.Request, on cluster: String, from start: Instant
    ) -> Int64 {
        guard request.limitSeconds > 0 else { return 0 }
        let prices = request.partition.split(separator: ",").map { partition in
            rates.hold(
                .init(
                    counts: request.footprint, cluster: cluster, partition: String(partition),
                    qos: request.qos),
                from: start.epochSeconds, seconds: request.limitSeconds
            ).microSU
        }
        return Int64(prices.max() ?? 0)
    }

    /// outstanding tasks × amount a task, as far as the allocation holds before the start.
    func due(to index: Int) -> Int64 {
        let claim = claims[index]
        let policy = allocations[claim.allocation]?.declared.holdPolicy ?? .submit
        let atOnce = claim.concurrency.map { max($0 - claim.running, 0) }
        return claim.amountPerTask * heldTasks(claim.outstanding, atOnce, policy)
    }

    private func share(of run: AuditedRun, on cluster: String) -> Int64 {
        guard run.allocation != nil else { return 0 }
        return cost(
            of: .init(
                footprint: run.counts, limitSeconds: run.limitSeconds, partition: run.partition,
                qos: run.qos),
            on: cluster, from: run.start)
    }

    // MARK: Runs

    func take(_ shown: RunFacts, _ meeting: inout Meeting) {
        guard let known = runs[shown.key] else { return begin(shown, &meeting) }
        guard known.isRunning, known.claim == nil || known.claim == meeting.claim else { return }
        if shown.end != nil {
            end(known, shown, meeting)
        } else if known.limitSeconds != shown.timeLimitSeconds || known.counts != shown.counts
            || shown.qos != nil && known.qos != shown.qos, isNewest(meeting.claim, meeting)
        {
            var run = known
            run.qos = shown.qos ?? run.qos
            (run.limitSeconds, run.counts) = (shown.timeLimitSeconds, shown.counts)
            run.share = share(of: run, on: shown.key.cluster)
            keep(run, as: shown.key)
            if let index = meeting.claim { note(index, meeting.shown.at) }
        }
    }

    /// A start takes one task's part of the hold along and is priced anew for what it really got.
    private func begin(_ shown: RunFacts, _ meeting: inout Meeting) {
        succeed(at: shown, &meeting)
        if let index = meeting.claim, claims[index].outstanding > 0 {
            let part = min(claims[index].amountPerTask, claims[index].held)
            setHold(of: index, to: claims[index].held - part)
            claims[index].outstanding -= 1
        }
        var run = AuditedRun(
            claim: meeting.claim, allocation: meeting.allocation,
            user: meeting.claim.map { claims[$0].user } ?? meeting.shown.userName,
            partition: shown.partition, qos: shown.qos, counts: shown.counts, start: shown.start,
            limitSeconds: shown.timeLimitSeconds, isRunning: true, share: 0)
        if let index = meeting.claim {
            if shown.end == nil, claims[index].state == .closed { claims[index].state = .bound }
            claims[index].running += 1
        }
        guard shown.end == nil else { return end(run, shown, meeting) }
        run.share = share(of: run, on: shown.key.cluster)
        keep(run, as: shown.key)
        if let index = meeting.claim { note(index, meeting.shown.at) }
    }

    /// The hold of an allocation that has ended goes to the one that pays at the start.
    private func succeed(at shown: RunFacts, _ meeting: inout Meeting) {
        guard let index = meeting.claim,
            let ended = allocations[claims[index].allocation],
            ended.declared.window.end <= shown.start
        else { return }
        let price = rates.hold(
            .init(
                counts: shown.counts, cluster: shown.key.cluster, partition: shown.partition,
                qos: shown.qos),
            from: shown.start.epochSeconds, seconds: max(shown.timeLimitSeconds, 1))
        guard
            let next = allocation(
                of: ended.project, on: shown.key.cluster, touching: price.touched,
                at: shown.start), next != claims[index].allocation,
            allocations[next]?.declared.window.contains(shown.start) == true
        else { return }
        setHold(of: index, to: 0)
        claims[index].allocation = next
        meeting.allocation = next
        setHold(of: index, to: due(to: index))
    }

    /// The end posts the charge, in full and once, and gives the share back.
    private func end(_ known: AuditedRun, _ shown: RunFacts, _ meeting: Meeting) {
        var run = known
        (run.isRunning, run.share, run.counts) = (false, 0, shown.counts)
        (run.start, run.end) = (shown.start, shown.end)
        run.suspendedSeconds = shown.suspendedSeconds
        run.qos = shown.qos ?? run.qos
        let isFree = shown.freeBecause != nil || heldBack[shown.key.job]?.excuses(shown) ?? false
        if run.allocation != nil, !isFree, let end = shown.end {
            run.charged = Int64(
                rates.charge(
                    .init(
                        counts: shown.counts, cluster: shown.key.cluster,
                        partition: run.partition, qos: run.qos),
                    from: shown.start.epochSeconds, to: end.epochSeconds,
                    suspended: shown.suspendedSeconds
                ).microSU)
        }
        keep(run, as: shown.key)
        guard let index = meeting.claim else { return }
        if run.claim != nil { claims[index].running -= 1 }
        if claims[index].running == 0, claims[index].outstanding == 0 { close(index) }
        note(index, meeting.shown.at)
    }

    private func close(_ index: Int) {
        setHold(of: index, to: 0)
        claims[index].state = .closed
    }

    // MARK: What waits

    /// What waits is taken as it is shown; the hold is made to fit it.
    private func takeWaiting(of index: Int, _ meeting: Meeting) {
        guard isNewest(index, meeting) else { return }
        let before = claims[index]
        if let pending = meeting.shown.pending {
            if !reprice(index, pending, meeting), meeting.shown.isPricedAnew {
                priceAnew(index, tasks: pending.tasks, at: meeting.now)
            }
            if claims[index].state == .closed { claims[index].state = .bound }
        }
        claims[index].outstanding = meeting.shown.pending?.tasks ?? 0
        setHold(of: index, to: due(to: index))
        if claims[index].outstanding == 0, claims[index].running == 0 { close(index) }
        let after = claims[index]
        // What shows nothing new is not recorded, nor when it was seen.
        let isNews =
            (after.state, after.outstanding, after.held, after.amountPerTask, after.shown)
            != (before.state, before.outstanding, before.held, before.amountPerTask, before.shown)
            || after.concurrency != before.concurrency || after.request != before.request
            || after.dearerBy != before.dearerBy
        if isNews { note(index, meeting.shown.at) }
    }

    private func reprice(
        _ index: Int, _ pending: JobObservation.Pending, _ meeting: Meeting
    ) -> Bool {
        let shown = AuditedClaim.Request(
            footprint: pending.footprint, limitSeconds: pending.timeLimitSeconds,
            partition: meeting.shown.partition, qos: meeting.shown.qos,
            concurrency: pending.concurrency)
        let before = claims[index].shown
        claims[index].shown = shown
        // A limit of 0 says that none is known.
        guard before != shown, pending.timeLimitSeconds > 0 else { return false }
        // Also where it was changed before the job was first seen.
        claims[index].concurrency = pending.concurrency
        if before == nil {
            // At first sight the estimate knows more than the record, all but the time limit.
            guard pending.timeLimitSeconds != claims[index].request.limitSeconds else {
                return false
            }
            claims[index].request.limitSeconds = pending.timeLimitSeconds
        } else {
            let estimated = claims[index].request.footprint
            claims[index].request = shown
            // The estimate knows more than a record that shows what it showed before.
            if before?.footprint == shown.footprint {
                claims[index].request.footprint = estimated
            }
        }
        claims[index].amountPerTask = cost(
            of: claims[index].request, on: claims[index].cluster, from: meeting.now)
        return true
    }

    /// Other rates: what waits costs less at once, and more only where all of it is to be had.
    private func priceAnew(_ index: Int, tasks: Int64, at now: Instant) {
        let before = claims[index]
        guard before.request.limitSeconds > 0 else { return }
        claims[index].amountPerTask = cost(of: before.request, on: before.cluster, from: now)
        claims[index].outstanding = tasks
        let more = due(to: index) - before.held
        claims[index].outstanding = before.outstanding
        claims[index].dearerBy = nil
        guard more > 0, let allocation = allocations[before.allocation]?.declared else { return }
        let key = UseKey(allocation: before.allocation, user: before.user)
        let free =
            available(in: before.allocation, at: now) + allocation.overdraftLimit.microSU
        let isCapped = members[key]?.cap.map { used(key) + more > $0.microSU } ?? false
        guard free < more || isCapped else { return }
        claims[index].amountPerTask = before.amountPerTask
        claims[index].dearerBy = more
    }
}
