/// `atoll feed apply`

import ArgumentParser
import Client
import Codec
import Reports
import Requests
import Units
import Wire

struct ApplyFeed: AtollCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "Carries out the records of a file.",
        discussion: """
            The records are carried out in the order of the file, each on its own: one that is \
            wrong is told with its line and what helps, and the others go on. What was done stays \
            done when the file comes again, so mend it and apply all of it anew. A dry run takes \
            each record for itself, with the books as they are now. - reads standard input.

            EXAMPLES
              atoll feed apply today.ndjson --dry-run
              fetch-packets | atoll feed apply --source ACCESS -
            """)

    @Argument(help: "The file with one JSON record a line, or -.", completion: .file())
    var file: String

    @Option(help: "The feed, of records that name none.")
    var source: String?

    @Flag(name: .customLong("dry-run"), help: "Say what would be done, and do nothing.")
    var isDryRun = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var chosen: ColumnOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in surroundings: Surroundings) throws {
        let place = file == "-" ? "(stdin)" : file
        var told: [ToldRecord] = []
        var lines = LinePieces()
        func take(_ number: Int64, _ line: [UInt8]) throws {
            guard !line.allSatisfy(isWhite) else { return }
            let record = try deliver(line, number, surroundings)
            if !output.isJSON, !output.isParsable { try tell(record, place, surroundings) }
            told.append(record)
        }
        try surroundings.readPieces(file) { piece in
            try lines.take(piece) { try take($0, $1) }
        }
        try lines.finish { try take($0, $1) }
        try sum(up: told, surroundings)
    }

    private func isWhite(_ byte: UInt8) -> Bool { [32, 9, 13].contains(byte) }

    /// - Throws: where the daemon is not there any more; what was delivered stands.
    private func deliver(
        _ line: [UInt8], _ number: Int64, _ surroundings: Surroundings
    ) throws -> ToldRecord {
        var told = ToldRecord(line: number)
        do {
            let read = try FeedLine(reading: line, source: source)
            told.take(read.record)
            let request = Request.Feed(
                record: read.record, comment: read.comment, dryRun: isDryRun)
            let (reply, _) = try surroundings.change(.feed(request), id: nil, connection)
            guard case .feed(let done) = reply else { throw Failure.oddAnswer }
            told.take(done)
        } catch let bad as BadFeedLine {
            told.fail(bad.problem)
            told.record = bad.id ?? told.record
        } catch ClientError.answered(let error) where error.kind == .refused {
            told.fail(error.message)
        } catch let error as ClientError {
            throw Failure("line \(number) was not answered, and none after it sent: \(error)")
        }
        return told
    }

    private func tell(
        _ told: ToldRecord, _ place: String, _ surroundings: Surroundings
    ) throws {
        // As compilers do: an editor finds the place.
        let start = "\(place):\(told.line): \(told.name)"
        guard told.outcome != .failed else {
            return surroundings.complain("\(start)error: \(told.detail)\n".printableLines)
        }
        try surroundings.out("\(start)\(told.words(isDryRun)): \(told.detail)\n".printableLines)
    }

    private func sum(up told: [ToldRecord], _ surroundings: Surroundings) throws {
        func count(_ outcome: ToldRecord.Outcome) -> Int64 {
            Int64(told.count { $0.outcome == outcome })
        }
        let failed = count(.failed)
        if output.isJSON {
            let document = JSONText.object([
                .init("records", .array(told.map { ToldRecord.columns.json(of: $0) })),
                .init("done", .integer(count(.done))), .init("repeated", .integer(count(.again))),
                .init("failed", .integer(failed)), .init("dry_run", .bool(isDryRun)),
            ])
            try surroundings.out(document.indented)
        } else if output.isParsable {
            try surroundings.printTable(of: told, ToldRecord.columns, output, chosen)
        } else {
            let done = isDryRun ? "would be done" : "done"
            try surroundings.out(
                "\(count(.done).grouped) \(done), \(count(.again).grouped) done before, "
                    + "\(failed.grouped) failed" + (isDryRun ? " (dry run)\n" : "\n"))
        }
        // What failed was said line by line.
        if failed > 0 { throw Failure("", status: ExitStatus.error) }
    }
}

/// One line of a feed's file, and what became of it.
struct ToldRecord: Sendable {
    enum Outcome: String {
        case done
        /// It had come before.
        case again = "repeated"
        case failed
    }

    let line: Int64
    var source: String?
    var record: String?
    var kind: FeedKind?
    var project: String?
    var allocation: String?
    var outcome = Outcome.done
    /// When it was carried out.
    var at: Instant?
    var detail = ""

    init(line: Int64) { self.line = line }

    mutating func take(_ it: FeedRecord) {
        (source, record, kind, project) = (it.source, it.id, it.change.kind, it.project)
        allocation = it.allocation
    }

    mutating func take(_ it: Reply.Feed) {
        (project, allocation, detail) = (it.project, it.allocation, it.effect)
        (at, outcome) = (it.at, it.isRepeat ? .again : .done)
    }

    mutating func fail(_ problem: String) { (outcome, detail) = (.failed, problem) }

    /// `ACCESS 48217: `
    var name: String {
        let words = [source, record].compactMap(\.self)
        return words.isEmpty ? "" : words.joined(separator: " ") + ": "
    }

    func words(_ isDryRun: Bool) -> String {
        switch outcome {
        case .done: isDryRun ? "would be done" : "done"
        case .again: "done before" + (at.map { ", \($0)" } ?? "")
        case .failed: "error"
        }
    }

    static let columns = Columns<ToldRecord>([
        Column("Line") { .count($0.line) },
        Column("Source") { Cell($0.source) },
        Column("Record") { Cell($0.record) },
        Column("Type") { Cell($0.kind?.rawValue) },
        Column("Project") { Cell($0.project) },
        Column("Allocation") { Cell($0.allocation) },
        Column("Outcome") { .text($0.outcome.rawValue) },
        Column("Time") { Cell($0.at) },
        Column("Detail") { .text($0.detail) },
    ])
}

extension String {
    /// Printable but for the newlines between its lines.
    fileprivate var printableLines: String {
        split(separator: "\n", omittingEmptySubsequences: false).map { String($0).printable }
            .joined(separator: "\n")
    }
}
