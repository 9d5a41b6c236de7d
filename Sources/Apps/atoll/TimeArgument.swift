import ArgumentParser
import Glibc
import Units

/// A time on the command line, as Slurm's commands take it; it is worked out once it is known in
/// which zone times without one are meant.
struct TimeArgument: ExpressibleByArgument, Sendable {
    private let text: String

    static let help = "YYYY-MM-DD[THH:MM[:SS]][Z|±HH:MM], epoch seconds, now, now-7days or today"

    init?(argument: String) {
        text = argument
        if instant(offsetSeconds: 0, now: Instant(epochSeconds: 0)) == nil { return nil }
    }

    /// Where the text names no zone it is `offsetSeconds` east of UTC.
    func instant(offsetSeconds: Int64) -> Instant {
        let now = Instant(epochSeconds: Int64(time(nil)))
        guard let instant = instant(offsetSeconds: offsetSeconds, now: now) else {
            preconditionFailure("a time was read when the command line was")
        }
        return instant
    }

    func instant(offsetSeconds: Int64, now: Instant) -> Instant? {
        if text == "now" { return now }
        if text == "today" || text == "midnight" {
            let local = Int128(now.epochSeconds + offsetSeconds)
            let second = flooredDivision(local, by: 86_400).remainder
            return now.advanced(bySeconds: -Int64(second))
        }
        if text.hasPrefix("now-") || text.hasPrefix("now+") {
            return Self.span(text.dropFirst(4)).map {
                now.advanced(bySeconds: text.hasPrefix("now-") ? -$0 : $0)
            }
        }
        if let epoch = Int64(text), epoch >= 100_000_000, epoch < 100_000_000_000 {
            return Instant(epochSeconds: epoch)
        }
        return try? Instant(parsing: text, offsetSeconds: offsetSeconds)
    }

    /// Seconds of `90`, `30minutes`, `7days`, `2weeks`; a unit may be cut short to its first letters.
    private static func span(_ text: Substring) -> Int64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text.dropFirst(digits.count)
        let units: [(name: String, seconds: Int64)] = [
            ("seconds", 1), ("minutes", 60), ("hours", 3_600), ("days", 86_400),
            ("weeks", 604_800),
        ]
        guard digits.count <= 9, let count = Int64(digits) else { return nil }
        if unit.isEmpty { return count }
        return units.first { $0.name.hasPrefix(unit) }.map { count * $0.seconds }
    }
}

/// `±HH:MM` east of UTC.
struct ZoneArgument: ExpressibleByArgument, Sendable {
    let offsetSeconds: Int64

    init?(argument: String) {
        // Midnight there lies as many seconds before midnight in UTC as the zone is east of it.
        guard argument != "Z", argument.hasPrefix("+") || argument.hasPrefix("-"),
            let midnight = try? Instant(parsing: "1970-01-01T00:00\(argument)")
        else { return nil }
        offsetSeconds = -midnight.epochSeconds
    }
}
