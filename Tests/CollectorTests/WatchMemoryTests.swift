import Books
import Ledger
import Testing
import Units

@testable import Collector

@Suite struct WatchMemoryTests {
    let t0: Instant
    init() throws { t0 = try Instant(parsing: "2026-06-01T00:00:00Z") }

    private func claim(_ state: ClaimState, token: String = "T", tasks: Int64 = 1) -> Claim {
        var claim = Claim(
            id: ClaimID(1), reference: .init(provider: "slurm", cluster: "reef", number: 7),
            token: token, allocation: 1, user: 1, account: "astro", partition: "cpu", qos: nil,
            footprint: TRESCounts(), timeLimitSeconds: 60, state: state, createdAt: t0)
        claim.outstandingTasks = tasks
        return claim
    }

    @Test func `a run that slurmdbd never knows is asked for less and less`() {
        var memory = WatchMemory()
        let run = Absent.run(RunKey(cluster: "reef", jobID: 7, submit: t0))
        let asked = (1...200).filter { _ in
            !memory.historyIsDue(for: [(run, t0)], at: t0).isEmpty
        }
        #expect(asked == [1, 2, 3, 4, 5, 10, 20, 40, 80, 160])
    }

    @Test func `what slurmdbd gave no answer to is due as soon as it is back`() {
        var memory = WatchMemory()
        let run = Absent.run(RunKey(cluster: "reef", jobID: 7, submit: t0))
        for _ in 1...41 { _ = memory.historyIsDue(for: [(run, t0)], at: t0) }
        #expect(memory.historyIsDue(for: [(run, t0)], at: t0).isEmpty)
        memory.historyFailed(GaugeFailure(.accountingUnreachable, "down"), at: .now)
        #expect(memory.historyIsDue(for: [(run, t0)], at: t0).map(\.from) == [t0])
    }

    @Test func `history is asked since a job was last shown, not since it began`() {
        var memory = WatchMemory()
        memory.lastShownAt = t0.advanced(bySeconds: 86_400)
        let run = Absent.run(RunKey(cluster: "reef", jobID: 7, submit: t0))
        let now = t0.advanced(bySeconds: 86_410)
        #expect(
            memory.historyIsDue(for: [(run, t0)], at: now)
                == [HistorySpan(from: t0.advanced(bySeconds: 86_400), to: now, isOwed: false)])
    }

    @Test func `what is missing for days is asked for by the day, and keeps nothing else waiting`()
    {
        var memory = WatchMemory()
        let day: Int64 = 86_400
        let now = t0.advanced(bySeconds: 40 * day)
        let since = [0, 10, 10 * day, 40 * day - 20].map { t0.advanced(bySeconds: $0) }
        let absent = since.enumerated().map { place, since in
            (
                what: Absent.run(RunKey(cluster: "reef", jobID: Int64(place), submit: t0)),
                begunAt: since
            )
        }
        func days() -> [[Int64]] {
            memory.historyIsDue(for: absent, at: now).map {
                [$0.from.seconds(since: t0), $0.to.seconds(since: t0)]
            }
        }
        let recent = [40 * day - 20, 40 * day]
        for _ in 1...5 { #expect(days() == [recent, [0, day]]) }
        // Those of the first day are known to slurmdbd by now, or asked for more seldom.
        for _ in 6...9 { #expect(days() == [[10 * day, 11 * day]]) }
        #expect(days() == [recent, [0, day]])
    }

    @Test func `a slurmdbd that is down is left alone for a minute`() {
        var memory = WatchMemory()
        let now = ContinuousClock.now
        #expect(memory.mayAskHistory(at: now))
        memory.historyFailed(GaugeFailure(.accountingUnreachable, "down"), at: now)
        #expect(!memory.mayAskHistory(at: now))
        #expect(memory.mayAskHistory(at: now + .seconds(60)))
    }

    @Test func `polls that were too far apart leave history to be asked for`() {
        var memory = WatchMemory()
        memory.lastShownAt = t0
        memory.countGoodPoll(begunAt: t0.advanced(bySeconds: 20))
        #expect(memory.historyOwed.since == nil)
        memory.countGoodPoll(begunAt: t0.advanced(bySeconds: 600))
        #expect(memory.historyOwed.since == t0)
    }

    @Test func `what was shown while nothing could be recorded is asked of slurmdbd`() {
        var memory = WatchMemory()
        memory.lastShownAt = t0
        memory.noteRecorded(true, begunAt: t0.advanced(bySeconds: 10))
        for poll in 1...60 {
            let begunAt = t0.advanced(bySeconds: Int64(10 * poll))
            memory.noteRecorded(false, begunAt: begunAt)
            memory.lastShownAt = begunAt
        }
        #expect(memory.historyOwed.since == nil)
        memory.noteRecorded(true, begunAt: t0.advanced(bySeconds: 610))
        #expect(memory.historyOwed.since == t0)
        memory.historyOwed = HistoryDebts()
        memory.noteRecorded(true, begunAt: t0.advanced(bySeconds: 620))
        #expect(memory.historyOwed.since == nil)
    }

    @Test func `a restart forgets nothing that slurmdbd is to be asked about`() {
        var memory = WatchMemory()
        memory.lastShownAt = t0.advanced(bySeconds: 50)
        #expect(memory.owedAtEnd(failed: false) == nil)
        #expect(memory.owedAtEnd(failed: true) == memory.lastShownAt)
        memory.historyOwed.add(since: t0, at: .now)
        #expect(memory.owedAtEnd(failed: true) == t0)
        memory.historyOwed = HistoryDebts()
        memory.noteRecorded(false, begunAt: t0.advanced(bySeconds: 60))
        #expect(memory.owedAtEnd(failed: false) == memory.lastShownAt)
    }

    @Test func `what a forgotten job holds is released until that is recorded`() {
        var memory = WatchMemory()
        let released = (1...5).map { _ in memory.forgotten([claim(.bound)]).count }
        #expect(released == [0, 0, 1, 1, 1])
        memory = WatchMemory()
        let nothing = (1...5).map { _ in memory.forgotten([claim(.bound, tasks: 0)]).count }
        #expect(nothing == [0, 0, 1, 0, 0])
    }

    @Test func `a hold whose job is there does not lapse, recorded or not`() {
        var memory = WatchMemory()
        let later = t0.advanced(bySeconds: 10)
        func lapsed(_ shown: Set<String>) -> Int {
            memory.lapsed([claim(.unclaimed)], shown: shown, begunAt: later, afterSeconds: 0).count
        }
        #expect(lapsed(["T"]) == 0)
        #expect(lapsed([]) == 1)
    }

    @Test func `the hold of a test lapses at the first poll begun after it`() {
        var memory = WatchMemory()
        var test = claim(.unclaimed)
        test.remark = Claim.perhapsTest
        func lapsed(_ claim: Claim, begunAt: Instant) -> Int {
            memory.lapsed([claim], shown: [], begunAt: begunAt, afterSeconds: 60).count
        }
        #expect(lapsed(test, begunAt: test.createdAt) == 0)
        #expect(lapsed(test, begunAt: test.createdAt.advanced(bySeconds: 1)) == 1)
        #expect(lapsed(claim(.unclaimed), begunAt: t0.advanced(bySeconds: 1)) == 0)
    }
}
