/// An exact non-negative fraction in lowest terms, both parts at most 10¹² (money.md 1.2).
package struct Rational: Hashable, Sendable {
    package let numerator: Int64
    package let denominator: Int64

    package static let partLimit: Int64 = 1_000_000_000_000
    package static let one = Rational(unchecked: 1, 1)
    package static let zero = Rational(unchecked: 0, 1)

    package enum BoundsError: Error, Equatable, Sendable {
        case malformed(String)
        case negative
        case zeroDenominator
        /// Numerator or denominator would pass 10¹² in lowest terms.
        case tooLarge
    }

    private init(unchecked numerator: Int64, _ denominator: Int64) {
        self.numerator = numerator
        self.denominator = denominator
    }

    package init(_ numerator: Int128, over denominator: Int128) throws(BoundsError) {
        guard denominator != 0 else { throw .zeroDenominator }
        guard numerator >= 0, denominator > 0 else { throw .negative }
        let divisor = greatestCommonDivisor(numerator, denominator)
        let (top, bottom) = (numerator / divisor, denominator / divisor)
        guard top <= Int128(Self.partLimit), bottom <= Int128(Self.partLimit) else {
            throw .tooLarge
        }
        self.init(unchecked: Int64(top), Int64(bottom))
    }

    /// Reads a plain decimal such as `"0.01"`, or a fraction such as `"1/3"`.
    package init(parsing text: String) throws(BoundsError) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        var (top, bottom): (Int128, Int128) = (1, 1)
        for (index, part) in parts.enumerated() {
            let decimal: Decimal128
            do { decimal = try Decimal128(parsing: String(part)) } catch { throw .malformed(text) }
            guard decimal.digits >= 0 else { throw .negative }
            // At most 30 digits a part would overflow when scaled crosswise.
            guard decimal.digits <= Int128(Self.partLimit) * 1_000_000, decimal.decimals <= 12
            else { throw .tooLarge }
            let scale = powerOfTen(decimal.decimals)
            if index == 0 {
                (top, bottom) = (decimal.digits, scale)
            } else {
                let (newTop, newBottom) = (
                    top.multipliedReportingOverflow(by: scale),
                    bottom.multipliedReportingOverflow(by: decimal.digits)
                )
                guard !newTop.overflow, !newBottom.overflow else { throw .tooLarge }
                (top, bottom) = (newTop.partialValue, newBottom.partialValue)
            }
        }
        try self.init(top, over: bottom)
    }

    /// `1 / self`.
    package func inverted() throws(BoundsError) -> Rational {
        try Rational(Int128(denominator), over: Int128(numerator))
    }

    package func multiplied(by other: Rational) throws(BoundsError) -> Rational {
        try Rational(
            Int128(numerator) * Int128(other.numerator),
            over: Int128(denominator) * Int128(other.denominator))
    }
}

extension Rational: CustomStringConvertible {
    /// A plain decimal where one of at most 12 places is exact (`0.01`), else `1/3`.
    package var description: String {
        for places in 0...12 {
            let scaled = Int128(numerator) * powerOfTen(places)
            guard scaled % Int128(denominator) == 0 else { continue }
            let digits = String(scaled / Int128(denominator))
            guard places > 0 else { return digits }
            let padded =
                String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
            return padded.dropLast(places) + "." + padded.suffix(places)
        }
        return "\(numerator)/\(denominator)"
    }
}

func powerOfTen(_ exponent: Int) -> Int128 {
    (0..<exponent).reduce(Int128(1)) { product, _ in product * 10 }
}

func greatestCommonDivisor(_ a: Int128, _ b: Int128) -> Int128 {
    var (x, y) = (a, b)
    while y != 0 { (x, y) = (y, x % y) }
    return x == 0 ? 1 : x
}
