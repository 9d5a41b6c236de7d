import ArgumentParser
import Reports
import Units
import Wire

/// `atoll verify`
struct Verify: AtollCommand {
    static let configuration = CommandConfiguration(
        abstract: "Rebuilds the books from the journal and compares. For operators.",
        discussion: """
            Every entry's hash is checked, and every balance derived anew; users, reasons and the \
            answers kept for repeats are held against the entries. With the head that was \
            noted earlier (`atoll status`, the system log) it is also seen whether the journal is \
            an older copy or another one. Exit code 0: all is sound.

            EXAMPLES
              atoll verify
              atoll verify --expect "$(tail -n 1 heads.txt)"
            """)

    @Option(help: ArgumentHelp("A head noted earlier.", valueName: "seq:hash"))
    var expect: String?

    @Flag(name: .customLong("json"), help: "For programs: one JSON document; see docs/cli.md.")
    var isJSON = false

    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard let expect else { return }
        let parts = expect.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, Int64(parts[0]) != nil, parts[1].count >= 4,
            parts[1].allSatisfy(\.isHexDigit)
        else { throw ValidationError("--expect is SEQ:HASH, as `atoll status` prints it.") }
    }

    func run(in surroundings: Surroundings) throws {
        var progress = Progress(surroundings)
        let reply = try surroundings.ask(.verify(.init(expect: expect)), connection) { row in
            guard case .progress(let far) = row else { return }
            progress.tell { _ in
                "atoll: \(far.entries.grouped) of \(far.total.grouped) entries verified"
            }
        }
        progress.clear()
        guard case .verify(let result) = reply else { throw Failure.oddAnswer }
        let text =
            "\(result.entries.grouped) entries in \(result.seconds) s\(speed(result)), head "
            + "\(result.head): "
            + (result.isSound ? "sound" : "NOT SOUND")
        try surroundings.out(isJSON ? Self.json(result).indented : text.printable + "\n")
        guard !result.isSound else { return }
        throw Failure(
            (result.finding ?? "the books are not what the journal says.")
                + "\nKeep the journal as it is, and go back to the last backup that verifies; the "
                + "README says how.")
    }

    /// ` (4,500 a second)`
    private func speed(_ result: Reply.Verify) -> String {
        result.entriesPerSecond.map { " (\($0.grouped) a second)" } ?? ""
    }

    private static func json(_ result: Reply.Verify) -> JSONText {
        .object([
            .init("sound", .bool(result.isSound)),
            .init("entries", Cell.count(result.entries).json),
            .init("seconds", Cell.count(result.seconds).json),
            .init("entries_per_second", Cell(result.entriesPerSecond).json),
            .init("head", .string(result.head)),
            .init("finding", Cell(result.finding).json),
        ])
    }
}
