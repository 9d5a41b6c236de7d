/// A refund of a whole job: all that is left of each of its runs, in one decision (money.md 4).
///
/// An array's tasks, a requeued job's runs and a het job's components are the runs of one job. A run
/// gives back what is left of it, so that however often this is asked for it is given back once.

import Ledger
import Registry
import Units

package struct JobRefundRequest: Hashable, Sendable {
    /// As Slurm names it: `123`.
    package var job: String
    package var cluster: String?
    /// Where the parts go that were charged to lots which have ended.
    package var into: LotID?

    package init(job: String, cluster: String? = nil, into: LotID? = nil) {
        (self.job, self.cluster, self.into) = (job, cluster, into)
    }
}

/// What the refund of a whole job is decided on.
package struct JobRefundFacts: Sendable {
    /// All that the name means, the oldest first; at most `limit` of them.
    package var runs: [Run]
    package var count: Int64
    /// What each was charged and refunded in each lot.
    package var standing: [RunID: [RunInLot]] = [:]
    /// The books of the allocations that they were charged to, and what each lot paid of the
    /// overdraft.
    package var pools: [AllocationID: Pool] = [:]
    package var paid: [AllocationID: [LotID: ServiceUnits]] = [:]

    /// In one transaction, which others wait for.
    package static let limit: Int64 = 5_000

    package init(runs: [Run], count: Int64) { (self.runs, self.count) = (runs, count) }
}

/// What came back of a whole job.
package struct JobRefunded: Hashable, Sendable {
    /// To one allocation.
    package struct Part: Hashable, Sendable {
        package var allocation: String
        package var runs: Int64
        package var amount: ServiceUnits
        /// In it, afterwards.
        package var available: ServiceUnits

        package init(
            allocation: String, runs: Int64, amount: ServiceUnits, available: ServiceUnits
        ) {
            (self.allocation, self.runs) = (allocation, runs)
            (self.amount, self.available) = (amount, available)
        }
    }

    package var job: String
    package var cluster: String
    package var parts: [Part]
    /// Runs of which nothing was left to give back, or that were charged nothing.
    package var settledRuns: Int64
    /// Runs that go on; they are charged when they end.
    package var runningRuns: Int64

    package init(
        job: String, cluster: String, parts: [Part], settledRuns: Int64, runningRuns: Int64
    ) {
        (self.job, self.cluster, self.parts) = (job, cluster, parts)
        (self.settledRuns, self.runningRuns) = (settledRuns, runningRuns)
    }
}

func decideJobRefund(
    _ request: JobRefundRequest, _ facts: Facts, at now: Instant
) throws(Refusal) -> Decision {
    guard let job = facts.jobRefund else { throw .notFound("there is no job \(request.job).") }
    try request.refuseUnclear(job)
    var walk = JobRefundWalk(facts: job, registry: facts.registry, request: request, now: now)
    for run in job.runs { try walk.giveBack(run) }
    return try walk.decision()
}

extension JobRefundRequest {
    fileprivate func refuseUnclear(_ facts: JobRefundFacts) throws(Refusal) {
        // As for a single run: the name, that it is known, and that it is of one cluster.
        let one = RefundRequest(job: job, cluster: cluster)
        guard !facts.runs.isEmpty, one.isJobName else {
            _ = try one.chooseRun(RefundFacts(runs: [], count: 0))
            return
        }
        if Set(facts.runs.map(\.key.cluster)).count > 1 {
            _ = try one.chooseRun(RefundFacts(runs: facts.runs, count: facts.count))
        }
        guard facts.count <= JobRefundFacts.limit else {
            throw .invalid(
                "job \(job) has \(facts.count) runs, at most \(JobRefundFacts.limit) can be refunded "
                    + "at once; refund its tasks one by one, as in \(job)_4.")
        }
    }
}

/// A refund on its way through a job's runs.
private struct JobRefundWalk {
    var facts: JobRefundFacts
    let registry: Registry
    let request: JobRefundRequest
    let now: Instant
    var entries: [EntryDraft] = []
    var given: [AllocationID: (runs: Int64, amount: ServiceUnits)] = [:]
    /// What would return to lots that have ended.
    var ended: [AllocationID: [LotID: ServiceUnits]] = [:]
    var settled: Int64 = 0
    var running: Int64 = 0

    mutating func giveBack(_ run: Run) throws(Refusal) {
        guard run.state == .ended else {
            running += 1
            return
        }
        let left = run.charged - run.refunded
        guard left > .zero, let dimensions = run.dimensions else {
            settled += 1
            return
        }
        let allocation = try allocation(of: run, registry)
        guard var pool = facts.pools[allocation.id] else { throw allocation.hasNoBooks }
        let into = try into(of: pool, allocation)
        do {
            _ = try pool.refund(
                left, of: facts.standing[run.id] ?? [], paid: facts.paid[allocation.id] ?? [:],
                into: into, for: dimensions)
        } catch {
            for part in error.parts {
                ended[allocation.id, default: [:]][part.lot, default: .zero] += part.amount
            }
            return
        }
        try checkRoom(for: .zero, in: pool, of: allocation)
        let postings = pool.takePostings()
        facts.pools[allocation.id] = pool
        // As the next run finds it.
        facts.paid[allocation.id, default: [:]].countPayments(in: postings)
        record(run, left, postings)
        given[allocation.id, default: (0, .zero)].runs += 1
        given[allocation.id, default: (0, .zero)].amount += left
    }

    private mutating func record(_ run: Run, _ amount: ServiceUnits, _ postings: [Posting]) {
        var run = run
        run.refunded += amount
        run.isWaived = true
        entries.append(
            EntryDraft(
                kind: .refunded, effectiveAt: now, changes: [.run(run)], postings: postings))
    }

    /// The lot that is named, where it is one of this allocation's.
    private func into(of pool: Pool, _ allocation: Allocation) throws(Refusal) -> LotID? {
        guard let lot = request.into, facts.pools.count == 1 || pool.lots[lot] != nil else {
            return nil
        }
        try checkOpen(lot, in: pool, of: allocation)
        return lot
    }

    func decision() throws(Refusal) -> Decision {
        for (id, lots) in ended.sorted(by: { $0.key < $1.key }) {
            guard let pool = facts.pools[id], let allocation = registry.allocations[id] else {
                continue
            }
            let parts = lots.sorted { $0.key < $1.key }
                .map { LotPart(lot: $0.key, amount: $0.value) }
            throw .conflict(endedText(EndedLots(parts: parts), in: pool, of: allocation))
        }
        guard !entries.isEmpty else { throw .conflict(nothingLeft) }
        let parts = given.sorted { $0.key < $1.key }.map { id, sum in
            JobRefunded.Part(
                allocation: registry.allocations[id]?.name ?? "", runs: sum.runs,
                amount: sum.amount, available: facts.pools[id]?.available(at: now) ?? .zero)
        }
        return Decision(
            entries: entries,
            outcome: .jobRefunded(
                JobRefunded(
                    job: request.job, cluster: facts.runs.first?.key.cluster ?? "", parts: parts,
                    settledRuns: settled, runningRuns: running)))
    }

    private var nothingLeft: String {
        let sum = "of job \(request.job) nothing is left to refund: "
        let runs = { (count: Int64) in count == 1 ? "1 run" : "\(count) runs" }
        guard running > 0 else {
            return sum + "\(runs(settled)) refunded already or charged nothing."
        }
        return sum + "\(runs(settled)) settled, \(runs(running)) still running, charged at the end."
    }
}
