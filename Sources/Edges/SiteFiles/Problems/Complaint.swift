/// Everything that can be wrong with a file; the words for it are in `ComplaintText.swift`.

import Units

package enum Complaint: Error, Equatable, Sendable {
    // The file as a whole.
    case cannotRead(String)
    case fileTooLarge(limitBytes: Int)
    case notUTF8
    case containsNUL
    /// The TOML parser's own words.
    case notTOML(String)

    // Keys and types.
    case unknownKey(suggestion: String?, known: [String])
    /// `example` is what to write, `su = "1000"`.
    case missing(example: String)
    /// `found` and `wanted` with their articles.
    case wrongType(found: String, wanted: String)
    case missingOneOf([String], example: String)
    case givenTogether([String])

    // Single values.
    /// `exact` is the same as a decimal, where it was written as one.
    case floatAmount(written: String, exact: String?)
    case notAnAmount(String)
    case overPrecise(String)
    case negative(String)
    case amountTooLarge(String)
    case notARatio(String)
    case ratioOutOfBounds(String)
    case zeroHours
    case noZone(written: String, remedy: String)
    case fractionalSecond(String)
    case quotedTime(String)
    case notOneOf(String, allowed: [String], suggestion: String?)
    case notATRES(String, suggestion: String?)
    case badName(String, why: String)
    case outOfRange(String, lowest: String, highest: String)
    case notAbsolute(String)
    case pathTooLong(bytes: Int, limitBytes: Int)
    case notAPercentage(String)
    case emptyList(example: String)
    case listedTwice(String)

    // Values against each other. A line is where the other one stands.
    case endBeforeStart(start: Instant)
    case emptyWindow
    case outsideAllocation(Interval)
    case pullbackOutside(Interval)
    case duplicate(kind: String, name: String, line: Int)
    case unknownName(kind: String, name: String, suggestion: String?, known: [String])
    case windowOverlap(kind: String, line: Int, Interval)
    case resourceOverlap(other: String, line: Int, tres: TRESName)
    case rateTimesFactors(resource: String)
    case accountOfTwo(account: String, project: String, line: Int)
    case allocationOverlap(other: String, line: Int, what: String, cluster: String, Interval)
}
