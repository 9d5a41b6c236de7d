/// What a submission asks of the books, from its request and the cluster as last seen.

import Books
import Collector
import Estimate
import Registry
import Server
import SiteFiles
import Units
import Wire

enum WorkedOut {
    case failed(WireError)
    /// Not accounted for, or Slurm's own to refuse: nothing is held.
    case passes(reason: String)
    case asks(Admission, Footprint)
}

extension Handler {
    func work(out asked: Asked, _ policy: Policy) -> WorkedOut {
        guard let view = collector.view(of: asked.cluster) else {
            return .failed(noCluster(asked.cluster))
        }
        if policy.exemptUsers.contains(asked.user) { return .passes(reason: "exempt user") }
        let footprints: [Footprint]
        do {
            footprints = try estimate(
                asked.job, userName: asked.isKnownUser ? asked.user : nil, view: view,
                options: policy.estimate)
        } catch {
            return explain(error, asked)
        }
        guard let account = footprints.first?.account else {
            return .failed(.init(.cannotEstimate, "atoll: refused: it names no partition."))
        }
        if policy.exemptAccounts.contains(account) { return .passes(reason: "exempt account") }
        // Where it may also run elsewhere, elsewhere is what it may cost.
        let charged = footprints.filter { !policy.exemptPartitions.contains($0.partition) }
        guard let first = charged.first else { return .passes(reason: "exempt partition") }
        let associations = view.associations
        let isAssociated =
            associations.isEmpty
            || associations.includes(user: asked.user, account: first.account)
        // Perhaps the association is newer than our view of them: the next one asked finds it.
        if !isAssociated { collector.refreshShape(of: asked.cluster) }
        if !isAssociated, view.config.enforcesAssociations {
            // Slurm refuses it itself; what it takes is adopted, and asked about at its start.
            return .passes(
                reason: "Slurm has no association of \(asked.user) with \(first.account)")
        }
        var admission = Admission(
            token: "", cluster: asked.cluster,
            accountLineage: associations.lineage(of: first.account), userName: asked.user,
            isAssociated: isAssociated,
            options: charged.map { .init(partition: $0.partition, footprint: $0.perTask) },
            qos: first.qos, tasks: first.tasks,
            timeLimitSeconds: charged.map(\.timeLimitSeconds).max() ?? first.timeLimitSeconds)
        admission.concurrency = first.concurrentTasks
        admission.begin = first.begin
        admission.reservation = asked.job.reservation
        admission.admitsShort = policy.admission.whenInsufficient == .warn
        admission.admitsUnknownAccount = policy.admission.unknownAccount == .admit
        return .asks(admission, first)
    }

    private func explain(_ error: EstimateRefusal, _ asked: Asked) -> WorkedOut {
        switch error {
        case .viewMissing:
            // Only now, and only until the gauge has answered once.
            return .failed(.init(.unavailable, "atoll: \(error)"))
        case .unknownPartition, .needsPartition, .needsAccount:
            // Slurm refuses it itself, unless it is newer than our view.
            collector.refreshShape(of: asked.cluster)
            return .passes(reason: "\(error)")
        case .needsTimeLimit, .malformed, .tooLarge:
            return .failed(.init(.cannotEstimate, "atoll: refused: \(error)."))
        }
    }
}
