/// `atoll import`

import ArgumentParser
import Records
import Reports
import Units
import Wire

struct ImportRecords: AtollCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Takes past usage into the books, from sacct's dumps.",
        discussion: """
            RECORDS are what sacct -P prints, as old as a site has, plain or packed with gzip; files, \
            pipes such as <(sacct …), or - for standard input. For instance, -D so that every run \
            of a requeued job is there:

              F=Cluster,JobIDRaw,JobID,User,Account,Partition,QOS,Submit,Eligible
              F=$F,Start,End,Elapsed,Suspended,State,AllocTRES,TimelimitRaw,Reservation
              TZ=UTC sacct -aDXP -S 2026-01-01 -E 2026-12-01 -o $F > 2026.psv

            Each run that has ended is recorded and charged once, at the rates that were in force, \
            to the allocation that its account's project had then; runs that are in the books \
            already stay as they are. So an import that was stopped is simply started again, and \
            files may overlap. Usage older than any allocation is recorded as unplaced and \
            charged to nobody; imported again once there is one, it is charged. Usage without a \
            rate is recorded as unrated: see atoll rerate.

            Steps, and rows of jobs that wait or run, are passed over and counted. A row that \
            can't be taken is written to a file of its own, with its line and the reason in front; \
            mended, that file can be imported. No earlier one is written over. A row that is set \
            aside there broke a rule of the books: the others are recorded, and the exit code is 1.

            EXIT CODES
              0   done; some rows may have been rejected, the last lines say how many
              1   an error, also where rows were rejected and not one run is in the books by it
              2   a wrong command line

            Times without a zone are read in --time-zone. In the night when summer time ends an \
            hour shows twice: which one is meant follows from Elapsed and the other times, else \
            the row is refused. Dump with TZ=UTC, and there is no such hour. All rows are looked \
            at before the first is recorded: where runs stand in the books already, each as many \
            hours earlier or later, nothing is recorded (books without a run need no look). What comes by a pipe is kept in TMPDIR, \
            or /var/tmp, until then.

            EXAMPLES
              atoll import 2026.psv --time-zone UTC --dry-run
              atoll import 2024.psv.gz 2025.psv.gz --reason "history before Atoll"
              ssh old-cluster sacct -aDXP … | atoll import - -M reef
            """)

    @Argument(help: "Files or pipes of records; - reads standard input.", completion: .file())
    var records: [String]

    @Option(
        name: [.customShort("M"), .customLong("cluster")],
        help: "The cluster of records that name none.")
    var cluster: String?

    @OptionGroup var zone: ZoneOption

    @Option(
        help: ArgumentHelp(
            "Where rows go that can't be taken: a new file. (default: \(RejectsFile.usualPath); "
                + "where that is there, atoll-rejected-2.psv and so on)", valueName: "file"),
        completion: .file())
    var rejects: String?

    @Option(help: "Why; kept with the entries.")
    var reason: String?

    @Flag(
        name: .customLong("dry-run"),
        help: "Say what would be done, and record nothing. (Rows that can't be taken are written.)")
    var isDryRun = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var chosen: ColumnOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in surroundings: Surroundings) throws {
        let settings = ReadSettings(
            zone: try zone.table(in: surroundings), defaultCluster: cluster, maxProblemsKept: 0)
        // What is missing or in the way is said before anything is sent.
        let rejects = try RejectsFile(rejects, reading: records, surroundings)
        for path in records where !surroundings.isReadOnce(path) {
            try checkHeader(of: path, settings, surroundings)
        }
        let daemon = try surroundings.connect(
            connection.path(in: surroundings), connection.timeoutSeconds)
        let sources = try records.map { try ImportSource($0, surroundings) }
        let isChecked = try check(sources, settings, daemon, surroundings)
        var delivery = ImportDelivery(
            surroundings, daemon, reason: reason, isDryRun: isDryRun, isChecked: isChecked,
            rejects: rejects)
        defer { delivery.clearProgress() }
        for source in sources { try read(source, settings, &delivery) }
        try delivery.finish()
        delivery.clearProgress()
        try report(delivery, surroundings)
        guard delivery.counts.setAside == 0 else {
            throw Failure(
                "rows were set aside: recording them breaks a rule of the books. See "
                    + "\(delivery.rejectsPaths); atoll verify; report it.")
        }
        // A script must not take that for done; of some rows that are rejected the others stand.
        let counts = delivery.counts
        guard delivery.rejectedCount == 0 || counts.recorded + counts.known > 0 else {
            throw Failure(
                "no run was \(isDryRun ? "found that could be " : "")imported, and rows were rejected: "
                    + "see \(delivery.rejectsPaths), with the reason before each.")
        }
    }

    private struct HeaderIsRead: Error {}

    private func checkHeader(
        of path: String, _ settings: ReadSettings, _ surroundings: Surroundings
    ) throws {
        var reader = JobReader(settings)
        do {
            try surroundings.readPieces(path) { piece in
                try reader.read(piece) { _ in }
                if reader.header != nil { throw HeaderIsRead() }
            }
        } catch is HeaderIsRead {
            return
        } catch let error as RecordError {
            throw Failure("\(path): \(error)")
        }
    }

    private struct CheckIsNeedless: Error {}

    /// Looks at all rows before the first is recorded; what can't be read is told by the reading after.
    ///
    /// - Returns: false where the books are empty, and nothing was to be looked at.
    private func check(
        _ sources: [ImportSource], _ settings: ReadSettings, _ daemon: any Daemon,
        _ surroundings: Surroundings
    ) throws -> Bool {
        var check = ImportCheck(surroundings, daemon)
        defer { check.clearProgress() }
        for source in sources {
            check.begin(source.name, byteCount: source.byteCount)
            var reader = JobReader(settings)
            var lines = RowPieces()
            do {
                try source.readFirst { piece in
                    guard !check.isNeedless else {
                        if source.isReadOnce { return }
                        throw CheckIsNeedless()
                    }
                    try lines.take(piece) { number, line in
                        var found: JobRecord?
                        try reader.read(line) { found = $0 }
                        if let found { try check.take(found, at: number) }
                    }
                    check.tell(bytes: piece.count)
                }
                if !check.isNeedless { try reader.finish() }
            } catch is CheckIsNeedless {
                continue
            } catch let error as RecordError {
                throw Failure("\(source.name): \(error)")
            }
        }
        try check.finish()
        return !check.isNeedless
    }

    private func read(
        _ source: ImportSource, _ settings: ReadSettings, _ delivery: inout ImportDelivery
    ) throws {
        try delivery.begin(source.name, byteCount: source.byteCount)
        var reader = JobReader(settings)
        var lines = RowPieces()
        do {
            try source.readAgain { piece in
                try lines.take(piece) { number, line in
                    try take(line, number, &reader, &delivery)
                }
                delivery.tell(bytes: piece.count)
            }
            if let rest = lines.rest {
                delivery.reject(
                    rest.line, at: rest.number,
                    because: "the last line has no line end; the file may have been cut")
            }
            try reader.finish()
        } catch let error as RecordError {
            throw Failure("\(source.name): \(error)")
        }
        delivery.passedOver += Int64(reader.passedOverCount)
    }

    private func take(
        _ line: UnsafeRawBufferPointer, _ number: Int64, _ reader: inout JobReader,
        _ delivery: inout ImportDelivery
    ) throws {
        let problemsBefore = reader.problemCount
        let hadHeader = reader.header != nil
        var found: JobRecord?
        try reader.read(line) { found = $0 }
        if !hadHeader, reader.header != nil { delivery.header(line) }
        if let found {
            try delivery.deliver(found, line, at: number)
        } else if reader.problemCount > problemsBefore, let problem = reader.lastProblem {
            let column = problem.column.map { "\($0): " } ?? ""
            delivery.reject(text(line), at: number, because: column + problem.reason)
        }
    }
}

