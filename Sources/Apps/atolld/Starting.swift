/// What PrologSlurmctld asks: may this job start? And what it tells of one that may not.

import Bank
import Books
import Collector
import Estimate
import Ledger
import Server
import SiteFiles
import Units
import Wire

extension Handler {
    func start(_ request: Request.Start, _ policy: Policy, _ answer: AnswerSink) {
        guard let view = collector.view(of: request.cluster) else {
            return answer.failed(noCluster(request.cluster))
        }
        guard view.isKnown else {
            return answer.failed(.init(.unavailable, "atoll: the cluster was not read yet."))
        }
        guard let counts = try? TRESCounts(parsing: request.tres), !counts.isEmpty else {
            return answer.failed(.init(.invalid, "tres: \(request.tres) names nothing."))
        }
        let partitions = request.partition.split(separator: ",").map(String.init)
        let account = request.account ?? ""
        names.resolve(request.userID) { name in
            let user = name ?? "uid:\(request.userID)"
            if policy.exemptUsers.contains(user) || policy.exemptAccounts.contains(account)
                || partitions.allSatisfy(policy.exemptPartitions.contains)
            {
                return answer.done(.start(.init(held: .zero, notes: ["exempt"])))
            }
            let associations = view.associations
            let isAssociated = view.isAssociated(user: user, account: account)
            // Perhaps the association is newer than our view of them: then the next poll lets it go.
            if !isAssociated { self.collector.refreshShape(of: request.cluster) }
            let limits = partitions.compactMap { view.partition($0)?.record.maxTimeMinutes }
            var run = RunFacts(
                key: RunKey(
                    cluster: request.cluster, jobID: request.jobID, submit: request.submit),
                jobName: request.jobName, partition: request.partition, qos: request.qos,
                counts: counts, start: request.start, end: nil, suspendedSeconds: 0,
                timeLimitSeconds: request.timeLimitSeconds ?? (limits.max() ?? 0) * 60,
                state: "RUNNING")
            run.reservation = request.reservation
            var job = JobObservation(
                cluster: request.cluster, jobID: request.baseJobID ?? request.jobID,
                token: request.token, userName: user,
                isAssociated: isAssociated,
                accountLineage: associations.lineage(of: account),
                partition: request.partition, qos: request.qos, at: .now)
            job.reservation = request.reservation
            self.ask(
                StartRequest(
                    of: job, run: run, from: .hook,
                    admitsShort: policy.admission.whenInsufficient == .warn), answer)
        }
    }

    private func ask(_ request: StartRequest, _ answer: AnswerSink) {
        let order = Order(
            caller: "hook:\(request.run.key.cluster)", command: .start(.ask(request)))
        bank.submit(order) { result in
            switch result {
            case .success(.start(.may(let allocation, let held, _, let left))):
                answer.done(.start(.init(allocation: allocation, held: held, left: left)))
            case .success(.start(.mayNot(let refusal))): answer.failed(wireError(refusal))
            case .success(.start(.tolerated(let refusal, let mode))):
                answer.done(
                    .start(
                        .init(
                            held: .zero,
                            notes: ["\(mode): would be held back: \(refusal.text)"])))
            case .success:
                answer.done(.start(.init(held: .zero, notes: ["its account has no project"])))
            case .failure(let error): answer.failed(wireError(error, notes: []))
            }
        }
    }

    func heldBack(_ request: Request.HeldBack, _ policy: Policy, _ answer: AnswerSink) {
        let kills = !request.isHeld && policy.killsAtStart
        let problem = request.problem ?? "it could not be held"
        let step: HeldBackStep =
            request.isHeld
            ? .held : .over(because: kills ? "cancelled: \(problem)" : "it runs: \(problem)")
        let order = Order(
            caller: "hook:\(request.cluster)",
            command: .start(
                .settle(cluster: request.cluster, jobID: request.jobID, step)))
        bank.submit(order) { result in
            switch result {
            case .success: answer.done(.heldBack(.init(kill: kills)))
            case .failure(let error): answer.failed(wireError(error, notes: []))
            }
        }
    }
}

/// Of several tasks the first one's reason.
func heldBackText(_ jobs: [HeldBack]) -> String {
    guard let first = jobs.first else { return "" }
    let more = jobs.count > 1 ? " (and \(jobs.count - 1) more)" : ""
    return "\(first.jobName)\(more): \(first.reason)"
}
