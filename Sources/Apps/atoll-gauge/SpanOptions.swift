import ArgumentParser
import Glibc

/// The span of time that slurmdbd is asked about, and of which of its clusters.
struct SpanOptions: ParsableArguments {
    @Option(help: "From here on: YYYY-MM-DD[THH:MM[:SS]][Z|±HH:MM], or epoch seconds. UTC.")
    var start: TimeArgument

    @Option(help: "Up to here. (default: now)")
    var end: TimeArgument?

    @Option(help: "A cluster of this slurmdbd's. (default: slurm.conf's; slurmctld is asked)")
    var cluster: String?

    func validate() throws { _ = try bounds() }

    /// In epoch seconds.
    func bounds() throws -> (start: Int64, end: Int64) {
        let bounds = (start: start.epochSeconds, end: end?.epochSeconds ?? Int64(time(nil)))
        guard bounds.end > bounds.start else {
            throw ValidationError(
                end == nil
                    ? "--start has to be earlier than now, or say --end."
                    : "--end has to be later than --start.")
        }
        return bounds
    }

    /// What the first line of the records says of it.
    static func attributes(of bounds: (start: Int64, end: Int64)) -> [String: String] {
        ["start": String(bounds.start), "end": String(bounds.end)]
    }
}
