/// Submissions, changes and starts as their mode has it: decided as ever, and what would be refused is let
/// pass and kept on record (decision 24). Nothing is held for it: its run is charged, as all are.

import Ledger
import Registry
import Units

func decideAdmissionByMode(
    _ admission: Admission, _ facts: Facts, at now: Instant
) throws(Refusal) -> Decision {
    let mode = facts.registry.modes.mode(
        on: admission.cluster, lineage: admission.accountLineage)
    guard !mode.refuses else { return try decideAdmission(admission, facts, at: now) }
    var strict = admission
    strict.admitsShort = false
    do {
        return try decideAdmission(strict, facts, at: now)
    } catch {
        if error.isAboutCommand { throw error }
        if case .unknownAccount = error, admission.admitsUnknownAccount { throw error }
        let account = admission.accountLineage.first ?? ""
        let job = ToleratedJob(
            cluster: admission.cluster, token: admission.token, userName: admission.userName,
            account: account)
        let notice = wouldRefuse(
            job, at: .submission, because: error, in: mode, placement: facts.placement,
            tasks: admission.tasks)
        return Decision(
            entries: [],
            outcome: .tolerated(Tolerated(mode: mode, account: account, text: error.text)),
            notices: admission.isPerhapsTest ? [] : [notice])
    }
}

/// As enforced, whatever the mode: for a quote.
package func decideEnforced(
    _ admission: Admission, _ facts: Facts, at now: Instant
) throws(Refusal) -> Decision {
    try decideAdmission(admission, facts, at: now)
}

func decideModificationByMode(
    _ asked: Modification, _ facts: Facts, at now: Instant
) throws(Refusal) -> Decision {
    let subjects = facts.modified.subjects
    let account = asked.accountLineage?.first ?? subjects.first?.claim.account ?? ""
    let mode = facts.registry.modes.mode(
        on: asked.cluster, lineage: asked.accountLineage ?? asked.lineage(of: account))
    guard !mode.refuses else { return try decideModification(asked, facts, at: now) }
    var strict = asked
    strict.admitsShort = false
    do {
        return try decideModification(strict, facts, at: now, refusesStrangers: false)
    } catch {
        if case .idTaken = error { throw error }
        // What would not be there at all would not have been changed, either.
        guard subjects.contains(where: { !$0.isUnheld }) else {
            return Decision(entries: [], outcome: .modified(Modified()))
        }
        var modified = Modified()
        modified.tolerated = Tolerated(mode: mode, account: account, text: error.text)
        let job = ToleratedJob(
            cluster: asked.cluster, number: asked.job, userName: asked.ownerName,
            account: account)
        return Decision(
            entries: [], outcome: .modified(modified),
            notices: [
                wouldRefuse(job, at: .change, because: error, in: mode, wish: asked.wish)
            ])
    }
}

extension ModificationFacts.Subject {
    /// Waits, and nothing is set aside for it.
    fileprivate var isUnheld: Bool {
        runs.isEmpty && raises.isEmpty && claim.pins.isEmpty && claim.outstandingTasks > 0
    }
}

extension Modification {
    /// An account and its ancestors, nearest first.
    fileprivate func lineage(of account: String) -> [String] {
        var line = [account]
        while let parent = parents[line[line.count - 1]], !line.contains(parent) {
            line.append(parent)
        }
        return line
    }
}

func decideStartByMode(_ order: StartOrder, _ facts: Facts, at now: Instant) -> Decision {
    guard let request = order.request else { return decideStart(order, facts, at: now) }
    let cluster = request.run.key.cluster
    let lineage = request.observation.accountLineage
    let mode = facts.registry.modes.mode(on: cluster, lineage: lineage)
    guard !mode.refuses else { return decideStart(order, facts, at: now) }
    let decision = decideStart(order.strict, facts, at: now)
    guard case .start(.mayNot(let refusal)) = decision.outcome else { return decision }
    let answer = Outcome.start(.tolerated(refusal, mode))
    guard case .ask = order else { return Decision(entries: [], outcome: answer) }
    // The next poll makes its share, if need be below zero.
    let stood = facts.heldBack[order.job.id]?.taking(.over(because: "it started"))
    let job = ToleratedJob(
        cluster: cluster, number: request.observation.jobID, hetName: request.observation.hetName,
        userName: request.observation.userName, account: lineage.first ?? "")
    return Decision(
        entries: stood.map { [heldBackEntry(of: $0, at: now)] } ?? [], outcome: answer,
        notices: facts.wasJudged
            ? [] : [wouldRefuse(job, at: .start, because: refusal, in: mode)])
}

extension StartOrder {
    /// nil: nothing is asked.
    fileprivate var request: StartRequest? {
        switch self {
        case .ask(let request), .review(let request, _): request
        case .settle: nil
        }
    }

    /// The same, where missing credit counts.
    fileprivate var strict: StartOrder {
        func strict(_ it: StartRequest) -> StartRequest {
            StartRequest(of: it.observation, run: it.run, from: it.source, admitsShort: false)
        }
        return switch self {
        case .ask(let request): .ask(strict(request))
        case .review(let request, let promised): .review(strict(request), promised: promised)
        case .settle: self
        }
    }
}
