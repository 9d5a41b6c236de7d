/// `atoll feed`: the records of allocation programmes, carried out and looked at.

import ArgumentParser
import Reports
import Requests
import Units
import Wire

struct FeedCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "feed",
        abstract:
            "Carries out what an allocation programme decided, such as ACCESS. For operators.",
        discussion: """
            A file has one JSON record a line: supplements, extensions, transfers, adjustments, \
            inactivations and reactivations of grants, by their originated ids; docs/feed.md has \
            the fields. A record is carried out once for its source and id, however often and by \
            whomever it is delivered.

            EXAMPLES
              atoll feed apply today.ndjson --dry-run
              atoll feed apply today.ndjson
              atoll feed list --source ACCESS -S now-7days
            """,
        subcommands: [ApplyFeed.self, ListFeed.self])
}

struct ListFeed: AtollCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The records that were carried out, oldest first.",
        discussion: """
            EXAMPLES
              atoll feed list
              atoll feed list --source ACCESS -S 2026-10-01 -P
            """)

    @Option(help: "Only those of this feed.")
    var source: String?

    @Option(
        name: [.customShort("S"), .customLong("start"), .customLong("starttime")],
        help: ArgumentHelp("Carried out from then on.", valueName: "time"))
    var start: String?

    @Option(
        name: [.customShort("E"), .customLong("end"), .customLong("endtime")],
        help: ArgumentHelp("Carried out before then.", valueName: "time"))
    var end: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var chosen: ColumnOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in surroundings: Surroundings) throws {
        let window = try surroundings.window(start: start, end: end, .past)
        let request = Request.FeedRecords(source: source, start: window.start, end: window.end)
        var rows: [Row.FeedRecord] = []
        _ = try surroundings.ask(.feedRecords(request), connection) { row in
            if case .feedRecord(let it) = row { rows.append(it) }
        }
        try surroundings.report(
            rows, Row.FeedRecord.columns, output, chosen,
            otherwise: source.map { "no record of \($0) was carried out in that time." }
                ?? "no record of a feed was carried out in that time.",
            json: .object([
                .init("records", .array(rows.map { Row.FeedRecord.columns.json(of: $0) }))
            ]))
    }
}

extension Row.FeedRecord {
    static let columns = Columns<Row.FeedRecord>([
        Column("Time") { .time($0.recordedAt) },
        Column("Source") { .text($0.source) },
        Column("Record") { .text($0.record) },
        Column("Type") { .text($0.kind.rawValue) },
        Column("Project") { .text($0.project) },
        Column("Allocation", .whereFilled) { Cell($0.allocation) },
        Column("Other", .whereFilled) { Cell($0.other) },
        Column("Amount", .whereFilled) { Cell($0.amount) },
        Column("Starts", .whereFilled) { $0.start.map(Cell.date) ?? .nothing },
        Column("Ends", .whereFilled) { $0.end.map(Cell.date) ?? .nothing },
        Column("By") { .text($0.user) },
        Column("Entry", .onRequest) { .count($0.entry) },
        Column("Reason", .onRequest) { Cell($0.reason) },
    ])
}
