/// A rate as it is computed with: exact micro-SU for one base unit during one second.

import Units

struct UnitPrice: Hashable, Sendable {
    /// At most 10¹⁸.
    let numerator: Int64
    /// At most 10¹² · 3600 · 1024.
    let denominator: Int64

    /// - Parameter baseUnits: how many base units make one rated unit.
    init(suPerHour: Rational, baseUnits: Int64) {
        let top = Int128(suPerHour.numerator) * Int128(ServiceUnits.microPerUnit)
        let bottom = Int128(suPerHour.denominator) * 3_600 * Int128(baseUnits)
        var (divisor, rest) = (bottom, top % bottom)
        while rest != 0 { (divisor, rest) = (rest, divisor % rest) }
        (numerator, denominator) = (Int64(top / divisor), Int64(bottom / divisor))
    }

    static let countLimit: Int64 = 10_000_000_000
    static let secondsLimit: Int64 = 4_000_000_000

    /// The amount for `count` base units during `seconds`; nil beyond the bounds of money.md 1.2.
    func amount(count: Int64, seconds: Int64, roundingUp: Bool) -> ServiceUnits? {
        guard count <= Self.countLimit, seconds <= Self.secondsLimit else { return nil }
        // 10¹⁰ · 4·10⁹ · 10¹⁸ = 4·10³⁷, and Int128 ends at 1.7·10³⁸.
        let top = Int128(count) * Int128(seconds) * Int128(numerator)
        #if ATOLL_PLANTED_BUGS
            let roundingUp = roundingUp || PlantedBug.chargeRoundedUp.isPlanted
        #endif
        let micro =
            roundingUp
            ? dividedUp(top, by: Int128(denominator))
            : dividedHalfEven(top, by: Int128(denominator))
        guard micro < Int128(ServiceUnits.lineLimit) else { return nil }
        return ServiceUnits(microSU: Int64(micro))
    }

    /// Whether `count` units at this price cost more a second than `other.count` at `other.price`,
    /// before any rounding. Counts are within the limit.
    func costsMore(count: Int64, than other: (price: UnitPrice, count: Int64)) -> Bool {
        let mine = (UInt128(count) * UInt128(numerator))
            .multipliedFullWidth(by: UInt128(other.price.denominator))
        let theirs = (UInt128(other.count) * UInt128(other.price.numerator))
            .multipliedFullWidth(by: UInt128(denominator))
        return (mine.high, mine.low) > (theirs.high, theirs.low)
    }
}

/// Rate × QOS factor × partition factor in lowest terms; only the product has to be in bounds.
func effectiveRate(
    _ rate: Rational, _ factors: Rational...
) throws(Rational.BoundsError) -> Rational {
    // Three parts of at most 10¹² make 10³⁶ at most.
    precondition(factors.count <= 2)
    return try Rational(
        factors.reduce(Int128(rate.numerator)) { $0 * Int128($1.numerator) },
        over: factors.reduce(Int128(rate.denominator)) { $0 * Int128($1.denominator) })
}
