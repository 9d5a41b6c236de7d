/// What the books hold open and slurmctld does not show: jobs that never came, runs that ended unseen.

import Books
import Ledger
import Records
import Units

/// What one poll showed.
struct Shown {
    let jobs: [Int64: JobObservation]
    let runs: Set<RunKey>
    /// The newest record of each raw job id: a requeued job was submitted anew.
    let records: [Int64: JobRecord]

    init(_ observations: [JobObservation], _ records: [JobRecord]) {
        jobs = Dictionary(observations.map { ($0.jobID, $0) }, uniquingKeysWith: { a, _ in a })
        runs = Set(observations.flatMap { $0.runs.map(\.key) })
        self.records = Dictionary(
            records.map { ($0.rawJobID, $0) },
            uniquingKeysWith: { $0.submit < $1.submit ? $1 : $0 })
    }

    /// History tells what ended, not what waits: a job that was queued again since goes on waiting.
    func completing(_ ended: JobObservation) -> JobObservation {
        guard let job = jobs[ended.jobID] else { return ended }
        var whole = ended
        (whole.pending, whole.showsPending) = (job.pending, true)
        return whole
    }
}

extension ClusterWatch {
    func seeToVanished(_ shown: Shown, begunAt: Instant, _ memory: inout WatchMemory) throws {
        let claims = try books.openClaims(on: settings.cluster)
        memory.countGoodPoll()
        let lapsed = memory.lapsed(
            claims, begunAt: begunAt, afterSeconds: settings.unclaimedAfterSeconds)
        perform(lapsed.map { .release(claim: $0, because: "no job came for it") })
        let gone = claims.filter { claim in
            claim.state == .bound && claim.createdAt < begunAt
                && claim.reference.number.map { shown.jobs[$0] == nil } ?? false
        }
        let lost = try books.runningRuns(on: settings.cluster)
            .filter { !shown.runs.contains($0.key) && $0.start < begunAt }
        if memory.hasAccounting {
            if memory.shouldAskHistory(missing: !gone.isEmpty || !lost.isEmpty) {
                try askHistory(gone: gone, lost: lost, shown, at: begunAt, memory)
            }
        } else {
            // Without slurmdbd a run that ended in a requeue is known by its job's new submission.
            let observing = observing()
            let ended = lost.compactMap { run in
                shown.records[run.key.jobID].flatMap { observing.end(of: run, by: $0, at: begunAt) }
            }
            perform(ended.map { .observe($0) })
        }
        memory.isFirstPoll = false
        // A job that slurmctld has forgotten waits no more; a run of it stays held until its end
        // is known.
        let forgotten = memory.forgotten(gone)
        perform(forgotten.map { .release(claim: $0, because: "its job is gone") })
    }

    /// What slurmctld has forgotten slurmdbd may know: runs that ended unseen.
    private func askHistory(
        gone: [Claim], lost: [Run], _ shown: Shown, at now: Instant, _ memory: WatchMemory
    ) throws {
        var from = now
        for claim in gone { from = min(from, claim.createdAt) }
        for run in lost { from = min(from, run.start) }
        if memory.isFirstPoll, let last = try books.lastRecordedAt() { from = min(from, last) }
        from = max(from.advanced(bySeconds: -60), settings.policy.bornAt)
        guard from < now else { return }
        let reading = try settings.gauge.read(
            JobDecoder.self,
            [
                "history", "--start", String(from.epochSeconds), "--end",
                String(now.advanced(bySeconds: 1).epochSeconds),
            ])
        report(reading.problems, count: reading.problemCount)
        let jobs = Set(gone.compactMap(\.reference.number))
        let runs = Set(lost.map(\.key))
        let ended = observing().observations(of: reading.records, at: now, showsPending: false)
            .compactMap { job -> JobObservation? in
                var job = job
                job.runs.removeAll { $0.end == nil }
                let isWanted =
                    memory.isFirstPoll || jobs.contains(job.jobID)
                    || job.runs.contains { runs.contains($0.key) }
                return isWanted && !job.runs.isEmpty ? shown.completing(job) : nil
            }
        perform(ended.map { .observe($0) })
    }
}
