import Testing
import Units

@Suite struct IntervalTests {
    private func span(_ start: Int64, _ end: Int64?) throws -> Interval {
        try #require(
            Interval(
                start: Instant(epochSeconds: start), end: end.map { Instant(epochSeconds: $0) }))
    }

    @Test func `an end before the start is no interval, an empty one is`() throws {
        #expect(Interval(start: Instant(epochSeconds: 2), end: Instant(epochSeconds: 1)) == nil)
        #expect(try span(2, 2).isEmpty)
        #expect(try span(2, 2).seconds == 0)
        #expect(try span(2, nil).isOpenEnded)
    }

    @Test func `the end's second is not part of it`() throws {
        let interval = try span(10, 20)
        #expect(interval.contains(Instant(epochSeconds: 10)))
        #expect(interval.contains(Instant(epochSeconds: 19)))
        #expect(!interval.contains(Instant(epochSeconds: 20)))
        #expect(!interval.contains(Instant(epochSeconds: 9)))
    }

    @Test(
        arguments: [
            (0, 10, 10, 20, nil), (0, 11, 10, 20, 1), (12, 15, 10, 20, 3), (10, 20, 10, 20, 10),
            (20, 30, 10, 20, nil), (15, 15, 10, 20, nil),
        ] as [(Int64, Int64, Int64, Int64, Int64?)])
    func `two intervals meet in what both contain`(
        a: Int64, b: Int64, c: Int64, d: Int64, seconds: Int64?
    ) throws {
        let (one, other) = (try span(a, b), try span(c, d))
        #expect(one.intersection(other)?.seconds == seconds)
        #expect(other.intersection(one)?.seconds == seconds)
        if !one.isEmpty { #expect(one.overlaps(other) == (seconds != nil)) }
    }

    @Test func `one interval contains another up to its end`() throws {
        #expect(try span(0, 10).contains(span(0, 10)))
        #expect(try !span(0, 10).contains(span(0, 11)))
        #expect(try span(0, nil).contains(span(5, nil)))
    }

    @Test func `an interval is written with its two ends`() throws {
        #expect(try span(0, 60).description == "1970-01-01T00:00:00Z … 1970-01-01T00:01:00Z")
        #expect(try span(0, nil).description == "1970-01-01T00:00:00Z … open")
    }
}
