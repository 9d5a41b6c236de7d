/// The pieces that Slurm's times are written in, read from left to right.

struct TimeScanner {
    private var rest: Substring.UTF8View

    enum Date {
        case full(year: Int64, month: Int64, day: Int64)
        case yearless(month: Int64, day: Int64)
    }

    init(_ text: String) { rest = text[...].utf8 }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    mutating func skipBlanks() {
        while skip(" ") || skip("\t") {}
    }

    /// What may stand between a date and a time of day.
    mutating func skipSeparator() -> Bool {
        // The T of `today` or `tomorrow` is no separator.
        if startsLower("today") || startsLower("tomorrow") || startsLower("teatime") {
            return false
        }
        return skip(" ") || skip("\t") || skip("-") || skip("T")
    }

    /// `word` in any case.
    mutating func word(_ word: String) -> Bool {
        guard startsLower(word) else { return false }
        rest.removeFirst(word.utf8.count)
        return true
    }

    private func startsLower(_ word: String) -> Bool {
        rest.prefix(word.utf8.count).elementsEqual(word.utf8) {
            ($0 >= 65 && $0 <= 90 ? $0 + 32 : $0) == $1
        }
    }

    mutating func number(digits range: ClosedRange<Int>) -> Int64? {
        let digits = rest.prefix { $0 >= 48 && $0 <= 57 }.prefix(range.upperBound)
        guard digits.count >= range.lowerBound else { return nil }
        rest.removeFirst(digits.count)
        return digits.reduce(0) { $0 * 10 + Int64($1 - 48) }
    }

    /// Seconds in the unit named; Slurm takes `day` and `days`, people also write `d`.
    mutating func unit() -> Int64? {
        let units: [(String, Int64)] = [
            ("seconds", 1), ("minutes", 60), ("hours", 3_600), ("days", 86_400), ("weeks", 604_800),
        ]
        let name = rest.prefix { ($0 | 32) >= 97 && ($0 | 32) <= 122 }.map { $0 | 32 }
        guard !name.isEmpty, let unit = units.first(where: { $0.0.utf8.starts(with: name) })
        else { return nil }
        rest.removeFirst(name.count)
        return unit.1
    }

    /// One or two digits and a colon.
    var looksLikeTime: Bool {
        let colon = UInt8(ascii: ":")
        return rest.dropFirst().first == colon || rest.dropFirst(2).first == colon
    }

    /// Seconds since midnight of `H[H]:MM[:SS] [AM|PM]`.
    mutating func timeOfDay() -> Int64? {
        guard var hour = number(digits: 1...2), skip(":"), let minute = number(digits: 2...2)
        else { return nil }
        var second: Int64 = 0
        if skip(":") {
            guard let seconds = number(digits: 2...2) else { return nil }
            second = seconds
        }
        guard hour < 24, minute < 60, second < 60 else { return nil }
        let here = rest
        skipBlanks()
        if word("pm") {
            guard hour <= 12 else { return nil }
            hour = hour == 12 ? 12 : hour + 12
        } else if word("am") {
            guard hour <= 12 else { return nil }
            hour = hour == 12 ? 0 : hour
        } else {
            rest = here
        }
        return hour * 3_600 + minute * 60 + second
    }

    /// Seconds east of UTC of a `Z` or `±HH:MM` that ends the text; else nothing is read.
    mutating func zoneAtEnd() -> Int64? {
        let here = rest
        if skip("Z"), isAtEnd { return 0 }
        rest = here
        let sign: Int64 = rest.first == UInt8(ascii: "-") ? -1 : 1
        if skip("+") || skip("-"), let hours = number(digits: 2...2), skip(":"),
            let minutes = number(digits: 2...2), isAtEnd, hours < 24, minutes < 60
        {
            return sign * (hours * 3_600 + minutes * 60)
        }
        rest = here
        return nil
    }

    /// `YYYY-MM-DD`, or month before day with `/`, `.` or nothing between and perhaps two digits of
    /// the year.
    mutating func date() -> Date? {
        if rest.dropFirst(4).first == UInt8(ascii: "-") {
            guard let year = number(digits: 4...4), skip("-"),
                let month = number(digits: 1...2), skip("-"), let day = number(digits: 1...2),
                Self.isDay(day, month, year)
            else { return nil }
            return .full(year: year, month: month, day: day)
        }
        guard let month = number(digits: 1...2) else { return nil }
        _ = skip("/") || skip(".")
        guard let day = number(digits: 1...2) else { return nil }
        _ = skip("/") || skip(".")
        if let year = number(digits: 2...2) {
            guard Self.isDay(day, month, 2_000 + year) else { return nil }
            return .full(year: 2_000 + year, month: month, day: day)
        }
        // 29 February is a day of some year.
        return Self.isDay(day, month, 2_000) ? .yearless(month: month, day: day) : nil
    }

    private static func isDay(_ day: Int64, _ month: Int64, _ year: Int64) -> Bool {
        (1...12).contains(month) && (1...daysIn(month: month, year: year)).contains(day)
    }
}
