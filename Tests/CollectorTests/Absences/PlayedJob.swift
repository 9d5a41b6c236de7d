/// A job whose whole life is laid down beforehand; at any moment slurmctld and slurmdbd show of it
/// what has happened by then, as they really do (Slurm 22.05).

import Records
import Units

struct PlayedJob: Sendable {
    struct Run: Sendable {
        /// When the wait for it began; of another size of a running job, when the size changed.
        var submit: Instant
        var start: Instant
        var end: Instant
        var state: JobState
        var cpus: Int64
        var pauses: [Interval] = []
        /// The job had another size before, and goes on.
        var isResized = false

        /// What is to be charged for, in core-seconds; a resized job's by the size's own time.
        var coreSeconds: Int64 {
            guard state != .nodeFail else { return 0 }
            let paused = pauses.reduce(0) { $0 + $1.end.seconds(since: $1.start) }
            return cpus * (end.seconds(since: isResized ? submit : start) - paused)
        }
    }

    struct Task: Sendable {
        var raw: Int64
        var number: Int64?
        var runs: [Run] = []
        /// While it waited.
        var cancelledAt: Instant?
    }

    let id: Int64
    var user = "ada"
    let submit: Instant
    var cpus: Int64
    /// The time limit, and from when on it is another one.
    var limitSeconds: Int64
    var raise: (at: Instant, seconds: Int64)?
    var concurrency: Int64?
    var isArray = false
    var hetOffset: Int64?
    var hetJob: Int64?
    var reservation: String?
    var tasks: [Task]

    var token: String { "TOKEN\(id)" }

    var name: String {
        if let hetJob, let hetOffset { return "\(hetJob)+\(hetOffset)" }
        return "\(id)"
    }

    func limit(at now: Instant) -> Int64 {
        raise.flatMap { $0.at <= now ? $0.seconds : nil } ?? limitSeconds
    }

    // MARK: slurmctld

    /// Its records: what waits, what runs, and what ended less than `rememberedSeconds` ago.
    func shown(at now: Instant, rememberedSeconds: Int64) -> [JobRecord] {
        guard submit <= now else { return [] }
        var records: [JobRecord] = []
        var waiting: [Task] = []
        for task in tasks {
            if let run = task.runs.last(where: { $0.submit <= now }), run.start <= now {
                let next = task.runs.first { $0.submit > now }
                let isOver = run.end <= now && next.map { $0.submit > run.end } ?? true
                guard !isOver || now.seconds(since: run.end) < rememberedSeconds else { continue }
                records.append(record(of: run, task, at: now))
            } else if let cancelled = task.cancelledAt, cancelled <= now {
                guard now.seconds(since: cancelled) < rememberedSeconds else { continue }
                var record = blank(task, submit: submit, .cancelled, at: now)
                (record.start, record.end) = (cancelled, cancelled)
                records.append(record)
            } else if isArray, task.runs.first.map({ $0.submit == submit }) ?? true,
                task.runs.first.map({ $0.start > now }) ?? true
            {
                waiting.append(task)
            } else {
                let since = task.runs.last { $0.submit <= now }?.submit ?? submit
                records.append(blank(task, submit: since, .pending, at: now))
            }
        }
        if !waiting.isEmpty { records.append(array(of: waiting, at: now)) }
        return records
    }

    private func array(of waiting: [Task], at now: Instant) -> JobRecord {
        var record = blank(Task(raw: id), submit: submit, .pending, at: now)
        let list =
            waiting.compactMap(\.number).map(String.init).joined(separator: ",")
            + (concurrency.map { "%\($0)" } ?? "")
        (record.jobID, record.arrayTaskString) = ("\(id)_[\(list)]", list)
        return record
    }

    private func blank(
        _ task: Task, submit: Instant, _ state: JobState, at now: Instant
    ) -> JobRecord {
        let number = task.number.map { "\(id)_\($0)" }
        var record = JobRecord(
            cluster: "reef", jobID: number ?? name, rawJobID: task.raw, partition: "cpu",
            submit: submit, status: JobStatus(state))
        (record.user, record.account) = (user, "astro")
        record.arrayJobID = isArray ? id : nil
        record.arrayTaskID = task.number
        (record.hetJobID, record.hetOffset) = (hetJob, hetOffset)
        record.reqTRES = TRESCounts([.cpu: cpus, .node: 1])
        record.timeLimit = .seconds(limit(at: now))
        record.adminComment = "atoll=\(token)"
        record.reservation = reservation
        return record
    }

    /// What slurmctld says of a run: of a resized job it shows the last size alone.
    private func record(of run: Run, _ task: Task, at now: Instant) -> JobRecord {
        let isOver = run.end <= now
        var record = blank(task, submit: queued(run, task), isOver ? run.state : .running, at: now)
        record.start = run.start
        record.end = isOver ? run.end : run.start.advanced(bySeconds: limit(at: now))
        record.allocTRES = TRESCounts([.cpu: run.cpus, .node: 1])
        record.nodeList = "n1"
        if run.isResized { record.resizeTime = run.submit }
        var ran: Int64 = 0
        var mark = run.start
        for pause in run.pauses where pause.start <= now {
            ran += pause.start.seconds(since: mark)
            (record.suspendTime, record.preSuspendSeconds) = (pause.start, ran)
            if pause.end <= now {
                (record.suspendTime, mark) = (pause.end, pause.end)
            } else if !isOver {
                record.status = JobStatus(.suspended)
            }
        }
        return record
    }

    /// Since when slurmctld has the job queued: a change of size does not count.
    private func queued(_ run: Run, _ task: Task) -> Instant {
        task.runs.last { !$0.isResized && $0.submit <= run.submit }?.submit ?? submit
    }

    // MARK: slurmdbd

    /// Its rows of what had begun by then and had not ended before `start`.
    func recorded(at now: Instant, since start: Instant) -> [JobRecord] {
        tasks.flatMap { task in
            task.runs.filter { ($0.isResized ? $0.submit : $0.start) <= now && $0.end >= start }
                .map { row(of: $0, task, at: now) }
        }
    }

    private func row(of run: Run, _ task: Task, at now: Instant) -> JobRecord {
        let isOver = run.end <= now
        var row = blank(task, submit: run.submit, isOver ? run.state : .running, at: now)
        row.start = run.start
        row.end = isOver ? run.end : nil
        row.allocTRES = TRESCounts([.cpu: run.cpus, .node: 1])
        row.adminComment = isOver ? row.adminComment : nil
        let paused = run.pauses.filter { $0.end <= now }
            .reduce(0) { $0 + $1.end.seconds(since: $1.start) }
        row.suspendedSeconds = paused
        row.elapsedSeconds = (isOver ? run.end : now).seconds(since: run.start) - paused
        return row
    }
}
