import Testing

@testable import Threads

/// Long work rests while somebody has the right of way, and not else.
@Suite struct CourtesyTests {
    @Test(
        arguments: [
            (worked: 1_999_999, isInUse: true, rest: 0),
            (2_000_000, true, 4_000_000),
            (9_000_000, true, 18_000_000),
            (500_000_000, true, 20_000_000),
            (9_000_000, false, 0),
        ] as [(worked: Int64, isInUse: Bool, rest: Int64)])
    func `it rests twice as long as it worked, while somebody asks`(
        row: (worked: Int64, isInUse: Bool, rest: Int64)
    ) {
        #expect(Courtesy.rest(after: row.worked, isInUse: row.isInUse) == row.rest)
    }

    @Test func `what asks all the time makes it rest`() {
        let way = RightOfWay()
        way.noteAsking(at: RightOfWay.now + 3_600_000_000_000)
        var courtesy = Courtesy(to: way)
        let begun = RightOfWay.now
        while RightOfWay.now - begun < 3_000_000 {}
        courtesy.rest()
        // However slow the machine is, that has to be slept.
        #expect(RightOfWay.now - begun >= 3_000_000 + 6_000_000)
    }

    @Test func `the right of way is in use for a moment after each asking`() {
        let way = RightOfWay()
        #expect(!way.isInUse(at: 0))
        way.noteAsking(at: 1_000)
        #expect(way.isInUse(at: 1_001))
        #expect(!way.isInUse(at: 1_000 + RightOfWay.momentNanoseconds))
        way.noteAsking(at: 2_000)
        #expect(way.isInUse(at: 1_000 + RightOfWay.momentNanoseconds))
    }
}
