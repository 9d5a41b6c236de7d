import ArgumentParser
import Reports
import Units
import Wire

/// `atoll verify`
struct Verify: AtollCommand {
    static let configuration = CommandConfiguration(
        abstract: "Rebuilds the books from the journal and compares. For operators.",
        discussion: """
            Every entry's hash is checked, and every balance derived anew. With the head that was \
            noted earlier (`atoll status`, the system log) it is also seen whether the journal is \
            an older copy or another one. Exit code 0: all is sound.

            EXAMPLES
              atoll verify
              atoll verify --expect 18302:9f2c77e0
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
        else { throw ValidationError("--expect is SEQ:HASH, such as 18302:9f2c77e0.") }
    }

    func run(in surroundings: Surroundings) throws {
        var progress = ProgressLine(surroundings)
        let reply = try surroundings.ask(.verify(.init(expect: expect)), connection) { row in
            if case .progress(let far) = row { progress.show(far) }
        }
        progress.clear()
        guard case .verify(let result) = reply else { throw Failure.oddAnswer }
        let text =
            "\(result.entries.grouped) entries in \(result.seconds) s, head \(result.head): "
            + (result.isSound ? "sound" : "NOT SOUND")
        try surroundings.out(isJSON ? "\(Self.json(result))\n" : text.printable + "\n")
        guard !result.isSound else { return }
        throw Failure(result.finding ?? "the books are not what the journal says.")
    }

    private static func json(_ result: Reply.Verify) -> JSONText {
        .object([
            .init("sound", .bool(result.isSound)),
            .init("entries", Cell.count(result.entries).json),
            .init("seconds", Cell.count(result.seconds).json),
            .init("head", .string(result.head)),
            .init("finding", Cell(result.finding).json),
        ])
    }
}

/// How far a long work is, on one line of standard error that a person watches.
private struct ProgressLine {
    /// Shorter works need no telling, and a line a second is enough.
    private static let quietSeconds = 2.0
    private static let pauseSeconds = 1.0

    private let surroundings: Surroundings
    private let start: Double
    private var shownAt: Double?

    init(_ surroundings: Surroundings) {
        self.surroundings = surroundings
        start = surroundings.uptimeSeconds()
    }

    mutating func show(_ progress: Row.Progress) {
        let now = surroundings.uptimeSeconds()
        guard surroundings.isWatched, now - start > Self.quietSeconds,
            now - (shownAt ?? start) >= Self.pauseSeconds
        else { return }
        shownAt = now
        let (entries, total) = (progress.entries.grouped, progress.total.grouped)
        surroundings.complain("\r\u{1b}[Katoll: \(entries) of \(total) entries verified")
    }

    func clear() {
        if shownAt != nil { surroundings.complain("\r\u{1b}[K") }
    }
}
