/// From the records of jobs to observations: grouped by base job, one for each that the books know of.

import Books
import Ledger
import Records
import Units

/// What of a cluster's records is free, and who is left out.
package struct ObservingPolicy: Sendable {
    /// Slurm states whose runs are free, by name.
    package var freeStates: Set<String> = ["NODE_FAIL", "BOOT_FAIL"]
    /// Runs shorter than this are free; 0: none is.
    package var shortRunSeconds: Int64 = 0
    package var exemptUsers: Set<String> = []
    package var exemptAccounts: Set<String> = []
    package var exemptPartitions: Set<String> = []
    /// A job of an account that no project has is let in uncharged; else it would be refused.
    package var admitsUnknownAccount = true
    /// What ended before is not this ledger's to charge.
    package var bornAt = Instant(epochSeconds: 0)
    /// By cluster: from when on usage is charged, where that was set.
    package var cutovers: [String: Instant] = [:]

    package init() {}

    /// What ended until then on a cluster is an import's to charge.
    package func watchedFrom(_ cluster: String) -> Instant {
        max(bornAt, cutovers[cluster] ?? bornAt)
    }

    func exempts(_ job: JobRecord) -> Bool {
        // A job that may also run elsewhere is not exempt while it waits.
        !exemptPartitions.isEmpty && !job.partitions.isEmpty
            && job.partitions.allSatisfy(exemptPartitions.contains)
            || job.account.map(exemptAccounts.contains) ?? false
            || exemptUsers.contains(job.userName)
    }
}

extension JobRecord {
    /// The user's name, or `uid:N` where the uid has none.
    var userName: String { user ?? uid.map { "uid:\($0)" } ?? "unknown" }

    /// Where it runs, or may run while it waits.
    var partitions: [String] { partition.split(separator: ",").map(String.init) }

    /// The job id that all tasks of an array share; a het job's component is a job of its own.
    var baseJobID: Int64 { arrayJobID ?? rawJobID }

    /// The token that the plugin left: the last `atoll=` word of the admin comment.
    var token: String? {
        adminComment?.split(separator: " ").last { $0.hasPrefix("atoll=") }
            .map { String($0.dropFirst("atoll=".count)) }
    }
}

struct Observing {
    let cluster: String
    let policy: ObservingPolicy
    /// The ancestors of an account, itself first.
    let lineage: (String) -> [String]
    let isAssociated: (_ user: String, _ account: String) -> Bool
    /// A partition's MaxTime; nil where it has none or is not known.
    let mostSeconds: (_ partition: String) -> Int64?
    /// Whether a run of that raw job id goes on in the books.
    let isRunning: (Int64) -> Bool
    /// Whether just that run does: its id may have had others before.
    var isOpen: (RunKey) -> Bool = { _ in false }

    /// Observations of all jobs in `records`, by base job id.
    ///
    /// - Parameter showsPending: whether they are slurmctld's whole list, so that what is not
    ///   pending there is pending nowhere.
    func observations(
        of records: [JobRecord], at now: Instant, showsPending: Bool
    ) -> [JobObservation] {
        var found: [Int64: JobObservation] = [:]
        var order: [Int64] = []
        var isFirstLive: [Int64: Bool] = [:]
        for record in records
        where !policy.exempts(record) || isRunning(record.rawJobID) {
            let id = record.baseJobID
            if found[id] == nil { order.append(id) }
            var seen = found[id] ?? empty(record, at: now, showsPending: showsPending)
            seen.token = seen.token ?? record.token
            if record.state == .pending {
                if showsPending { add(record, toPendingOf: &seen) }
            } else if let run = run(record, at: now, isLive: showsPending) {
                seen.runs.append(run)
            }
            if !record.state.isFinished {
                take(accountOf: record, &seen, isFirst: &isFirstLive[id])
            }
            if record.jobID.contains("+") { seen.hetName = record.jobID }
            found[id] = seen
        }
        for id in order { found[id]?.pending?.setApart() }
        return order.compactMap { found[$0] }
    }

    func empty(_ record: JobRecord, at now: Instant, showsPending: Bool) -> JobObservation {
        let account = record.account ?? ""
        var observation = JobObservation(
            cluster: cluster, jobID: record.baseJobID, token: nil, userName: record.userName,
            isAssociated: isAssociated(record.userName, account),
            accountLineage: lineage(account), partition: record.partition, qos: record.qos, at: now)
        observation.showsPending = showsPending
        observation.reservation = record.reservation
        observation.admitsUnknownAccount = policy.admitsUnknownAccount
        return observation
    }

    private func add(_ record: JobRecord, toPendingOf seen: inout JobObservation) {
        let tasks = record.pendingTaskCount ?? 1
        let limit = limitSeconds(of: record)
        seen.earliestStart = record.eligible
        seen.submittedAt = min(seen.submittedAt ?? record.submit, record.submit)
        if seen.pending == nil {
            seen.pending = .init(
                tasks: 0, concurrency: nil, footprint: record.reqTRES, timeLimitSeconds: limit)
        }
        seen.pending?.add(tasks, record.reqTRES, limit)
        // The last task that waits has no list any more, and so no limit in it.
        let listed = record.arrayTaskString.flatMap { ArrayTasks(parsing: $0)?.limit }
        if let throttle = listed ?? record.arrayThrottle { seen.pending?.concurrency = throttle }
    }

