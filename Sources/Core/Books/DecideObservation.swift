/// What a provider's record shows becomes holds, shares and charges: each once, whatever is
/// repeated, late or lost. Nothing is refused here: it has happened already.

import Ledger
import Rates
import Registry
import Units

func decideObservation(
    _ observation: JobObservation, _ facts: Facts, at now: Instant
) -> Decision {
    var observer = Observer(observation, facts, at: now)
    let before = observer.pools
    let verdict = facts.verdict(on: observation, at: now)
    observer.isTolerated = verdict != nil || facts.wasJudged
    observer.meetClaim()
    observer.settleRaises()
    observer.follow()
    for run in observation.runs.sorted(by: { $0.start < $1.start }) {
        observer.moveClaimAtStart(of: run)
        observer.take(run)
    }
    if observation.showsPending { observer.takePending() }
    observer.tellAdoption(before: before)
    return Decision(
        entries: observer.entries, outcome: observer.hasPassedOver ? .passedOver : .nothing,
        notices: [verdict].compactMap(\.self) + observer.notices)
}

/// One observation on its way through the books: the claim, the pool and the entries so far.
struct Observer {
    let observation: JobObservation
    let now: Instant
    var facts: Facts
    var claim: Claim?
    /// By allocation: the claim's own, those of runs that began before its hold moved, those where
    /// its raises stand and where it goes to.
    var pools: [Int64: Pool]
    var runningCount: Int64
    var entries: [EntryDraft] = []
    /// What a task may use by a change of size that is shown now.
    var settledSize: TRESCounts?
    /// Whether the account that is shown is believed against the hold's: not at first sight, unless
    /// it was asked for.
    var believesAccount: Bool
    /// Whether a run that begins is one of the tasks that are held for.
    var takesShares = true
    /// A job that would have been refused: nothing is held before it runs.
    var isTolerated = false
    /// Whether something was set aside for what it shows.
    var hasSettledRaise = false
    var notices: [Notice] = []
    /// Whether it shows something that did not count, since something newer was known.
    var hasPassedOver = false

    init(_ observation: JobObservation, _ facts: Facts, at now: Instant) {
        self.observation = observation
        self.now = now
        self.facts = facts
        claim = facts.claim
        let all =
            [facts.pool, facts.target].compactMap { $0 } + facts.runPools + facts.pools.values
        pools = Dictionary(all.map { ($0.allocation, $0) }, uniquingKeysWith: { first, _ in first })
        runningCount = facts.runningCount
        believesAccount = facts.claim?.reference.number != nil
    }

    /// The claim's, or of a job without one where it would be placed.
    var pool: Pool? {
        get { (claim?.allocation ?? facts.pool?.allocation).flatMap { pools[$0] } }
        set {
            guard let newValue else { return }
            pools[newValue.allocation] = newValue
        }
    }

    /// Closes the step: what changed and the postings it made become one entry.
    mutating func record(_ kind: EntryKind, at effectiveAt: Instant, run: Run? = nil) {
        var changes: [Change] = []
        if var observed = claim {
            // An older observation adds what it alone knows; it never sets the clock back.
            observed.observedAt = max(observed.observedAt ?? observation.at, observation.at)
            claim = observed
            changes.append(.claim(observed))
        }
        if let run { changes.append(.run(run)) }
        append(kind, at: effectiveAt, changes)
    }

    mutating func append(_ kind: EntryKind, at effectiveAt: Instant, _ changes: [Change]) {
        let postings = pools.keys.sorted().flatMap { pools[$0]?.takePostings() ?? [] }
        entries.append(
            EntryDraft(
                kind: kind, effectiveAt: effectiveAt, changes: changes, postings: postings))
    }

    /// Whether nothing newer was seen of the claim.
    var isNewest: Bool { claim?.observedAt.map { $0 <= observation.at } ?? true }

    /// What `counts` cost over `seconds` from `start`; usage without a rate counts nothing here.
    func cost(
        of counts: TRESCounts, partition: String, qos: String?, from start: Instant, seconds: Int64,
        inside reservation: String? = nil
    ) -> ServiceUnits {
        guard seconds > 0,
            let span = Interval(start: start, end: start.advanced(bySeconds: seconds))
        else { return .zero }
        let charged = facts.outsideOfPaid(reservation, span)
        // A waiting job may name several partitions: the dearest is held, as at admission.
        let total = partition.split(separator: ",", omittingEmptySubsequences: false).map { name in
            charged.reduce(Int128(0)) { sum, part in
                sum
                    + facts.card.cost(
                        of: counts, cluster: observation.cluster, partition: String(name),
                        qos: qos, over: part
                    ).totalMicroSU
            }
        }.max()
        // What runs is held up to what one posting can move; its charge is checked line by line.
        let most = Int128(ServiceUnits.lineLimit - 1)
        return ServiceUnits(exactly: min(total ?? 0, most)) ?? .zero
    }

