/// A plain decimal as it was written: digits and how many of them stand behind the point.
///
/// No exponent, no rounding. Commas that group thousands in front of the point are read over.
package struct Decimal128: Equatable, Sendable {
    /// All digits as one signed integer: `-12.50` is −1250.
    package let digits: Int128
    /// How many digits stand behind the point: 2 for `-12.50`.
    package let decimals: Int

    package enum ParseError: Error, Equatable, Sendable { case malformed }

    /// Reads `[-]digits[.digits]`, at most 30 digits in all.
    package init(parsing text: String) throws(ParseError) {
        var rest = Substring(text)
        let negative = rest.first == "-"
        if negative || rest.first == "+" { rest.removeFirst() }
        let parts = rest.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first else { throw .malformed }
        let whole = try Self.withoutGrouping(first)
        let fraction = parts.count == 2 ? String(parts[1]) : ""
        guard !whole.isEmpty, parts.count == 1 || !fraction.isEmpty else { throw .malformed }
        let all = whole + fraction
        guard all.utf8.count <= 30, all.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else {
            throw .malformed
        }
        let magnitude = all.utf8.reduce(Int128(0)) { $0 * 10 + Int128($1 - 48) }
        digits = negative ? -magnitude : magnitude
        decimals = fraction.utf8.count
    }

    private static func withoutGrouping(_ text: Substring) throws(ParseError) -> String {
        let groups = text.split(separator: ",", omittingEmptySubsequences: false)
        guard groups.count > 1 else { return String(text) }
        guard (1...3).contains(groups[0].count), groups.dropFirst().allSatisfy({ $0.count == 3 })
        else { throw .malformed }
        return groups.joined()
    }
}
