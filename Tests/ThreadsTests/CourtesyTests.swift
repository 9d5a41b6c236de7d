import Testing

@testable import Threads

/// Long work rests while somebody has the right of way, and not else.
@Suite struct CourtesyTests {
    /// Nanoseconds that so many stretches of work take, each of a bit more than one is long.
    private func work(stretches: Int, _ way: RightOfWay?, asking: Bool) -> Int64 {
        var courtesy = Courtesy(to: way)
        let begun = RightOfWay.now
        for _ in 0..<stretches {
            let until = RightOfWay.now + 2_500_000
            while RightOfWay.now < until {}
            if asking { way?.noteAsking() }
            courtesy.rest()
        }
        return RightOfWay.now - begun
    }

    @Test func `it rests twice as long as it worked`() {
        #expect(work(stretches: 8, RightOfWay(), asking: true) >= 3 * 8 * 2_500_000)
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

    @Test func `with nobody asking, or nobody to ask, it goes on`() {
        // What does not rest sets no clock anew: told by who asked last.
        let way = RightOfWay()
        #expect(!way.isInUse)
        var (courtesy, alone) = (Courtesy(to: way), Courtesy())
        for _ in 0..<1_000 {
            courtesy.pause()
            alone.pause()
        }
        #expect(!way.isInUse)
    }
}
