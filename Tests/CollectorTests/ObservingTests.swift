import Books
import Ledger
import Records
import Testing
import Units

@testable import Collector

@Suite struct ObservingTests {
    let t0: Instant
    init() throws { t0 = try Instant(parsing: "2026-06-01T00:00:00Z") }

    private var observing: Observing { observing(bornAt: Instant(epochSeconds: 0)) }

    private func observing(bornAt: Instant) -> Observing {
        var policy = ObservingPolicy()
        policy.exemptAccounts = ["staff"]
        policy.shortRunSeconds = 5
        policy.bornAt = bornAt
        return Observing(
            cluster: "reef", policy: policy, lineage: { [$0, "root"] },
            isAssociated: { user, _ in user == "ada" },
            mostSeconds: { ["cpu": 3_600, "gpu": 7_200][$0] }, isRunning: { $0 == 70 },
            isOpen: { [t0] in $0 == RunKey(cluster: "reef", jobID: 70, submit: t0) })
    }

    private func record(
        _ id: String, raw: Int64, state: JobState, array: Int64? = nil, ran: Int64? = nil
    ) -> JobRecord {
        var job = JobRecord(
            cluster: "reef", jobID: id, rawJobID: raw, partition: "cpu", submit: t0,
            status: JobStatus(state))
        (job.user, job.account, job.arrayJobID) = ("ada", "astro", array)
        job.timeLimit = .seconds(600)
        if let ran {
            job.start = t0
            if state.isFinished { job.end = t0.advanced(bySeconds: ran) }
            job.allocTRES = TRESCounts([.cpu: 2])
            job.nodeList = "n1"
        }
        job.reqTRES = TRESCounts([.cpu: 2])
        return job
    }

    @Test func `a start that is asked about again tells the reservation that the job waits for`() {
        var waits = record("7", raw: 7, state: .pending)
        waits.reservation = "course"
        let row = HeldBack(
            run: RunKey(cluster: "reef", jobID: 7, submit: t0), jobName: "7", baseJobID: 7,
            claim: nil, allocation: 1, user: 1, counts: TRESCounts([.cpu: 2]), state: .held,
            source: .hook, cause: .credit, reason: "", at: t0)
        let asked = observing.startRequest(of: waits, row, at: t0, admitsShort: false)
        #expect(asked.run.reservation == "course" && asked.observation.reservation == "course")
    }

    @Test func `cancelled within the second of its start: an end only where its start is known`() {
        let gone = ["70", "71"].map { record($0, raw: Int64($0) ?? 0, state: .cancelled, ran: 0) }
        let seen = observing.observations(of: gone, at: t0, showsPending: true)
        #expect(seen.map { $0.runs.map(\.end) } == [[t0], []])
    }

    @Test func `what the books saw begin in their first second ends in it, too`() {
        let ended = ["70", "71"].map { record($0, raw: Int64($0) ?? 0, state: .cancelled, ran: 1) }
        func ends(bornAt: Int64) -> [[Instant?]] {
            observing(bornAt: t0.advanced(bySeconds: bornAt))
                .observations(of: ended, at: t0.advanced(bySeconds: 9), showsPending: true)
                .map { $0.runs.map(\.end) }
        }
        let end = t0.advanced(bySeconds: 1)
        #expect(ends(bornAt: 0) == [[end], [end]])
        #expect(ends(bornAt: 1) == [[end], []])
        // slurmctld's clock may be behind.
        #expect(ends(bornAt: 2) == [[end], []])
    }

    @Test func `of a job that goes on, the run before the books is not theirs`() {
        var before = record("70", raw: 70, state: .requeued, ran: 1)
        before.submit = t0.advanced(bySeconds: -1)
        let seen = observing(bornAt: t0.advanced(bySeconds: 1))
            .observations(of: [before], at: t0.advanced(bySeconds: 9), showsPending: false)
        #expect(seen.flatMap(\.runs).isEmpty)
    }