    // MARK: The claim

    /// Binds the claim its token names, or adopts a job that has no hold.
    mutating func meetClaim() {
        if claim != nil {
            // Also one whose hold went before its job was seen.
            if claim?.reference.number == nil { bind() }
            return
        }
        // What is over already is charged without a claim.
        let shape: (footprint: TRESCounts, limit: Int64)
        if let pending = observation.pending {
            shape = (pending.footprint, pending.timeLimitSeconds)
        } else if let run = observation.runs.first(where: { $0.end == nil }) {
            shape = (run.counts, run.timeLimitSeconds)
        } else {
            return
        }
        guard let pool else { return }
        var adopted = Claim(
            id: ClaimID(facts.next.take(\.claim)),
            reference: ClaimReference(
                provider: "slurm", cluster: observation.cluster, number: observation.jobID),
            token: facts.tokenIsTaken ? nil : observation.token, allocation: pool.allocation,
            user: facts.user(observation.userName).number,
            account: observation.accountLineage.first ?? "",
            partition: observation.partition, qos: observation.qos, footprint: shape.footprint,
            timeLimitSeconds: shape.limit, state: .bound, createdAt: now)
        adopted.reservation = observation.reservation
        adopted.amountPerTask =
            facts.isPaidFor(observation.reservation) || isTolerated
            ? .zero
            : cost(
                of: shape.footprint, partition: observation.partition, qos: observation.qos,
                from: earliestStart, seconds: shape.limit)
        adopted.remark =
            facts.tokenIsTaken
            ? "adopted: its token stands for another job" : "adopted: no hold stood for it"
        if isTolerated { adopted.remark = Self.noting(Self.short, on: adopted.remark) }
        claim = adopted
        // A running job's own start makes its share; only what waits is held here.
        if let pending = observation.pending {
            adopted.outstandingTasks = pending.tasks
            adopted.concurrency = pending.concurrency
            adopted.observedRequest = request(pending)
            adopted.extra = isTolerated ? .zero : extra(adopted, pending)
            adopted.pins = pin(adopted, tasks: pending.tasks)
            claim = adopted
        }
        record(.adopted, at: now)
    }

    /// What of a job without a hold no credit covers is said where it was held; the rest needs no notice.
    mutating func tellAdoption(before: [Int64: Pool]) {
        guard let claim, entries.contains(where: { $0.kind == .adopted }),
            let then = before[claim.allocation], let now = pools[claim.allocation],
            now.overdrawn > then.overdrawn
        else { return }
        let (held, short) = (now.held - then.held, now.overdrawn - then.overdrawn)
        var notice = Notice(
            .adopted, cluster: observation.cluster, job: observation.jobID, token: claim.token,
            userName: observation.userName,
            "found in Slurm without a hold: \(held) SU held then, \(short) SU of it beyond the credit."
        )
        notice.figures = [.init("held", .amount(held)), .init("short", .amount(short))]
        notices.append(notice)
    }

    private mutating func bind() {
        if claim?.state == .unclaimed { claim?.state = .bound }
        if claim?.remark == Claim.perhapsTest { claim?.remark = nil }
        claim?.reference.number = observation.jobID
        record(.bound, at: now)
    }

    mutating func pin(_ claim: Claim, tasks: Int64) -> Pins {
        let target = target(of: claim, tasks: tasks)
        let start = earliestStart
        return pools[claim.allocation]?
            .repin(claim.pins, to: target, at: start, for: claim.dimensions) ?? .none
    }

    /// What waits is priced, and held in lots that are valid, from here on.
    var earliestStart: Instant { max(now, observation.earliestStart ?? now) }

    /// What the outstanding tasks are to hold.
    func target(of claim: Claim, tasks: Int64) -> ServiceUnits {
        let policy = facts.registry.allocations[AllocationID(claim.allocation)]?.holdPolicy
        let atOnce = claim.concurrency.map { max($0 - runningCount, 0) }
        let held = heldTasks(tasks, atOnce, by: policy ?? .submit)
        let most = ServiceUnits(microSU: ServiceUnits.lineLimit - 1)
        let even = min(claim.amountPerTask.times(held) ?? most, most)
        guard claim.extra != .zero, tasks > 0, policy ?? .submit == .submit else { return even }
        return min(max(even + claim.extra, .zero), most)
    }

