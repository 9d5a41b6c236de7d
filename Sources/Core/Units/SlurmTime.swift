/// The ways Slurm's commands take a point in time; sacct(1) `--starttime`, sbatch(1) `--begin`.
///
///     now   now-7days   now+2hours   today   tomorrow   midnight   noon   fika   teatime
///     HH:MM[:SS] [AM|PM]   MMDD[YY]   MM/DD[/YY]   MM.DD[.YY]   YYYY-MM-DD
///
/// A date and a time of day may stand together, with `-`, `T` or a space between. Beyond Slurm's,
/// a `Z` or `±HH:MM` at the end names the zone; else it is the local one.

/// What a time that leaves out its day or year means.
package enum Tense: Sendable {
    /// Today, this year or last: where records are looked up.
    case past
    /// The next such time: where something is planned.
    case future
}

extension Instant {
    package init(
        slurm text: String, _ tense: Tense, clock: LocalClock
    ) throws(ParseError) {
        var reader = SlurmTimeReader(text, tense: tense, clock: clock)
        guard let instant = reader.read() else { throw .malformed(text) }
        self = instant
    }
}

private struct SlurmTimeReader {
    private var scan: TimeScanner
    private let tense: Tense
    private let clock: LocalClock
    private var day: Int64?
    /// A day of a month, where no year was named.
    private var yearless: (month: Int64, day: Int64)?
    private var second: Int64?

    init(_ text: String, tense: Tense, clock: LocalClock) {
        scan = TimeScanner(text)
        (self.tense, self.clock) = (tense, clock)
    }

    mutating func read() -> Instant? {
        scan.skipBlanks()
        if scan.word("now") { return nowAndDelta() }
        while !scan.isAtEnd {
            if let zone = zoneAtEnd() {
                guard let day = day ?? resolvedDay() else { return nil }
                return Instant(epochSeconds: day * 86_400 + (second ?? 0) - zone)
            }
            if scan.skipSeparator() { continue }
            guard part() else { return nil }
        }
        guard day != nil || yearless != nil || second != nil, let day = day ?? resolvedDay()
        else { return nil }
        return clock.instant(day: day, secondOfDay: second ?? 0)
    }

    private mutating func nowAndDelta() -> Instant? {
        scan.skipBlanks()
        if scan.isAtEnd { return clock.now }
        let sign: Int64 = scan.skip("-") ? -1 : 1
        guard sign < 0 || scan.skip("+") else { return nil }
        scan.skipBlanks()
        guard let count = scan.number(digits: 1...9) else { return nil }
        scan.skipBlanks()
        guard let unit = scan.isAtEnd ? 1 : scan.unit(), scan.isAtEnd else { return nil }
        return clock.now.advanced(bySeconds: sign * count * unit)
    }

    /// A word, a time of day or a date; false where it is none, or the second of its kind.
    private mutating func part() -> Bool {
        let today = clock.day(of: clock.now)
        if scan.word("today") { return set(day: today) }
        if scan.word("tomorrow") { return set(day: today + 1) }
        for (word, hour) in [("midnight", 0), ("noon", 12), ("fika", 15), ("teatime", 16)]
        where scan.word(word) {
            return set(second: Int64(hour) * 3_600)
        }
        if scan.looksLikeTime { return scan.timeOfDay().map { set(second: $0) } ?? false }
        switch scan.date() {
        case .full(let year, let month, let day):
            return set(day: daysFromCivil(year: year, month: month, day: day))
        case .yearless(let month, let day):
            guard self.day == nil, yearless == nil else { return false }
            yearless = (month, day)
            return true
        case nil: return false
        }
    }

    private mutating func set(day: Int64) -> Bool {
        guard self.day == nil, yearless == nil else { return false }
        self.day = day
        return true
    }

    private mutating func set(second: Int64) -> Bool {
        guard self.second == nil else { return false }
        self.second = second
        return true
    }

    private mutating func zoneAtEnd() -> Int64? {
        guard second != nil else { return nil }
        return scan.zoneAtEnd()
    }

    /// The day, where only a time of day or a day without its year was named.
    private func resolvedDay() -> Int64? {
        let today = clock.day(of: clock.now)
        let isLater = { (day: Int64) in
            clock.instant(day: day, secondOfDay: second ?? 0) > clock.now
        }
        guard let yearless else {
            return tense == .past || isLater(today) ? today : today + 1
        }
        let now = civilFromDays(today)
        var year = now.year
        switch tense {
        // Slurm goes by the month: a later day of this month is still to come.
        case .past where yearless.month > now.month: year -= 1
        case .past: break
        case .future:
            let day = daysFromCivil(year: year, month: yearless.month, day: yearless.day)
            if !isLater(day) { year += 1 }
        }
        guard yearless.day <= daysIn(month: yearless.month, year: year) else { return nil }
        return daysFromCivil(year: year, month: yearless.month, day: yearless.day)
    }
}
