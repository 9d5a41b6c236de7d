/// A person's word on a run that no record settles: it ended then, or its charge stands.

import Ledger
import Registry
import Units

func decideSettling(
    _ settlement: Settlement, _ facts: Facts, at now: Instant
) throws(Refusal) -> Decision {
    guard let refund = facts.refund else {
        throw .notFound("there is no job \(settlement.request.job).")
    }
    let run = try settlement.request.chooseRun(refund)
    guard run.state == .running else { return try keep(run, settlement, facts) }
    guard let end = settlement.end else {
        throw .conflict(
            "job \(run.jobName) goes on in the books since \(run.start); say with --ended when it "
                + "ended.")
    }
    guard end >= run.start, end <= now else {
        throw .invalid("job \(run.jobName) began \(run.start): it ended between then and now.")
    }
    return endRun(run, at: end, facts, now)
}

/// Whatever slurmdbd's record says of it later.
private func keep(
    _ run: Run, _ settlement: Settlement, _ facts: Facts
) throws(Refusal) -> Decision {
    guard settlement.end == nil else {
        throw .conflict(
            "job \(run.jobName) has ended in the books already, at \(run.end ?? run.start); "
                + "without --ended its charge of \(run.charged) SU stands.")
    }
    let name = run.allocation.flatMap { facts.registry.allocations[AllocationID($0)]?.name }
    let done = { (isChanged: Bool) in
        Outcome.corrected(
            Corrected(run, allocation: name, before: run.charged, isChanged: isChanged))
    }
    guard !run.isKept else { return Decision(entries: [], outcome: done(false)) }
    var kept = run
    kept.isKept = true
    let entry = EntryDraft(
        kind: .corrected, effectiveAt: run.end ?? run.start, changes: [.run(kept)])
    return Decision(entries: [entry], outcome: done(true))
}

/// Ends a run as though Slurm had shown that end.
private func endRun(_ run: Run, at end: Instant, _ facts: Facts, _ now: Instant) -> Decision {
    let name = facts.refund?.userName ?? ""
    var observation = JobObservation(
        cluster: run.key.cluster, jobID: facts.claim?.reference.number ?? run.key.jobID,
        token: nil, userName: name, isAssociated: true, accountLineage: [run.account],
        partition: run.partition, qos: run.qos, at: now)
    observation.showsPending = false
    var shown = RunFacts(
        key: run.key, jobName: run.jobName, partition: run.partition, qos: run.qos,
        counts: run.counts, start: run.start, end: end,
        suspendedSeconds: run.suspendedSecondsSeen(until: end),
        timeLimitSeconds: run.timeLimitSeconds, state: "SETTLED")
    shown.reservation = run.reservation
    observation.runs = [shown]
    var observer = Observer(observation, facts, at: now)
    observer.take(shown)
    observer.keepRun(run.key)
    var last = run
    for case .run(let run) in observer.entries.flatMap(\.changes) { last = run }
    let allocation = run.allocation.flatMap { facts.registry.allocations[AllocationID($0)]?.name }
    return Decision(
        entries: observer.entries,
        outcome: .corrected(
            Corrected(last, allocation: allocation, before: .zero, isChanged: true)))
}

extension Observer {
    /// What a person has said stands, whatever a record says later.
    fileprivate mutating func keepRun(_ key: RunKey) {
        guard let last = entries.popLast() else { return }
        let changes = last.changes.map { change in
            guard case .run(var run) = change, run.key == key else { return change }
            run.isKept = true
            return .run(run)
        }
        entries.append(
            EntryDraft(
                kind: last.kind, effectiveAt: last.effectiveAt, changes: changes,
                postings: last.postings))
    }
}
