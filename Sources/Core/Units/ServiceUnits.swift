/// Service units (SU), the common currency: an exact count of micro-SU.
///
/// Arithmetic traps on overflow; one line or lot stays below `ServiceUnits.lineLimit`, so sums of
/// many are folded in `Int128` and brought back with `init(exactly:)`.
package struct ServiceUnits: Hashable, Comparable, Sendable {
    /// The amount in micro-SU (10⁻⁶ SU); may be negative for a difference or an overdraft.
    package var microSU: Int64

    package init(microSU: Int64) { self.microSU = microSU }

    /// A folded total, or nil where it does not fit 64 bits.
    package init?(exactly total: Int128) {
        guard let micro = Int64(exactly: total) else { return nil }
        microSU = micro
    }

    package static let zero = ServiceUnits(microSU: 0)
    package static let microPerUnit: Int64 = 1_000_000
    /// No single line and no lot reaches this many micro-SU (10¹⁸).
    package static let lineLimit: Int64 = 1_000_000_000_000_000_000

    package static func < (a: Self, b: Self) -> Bool { a.microSU < b.microSU }
    package static func + (a: Self, b: Self) -> Self { .init(microSU: a.microSU + b.microSU) }
    package static func - (a: Self, b: Self) -> Self { .init(microSU: a.microSU - b.microSU) }
    package static prefix func - (a: Self) -> Self { .init(microSU: -a.microSU) }
    package static func += (a: inout Self, b: Self) { a.microSU += b.microSU }
    package static func -= (a: inout Self, b: Self) { a.microSU -= b.microSU }
    /// `count` times this amount; nil where it does not fit.
    package func times(_ count: Int64) -> ServiceUnits? {
        let (product, overflow) = microSU.multipliedReportingOverflow(by: count)
        return overflow ? nil : .init(microSU: product)
    }
}

extension ServiceUnits {
    package enum ParseError: Error, Equatable, Sendable {
        case notANumber(String)
        case overPrecise(String)
        case tooLarge(String)
    }

    /// Reads a plain decimal with at most six decimals: `"1000"`, `"0.5"`, `"-12.000001"`, `"1,000"`.
    package init(parsing text: String) throws(ParseError) {
        let decimal: Decimal128
        do { decimal = try Decimal128(parsing: text) } catch { throw .notANumber(text) }
        guard decimal.decimals <= 6 else { throw .overPrecise(text) }
        var micro = decimal.digits
        for _ in decimal.decimals..<6 { micro *= 10 }
        guard micro.magnitude < UInt128(Self.lineLimit), let value = Int64(exactly: micro) else {
            throw .tooLarge(text)
        }
        microSU = value
    }
}

extension ServiceUnits: CustomStringConvertible {
    /// For people: at least two decimals, all six where needed, thousands grouped (`1,234.50`).
    package var description: String { text(minimumDecimals: 2, grouped: true) }

    /// For programs: a plain number exact to the micro-SU, no superfluous zeros (`1234.5`).
    package var plain: String { text(minimumDecimals: 0, grouped: false) }

    package func text(minimumDecimals: Int, grouped: Bool) -> String {
        decimalText(micro: Int128(microSU), minimumDecimals: minimumDecimals, grouped: grouped)
    }
}

/// A decimal of micro-units exact to its sixth place: `1,234.50` of 1,234,500,000.
///
/// For sums that no longer fit `ServiceUnits`, and for other exact figures such as unit-hours.
package func decimalText(micro: Int128, minimumDecimals: Int, grouped: Bool) -> String {
    let unit = UInt128(ServiceUnits.microPerUnit)
    let (whole, rest) = micro.magnitude.quotientAndRemainder(dividingBy: unit)
    var (fraction, decimals) = (Int(rest), 6)
    while decimals > minimumDecimals, fraction % 10 == 0 {
        (fraction, decimals) = (fraction / 10, decimals - 1)
    }
    let digits = UInt64(exactly: whole).map { String($0) } ?? String(whole)
    let sign = micro < 0 ? "-" : ""
    let shown = grouped ? groupingThousands(digits) : digits
    guard decimals > 0 else { return sign + shown }
    let last = String(fraction)
    return sign + shown + "." + String(repeating: "0", count: decimals - last.utf8.count) + last
}

/// `1234567` as `1,234,567`; digits only.
package func groupingThousands(_ digits: String) -> String {
    let ungrouped = digits.utf8
    guard ungrouped.count > 3 else { return digits }
    var grouped: [UInt8] = []
    for (index, digit) in ungrouped.enumerated() {
        if index > 0, (ungrouped.count - index) % 3 == 0 { grouped.append(UInt8(ascii: ",")) }
        grouped.append(digit)
    }
    return String(decoding: grouped, as: UTF8.self)
}
