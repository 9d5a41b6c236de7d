import Books
import Ledger
import Records
import Testing
import Units

@testable import Collector

/// What a poll makes of a job whose start was refused: one row a case.
@Suite struct HeldBackSightTests {
    struct Row: CustomTestStringConvertible {
        let testDescription: String
        var state = HeldBack.State.asked
        var source = HeldBack.Source.hook
        /// nil: slurmctld does not show it.
        var shown: JobState?
        var priority: Int64 = 1
        /// Whether it was submitted anew since, as a requeue does.
        var isRequeued = false
        /// Seconds from the refusal to the poll.
        var after: Int64 = 10
        let says: HeldBackSight
    }

    static let rows = [
        Row(
            testDescription: "requeued and held", shown: .pending, priority: 0, isRequeued: true,
            says: .held),
        Row(
            testDescription: "requeued and held within the second of its submission",
            shown: .pending, priority: 0, after: 0, says: .held),
        Row(
            testDescription: "still held later", state: .held, shown: .pending, priority: 0,
            isRequeued: true, after: 9_000, says: .held),
        Row(
            testDescription: "shown as it was before its start", shown: .pending, after: 0,
            says: .wait),
        Row(
            testDescription: "seen starting: the hook is not through yet", shown: .running,
            says: .wait),
        Row(
            testDescription: "held just now, and an older poll saw it run", state: .held,
            shown: .running, says: .wait),
        Row(
            testDescription: "it runs on: it could not be held", shown: .running, after: 61,
            says: .over("it was not held and runs")),
        Row(
            testDescription: "released by hand", state: .held, shown: .pending, isRequeued: true,
            says: .over("somebody else released it")),
        Row(
            testDescription: "released by hand, and it runs", state: .held, shown: .running,
            isRequeued: true, says: .over("somebody else released it")),
        Row(
            testDescription: "requeued by somebody, not held", shown: .pending, isRequeued: true,
            says: .over("it waits and is not held")),
        Row(
            testDescription: "cancelled while held", state: .held, shown: .cancelled,
            isRequeued: true, says: .over("it ended")),
        Row(testDescription: "ended a moment ago", shown: .completed, says: .wait),
        Row(testDescription: "ended", shown: .completed, after: 61, says: .over("it ended")),
        Row(testDescription: "gone", state: .held, after: 61, says: .over("its job is gone")),
        Row(testDescription: "not there in an older poll", after: 60, says: .wait),
        Row(
            testDescription: "found running where no hook asks", source: .poll, shown: .running,
            says: .toHold),
        Row(
            testDescription: "found running, held since", state: .held, source: .poll,
            shown: .running, says: .wait),
    ]

    @Test(arguments: rows)
    func `what is to be done`(row: Row) throws {
        let t0 = try Instant(parsing: "2026-06-01T00:00:00Z")
        var job = HeldBack(
            run: RunKey(cluster: "reef", jobID: 7, submit: t0), jobName: "7", baseJobID: 7,
            claim: nil, allocation: 1, user: 1, counts: TRESCounts([.cpu: 1]), state: row.state,
            source: row.source, cause: .status, reason: "", at: t0.advanced(bySeconds: 5))
        job.state = row.state
        let record = row.shown.map { state in
            var record = JobRecord(
                cluster: "reef", jobID: "7", rawJobID: 7, partition: "cpu",
                submit: t0.advanced(bySeconds: row.isRequeued ? 6 : 0), status: JobStatus(state))
            record.priority = row.priority
            return record
        }
        let begunAt = job.at.advanced(bySeconds: row.after)
        #expect(HeldBackSight(of: job, shown: record, begunAt: begunAt) == row.says)
    }
}
