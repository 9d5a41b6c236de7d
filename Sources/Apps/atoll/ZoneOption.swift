import ArgumentParser
import Units

/// The zone of the times in a dump.
struct ZoneOption: ParsableArguments {
    @Option(
        name: .customLong("time-zone"),
        help: ArgumentHelp(
            "The zone of times that name none: UTC, ±HH:MM or a name such as Europe/Berlin. "
                + "(default: this machine's, as TZ says)", valueName: "zone"))
    var name: String?

    func table(in surroundings: Surroundings) throws -> ZoneTable {
        guard let name else { return ZoneTable(of: surroundings.clock) }
        return try surroundings.zoneTable(of: name)
    }
}

extension Surroundings {
    /// What a `--time-zone` names.
    func zoneTable(of name: String) throws -> ZoneTable {
        if name == "UTC" || name == "Z" { return ZoneTable(offsetSeconds: 0) }
        if let offset = ZoneArgument(argument: name) {
            return ZoneTable(offsetSeconds: offset.offsetSeconds)
        }
        guard let table = zone(name) else {
            throw Failure(
                "--time-zone \(name): no such zone here; write UTC, +01:00, or a name of "
                    + "`timedatectl list-timezones`.", status: ExitStatus.usage)
        }
        return table
    }
}
