/// Named rounding: every division of money says which way it goes.

/// The integer nearest to `numerator / denominator`, a tie going to the even neighbour.
///
/// - Precondition: `denominator > 0`.
package func dividedHalfEven(_ numerator: Int128, by denominator: Int128) -> Int128 {
    let (quotient, remainder) = flooredDivision(numerator, by: denominator)
    let doubled = remainder * 2
    if doubled > denominator { return quotient + 1 }
    if doubled < denominator { return quotient }
    return quotient % 2 == 0 ? quotient : quotient + 1
}

/// The smallest integer not below `numerator / denominator`.
///
/// - Precondition: `denominator > 0`.
package func dividedUp(_ numerator: Int128, by denominator: Int128) -> Int128 {
    let (quotient, remainder) = flooredDivision(numerator, by: denominator)
    return remainder == 0 ? quotient : quotient + 1
}

/// Quotient towards minus infinity and the remainder in `0 ..< denominator`.
package func flooredDivision(
    _ numerator: Int128, by denominator: Int128
) -> (quotient: Int128, remainder: Int128) {
    precondition(denominator > 0, "a division of money needs a positive divisor")
    // Most fit 64 bits, which the processor divides by itself.
    if let numerator = Int64(exactly: numerator), let denominator = Int64(exactly: denominator) {
        let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
        return remainder < 0
            ? (Int128(quotient) - 1, Int128(remainder + denominator))
            : (Int128(quotient), Int128(remainder))
    }
    let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
    return remainder < 0 ? (quotient - 1, remainder + denominator) : (quotient, remainder)
}
