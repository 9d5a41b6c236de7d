import ArgumentParser
import Reports

/// How an answer is shown; the same for every subcommand that answers with a table.
struct OutputOptions: ParsableArguments {
    @Flag(
        name: [.customShort("P"), .customLong("parsable2")],
        help: "One row a line, values between |, plain numbers; no totals.")
    var isParsable = false

    @Flag(name: .customLong("json"), help: "JSON with exact numbers.")
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