    // MARK: What waits

    /// Makes the hold fit the tasks that still wait, and closes the claim when nothing is left.
    mutating func takePending() {
        guard var claim else { return }
        guard isNewest else {
            hasPassedOver = true
            return
        }
        let (before, poolsBefore) = (claim, pools)
        let tasks = observation.pending?.tasks ?? 0
        var isPriced = false
        if let pending = observation.pending {
            isPriced = reprice(&claim, for: pending)
            // What a mode let pass that is over now is held like what waited unheld since then.
            let isAnew = observation.isPricedAnew || isTolerated && refuses
            if isAnew, !isPriced { priceAnew(&claim, for: pending) }
            if claim.state == .closed { claim.state = .bound }
            claim = tempered(claim, before: before, tasks: tasks)
        }
        claim.outstandingTasks = tasks
        let target = target(of: claim, tasks: tasks)
        if target != claim.pins.total {
            let start = earliestStart
            claim.pins =
                pools[claim.allocation]?
                .repin(claim.pins, to: target, at: start, for: claim.dimensions) ?? .none
        }
        if tasks == 0, runningCount == 0 { claim.state = .closed }
        guard claim != before else { return }
        self.claim = claim
        if isPriced, tasks <= before.outstandingTasks {
            let isLonger = claim.timeLimitSeconds > before.timeLimitSeconds
            tellRaise(
                to: isLonger ? claim.timeLimitSeconds : nil,
                holding: claim.pins.total - before.pins.total, before: poolsBefore)
        }
        record(tasks < before.outstandingTasks ? .released : .repriced, at: now)
    }

    /// Slurm shows another request than before: the hold is priced anew, if need be below zero.
    ///
    /// - Returns: whether it was priced.
    private func reprice(_ claim: inout Claim, for pending: JobObservation.Pending) -> Bool {
        let shown = request(pending)
        let before = claim.observedRequest
        claim.observedRequest = shown
        // A limit of 0 says that none is known: that is no reason to hold nothing.
        guard before != shown, pending.timeLimitSeconds > 0 else { return false }
        if let size = settledSize { claim.footprint = size }
        // At first sight only the time limit counts: the estimate knows more of the rest than a
        // pending job's record does.
        if let before {
            // And it still does while the record shows the size that it showed before.
            if settledSize == nil, !before.hasPrefix("\(pending.footprint) ") {
                claim.footprint = pending.footprint
            }
            claim.partition = observation.partition
            claim.qos = observation.qos
        }
        claim.reservation = observation.reservation
        // Also where it was changed before the job was first seen.
        claim.concurrency = pending.concurrency
        let isPriced =
            before != nil || settledSize != nil
            || pending.timeLimitSeconds != claim.timeLimitSeconds
        if isPriced {
            claim.timeLimitSeconds = pending.timeLimitSeconds
            claim.amountPerTask = price(of: claim)
        }
        claim.extra = extra(claim, pending)
        return isPriced
    }

    /// What a task of it that waits may cost.
    func price(of claim: Claim) -> ServiceUnits {
        if facts.isPaidFor(claim.reservation) { return .zero }
        return cost(
            of: claim.footprint, partition: claim.partition, qos: claim.qos, from: earliestStart,
            seconds: claim.timeLimitSeconds)
    }

    /// What the tasks that ask for something else cost beyond what is held a task.
    func extra(_ claim: Claim, _ pending: JobObservation.Pending) -> ServiceUnits {
        if facts.isPaidFor(claim.reservation) { return .zero }
        let most = Int128(ServiceUnits.lineLimit - 1)
        var sum: Int128 = 0
        for group in pending.apart {
            let price = cost(
                of: group.footprint, partition: observation.partition, qos: observation.qos,
                from: earliestStart, seconds: group.timeLimitSeconds)
            sum += Int128((price - claim.amountPerTask).microSU) * Int128(group.tasks)
        }
        return ServiceUnits(exactly: max(min(sum, most), -most)) ?? .zero
    }

    private func request(_ pending: JobObservation.Pending) -> String {
        var text = "\(pending.footprint) \(pending.timeLimitSeconds)s \(observation.partition) "
        text += observation.qos ?? "-"
        if let concurrency = pending.concurrency { text += " %\(concurrency)" }
        if let reservation = observation.reservation { text += " in \(reservation)" }
        for group in pending.apart {
            text += " +\(group.tasks)×\(group.footprint) \(group.timeLimitSeconds)s"
        }
        return text
    }
}
