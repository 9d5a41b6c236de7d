import Testing
import Units

@testable import atoll

@Suite struct TimeArgumentTests {
    /// 2026-11-21T09:00:00Z.
    private static let now = Instant(epochSeconds: 1_795_251_600)

    @Test(
        arguments: [
            ("now", 0, "2026-11-21T09:00:00Z"), ("today", 0, "2026-11-21T00:00:00Z"),
            ("today", 36_000, "2026-11-20T14:00:00Z"), ("now-7days", 0, "2026-11-14T09:00:00Z"),
            ("now-90", 0, "2026-11-21T08:58:30Z"), ("now+2h", 0, "2026-11-21T11:00:00Z"),
            ("now-1w", 0, "2026-11-14T09:00:00Z"), ("2026-11-01", 0, "2026-11-01T00:00:00Z"),
            ("2026-11-01", 3_600, "2026-10-31T23:00:00Z"),
            ("2026-11-01T00:00Z", 3_600, "2026-11-01T00:00:00Z"),
            ("1795251600", 3_600, "2026-11-21T09:00:00Z"),
        ] as [(String, Int64, String)])
    func `a time is read as Slurm's commands read it`(
        text: String, offsetSeconds: Int64, time: String
    ) throws {
        let argument = try #require(TimeArgument(argument: text))
        #expect(argument.instant(offsetSeconds: offsetSeconds, now: Self.now)?.description == time)
    }

    @Test(arguments: ["", "soon", "now-", "now-x", "now-7days2", "2026-13-01", "12345", "now*2"])
    func `what is no time is refused`(text: String) {
        #expect(TimeArgument(argument: text) == nil)
    }

    @Test(
        arguments: [
            ("+01:00", 3_600), ("-05:30", -19_800), ("+00:00", 0), ("Z", nil), ("1", nil),
            ("", nil),
            ("+1:00", nil),
        ] as [(String, Int64?)])
    func `a zone is hours and minutes east of UTC`(text: String, seconds: Int64?) {
        #expect(ZoneArgument(argument: text)?.offsetSeconds == seconds)
    }
}

@Suite struct RunSetTests {
    @Test func `a run is new once, whatever differs makes another`() {
        var runs = RunSet()
        func key(_ cluster: Int64, _ id: Int64, _ submit: Int64, _ end: Int64) -> RunSet.Key {
            RunSet.Key(cluster: cluster, jobID: id, submitSeconds: submit, endSeconds: end)
        }
        var refused = 0
        for id in 1...5_000 as ClosedRange<Int64> {
            let keys = [key(0, id, 7, 8), key(1, id, 7, 8), key(0, id, 8, 8), key(0, id, 7, 9)]
            for key in keys where !runs.insert(key) { refused += 1 }
        }
        #expect(refused == 0)
        #expect(runs.count == 20_000)
        for id in 1...5_000 as ClosedRange<Int64> where !runs.insert(key(1, id, 7, 8)) {
            refused += 1
        }
        #expect(refused == 5_000)
        #expect(runs.count == 20_000)
    }
}
