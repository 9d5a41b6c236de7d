/// What a submission would have been answered, of a job that the collector shows for the first time and
/// nobody asked about: judged by what Slurm's record says of it.

import Ledger
import Registry
import Units

package struct Trial: Sendable {
    let admission: Admission
    /// In an array, for a value can't stand within itself.
    private let loaded: [Facts]
    var facts: Facts { loaded[0] }

    /// - Parameter facts: what that admission is decided on.
    package init(_ admission: Admission, on facts: Facts) {
        (self.admission, loaded) = (admission, [facts])
    }

    /// nil: it would have been admitted.
    func verdict(at now: Instant) -> Refusal? {
        guard admission.timeLimitSeconds > 0 else {
            return .invalid("a job without a time limit can't be priced.")
        }
        do {
            _ = try decideAdmission(admission, facts, at: now)
            return nil
        } catch {
            if case .unknownAccount = error, admission.admitsUnknownAccount { return nil }
            return error
        }
    }
}

extension JobObservation {
    /// What its submission may have asked for; nil: it shows nothing that waits, runs or ran.
    package var asSubmitted: Admission? {
        var admission: Admission
        let started = runsInAll ?? Int64(runs.count)
        if let pending {
            admission = self.admission(
                partitions: partition, pending.footprint, qos, pending.timeLimitSeconds)
            admission.tasks = pending.tasks + started
            admission.concurrency = pending.concurrency
            admission.begin = earliestStart
        } else if let run = runs.first(where: { $0.end == nil }) ?? runs.last {
            admission = self.admission(
                partitions: run.partition, run.counts, run.qos, run.timeLimitSeconds)
            admission.tasks = started
        } else {
            return nil
        }
        admission.reservation = reservation
        admission.admitsUnknownAccount = admitsUnknownAccount
        return admission
    }

    private func admission(
        partitions: String, _ footprint: TRESCounts, _ qos: String?, _ limit: Int64
    ) -> Admission {
        Admission(
            token: "", cluster: cluster, accountLineage: accountLineage, userName: userName,
            isAssociated: isAssociated,
            options: partitions.split(separator: ",").map {
                .init(partition: String($0), footprint: footprint)
            }, qos: qos, tasks: 1, timeLimitSeconds: limit)
    }
}

extension Facts {
    /// What stands against a job that is shown for the first time, kept on record.
    func verdict(on observation: JobObservation, at now: Instant) -> Notice? {
        guard let trial, let refusal = trial.verdict(at: now) else { return nil }
        let lineage = observation.accountLineage
        let job = ToleratedJob(
            cluster: observation.cluster, number: observation.jobID,
            hetName: observation.hetName, userName: observation.userName,
            account: lineage.first ?? "")
        return wouldRefuse(
            job, at: .submission, because: refusal,
            in: registry.modes.mode(on: observation.cluster, lineage: lineage),
            placement: trial.admission.timeLimitSeconds > 0 ? trial.facts.placement : nil,
            tasks: trial.admission.tasks)
    }
}
