import ArgumentParser
import Reports

/// How an answer is shown; the same for every subcommand that answers with a table.
struct OutputOptions: ParsableArguments {
    @Flag(
        name: [.customShort("P"), .customLong("parsable2")],
        help: "For programs: one row a line, values between |, plain numbers, no totals.")
    var isParsable = false

    @Flag(name: .customLong("json"), help: "For programs: JSON with exact numbers.")
    var isJSON = false

    @Flag(name: [.customShort("n"), .customLong("noheader")], help: "No header.")
    var hasNoHeader = false

    func validate() throws {
        if isParsable && isJSON { throw ValidationError("-P and --json don't go together.") }
    }

    /// - Returns: what belongs on stdout, and notes that would stand in a program's way there.
    func render(
        _ table: TextTable, notes: [String], json: @autoclosure () -> JSONText
    ) -> (stdout: String, stderr: String) {
        if isJSON { return (json().indented, "") }
        if isParsable {
            return (table.text(.parsable, header: !hasNoHeader), notes.joined(separator: "\n"))
        }
        let below = notes.isEmpty ? "" : "\n" + notes.map { "\($0)\n" }.joined()
        return (table.text(.aligned, header: !hasNoHeader) + below, "")
    }
}

/// Which columns a report has.
struct ColumnOptions: ParsableArguments {
    @Option(
        name: [.customShort("o"), .customLong("format")],
        help: ArgumentHelp(
            "These columns, with commas between; -P shows all names.", valueName: "columns"))
    var list: String?
}

extension Surroundings {
    /// Prints `items` as the options want them: all columns for programs, the usual ones for people.
    ///
    /// - Parameter otherwise: what a person is told where there are none.
    func report<Item>(
        _ items: [Item], _ columns: Columns<Item>, _ output: OutputOptions,
        _ chosen: ColumnOptions, footer: [[Cell]] = [], otherwise: String = "",
        json: @autoclosure () -> JSONText
    ) throws {
        if output.isJSON { return try out(json().indented) }
        if items.isEmpty, !output.isParsable { return say(otherwise) }
        try printTable(of: items, columns, output, chosen, footer: footer)
    }

    func printTable<Item>(
        of items: [Item], _ columns: Columns<Item>, _ output: OutputOptions,
        _ chosen: ColumnOptions, footer: [[Cell]] = []
    ) throws {
        let named = try chosen.list.map { try columns.named($0) }
        let style: TextTable.Style = output.isParsable ? .parsable : .aligned
        let shown = named ?? (output.isParsable ? columns : columns.usual(for: items))
        let table = shown.table(
            of: items, style, clock: clock,
            // Sums belong beneath the columns they are sums of.
            footer: named == nil && !output.isParsable ? footer : [])
        try out(table.text(style, header: !output.hasNoHeader))
    }
}
