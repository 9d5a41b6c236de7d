import ArgumentParser
import Reports

/// For whom a report is printed, as sacct's options say it.
struct OutputOptions: ParsableArguments {
    @Flag(
        name: [.customShort("P"), .customLong("parsable2")],
        help: "For programs: all columns, fields between |, numbers plain.")
    var isParsable = false

    @Flag(name: .customLong("json"), help: "For programs: one JSON document; see docs/cli.md.")
    var isJSON = false

    @Flag(name: [.customShort("n"), .customLong("noheader")], help: "No header.")
    var hasNoHeader = false

    @Option(
        name: [.customShort("o"), .customLong("format")],
        help: ArgumentHelp(
            "The columns, with commas between; see docs/cli.md.", valueName: "columns"))
    var columns: String?

    func validate() throws {
        if isParsable && isJSON { throw ValidationError("--parsable2 or --json, not both.") }
        if isJSON && columns != nil {
            throw ValidationError("--json has every field; --format is for tables.")
        }
    }
}

extension Surroundings {
    /// Prints `items` as the options want them.
    func report<Item>(
        _ items: [Item], _ columns: Columns<Item>, _ output: OutputOptions, footer: [[Cell]] = [],
        json: @autoclosure () -> JSONText
    ) throws {
        if output.isJSON { return try out("\(json())\n") }
        try printTable(of: items, columns, output, footer: footer)
    }

    /// Prints `items` with all columns for programs, with the usual ones for people.
    func printTable<Item>(
        of items: [Item], _ columns: Columns<Item>, _ output: OutputOptions, footer: [[Cell]] = []
    ) throws {
        let named = try output.columns.map { try columns.named($0) }
        let header = !output.hasNoHeader
        if output.isParsable {
            let table = (named ?? columns).table(of: items)
            return try out(table.delimited(clock: clock, header: header))
        }
        var table = (named ?? columns.usual(for: items)).table(of: items)
        // Sums belong beneath the columns they are sums of.
        if named == nil { table.footer = footer }
        try out(table.aligned(clock: clock, header: header))
    }
}
