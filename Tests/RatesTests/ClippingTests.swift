import Rates
import Testing
import Units

@Suite struct ClippingTests {
    @Test(
        arguments: [
            ("inside", 0, 100, 0, [], -10, 200, 100, 0),
            ("outside", 0, 100, 0, [], 100, 200, nil, 0),
            ("the first half", 0, 100, 0, [], -10, 50, 50, 0),
            ("half of what was suspended", 0, 100, 10, [], 50, 150, 50, 5),
            ("rounded down at the front", 0, 100, 1, [], 0, 50, 50, 0),
            ("so that the rest is behind", 0, 100, 1, [], 50, 100, 50, 1),
            ("what was seen lies where it was seen", 0, 100, 10, [(0, 10)], 0, 50, 50, 10),
            ("and not where it wasn't", 0, 100, 10, [(0, 10)], 50, 100, 50, 0),
            ("seen and unseen", 0, 100, 40, [(0, 20)], 20, 60, 40, 10),
            ("more seen than there was", 0, 100, 10, [(0, 20)], 10, 100, 90, 5),
        ] as [(String, Int64, Int64, Int64, [(Int64, Int64)], Int64, Int64, Int64?, Int64)])
    func `a usage is cut to a window`(
        case name: String, start: Int64, end: Int64, suspended: Int64, seen: [(Int64, Int64)],
        from: Int64, to: Int64, seconds: Int64?, suspendedInside: Int64
    ) {
        let usage = Usage(
            cluster: "reef", partition: "cpu", qos: nil, counts: TRESCounts([.cpu: 1]),
            interval: span(start, end), suspendedSeconds: suspended,
            suspensions: seen.map { span($0.0, $0.1) })
        let part = usage.clipped(to: span(from, to))
        #expect(part?.interval.seconds == seconds)
        if let part { #expect(part.suspendedSeconds == suspendedInside) }
    }

    @Test(arguments: 1...100 as ClosedRange<UInt64>)
    func `windows that meet add up to the whole`(seed: UInt64) {
        var random = RandomCard(seed: seed)
        var usage = random.usage()
        usage.suspendedSeconds = random.number(0...usage.interval.seconds)
        let cut = random.number(0...300)
        let parts = [span(-1, cut), span(cut, 301)].compactMap { usage.clipped(to: $0) }
        #expect(parts.reduce(0) { $0 + $1.interval.seconds } == usage.interval.seconds)
        #expect(parts.reduce(0) { $0 + $1.suspendedSeconds } == usage.suspendedSeconds)
        #expect(parts.allSatisfy { $0.suspendedSeconds <= $0.interval.seconds })
    }
}
