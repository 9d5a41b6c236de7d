/// The time of day where somebody sits: what it is now, and how far from UTC at any moment.

/// Given by whoever may read a clock and a time zone; this room reads neither.
package struct LocalClock: Sendable {
    package let now: Instant
    /// Seconds east of UTC at a moment: summer time makes it depend on the moment.
    package let offsetSeconds: @Sendable (Instant) -> Int64

    package init(now: Instant, offsetSeconds: @escaping @Sendable (Instant) -> Int64) {
        (self.now, self.offsetSeconds) = (now, offsetSeconds)
    }

    /// A zone without summer time; 0 is UTC.
    package init(now: Instant, offsetSeconds: Int64 = 0) {
        self.init(now: now) { _ in offsetSeconds }
    }

    /// As Slurm prints a time: `2026-11-21T10:00:00`, local and without a zone.
    package func text(_ instant: Instant) -> String {
        String(instant.advanced(bySeconds: offsetSeconds(instant)).description.dropLast())
    }

    /// `text`, without the time of day where that is midnight: `2026-11-21`.
    package func shortText(_ instant: Instant) -> String {
        let text = text(instant)
        return text.hasSuffix("T00:00:00") ? String(text.dropLast(9)) : text
    }

    /// The calendar's day it is at `instant`, counted from 1970-01-01.
    func day(of instant: Instant) -> Int64 {
        let local = instant.epochSeconds + offsetSeconds(instant)
        return Int64(flooredDivision(Int128(local), by: 86_400).quotient)
    }

    /// When the clock on the wall shows so; of a time that summer time skips, one of the two near.
    func instant(day: Int64, secondOfDay: Int64) -> Instant {
        let wall = Instant(epochSeconds: day * 86_400 + secondOfDay)
        let guess = wall.advanced(bySeconds: -offsetSeconds(wall))
        return wall.advanced(bySeconds: -offsetSeconds(guess))
    }
}
