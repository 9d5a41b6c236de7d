/// Runs without a row, one after another: a gap is told whole, wherever windows end.

import Ledger
import Reconciliation
import Testing
import Units

@Suite struct GapTests {
    let comparing = Comparing(rated: [.cpu])

    /// Of 1 SU, ended at that second.
    private func run(_ id: Int64) -> Run {
        let start = Instant(epochSeconds: 0)
        var run = Run(
            id: RunID(id), key: RunKey(cluster: "reef", jobID: id, submit: start),
            jobName: "\(id)", claim: nil, allocation: 1, user: 1, account: "astro",
            partition: "cpu", qos: nil, counts: TRESCounts([.cpu: 1]), start: start,
            timeLimitSeconds: 60)
        run.state = .ended
        (run.end, run.charged) = (Instant(epochSeconds: id), ServiceUnits(microSU: 1_000_000))
        return run
    }

    /// `x` a run without a row, `.` one with a row, `|` the end of a window; what is found, as
    /// `missing ID` and `gap of COUNT FIRST-LAST CHARGED`.
    private func found(_ story: String) -> [String] {
        var (stretch, found): (MissingStretch?, [Finding]) = (nil, [])
        var second: Int64 = 0
        for window in story.split(separator: "|", omittingEmptySubsequences: false) {
            let endings = window.map { mark in
                second += 1
                return Ending(
                    at: Instant(epochSeconds: second), missing: mark == "x" ? run(second) : nil)
            }
            found += missingRows(among: endings, after: &stretch, comparing)
            // However long it is, no more are kept than are told one by one.
            #expect(stretch?.few.count ?? 0 < gapLeastRuns)
        }
        found += stretch?.findings(comparing) ?? []
        return found.map { finding in
            guard finding.kind == .gap else { return "missing \(finding.job)" }
            return "\(finding.what.prefix(while: { $0 != ";" })) \(finding.before ?? .zero)"
        }
    }

    private func gap(_ count: Int, _ first: Int64, _ last: Int64) -> String {
        "slurmdbd has no row of \(count) runs that ended from \(Instant(epochSeconds: first)) to "
            + "\(Instant(epochSeconds: last)) \(ServiceUnits(microSU: Int64(count) * 1_000_000))"
    }

    @Test func `five missing in a row are a gap, fewer are told one by one`() {
        #expect(found("xxxx.xxxx").count == 8)
        #expect(found("xxxxx.x") == [gap(5, 1, 5), "missing 7"])
    }

    @Test func `a gap that lies across the ends of windows is told once`() {
        for story in ["xx|xxx.", "x|x|x|x|x|", "|xxxx||x|.", "xxxxx|"] {
            #expect(found(story) == [gap(5, 1, 5)], "\(story)")
        }
        #expect(found(".xxxxx|xxxxxxx|x.x|") == [gap(13, 2, 14), "missing 16"])
        #expect(
            found("xx|.xxx") == ["missing 1", "missing 2", "missing 4", "missing 5", "missing 6"])
        #expect(found("xx|x|.") == ["missing 1", "missing 2", "missing 3"])
        #expect(found("|.|").isEmpty)
    }
}
