/// A second in time: seconds since 1970-01-01T00:00:00Z, as Slurm records it. UTC, no leap seconds.
package struct Instant: Hashable, Comparable, Sendable {
    package var epochSeconds: Int64

    package init(epochSeconds: Int64) { self.epochSeconds = epochSeconds }

    package static func < (a: Self, b: Self) -> Bool { a.epochSeconds < b.epochSeconds }

    package func advanced(bySeconds seconds: Int64) -> Instant {
        Instant(epochSeconds: epochSeconds + seconds)
    }

    /// Seconds from `earlier` to here; negative when `earlier` is later.
    package func seconds(since earlier: Instant) -> Int64 {
        epochSeconds - earlier.epochSeconds
    }

    /// Far enough for "no end": later than any time Slurm can name (year 9999).
    package static let distantFuture = Instant(epochSeconds: 253_402_300_799)
}

extension Instant {
    package enum ParseError: Error, Equatable, Sendable { case malformed(String) }

    /// Reads `YYYY-MM-DD[THH:MM[:SS]]` with an optional `Z` or `±HH:MM`.
    ///
    /// Without a zone it is taken as `offsetSeconds` east of UTC (0: UTC).
    package init(parsing text: String, offsetSeconds: Int64 = 0) throws(ParseError) {
        var reader = DigitReader(text)
        guard let year = reader.number(4), reader.skip("-"), let month = reader.number(2),
            reader.skip("-"), let day = reader.number(2),
            (1...12).contains(month), (1...daysIn(month: month, year: year)).contains(day)
        else { throw .malformed(text) }
        var (hour, minute, second): (Int64, Int64, Int64) = (0, 0, 0)
        if reader.skip("T") || reader.skip(" ") {
            guard let h = reader.number(2), reader.skip(":"), let m = reader.number(2) else {
                throw .malformed(text)
            }
            (hour, minute) = (h, m)
            if reader.skip(":") {
                guard let s = reader.number(2) else { throw .malformed(text) }
                second = s
            }
        }
        guard hour < 24, minute < 60, second < 60 else { throw .malformed(text) }
        guard let zone = reader.zoneOffset(default: offsetSeconds), reader.isAtEnd else {
            throw .malformed(text)
        }
        epochSeconds =
            daysFromCivil(year: year, month: month, day: day) * 86_400
            + hour * 3_600 + minute * 60 + second - zone
    }
}

extension Instant: CustomStringConvertible {
    /// ISO 8601 in UTC: `2026-11-21T09:00:00Z`.
    package var description: String {
        let (days, second) = flooredDivision(Int128(epochSeconds), by: 86_400)
        let (year, month, day) = civilFromDays(Int64(days))
        let s = Int64(second)
        return padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2) + "T"
            + padded(s / 3_600, 2) + ":" + padded(s / 60 % 60, 2) + ":" + padded(s % 60, 2) + "Z"
    }

    /// `2026-11`, the UTC month it falls in.
    package var month: String { String(description.prefix(7)) }
}

private struct DigitReader {
    private var rest: Substring.UTF8View
    init(_ text: String) { rest = text[...].utf8 }
    var isAtEnd: Bool { rest.isEmpty }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    mutating func number(_ digits: Int) -> Int64? {
        guard rest.count >= digits else { return nil }
        var value: Int64 = 0
        for byte in rest.prefix(digits) {
            guard byte >= 48, byte <= 57 else { return nil }
            value = value * 10 + Int64(byte - 48)
        }
        rest.removeFirst(digits)
        return value
    }

    mutating func zoneOffset(default seconds: Int64) -> Int64? {
        if rest.isEmpty { return seconds }
        if skip("Z") { return 0 }
        let negative = rest.first == UInt8(ascii: "-")
        guard skip("+") || skip("-"), let hours = number(2), skip(":"), let minutes = number(2),
            hours < 24, minutes < 60
        else { return nil }
        let offset = hours * 3_600 + minutes * 60
        return negative ? -offset : offset
    }
}

private func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

/// 28 … 31: the days of a month (1 … 12) in the Gregorian calendar.
package func daysIn(month: Int64, year: Int64) -> Int64 {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    default: 31
    }
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar; years count from March, so that the
/// leap day is the last of its year.
package func daysFromCivil(year: Int64, month: Int64, day: Int64) -> Int64 {
    let marchYear = month <= 2 ? year - 1 : year
    let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
    let yearOfEra = marchYear - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
}

func civilFromDays(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
        (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9)
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
}
