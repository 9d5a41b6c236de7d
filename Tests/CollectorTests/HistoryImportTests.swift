import Books
import Ledger
import Records
import Testing
import Units

@testable import Collector

@Suite struct HistoryImportTests {
    let now: Instant
    init() throws { now = try Instant(parsing: "2026-06-01T00:00:00Z") }

    private func record(
        _ state: JobState = .completed, from start: String?, to end: String?, cpus: Int64? = 4,
        account: String = "astro", suspended: Int64 = 0
    ) throws -> JobRecord {
        let begin = try start.map { try Instant(parsing: $0) }
        var job = JobRecord(
            cluster: "reef", jobID: "7", rawJobID: 7, partition: "cpu",
            submit: begin ?? now.advanced(bySeconds: -7_200), status: JobStatus(state))
        (job.user, job.account) = ("ada", account)
        (job.start, job.end) = (begin, try end.map { try Instant(parsing: $0) })
        job.suspendedSeconds = suspended
        job.timeLimit = .seconds(36_000)
        if let cpus { job.allocTRES = TRESCounts([.cpu: cpus]) }
        return job
    }

    private func take(
        _ record: JobRecord, cutover: String? = nil, isWatched: Bool = true
    ) throws -> String {
        var policy = ObservingPolicy()
        policy.exemptAccounts = ["staff"]
        policy.bornAt = now.advanced(bySeconds: -86_400)
        policy.cutovers = try cutover.map { ["reef": try Instant(parsing: $0)] } ?? [:]
        let history = HistoryImport(
            cluster: "reef", policy: policy, isWatched: isWatched, lineage: { [$0, "root"] },
            now: now)
        switch history.take(record) {
        case .run(let run):
            let seconds = run.facts.end.map { $0.seconds(since: run.facts.start) } ?? -1
            return "\(run.accountLineage.joined(separator: "<")) \(seconds) s"
                + (run.facts.suspendedSeconds > 0 ? " less \(run.facts.suspendedSeconds) s" : "")
                + (run.facts.freeBecause.map { ", \($0)" } ?? "")
        case .open: return "open"
        case .neverRan: return "never ran"
        case .exempt: return "exempt"
        case .live: return "live"
        case .rejected(let why): return why
        }
    }

    @Test func `each kind of row is what it is`() throws {
        let (day, later) = ("2026-01-10T00:00:00Z", "2026-01-10T00:01:40Z")
        #expect(try take(record(from: day, to: later)) == "astro<root 100 s")
        #expect(
            try take(record(.nodeFail, from: day, to: later))
                == "astro<root 100 s, free: NODE_FAIL")
        #expect(try take(record(.running, from: day, to: nil)) == "open")
        #expect(try take(record(.pending, from: nil, to: nil)) == "open")
        #expect(try take(record(.completed, from: day, to: nil)) == "open")
        #expect(try take(record(.cancelled, from: nil, to: day)) == "never ran")
        #expect(try take(record(.cancelled, from: day, to: day)) == "never ran")
        #expect(try take(record(from: day, to: later, account: "staff")) == "exempt")
        #expect(try take(record(from: later, to: day)) == "End is before Start")
        #expect(try take(record(from: day, to: "2027-01-01")) == "End lies in the future")
        #expect(try take(record(from: day, to: later, cpus: nil)) == "AllocTRES is empty")
    }

    @Test func `what has just ended is the collector's, on a cluster that it watches`() throws {
        let recent = try record(from: "2026-05-31T20:00:00Z", to: "2026-05-31T23:30:00Z")
        #expect(try take(recent) == "live")
        #expect(try take(recent, isWatched: false) == "astro<root 12600 s")
        let older = try record(from: "2026-05-31T20:00:00Z", to: "2026-05-31T22:30:00Z")
        #expect(try take(older) == "astro<root 9000 s")
    }

    @Test func `a run across the cutover counts from it on, one before it in whole`() throws {
        let across = try record(
            from: "2026-05-01T00:00:00Z", to: "2026-05-01T10:00:00Z", suspended: 3_600)
        #expect(
            try take(across, cutover: "2026-05-01T05:00:00Z") == "astro<root 18000 s less 1800 s")
        #expect(
            try take(across, cutover: "2026-05-02T00:00:00Z") == "astro<root 36000 s less 3600 s")
    }

    @Test func `live, what goes on over the cutover counts from it on, and nothing before`() throws
    {
        var policy = ObservingPolicy()
        policy.bornAt = now.advanced(bySeconds: -86_400)
        let cutover = now
        policy.cutovers = ["reef": cutover]
        let observing = Observing(
            cluster: "reef", policy: policy, lineage: { [$0] }, isAssociated: { _, _ in true },
            mostSeconds: { _ in nil }, isRunning: { $0 == 8 }, isOpen: { $0.jobID == 8 })
        func seen(_ raw: Int64, _ state: JobState, from: Int64, to: Int64?) throws -> String {
            var job = try record(state, from: "2026-06-01", to: nil)
            job.rawJobID = raw
            job.start = cutover.advanced(bySeconds: from)
            job.submit = cutover.advanced(bySeconds: from - 60)
            job.end = to.map { cutover.advanced(bySeconds: $0) }
            guard let run = observing.run(job, at: cutover, isLive: true) else { return "nothing" }
            let end = run.end.map { "\($0.seconds(since: cutover))" } ?? "…"
            return "\(run.start.seconds(since: cutover)) to \(end)"
                + (run.freeBecause.map { ", \($0)" } ?? "")
        }
        #expect(try seen(7, .completed, from: -500, to: -100) == "nothing")
        #expect(
            try seen(8, .completed, from: -500, to: -100)
                == "-100 to -100, free: before the cutover")
        #expect(try seen(7, .running, from: -500, to: nil) == "0 to …")
        #expect(try seen(7, .completed, from: -500, to: 100) == "0 to 100")
        #expect(try seen(7, .completed, from: 50, to: 100) == "50 to 100")
    }
}