    @Test func `an array is one observation of all its tasks`() {
        var waiting = record("7_[3-9%2]", raw: 7, state: .pending, array: 7)
        waiting.arrayTaskString = "3-9%2"
        waiting.adminComment = "note atoll=OLD atoll=TOKEN"
        let jobs = observing.observations(
            of: [
                waiting, record("7_1", raw: 8, state: .running, array: 7, ran: 0),
                record("7_2", raw: 9, state: .completed, array: 7, ran: 10),
            ], at: t0, showsPending: true)
        #expect(jobs.count == 1)
        #expect(jobs[0].jobID == 7 && jobs[0].token == "TOKEN")
        #expect(jobs[0].pending?.tasks == 7 && jobs[0].pending?.concurrency == 2)
        #expect(jobs[0].runs.map(\.key.jobID) == [8, 9])
        #expect(jobs[0].runs.map { $0.end == nil } == [true, false])
    }

    @Test func `tasks that ask for something else stand apart, whatever the order`() {
        var rest = record("7_[0,2-9]", raw: 7, state: .pending, array: 7)
        rest.arrayTaskString = "0,2-9"
        var one = record("7_1", raw: 8, state: .pending, array: 7)
        (one.arrayTaskID, one.timeLimit) = (1, .seconds(1_200))
        for records in [[rest, one], [one, rest]] {
            let seen = observing.observations(of: records, at: t0, showsPending: true)
            #expect(seen[0].pending?.tasks == 10 && seen[0].pending?.timeLimitSeconds == 600)
            #expect(
                seen[0].pending?.apart == [
                    .init(
                        tasks: 1, footprint: TRESCounts([.cpu: 2]), timeLimitSeconds: 1_200)
                ])
        }
    }

    @Test func `the account is that of what waits or runs, and only where it is one`() {
        var other = record("7_1", raw: 8, state: .running, array: 7, ran: 0)
        other.account = "bio"
        var waiting = record("7_2", raw: 7, state: .pending, array: 7)
        waiting.arrayTaskID = 2
        var seen = observing.observations(of: [waiting, other], at: t0, showsPending: true)
        #expect(seen[0].showsOneAccount == false)
        var over = record("7_0", raw: 9, state: .completed, array: 7, ran: 10)
        over.account = "astro"
        seen = observing.observations(of: [over, other], at: t0, showsPending: true)
        #expect(seen[0].showsOneAccount && seen[0].accountLineage == ["bio", "root"])
        #expect(seen[0].hetName == nil)
    }

    @Test func `what ended by history leaves what waits by slurmctld waiting`() {
        let live = observing.observations(
            of: [record("7", raw: 7, state: .pending)], at: t0, showsPending: true)
        let ended = observing.observations(
            of: [
                record("7", raw: 7, state: .completed, ran: 10),
                record("8", raw: 8, state: .completed, ran: 10),
            ], at: t0, showsPending: false)
        let shown = Shown(live, [])
        #expect(shown.completing(ended[0]).pending == live[0].pending)
        #expect(shown.completing(ended[0]).showsPending)
        #expect(shown.completing(ended[0]).runs == ended[0].runs)
        #expect(shown.completing(ended[1]) == ended[1])
    }

    struct Case: CustomTestStringConvertible {
        let name: String
        let state: JobState
        let ran: Int64?
        /// nil: no run at all.
        let freeBecause: String??
        var testDescription: String { name }
    }

    @Test(arguments: [
        Case(name: "completed", state: .completed, ran: 10, freeBecause: .some(nil)),
        Case(name: "node failed", state: .nodeFail, ran: 10, freeBecause: "free: NODE_FAIL"),
        Case(name: "too short", state: .failed, ran: 4, freeBecause: "free: shorter than 5 s"),
        Case(name: "cancelled pending", state: .cancelled, ran: 0, freeBecause: nil),
        Case(name: "cancelled without start", state: .cancelled, ran: nil, freeBecause: nil),
        Case(name: "waiting", state: .pending, ran: nil, freeBecause: nil),
    ])
    func `what ended is a run, what never ran is none`(row: Case) {
        let jobs = observing.observations(
            of: [record("7", raw: 7, state: row.state, ran: row.ran)], at: t0, showsPending: true)
        #expect(jobs[0].runs.first.map(\.freeBecause) == row.freeBecause)
    }

    @Test func `exempt accounts are not looked at`() {
        var job = record("7", raw: 7, state: .running, ran: 0)
        job.account = "staff"
        #expect(observing.observations(of: [job], at: t0, showsPending: true).isEmpty)
    }

    @Test func `what runs already is looked at to its end, exempt or not`() {
        var job = record("70", raw: 70, state: .completed, ran: 10)
        job.account = "staff"
        #expect(observing.observations(of: [job], at: t0, showsPending: true).count == 1)
    }

    @Test(arguments: [
        (["cpu"], "cpu", true), (["cpu"], "cpu,gpu", false), (["cpu", "gpu"], "cpu,gpu", true),
        ([], "", false),
    ])
    func `a job is exempt where all its partitions are`(
        exempt: [String], partition: String, isExempt: Bool
    ) {
        var job = record("7", raw: 7, state: .pending)
        job.partition = partition
        var policy = ObservingPolicy()
        policy.exemptPartitions = Set(exempt)
        #expect(policy.exempts(job) == isExempt)
    }

    @Test(arguments: [
        // squeue's NOT_SET: sbatch without -t where the partition has no DefaultTime.
        (Records.TimeLimit?.none, "cpu", Int64(3_600)), (.partitionLimit, "cpu", 3_600),
        (.unlimited, "cpu,gpu", 7_200), (.unlimited, "endless", 0), (.seconds(60), "cpu", 60),
    ])
    func `a job without a limit of its own has its partition's`(
        limit: Records.TimeLimit?, partition: String, seconds: Int64
    ) {
        var job = record("7", raw: 7, state: .pending)
        (job.timeLimit, job.partition) = (limit, partition)
        let jobs = observing.observations(of: [job], at: t0, showsPending: true)
        #expect(jobs[0].pending?.timeLimitSeconds == seconds)
    }

    @Test func `a resized job is a run for each size, by slurmctld and by slurmdbd alike`() {
        func job(_ state: JobState, submit: Int64, resized: Int64?, end: Int64?) -> JobRecord {
            var job = record("7", raw: 7, state: state, ran: 0)
            job.submit = t0.advanced(bySeconds: submit)
            job.resizeTime = resized.map { t0.advanced(bySeconds: $0) }
            job.end = end.map { t0.advanced(bySeconds: $0) }
            return job
        }
        func runs(_ jobs: JobRecord...) -> [RunFacts] {
            observing.observations(of: jobs, at: t0, showsPending: false).flatMap(\.runs)
        }
        let live = runs(job(.completed, submit: -5, resized: 40, end: 100))
        let rows = runs(
            job(.resizing, submit: -5, resized: nil, end: 40),
            job(.completed, submit: 40, resized: nil, end: 100))
        #expect(live.map(\.key) == rows.suffix(1).map(\.key))
        #expect(live.map(\.start) == [t0.advanced(bySeconds: 40)])
        #expect(rows.map { $0.end?.seconds(since: $0.start) } == [40, 60])
        #expect(rows.first?.key.submit == t0.advanced(bySeconds: -5))
        // Requeued since: what was resized was an earlier run.
        #expect(runs(job(.completed, submit: -5, resized: -9, end: 100)).map(\.start) == [t0])
    }

    @Test func `without slurmdbd the run before a change of size ends with it`() throws {
        var job = record("7", raw: 7, state: .running, ran: 0)
        let first = try #require(
            observing.observations(of: [job], at: t0, showsPending: true).first?.runs.first)
        let run = Run(
            id: RunID(1), key: first.key, jobName: "7", claim: nil, allocation: 1, user: 1,
            account: "astro", partition: "cpu", qos: nil, counts: first.counts, start: t0,
            timeLimitSeconds: 600)
        #expect(observing.end(of: run, by: job, at: t0) == nil)
        job.resizeTime = t0.advanced(bySeconds: 40)
        let ended = observing.end(of: run, by: job, at: t0)?.runs.first
        #expect(ended?.key == run.key && ended?.end == job.resizeTime)
        #expect(ended?.state == "RESIZING")
    }

    @Test(arguments: [
        // slurmdbd says so itself.
        (JobState.completed, Int64?(7), Int64?.none, Int64?.none, Int64(7)),
        // Resumed 40 s after the start, of which 30 were run: 10 suspended.
        (.running, nil, 40, 30, 10),
        // Suspended 30 s after the start, ended at 100: nothing was run since.
        (.suspended, nil, 30, 30, 70),
        // Never suspended.
        (.running, nil, nil, nil, 0),
    ])
    func `suspended seconds come from slurmdbd, or from what slurmctld shows`(
        state: JobState, told: Int64?, suspendedAt: Int64?, ran: Int64?, seconds: Int64
    ) {
        var job = record("7", raw: 7, state: state, ran: 100)
        job.suspendedSeconds = told
        job.suspendTime = suspendedAt.map { t0.advanced(bySeconds: $0) }
        job.preSuspendSeconds = ran
        #expect(job.suspended(since: t0, until: t0.advanced(bySeconds: 100)) == seconds)
    }

    @Test func `a pause is news when it begins and when it ends, not in between`() {
        var memory = WatchMemory()
        func look(_ state: JobState, suspendedAt: Int64?, ran: Int64?, now: Int64) -> RunFacts? {
            var job = record("7", raw: 7, state: state, ran: 0)
            job.suspendTime = suspendedAt.map { t0.advanced(bySeconds: $0) }
            job.preSuspendSeconds = ran
            let seen = observing.observations(
                of: [job], at: t0.advanced(bySeconds: now), showsPending: true)
            return memory.news(in: seen).first?.runs.first
        }
        #expect(look(.running, suspendedAt: nil, ran: 0, now: 5)?.suspension == nil)
        let paused = look(.suspended, suspendedAt: 30, ran: 30, now: 35)?.suspension
        #expect(paused?.isSuspended == true && paused?.ranSeconds == 30)
        #expect(look(.suspended, suspendedAt: 30, ran: 30, now: 45) == nil)
        let resumed = look(.running, suspendedAt: 50, ran: 30, now: 55)?.suspension
        #expect(resumed?.isSuspended == false && resumed?.at == t0.advanced(bySeconds: 50))
        #expect(look(.running, suspendedAt: 50, ran: 30, now: 65) == nil)
    }

    @Test func `after a change of rates all that waits is news, until it is recorded`() {
        var memory = WatchMemory()
        let seen = observing.observations(
            of: [
                record("7", raw: 7, state: .pending), record("8", raw: 8, state: .running, ran: 0),
            ], at: t0, showsPending: true)
        #expect(memory.news(in: seen, rates: 1).map(\.isPricedAnew) == [false, false])
        #expect(memory.news(in: seen, rates: 1).isEmpty)
        let news = memory.news(in: seen, rates: 2)
        #expect(news.map(\.jobID) == [7] && news[0].isPricedAnew)
        memory.forget(news[0])
        #expect(memory.news(in: seen, rates: 2).map(\.isPricedAnew) == [true])
        #expect(memory.news(in: seen, rates: 2).isEmpty)
    }

    @Test func `only what looks different is news`() {
        var memory = WatchMemory()
        let first = observing.observations(
            of: [
                record("7_1", raw: 8, state: .running, array: 7, ran: 0),
                record("7_2", raw: 9, state: .running, array: 7, ran: 0),
            ], at: t0, showsPending: true)
        #expect(memory.news(in: first).first?.runs.count == 2)
        #expect(memory.news(in: first).isEmpty)
        let second = observing.observations(
            of: [
                record("7_1", raw: 8, state: .completed, array: 7, ran: 9),
                record("7_2", raw: 9, state: .running, array: 7, ran: 0),
            ], at: t0.advanced(bySeconds: 9), showsPending: true)
        let news = memory.news(in: second)
        #expect(news.first?.runs.map(\.key.jobID) == [8])
        memory.forget(news[0])
        #expect(memory.news(in: second).first?.runs.map(\.key.jobID) == [8])
    }
}
