import ArgumentParser
import Units

/// A time on the command line: ISO 8601, UTC unless it says otherwise, or epoch seconds.
struct TimeArgument: ExpressibleByArgument {
    let epochSeconds: Int64

    init?(argument: String) {
        if let epoch = Int64(argument), epoch >= 100_000_000, epoch < 100_000_000_000 {
            epochSeconds = epoch
        } else if let instant = try? Instant(parsing: argument) {
            epochSeconds = instant.epochSeconds
        } else {
            return nil
        }
    }
}
