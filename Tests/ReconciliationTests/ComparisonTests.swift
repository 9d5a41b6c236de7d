/// Raw use of one run beside what sreport counts of its row, by records; what slurmdbd rolls up of such
/// rows was seen on Slurm 22.05.

import Books
import Ledger
import Reconciliation
import Testing
import Units

@Suite struct ComparisonTests {
    /// An hour's beginning.
    private let t0 = Instant(epochSeconds: 1_780_002_000)
    private func at(_ seconds: Int64) -> Instant { t0.advanced(bySeconds: seconds) }
    private func span(_ start: Int64, _ end: Int64) -> Interval {
        Interval(start: at(start), end: at(end))!
    }

    private func comparing(
        _ asked: Interval? = nil, rolledUpTo: Int64? = nil, bornAt: Int64 = -86_400,
        cutover: Int64? = nil
    ) -> UseComparing {
        UseComparing(
            ComparedWindow(asked ?? span(0, 7_200), rolledUpTo: rolledUpTo.map(at)),
            now: at(10_000), bornAt: at(bornAt), cutover: cutover.map(at))
    }

    private func run(
        _ start: Int64, _ end: Int64?, submit: Int64? = nil, cpus: Int64 = 2, suspended: Int64 = 0
    ) -> Run {
        var run = Run(
            id: RunID(1), key: RunKey(cluster: "reef", jobID: 7, submit: at(submit ?? start)),
            jobName: "7", claim: nil, allocation: 1, user: 1, account: "astro", partition: "cpu",
            qos: nil, counts: TRESCounts([.cpu: cpus, .memory: cpus * 1_000]), start: at(start),
            timeLimitSeconds: 3_600)
        (run.end, run.state) = (end.map(at), end == nil ? .running : .ended)
        run.suspendedSeconds = suspended
        return run
    }

    private func row(
        _ start: Int64, _ end: Int64?, submit: Int64? = nil, cpus: Int64 = 2, suspended: Int64 = 0,
        account: String = "astro", isExempt: Bool = false
    ) -> RecordedUse {
        RecordedUse(
            key: RunKey(cluster: "reef", jobID: 7, submit: at(submit ?? start)), account: account,
            user: "ada", counts: TRESCounts([.cpu: cpus, .memory: cpus * 1_000]),
            start: at(start), end: end.map(at), suspendedSeconds: suspended, isExempt: isExempt)
    }

    /// `astro cpu 8 suspended +2; mem 8000`: ours, and what sreport counts more or less.
    private func told(
        _ comparing: UseComparing, _ row: RecordedUse?, _ run: Run?, part: Interval? = nil
    ) -> [String] {
        comparing.compare(row, run, user: "ada", within: part ?? span(-86_400, 86_400)).map { use in
            let names: [TRESName] = [.cpu, .memory]
            return use.account
                + names.map { name in
                    let causes = use.causes.sorted { $0.key.rawValue < $1.key.rawValue }
                        .compactMap { cause, amounts in
                            amounts[name].map { " \(cause.rawValue) \($0)" }
                        }
                    return " \(name) \(use.ours[name] ?? 0)" + causes.joined()
                }.joined(separator: ";")
        }
    }

