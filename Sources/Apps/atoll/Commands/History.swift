import ArgumentParser
import Registry
import Reports
import Units
import Wire

/// `atoll history`
struct History: AtollCommand {
    static let configuration = CommandConfiguration(
        abstract: "What became of an allocation: what changed, when, by whom, and why.",
        discussion: """
            Its own changes and those of its project, its members and its credit; not what jobs \
            held and were charged, which `atoll statement` has. Members see nothing of others.

            EXAMPLES
              atoll history astro-2026
              atoll history astro-2026 -S now-30days -P
              atoll history astro-2026 --json | jq '.changes[] | select(.what == "member")'
            """)

    @Argument(help: "The allocation's name.")
    var allocation: String

    @Option(
        name: [.customShort("S"), .customLong("start"), .customLong("starttime")],
        help: ArgumentHelp("Recorded at or after. (default: the first)", valueName: "time"))
    var start: String?

    @Option(
        name: [.customShort("E"), .customLong("end"), .customLong("endtime")],
        help: ArgumentHelp("Recorded before. (default: now)", valueName: "time"))
    var end: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var chosen: ColumnOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in surroundings: Surroundings) throws {
        let window = try surroundings.window(start: start, end: end, .past)
        let request = Request.History(
            allocation: allocation, start: window.start, end: window.end)
        var rows: [Row.Diff] = []
        _ = try surroundings.ask(.history(request), connection) { row in
            if case .diff(let diff) = row { rows.append(diff) }
        }
        let lines = rows.flatMap { row in
            row.changes.isEmpty
                ? [DiffLine(row: row, change: nil)]
                : row.changes.enumerated().map { index, change in
                    DiffLine(row: row, change: change, isFirst: index == 0 || output.isParsable)
                }
        }
        try surroundings.report(
            lines, DiffLine.columns, output, chosen, otherwise: "nothing changed in that time.",
            json: .object([
                .init("allocation", .string(allocation)),
                .init("changes", .array(rows.map(\.json))),
            ]))
    }
}
