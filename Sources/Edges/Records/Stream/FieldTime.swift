internal import Units

/// Times and spans as sacct and the gauge write them.

extension Field {
    /// What a value that may be absent comes to.
    enum Reading<Value> {
        case value(Value)
        case nothing
        case malformed
    }

    /// `YYYY-MM-DDTHH:MM[:SS]` of a wall clock in `zone`, with an own `Z` or `±HH:MM` where it has
    /// one; or epoch seconds, of which 0 is Slurm's "not set".
    func instant(in zone: ZoneTable) -> Reading<ZoneTable.Reading> {
        if let epoch = unsigned, epoch < Instant.distantFuture.epochSeconds {
            return epoch == 0 ? .nothing : .value(.once(Instant(epochSeconds: epoch)))
        }
        if saysNothing { return .nothing }
        guard count == 19, self[4] == 45, self[7] == 45, self[10] == 84, self[13] == 58,
            self[16] == 58
        else { return longerInstant(in: zone) }
        guard let year = number(at: 0, digits: 4), let month = number(at: 5, digits: 2),
            let day = number(at: 8, digits: 2), let hour = number(at: 11, digits: 2),
            let minute = number(at: 14, digits: 2), let second = number(at: 17, digits: 2),
            month >= 1, month <= 12, day >= 1, day <= daysIn(month: month, year: year), hour < 24,
            minute < 60, second < 60
        else { return .malformed }
        let days = daysFromCivil(year: year, month: month, day: day)
        let clock = hour * 3_600 + minute * 60 + second
        return .value(zone.reading(ofWallSeconds: days * 86_400 + clock))
    }

    /// The rarer forms, such as those with a zone of their own.
    private func longerInstant(in zone: ZoneTable) -> Reading<ZoneTable.Reading> {
        guard count <= 32, let instant = try? Instant(parsing: string) else { return .malformed }
        // Only the time of day has a colon without a zone, and there the year's dashes alone.
        let text = string.dropFirst(10)
        let hasZone = text.contains("Z") || text.contains("+") || text.contains("-")
        return .value(
            hasZone ? .once(instant) : zone.reading(ofWallSeconds: instant.epochSeconds))
    }

    /// Seconds of `[D-]HH:MM:SS` or `MM:SS`, a fraction cut off; plain digits are seconds already
    /// (sacct's `…Raw`, the gauge). Unlike a time limit, sacct never writes a span as bare minutes.
    var span: Reading<Int64> {
        if let seconds = unsigned { return .value(seconds) }
        if saysNothing { return .nothing }
        var seconds: Int64 = 0
        var clock = self
        var hasDays = false
        if let dash = firstPlace(of: 45) {
            guard let days = slice(0..<dash).unsigned, days < 1_000_000 else { return .malformed }
            seconds = days * 86_400
            clock = slice(dash + 1..<count)
            hasDays = true
        }
        if let point = clock.firstPlace(of: 46) {
            guard clock.slice(point + 1..<clock.count).unsigned != nil else { return .malformed }
            clock = clock.slice(0..<point)
        }
        return clock.clockSeconds(needsHours: hasDays)
            .map { .value(seconds + $0) } ?? .malformed
    }

    private func clockSeconds(needsHours: Bool) -> Int64? {
        guard let first = firstPlace(of: 58), let head = slice(0..<first).unsigned,
            head < 1_000_000
        else { return nil }
        let rest = slice(first + 1..<count)
        guard let second = rest.firstPlace(of: 58) else {
            guard !needsHours, let seconds = rest.unsigned, rest.count == 2, seconds < 60
            else { return nil }
            return head * 60 + seconds
        }
        let tail = rest.slice(second + 1..<rest.count)
        guard second == 2, tail.count == 2, let minutes = rest.slice(0..<second).unsigned,
            let seconds = tail.unsigned, minutes < 60, seconds < 60
        else { return nil }
        return head * 3_600 + minutes * 60 + seconds
    }
}
