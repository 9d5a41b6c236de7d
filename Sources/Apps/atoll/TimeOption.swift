import ArgumentParser
import Units

extension Surroundings {
    /// The moment that the value of an option names.
    ///
    /// - Parameter clock: nil: the caller's own.
    func time(
        _ text: String?, of option: String, _ tense: Tense, clock: LocalClock? = nil
    ) throws -> Instant? {
        guard let text else { return nil }
        do {
            return try Instant(slurm: text, tense, clock: clock ?? self.clock)
        } catch {
            throw Failure(
                "\(option) \(text): no time; write 2026-01-01, 06/30-12:00, now-7days or today.",
                status: ExitStatus.usage)
        }
    }

    /// A window of two options; both may be left out.
    func window(
        start: String?, end: String?, _ tense: Tense, clock: LocalClock? = nil
    ) throws -> (start: Instant?, end: Instant?) {
        let from = try time(start, of: "--start", tense, clock: clock)
        let to = try time(end, of: "--end", tense, clock: clock)
        if let from, let to, to <= from {
            throw Failure("--end has to be later than --start.", status: ExitStatus.usage)
        }
        return (from, to)
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
