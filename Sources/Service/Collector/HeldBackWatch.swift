/// Sees to the jobs that are held back: whether Slurm holds them, and hands them to the keeper.

import Bank
import Books
import Estimate
import Ledger
import Records
import Registry
import Units

/// What is done about starts, by the site's settings.
package struct StartRules: Sendable {
    /// Requeue and hold what is found running and may not: where no PrologSlurmctld asks.
    package var holdsLate = false
    /// Cancel what can't be requeued.
    package var kills = false
    /// Credit that is missing stops nothing.
    package var admitsShort = false

    package init() {}
}

extension ClusterWatch {
    /// Runs that began since the last poll and that nobody asked about: may they run?
    ///
    /// Only those: what ran before Atoll looked is not requeued hours later.
    func askLate(_ jobs: [JobObservation], since last: Instant?) throws {
        guard rules.start.holdsLate, let last else { return }
        let known = Set(try books.runningRuns(on: settings.cluster).map(\.key))
        var commands: [Command] = []
        for job in jobs {
            for run in job.runs
            where run.end == nil && !known.contains(run.key)
                && run.start.seconds(since: last) >= -5
            {
                let request = StartRequest(
                    of: job, run: run, from: .poll, admitsShort: rules.start.admitsShort)
                commands.append(.start(.ask(request)))
            }
        }
        perform(commands)
    }

    func seeToHeldBack(_ records: [JobRecord], begunAt: Instant) throws {
        let rows = try books.heldBack(on: settings.cluster)
        var work = KeeperWork(rules: rules.start)
        defer { keeper.take(work) }
        guard !rows.isEmpty || keeper.hasPromises else { return }
        let shown = Dictionary(
            records.map { ($0.rawJobID, $0) },
            uniquingKeysWith: { $0.submit < $1.submit ? $1 : $0 })
        let observing = try observing()
        var commands: [Command] = []
        for row in rows {
            let record = shown[row.run.jobID]
            switch HeldBackSight(of: row, shown: record, begunAt: begunAt) {
            case .wait: break
            case .toHold where !refuses(record):
                commands.append(settle(row, .over(because: "nothing is held back any more")))
            case .toHold: work.toHold.append(.init(row: row, comment: record?.adminComment))
            case .over(let why):
                commands.append(settle(row, .over(because: why)))
            case .held:
                if row.state == .asked { commands.append(settle(row, .held)) }
                guard let record else { continue }
                work.held.append(
                    .init(
                        row: row, comment: record.adminComment,
                        request: observing.startRequest(
                            of: record, row, at: begunAt, admitsShort: rules.start.admitsShort)))
            }
        }
        work.waiting = Set(
            shown.values.lazy.filter { $0.state == .pending && $0.priority != 0 }.map(\.rawJobID))
        perform(commands)
    }

    private func refuses(_ record: JobRecord?) -> Bool {
        let lineage = record?.account.map { view.associations.lineage(of: $0) } ?? []
        return modes.mode(on: settings.cluster, lineage: lineage).refuses
    }

    private func settle(_ row: HeldBack, _ step: HeldBackStep) -> Command {
        .start(.settle(cluster: row.run.cluster, jobID: row.run.jobID, step))
    }
}

extension Observing {
    /// What the start of a waiting job would ask now, with what it was to get when it was refused.
    func startRequest(
        of record: JobRecord, _ row: HeldBack, at now: Instant, admitsShort: Bool
    ) -> StartRequest {
        let partition = record.partitions.first ?? record.partition
        var run = RunFacts(
            key: RunKey(cluster: cluster, jobID: record.rawJobID, submit: record.submit),
            jobName: record.jobID, partition: partition, qos: record.qos, counts: row.counts,
            start: now, end: nil, suspendedSeconds: 0, timeLimitSeconds: limitSeconds(of: record),
            state: "RUNNING")
        run.reservation = record.reservation
        var job = empty(record, at: now, showsPending: false)
        job.token = record.token
        return StartRequest(of: job, run: run, from: row.source, admitsShort: admitsShort)
    }
}
