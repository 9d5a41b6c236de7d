import Testing
import Units

@Suite struct RationalTests {
    @Test(
        arguments: [
            ("0.01", 1, 100, "0.01"), ("100", 100, 1, "100"), ("1/3", 1, 3, "1/3"),
            ("2/6", 1, 3, "1/3"), ("0.5/0.25", 2, 1, "2"), ("0", 0, 1, "0"), ("0.000", 0, 1, "0"),
            ("1,000", 1_000, 1, "1000"), ("0.000000000001", 1, 1_000_000_000_000, "0.000000000001"),
            ("1000000000000", 1_000_000_000_000, 1, "1000000000000"),
            ("3/8", 3, 8, "0.375"),
        ] as [(String, Int64, Int64, String)])
    func `a ratio is read exactly and in lowest terms`(
        text: String, numerator: Int64, denominator: Int64, shown: String
    ) throws {
        let ratio = try Rational(parsing: text)
        #expect(ratio.numerator == numerator)
        #expect(ratio.denominator == denominator)
        #expect(ratio.description == shown)
    }

    @Test(
        arguments: [
            ("", .malformed("")), ("x", .malformed("x")), ("1/", .malformed("1/")),
            ("1/2/3", .malformed("1/2/3")), ("-1", .negative), ("1/-2", .negative),
            ("1/0", .zeroDenominator), ("0/0", .zeroDenominator),
            ("1000000000001", .tooLarge), ("1/1000000000001", .tooLarge),
            ("0.0000000000001", .tooLarge), ("1e3", .malformed("1e3")),
        ] as [(String, Rational.BoundsError)])
    func `what is no ratio or out of bounds is refused`(text: String, error: Rational.BoundsError) {
        #expect(throws: error) { try Rational(parsing: text) }
    }

    @Test func `a product is reduced before it is judged`() throws {
        let large = try Rational(parsing: "1000000000000")
        #expect(try large.multiplied(by: large.inverted()) == .one)
        #expect(throws: Rational.BoundsError.tooLarge) {
            try large.multiplied(by: Rational(parsing: "2"))
        }
    }

    @Test func `nothing has an inverse but zero`() throws {
        #expect(try Rational(parsing: "0.01").inverted().description == "100")
        #expect(throws: Rational.BoundsError.zeroDenominator) { try Rational.zero.inverted() }
    }
}
