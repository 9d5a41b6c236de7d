import Testing

@testable import atoll

@Suite struct ZoneArgumentTests {
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
