/// `atoll backstop`: the limits that Atoll keeps in slurmdbd for the time that atolld is gone.

import ArgumentParser
import Reports
import Units
import Wire

struct BackstopCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backstop",
        abstract: "Limits in slurmdbd by which Slurm stops who overspends while atolld is gone.",
        discussion: """
            They are kept where [backstop] of atolld's settings says so. For operators.

            EXAMPLES
              atoll backstop show
              atoll backstop show -A astro --json
              atoll backstop clear --dry-run
            """, subcommands: [ShowBackstop.self, ClearBackstop.self])
}

struct ShowBackstop: AtollCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "What stands in slurmdbd, what Atoll would write, when, and why it does not.",
        discussion: """
            As it was at the last look. State: right (it stands), waits (written again when Due), \
            open (no limit is needed), failed (Slurm would not), foreign (somebody else set or took \
            it away: Atoll leaves it), skipped (why is said), leftover ([backstop] is off).

            EXAMPLES
              atoll backstop show
              atoll backstop show -A astro
              atoll backstop show -P -o Account,Limit,Standing
            """)

    @Option(name: [.customShort("A"), .long], help: "Only this Slurm account.")
    var account: String?

    @Option(name: [.customShort("M"), .long], help: "Only this cluster.")
    var cluster: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var chosen: ColumnOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in surroundings: Surroundings) throws {
        try surroundings.backstop(
            .init(cluster: cluster, account: account), output, chosen, connection,
            otherwise: "no limit is kept or left.")
    }
}

struct ClearBackstop: AtollCommand {
    static let configuration = CommandConfiguration(
        commandName: "clear", abstract: "Takes away the limits that Atoll wrote, and no other.",
        discussion: """
            A limit that somebody changed since is left as it is, and is not Atoll's any more. Where \
            [backstop] is on, what is cleared is written again: turn it off first.

            EXAMPLES
              atoll backstop clear --dry-run
              atoll backstop clear -A astro
            """)

    @Option(name: [.customShort("A"), .long], help: "Only this Slurm account.")
    var account: String?

    @Option(name: [.customShort("M"), .long], help: "Only this cluster.")
    var cluster: String?

    @Flag(name: .customLong("dry-run"), help: "Say what would be done, and do nothing.")
    var isDryRun = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var chosen: ColumnOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in surroundings: Surroundings) throws {
        try surroundings.backstop(
            .init(cluster: cluster, account: account, clear: true, dryRun: isDryRun), output,
            chosen, connection, otherwise: "Atoll has written no limit there.")
    }
}

extension Surroundings {
    fileprivate func backstop(
        _ request: Request.Backstop, _ output: OutputOptions, _ chosen: ColumnOptions,
        _ connection: ConnectionOptions, otherwise: String
    ) throws {
        var rows: [Row.Backstop] = []
        let reply = try ask(.backstop(request), connection) { row in
            if case .backstop(let it) = row { rows.append(it) }
        }
        guard case .backstop(let it) = reply else { throw Failure.oddAnswer }
        let kept = it.limit == "off" ? "[backstop] is off; " : ""
        try report(
            rows, Row.Backstop.columns, output, chosen, otherwise: kept + otherwise,
            json: it.json(rows))
        if !output.isJSON { for note in it.notes { say(note) } }
    }
}

extension Row.Backstop {
    fileprivate static let columns = Columns<Row.Backstop>([
        Column("Account") { .text($0.account) },
        Column("Cluster", .onRequest) { .text($0.cluster) },
        Column("Project") { Cell($0.project) },
        Column("Limit") { .text($0.limit) },
        Column("State") { .text($0.state) },
        Column("Standing") { Cell($0.standing) },
        Column("Wanted") { Cell($0.wanted) },
        Column("Written", .onRequest) { Cell($0.written) },
        Column("Used", .whereFilled) { Cell($0.used) },
        Column("Left") { Cell($0.left) },
        Column("WrittenAt") { Cell($0.writtenAt) },
        Column("Due", .whereFilled) { Cell($0.dueAt) },
        Column("Why", .whereFilled) { Cell($0.why) },
    ])

    fileprivate var json: JSONText {
        .object([
            .init("cluster", .string(cluster)), .init("account", .string(account)),
            .init("project", Cell(project).json), .init("limit", .string(limit)),
            .init("state", .string(state)), .init("standing", Cell(standing).json),
            .init("wanted", Cell(wanted).json), .init("written", Cell(written).json),
            .init("used", Cell(used).json), .init("left", Cell(left).json),
            .init("written_at", Cell(writtenAt).json), .init("due_at", Cell(dueAt).json),
            .init("why", Cell(why).json),
        ])
    }
}

extension Reply.Backstop {
    fileprivate func json(_ rows: [Row.Backstop]) -> JSONText {
        .object([
            .init("limit", Cell(limit).json), .init("looked_at", Cell(lookedAt).json),
            .init("notes", .array(notes.map { .string($0) })),
            .init("limits", .array(rows.map(\.json))),
        ])
    }
}
