/// What the books hold open and slurmctld does not show: jobs that never came, runs that ended unseen.

import Bank
import Books
import Ledger
import Logging
import Records
import Units

/// What one poll showed.
struct Shown {
    let jobs: [Int64: JobObservation]
    let runs: Set<RunKey>
    let tokens: Set<String>
    /// The newest record of each raw job id: a requeued job was submitted anew.
    let records: [Int64: JobRecord]

    init(_ observations: [JobObservation], _ records: [JobRecord]) {
        jobs = Dictionary(observations.map { ($0.jobID, $0) }, uniquingKeysWith: { a, _ in a })
        runs = Set(observations.flatMap { $0.runs.map(\.key) })
        tokens = Set(observations.compactMap(\.token))
        self.records = Dictionary(
            records.map { ($0.rawJobID, $0) },
            uniquingKeysWith: { $0.submit < $1.submit ? $1 : $0 })
    }

    /// History tells what ended, not what waits: a job that was queued again since goes on waiting.
    func completing(_ ended: JobObservation) -> JobObservation {
        guard let job = jobs[ended.jobID], job.mayBe(ended) else { return ended }
        var whole = ended
        (whole.pending, whole.showsPending) = (job.pending, true)
        return whole
    }

    /// Whether slurmctld shows the job of a claim, by its number.
    func shows(_ claim: Claim, among claims: [Claim]) -> Bool {
        guard let job = claim.reference.number.flatMap({ jobs[$0] }) else { return false }
        return !claim.isOutlived(by: job.token, among: claims)
    }
}

extension JobObservation {
    /// Whether both may be one job: its id alone may have been given out again.
    fileprivate func mayBe(_ other: JobObservation) -> Bool {
        userName == other.userName
            && (token == nil || other.token == nil || token == other.token)
    }
}

extension Claim {
    /// Whether its job's id was given out again: the job that shows `token` now has a claim of its
    /// own, bound to the same number.
    ///
    /// Another token alone says nothing: an operator may have written it.
    func isOutlived(by token: String?, among claims: [Claim]) -> Bool {
        guard let token, token != self.token else { return false }
        return claims.contains {
            $0.id != id && $0.token == token && $0.reference == reference && $0.state == .bound
        }
    }
}

extension ClusterWatch {
    /// Returns what slurmdbd did not answer: a trouble, but no reason to poll slurmctld less.
    func seeToVanished(
        _ shown: Shown, begunAt: Instant, _ memory: inout WatchMemory
    ) throws -> GaugeFailure? {
        let claims = try books.openClaims(on: settings.cluster)
        memory.countGoodPoll(begunAt: begunAt, now: steadyClock())
        let lapsed = memory.lapsed(
            claims, shown: shown.tokens, begunAt: begunAt,
            afterSeconds: rules.unclaimedAfterSeconds)
        perform(lapsed.map { .release(claim: $0, because: "no job came for it") })
        let gone = claims.filter { claim in
            claim.state == .bound && claim.createdAt < begunAt
                && claim.reference.number != nil && !shown.shows(claim, among: claims)
        }
        let lost = try books.runningRuns(on: settings.cluster)
            .filter { !shown.runs.contains($0.key) && $0.start < begunAt }
        if memory.hasAccounting {
            guard memory.mayAskHistory(at: steadyClock()) else { return memory.historyProblem }
            do {
                try catchUp(gone: gone, lost: lost, shown, at: begunAt, &memory)
                memory.historyProblem = nil
            } catch let failure as GaugeFailure {
                memory.historyFailed(failure, at: steadyClock())
                return failure
            }
        } else {
            // Without slurmdbd a run that ended in a requeue is known by its job's new submission.
            let observing = try observing()
            let ended = lost.compactMap { run in
                shown.records[run.key.jobID].flatMap { observing.end(of: run, by: $0, at: begunAt) }
            }
            perform(ended.map { .observe($0) })
        }
        // A job that slurmctld has forgotten waits no more; a run of it stays held until its end
        // is known.
        let forgotten = memory.forgotten(gone)
        perform(forgotten.map { .release(claim: $0, because: "its job is gone") })
        return nil
    }

    /// What slurmctld has forgotten slurmdbd may know: runs that ended unseen.
    private func catchUp(
        gone: [Claim], lost: [Run], _ shown: Shown, at now: Instant, _ memory: inout WatchMemory
    ) throws {
        let absent: [(what: Absent, begunAt: Instant)] =
            gone.map { (.claim($0.id), $0.createdAt) } + lost.map { (.run($0.key), $0.start) }
        memory.historyOwed.leaveOut(before: rules.observing.watchedFrom(settings.cluster))
        let spans =
            memory.historyIsDue(for: absent, at: now)
            + memory.historyOwed.due(upTo: now, at: steadyClock())
        let jobs = Set(gone.compactMap(\.reference.number))
        let runs = Set(lost.map(\.key))
        for span in HistorySpan.joined(spans) {
            let isRecorded = try ask(about: span, jobs, runs, shown, at: now, &memory)
            guard isRecorded, span.isOwed else { continue }
            memory.historyOwed.pay(span, upTo: now, at: steadyClock())
        }
    }

    /// Records what slurmdbd tells of a span of time: all that ended, or where that is not owed what
    /// ended of `jobs` and `runs`.
    ///
    /// - Returns: whether all of it was recorded that ever can be.
    private func ask(
        about span: HistorySpan, _ jobs: Set<Int64>, _ runs: Set<RunKey>, _ shown: Shown,
        at now: Instant, _ memory: inout WatchMemory
    ) throws -> Bool {
        // slurmdbd's clock and slurmctld's are not this one.
        let start = max(
            span.from.advanced(bySeconds: -600), rules.observing.watchedFrom(settings.cluster))
        let end = min(span.to.advanced(bySeconds: 600), now.advanced(bySeconds: 1))
        guard start < end else { return true }
        let reading = try gauge.read(
            JobDecoder.self,
            [
                "history", "--start", String(start.epochSeconds), "--end",
                String(end.epochSeconds),
            ],
            keep: { job in
                span.isOwed || jobs.contains(job.baseJobID)
                    || runs.contains(
                        RunKey(
                            cluster: settings.cluster, jobID: job.rawJobID, submit: job.submit))
            })
        report(reading, &memory)
        let ended = try observing().observations(of: reading.records, at: now, showsPending: false)
            .compactMap { job -> JobObservation? in
                var job = job
                // `sacctmgr show runaway` makes a row that says nothing of how long its run was.
                job.runs.removeAll {
                    $0.end == nil
                        || runs.contains($0.key) && $0.end == $0.start && $0.state == "COMPLETED"
                            && $0.freeBecause != RunFacts.beforeCutover
                }
                return job.runs.isEmpty ? nil : shown.completing(job)
            }
        logger.debug(
            "slurmdbd was asked",
            metadata: [
                "since": "\(start)", "records": "\(reading.records.count)",
                "ended": "\(ended.map { "\($0.jobID)" }.joined(separator: ","))",
            ])
        // What could not be recorded is asked for again, unless it never can be.
        return !perform(ended.map { .observe($0) }).contains { $0.1.mayPass }
    }
}