func text(_ line: UnsafeRawBufferPointer) -> String {
    String(decoding: line, as: UTF8.self).trimmingLineEnd
}

extension String {
    fileprivate var trimmingLineEnd: String {
        var text = self
        while let last = text.unicodeScalars.last, last == "\n" || last == "\r" {
            text.unicodeScalars.removeLast()
        }
        return text
    }
}

/// Lines with their line ends, out of a file that comes in pieces.
struct RowPieces {
    private var held: [UInt8] = []
    private(set) var count: Int64 = 0

    /// A last line without its line end.
    var rest: (line: String, number: Int64)? {
        held.isEmpty ? nil : (String(decoding: held, as: UTF8.self), count + 1)
    }

    mutating func take(
        _ piece: UnsafeRawBufferPointer,
        _ body: (_ number: Int64, _ line: UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var start = 0
        while start < piece.count {
            let rest = UnsafeRawBufferPointer(rebasing: piece[start...])
            guard let newline = rest.firstIndex(of: UInt8(ascii: "\n")) else {
                held.append(contentsOf: rest)
                return
            }
            let line = UnsafeRawBufferPointer(rebasing: rest[...newline])
            count += 1
            if held.isEmpty {
                try body(count, line)
            } else {
                held.append(contentsOf: line)
                let whole = held
                held = []
                try whole.withUnsafeBytes { try body(count, $0) }
            }
            start += newline + 1
        }
    }
}