    @Test func `what is alike has no cause`() {
        #expect(told(comparing(), row(10, 14), run(10, 14)) == ["astro cpu 8; mem 8000"])
        // Both go on.
        #expect(
            told(comparing(), row(7_000, nil), run(7_000, nil)) == ["astro cpu 400; mem 400000"])
    }

    @Test func `suspended seconds are taken off cores alone there`() {
        #expect(
            told(comparing(), row(10, 18, suspended: 4), run(10, 18, suspended: 4))
                == ["astro cpu 8; mem 8000 suspended 8000"])
    }

    @Test func `a changed size is counted from the job's start again there`() {
        #expect(
            told(comparing(), row(10, 19, submit: 13), run(13, 19, submit: 13))
                == ["astro cpu 12 resized 6; mem 12000 resized 6000"])
    }

    @Test func `rows that prove nothing, and rows that only one side has`() {
        #expect(
            told(comparing(), row(7_000, nil), run(7_000, 7_100))
                == ["astro cpu 200 open_row 200; mem 200000 open_row 200000"])
        #expect(
            told(comparing(), row(10, 10), run(10, 20))
                == ["astro cpu 20 zero_length_row -20; mem 20000 zero_length_row -20000"])
        #expect(
            told(comparing(), nil, run(10, 20))
                == ["astro cpu 20 missing_row -20; mem 20000 missing_row -20000"])
        #expect(
            told(comparing(), row(10, 20), nil)
                == ["astro cpu 0 never_seen 20; mem 0 never_seen 20000"])
        #expect(
            told(comparing(bornAt: 30), row(10, 20), nil)
                == ["astro cpu 0 before_books 20; mem 0 before_books 20000"])
        #expect(
            told(comparing(), row(10, 20, isExempt: true), nil)
                == ["astro cpu 0 exempt 20; mem 0 exempt 20000"])
    }

    @Test func `another end or account was changed; what began before the cutover is not ours`() {
        #expect(
            told(comparing(), row(10, 23), run(10, 20))
                == ["astro cpu 20 changed 6; mem 20000 changed 6000"])
        #expect(
            told(comparing(), row(10, 20, account: "bio"), run(10, 20)) == [
                "astro cpu 20 changed -20; mem 20000 changed -20000",
                "bio cpu 0 changed 20; mem 0 changed 20000",
            ])
        #expect(
            told(
                comparing(cutover: 100), row(10, 200, submit: 5), run(100, 200, submit: 5))
                == ["astro cpu 200 cutover 180; mem 200000 cutover 180000"])
    }

    @Test func `sreport knows whole hours that are rolled up`() {
        // From half an hour before to half an hour after: sreport cuts both ends down.
        let odd = comparing(span(-1_800, 5_400))
        #expect(odd.window.covered == span(-3_600, 3_600))
        #expect(
            told(odd, row(-2_000, 4_000), run(-2_000, 4_000))
                == ["astro cpu 11600 part_hours -400; mem 11600000 part_hours -400000"])
        let behind = comparing(rolledUpTo: 5_000)
        #expect(behind.window.covered == span(0, 3_600))
        #expect(
            told(behind, row(3_500, 3_700), run(3_500, 3_700))
                == ["astro cpu 400 not_rolled_up -200; mem 400000 not_rolled_up -200000"])
        #expect(comparing(rolledUpTo: -9_000).window.covered.isEmpty)
    }

    @Test func `parts of a window add up to it`() {
        let (comparing, row, run) = (
            comparing(), row(100, 7_000, suspended: 333), run(100, 7_000, suspended: 333)
        )
        var sum = ComparedUse(account: "astro", user: "ada")
        for start in stride(from: Int64(0), to: 7_200, by: 700) {
            for use in comparing.compare(
                row, run, user: "ada", within: span(start, min(start + 700, 7_200)))
            {
                sum.add(use)
            }
        }
        let whole = comparing.compare(row, run, user: "ada", within: span(0, 7_200))
        #expect(sum.ours == whole.first?.ours && sum.causes == whole.first?.causes)
        let coreSeconds: Int64 = 2 * (6_900 - 333)
        #expect(sum.ours[.cpu] == coreSeconds)
    }

    @Test func `where a suspension lies at the window's end is not known`() {
        let cut = comparing(span(0, 3_600))
        var seen = run(3_000, 4_200, suspended: 600)
        seen.suspensions = Suspensions(intervals: [span(3_000, 3_600)])
        // Seen where it was: both know.
        #expect(
            told(cut, row(3_000, 4_200, suspended: 600), seen)
                == ["astro cpu 0; mem 0 suspended 1200000"])
        let blind = cut.compare(
            row(3_000, 4_200, suspended: 600), run(3_000, 4_200, suspended: 600), user: "ada",
            within: span(0, 7_200))
        #expect(blind.first?.uncertain[.cpu] == 1_200)
    }

    @Test(
        arguments: [
            (0, 7_205, 14_399, 7_200, 10_800), (1_800, 7_205, 14_399, 5_400, 12_600),
            (2_700, 7_205, 14_399, 4_500, 11_700), (1_800, 5_400, 9_000, 5_400, 9_000),
        ] as [(Int64, Int64, Int64, Int64, Int64)])
    func `hours begin where slurmdbd's clock has them`(
        offset: Int64, start: Int64, end: Int64, first: Int64, last: Int64
    ) throws {
        let window = ComparedWindow(
            span(start, end), rolledUpTo: nil, hourOffsetSeconds: offset)
        #expect(window.hours == span(first, last) && window.covered == window.hours)
    }
}
