import Foundation
import Testing
import Units
import Wire

@testable import atoll

/// What a person on a terminal sees of a long work: how far, how fast, how long still.
@Suite struct ProgressTests {
    // MARK: The words

    @Test(
        arguments: [
            (0, 0, 1_000, 3.0, "d.psv: 0 rows, 0 a second"),
            (3_000, 250, 1_000, 3.0, "d.psv: 3,000 rows, 1,000 a second, 00:00:09 left"),
            (3_000, 999, 1_000, 3.0, "d.psv: 3,000 rows, 1,000 a second, 00:00:00 left"),
            (3_000, 1_000, 1_000, 3.0, "d.psv: 3,000 rows, 1,000 a second"),
            // A packed file is longer than what lies on the disk, a pipe of no length at all.
            (3_000, 4_000, 1_000, 3.0, "d.psv: 3,000 rows, 1,000 a second"),
            (3_000, 250, nil, 3.0, "d.psv: 3,000 rows, 1,000 a second"),
            (86_400, 1, 86_401, 1.0, "d.psv: 86,400 rows, 86,400 a second, 1-00:00:00 left"),
            (5, 1, nil, 0, "d.psv: 5 rows, 50 a second"),
        ] as [(Int64, Int64, Int64?, Double, String)])
    func `of an import: rows, their rate, and the time that the rest of the file takes`(
        row: (rows: Int64, bytes: Int64, size: Int64?, seconds: Double, words: String)
    ) {
        #expect(
            importProgress(
                "d.psv", rows: row.rows, bytes: row.bytes, of: row.size, seconds: row.seconds)
                == row.words)
    }

    struct Far: CustomTestStringConvertible {
        let testDescription: String
        let reached: Int64
        let records: Int64
        /// Since the command began; since its pace is known, and from where.
        let seconds: Double
        let walkedSeconds: Double
        let since: Int64
        let words: String
    }

    @Test(arguments: [
        Far(
            testDescription: "a tenth", reached: 100, records: 5_000, seconds: 10,
            walkedSeconds: 10, since: 0,
            words: "atoll: reef: 10 %, 5,000 records, 500 a second, 00:01:30 left"),
        Far(
            testDescription: "the first word of it", reached: 100, records: 5_000, seconds: 10,
            walkedSeconds: 0, since: 100, words: "atoll: reef: 10 %, 5,000 records, 500 a second"),
        Far(
            testDescription: "one that goes on where another was ended", reached: 600,
            records: 5_000, seconds: 10, walkedSeconds: 10, since: 500,
            words: "atoll: reef: 60 %, 5,000 records, 500 a second, 00:00:40 left"),
        Far(
            testDescription: "done", reached: 1_000, records: 5_000, seconds: 10,
            walkedSeconds: 10, since: 0,
            words: "atoll: reef: 100 %, 5,000 records, 500 a second, 00:00:00 left"),
    ])
    func `of a reconciliation: how much of its time, rows, their rate, and the time left`(
        far: Far
    ) {
        let start = Instant(epochSeconds: 1_780_000_000)
        let progress = Row.ReconcileProgress(
            cluster: "reef", start: start, end: start.advanced(bySeconds: 1_000),
            reached: start.advanced(bySeconds: far.reached), records: far.records)
        #expect(
            progress.words(
                after: far.seconds,
                (seconds: far.walkedSeconds, since: start.advanced(bySeconds: far.since)))
                == far.words)
    }

    @Test func `a pass over nothing is no division by zero`() {
        let start = Instant(epochSeconds: 1_780_000_000)
        let progress = Row.ReconcileProgress(
            cluster: "reef", start: start, end: start, reached: start, records: 0)
        #expect(
            progress.words(after: 0, (seconds: 0, since: start))
                == "atoll: reef: 0 %, 0 records, 0 a second")
    }

    // MARK: To whom and when

    private static let cleared = "\r\u{1b}[K"

    private func reconcile(isWatched: Bool, uptimes: [Double]) throws -> Screen {
        let start = try time("2026-07-01")
        let rows = (1...4).map { day in
            Row.reconciled(
                .progress(
                    .init(
                        cluster: "reef", start: start, end: start.advanced(bySeconds: 400),
                        reached: start.advanced(bySeconds: Int64(day) * 100),
                        records: Int64(day) * 50)))
        }
        var pass = Reply.Reconcile.Pass(
            cluster: "reef", start: start, end: start.advanced(bySeconds: 400), begunAt: start)
        (pass.endedAt, pass.records) = (start, 200)
        let desk = Desk(.answer(rows, .reconcile(.init(passes: [pass]))))
        (desk.isWatched, desk.uptimes) = (isWatched, uptimes)
        return desk.run("reconcile")
    }

    @Test
    func `a person is told after two seconds, twice a second at most, and it goes at the end`()
        throws
    {
        // When it began; then twice for each row: for the pace, and whether it is time to tell.
        let seen = try reconcile(isWatched: true, uptimes: [0, 1, 1, 4, 4, 4.2, 4.2, 5, 5])
        #expect(
            seen.complaints
                == Self.cleared + "atoll: reef: 50 %, 100 records, 25 a second, 00:00:06 left"
                + Self.cleared + "atoll: reef: 100 %, 200 records, 40 a second, 00:00:00 left"
                + Self.cleared)
        #expect(seen.status == 0)
    }

    @Test func `who is quick, or no terminal, is told nothing`() throws {
        #expect(try reconcile(isWatched: true, uptimes: [0, 0, 0, 1, 1, 1, 1, 2]).complaints == "")
        #expect(try reconcile(isWatched: false, uptimes: [0, 9, 9, 99]).complaints == "")
    }
}