    /// The account of what waits or runs; of what is over it says nothing any more.
    private func take(
        accountOf record: JobRecord, _ seen: inout JobObservation, isFirst: inout Bool?
    ) {
        let account = record.account ?? ""
        guard seen.accountLineage.first != account else {
            isFirst = false
            return
        }
        if isFirst ?? true {
            seen.accountLineage = lineage(account)
            seen.isAssociated = isAssociated(record.userName, account)
        } else {
            seen.showsOneAccount = false
        }
        isFirst = false
    }

    func run(_ record: JobRecord, at now: Instant, isLive: Bool) -> RunFacts? {
        guard var facts = facts(of: record, at: now, isLive: isLive) else { return nil }
        if record.state.isFinished {
            // Without an end, or with none yet in slurmdbd, nothing is known (facts may come later).
            guard let start = record.start, let end = record.end, end >= start else { return nil }
            // A run that went on in the books ends there all the same: before the cutover, and in the
            // second in which the books began.
            guard end > policy.watchedFrom(cluster) || isOpen(facts.key) else { return nil }
            // Cancelled while pending: it never ran. One whose start the books know ends all the same.
            if end == start, record.state == .cancelled, !isRunning(record.rawJobID) { return nil }
        }
        if let cutover = policy.cutovers[cluster] { facts.clip(to: cutover) }
        return facts
    }

    /// What a record says of a run, sensible or not; nil: nothing was ever allocated to it.
    func facts(of record: JobRecord, at now: Instant, isLive: Bool) -> RunFacts? {
        guard let start = record.start, !record.allocTRES.isEmpty else { return nil }
        let end = record.state.isFinished ? record.end : nil
        let size = record.lastSize(from: start)
        if end != nil, record.resizeTime != nil, record.nodeList == nil, size.start > start {
            return lastRunOfGiver(record, from: start, until: size.start)
        }
        var facts = RunFacts(
            key: RunKey(cluster: cluster, jobID: record.rawJobID, submit: size.submit),
            jobName: record.jobID, partition: record.partition, qos: record.qos,
            counts: record.allocTRES, start: min(size.start, end ?? size.start), end: end,
            suspendedSeconds: record.suspended(since: size.start, until: end ?? now),
            timeLimitSeconds: limitSeconds(of: record), state: record.state.rawValue)
        facts.reservation = record.reservation
        // Live seconds grow with every poll and would make every poll news.
        if end == nil { facts.suspendedSeconds = 0 }
        // After a change of size slurmctld still counts from the job's start.
        if size.start == start { facts.suspension = record.lastSuspension(after: start) }
        facts.freeBecause = whyFree(facts)
        // What was over before the cutover counts as a whole, where it was imported.
        if let cutover = policy.cutovers[cluster], end.map({ $0 > cutover }) ?? true {
            facts.clip(to: cutover)
        }
        facts.limitSpentSeconds = limitSpent(on: record, before: facts.start)
        return facts
    }

    /// The run of a job that gave all of its nodes to another one (`--dependency=expand`).
    ///
    /// slurmctld shows it COMPLETED, to end when its limit would have been over, with what it had.
    /// Its run ended as it gave that away: from then on the other one has it. slurmdbd's row of the
    /// time since allocates nothing.
    private func lastRunOfGiver(
        _ record: JobRecord, from start: Instant, until end: Instant
    ) -> RunFacts {
        var facts = RunFacts(
            key: RunKey(cluster: cluster, jobID: record.rawJobID, submit: record.submit),
            jobName: record.jobID, partition: record.partition, qos: record.qos,
            counts: record.allocTRES, start: start, end: end, suspendedSeconds: 0,
            timeLimitSeconds: limitSeconds(of: record), state: JobState.resizing.rawValue)
        facts.reservation = record.reservation
        facts.freeBecause = whyFree(facts)
        return facts
    }

    /// A run that goes on in the books while slurmctld shows its job submitted anew, or in another
    /// size: it ended then, to the second or two; nil where the record says no such thing.
    func end(of run: Run, by record: JobRecord, at now: Instant) -> JobObservation? {
        let requeued = record.endBeforeEpilog.flatMap { $0 <= now ? $0 : nil }
        let next =
            requeued ?? record.start.map { record.lastSize(from: $0).submit } ?? record.submit
        guard requeued != nil || next > run.key.submit, next >= run.start else {
            return nil
        }
        let isResized = requeued == nil && next > record.submit
        var facts = RunFacts(
            key: run.key, jobName: run.jobName, partition: run.partition, qos: run.qos,
            counts: run.counts, start: run.start, end: next,
            suspendedSeconds: run.suspendedSecondsSeen(until: next),
            timeLimitSeconds: run.timeLimitSeconds,
            state: (isResized ? JobState.resizing : .requeued).rawValue)
        (facts.freeBecause, facts.reservation) = (whyFree(facts), run.reservation)
        var observation = empty(record, at: now, showsPending: false)
        observation.token = record.token
        observation.runs = [facts]
        return observation
    }

