import Testing
import Units

@Suite struct RoundingTests {
    @Test(
        arguments: [
            (7, 2, 4), (5, 2, 2), (3, 2, 2), (1, 2, 0), (1, 3, 0), (2, 3, 1), (0, 5, 0), (6, 3, 2),
            (-1, 2, 0), (-3, 2, -2), (-5, 2, -2), (-7, 2, -4), (-1, 3, 0), (-2, 3, -1), (-6, 3, -2),
        ] as [(Int128, Int128, Int128)])
    func `the nearest integer, a tie to the even one`(
        top: Int128, bottom: Int128, is result: Int128
    ) {
        #expect(dividedHalfEven(top, by: bottom) == result)
    }

    @Test(
        arguments: [
            (0, 3, 0), (1, 3, 1), (3, 3, 1), (4, 3, 2), (-1, 3, 0), (-3, 3, -1), (-4, 3, -1),
        ] as [(Int128, Int128, Int128)])
    func `up is towards plus infinity`(top: Int128, bottom: Int128, is result: Int128) {
        #expect(dividedUp(top, by: bottom) == result)
    }

    @Test(
        arguments: [
            (7, 3, 2, 1), (-7, 3, -3, 2), (-6, 3, -2, 0), (0, 3, 0, 0),
        ] as [(Int128, Int128, Int128, Int128)])
    func `the remainder is never negative`(
        top: Int128, bottom: Int128, quotient: Int128, remainder: Int128
    ) {
        let result = flooredDivision(top, by: bottom)
        #expect(result.quotient == quotient)
        #expect(result.remainder == remainder)
    }

    @Test func `the largest line there is rounds without overflow`() {
        // 10¹⁰ base units × 4·10⁹ seconds × 10¹² × 10⁶ over 1 × 3600 × 1 (money.md 1.2).
        let top = Int128(40_000_000_000_000_000_000) * 1_000_000_000_000_000_000
        #expect(dividedHalfEven(top, by: 3_600) == top / 3_600)
    }

    @Test func `a divisor of zero is a bug and traps`() async {
        await #expect(processExitsWith: .failure) { _ = dividedHalfEven(1, by: 0) }
        await #expect(processExitsWith: .failure) { _ = dividedUp(1, by: -1) }
    }
}