    /// Without a limit of its own a job may run as long as the longest of its partitions lets it;
    /// 0: nothing bounds it.
    func limitSeconds(of record: JobRecord) -> Int64 {
        record.timeLimitSeconds ?? record.partitions.compactMap(mostSeconds).max() ?? 0
    }

    /// How much of the limit was over when the size that began at `since` did: Slurm counts it from
    /// the job's start, whatever size the job has had, and not while it is suspended.
    private func limitSpent(on record: JobRecord, before since: Instant) -> Int64 {
        guard let start = record.start, since > start else { return 0 }
        return max(since.seconds(since: start) - record.suspended(before: since), 0)
    }

    private func whyFree(_ run: RunFacts) -> String? {
        guard let end = run.end else { return nil }
        if policy.freeStates.contains(run.state) { return "free: \(run.state)" }
        let seconds = end.seconds(since: run.start) - run.suspendedSeconds
        return seconds < policy.shortRunSeconds
            ? "free: shorter than \(policy.shortRunSeconds) s" : nil
    }
}

extension JobObservation.Pending {
    /// Adds waiting tasks; those that ask for something else than the first stand apart.
    fileprivate mutating func add(_ count: Int64, _ footprint: TRESCounts, _ limitSeconds: Int64) {
        tasks += count
        guard footprint != self.footprint || limitSeconds != timeLimitSeconds else { return }
        let place = apart.firstIndex {
            $0.footprint == footprint && $0.timeLimitSeconds == limitSeconds
        }
        if let place {
            apart[place].tasks += count
        } else {
            apart.append(
                .init(tasks: count, footprint: footprint, timeLimitSeconds: limitSeconds))
        }
    }

    /// Makes what most of them ask for the common request, whatever order the records came in.
    fileprivate mutating func setApart() {
        guard !apart.isEmpty else { return }
        let main = JobObservation.Apart(
            tasks: apart.reduce(tasks) { $0 - $1.tasks }, footprint: footprint,
            timeLimitSeconds: timeLimitSeconds)
        var groups = (apart + [main]).sorted {
            ($1.tasks, $0.timeLimitSeconds, $0.footprint.description)
                < ($0.tasks, $1.timeLimitSeconds, $1.footprint.description)
        }
        // What is left of an array whose tasks were cancelled stands for none.
        let common = groups.removeFirst()
        groups.removeAll { $0.tasks == 0 }
        (footprint, timeLimitSeconds) = (common.footprint, common.timeLimitSeconds)
        apart = groups
    }
}

extension JobRecord {
    /// Since when the job has the size that is shown, and what it counts as submitted then.
    ///
    /// A resized job is a run for each size (money.md 3.5). slurmdbd has a row for each, the later
    /// ones submitted when the size changed and started when the job was; slurmctld shows the last
    /// one alone, submitted when the job was.
    fileprivate func lastSize(from start: Instant) -> (submit: Instant, start: Instant) {
        let since = max(resizeTime ?? start, submit)
        return since > start ? (since, since) : (submit, start)
    }

    /// The last suspend or resume since `start`, where slurmctld shows one.
    fileprivate func lastSuspension(after start: Instant) -> SuspensionSight? {
        guard let suspendTime, suspendTime > start, let preSuspendSeconds else { return nil }
        return SuspensionSight(
            isSuspended: state == .suspended, at: suspendTime, ranSeconds: preSuspendSeconds)
    }

    /// Seconds suspended from `since`, when its last size began, until `end`.
    ///
    /// slurmdbd tells them row by row. slurmctld has the time of the last suspend or resume and the
    /// seconds run before it, both counted from the job's start: what is not run of the time until
    /// then was suspended. Of a job that was suspended both before and after its size changed only
    /// the sum is known; as much as has room counts as suspended since.
    func suspended(since: Instant, until end: Instant) -> Int64 {
        if let suspendedSeconds { return max(suspendedSeconds, 0) }
        let (all, last) = suspendedOfAll(until: end)
        return min(all, max(last.seconds(since: since), 0))
    }

    /// Seconds suspended before `since`, when its last size began: what can't be after it.
    func suspended(before since: Instant) -> Int64 {
        guard suspendedSeconds == nil else { return 0 }
        let (all, last) = suspendedOfAll(until: since)
        return last > since ? 0 : all
    }

    /// Seconds suspended since the job's start as slurmctld tells them, and until when they lasted
    /// at most.
    private func suspendedOfAll(until end: Instant) -> (seconds: Int64, last: Instant) {
        guard let start, let suspendTime, suspendTime > start else { return (0, end) }
        let last = state == .suspended ? end : suspendTime
        return (max(last.seconds(since: start) - (preSuspendSeconds ?? 0), 0), last)
    }

    /// When the run of a job ended that waits anew while its nodes' epilogs still go on: slurmctld
    /// shows it PENDING and COMPLETING, submitted when it was, until they are done.
    fileprivate var endBeforeEpilog: Instant? {
        state == .pending && flags.contains(.completing) ? end : nil
    }
}
