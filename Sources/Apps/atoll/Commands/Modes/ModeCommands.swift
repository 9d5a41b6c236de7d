/// `atoll mode`: how far Atoll goes, on a cluster and for an account; shown and switched.

import ArgumentParser
import Registry
import Reports
import Units
import Wire

struct ModeCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mode",
        abstract: "Whether jobs are refused, only warned of, or only watched.",
        discussion: """
            enforce  what credit does not cover is refused, and held back at its start
            warn     nothing is refused or held back; the user is told what would have been
            observe  the same without a word: for a Slurm that doesn't ask yet

            What runs is charged in all three. An account's mode goes before the cluster's and is \
            for all accounts beneath it, until one of those has its own. `atoll would-refuse` lists \
            what was let pass.

            EXAMPLES
              atoll mode
              atoll mode show -A astro
              atoll mode set observe --reason "going live in May"
              atoll mode set warn -A astro --reason "first of all"
              atoll mode clear -A astro --reason "like the others now"
            """,
        subcommands: [ShowMode.self, SetMode.self, ClearMode.self], defaultSubcommand: ShowMode.self
    )
}

/// What a mode is for.
struct ModeScopeOptions: ParsableArguments {
    @Option(name: [.customShort("A"), .long], help: "This Slurm account, and all beneath it.")
    var account: String?

    @Option(
        name: [.customShort("M"), .long],
        help: "On this cluster. (default: an account's on all, else the only one there is)")
    var cluster: String?
}

struct ShowMode: AtollCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "What is set, and what counts for an account.",
        discussion: """
            EXAMPLES
              atoll mode
              atoll mode show -A astro
              atoll mode show -P
            """)

    @OptionGroup var scope: ModeScopeOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var chosen: ColumnOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in surroundings: Surroundings) throws {
        var rows: [Row.ModeSetting] = []
        let request = Request.Modes(cluster: scope.cluster, account: scope.account)
        _ = try surroundings.ask(.modes(request), connection) { row in
            if case .mode(let it) = row { rows.append(it) }
        }
        try surroundings.report(
            rows, Row.ModeSetting.columns, output, chosen, otherwise: "no cluster is watched.",
            json: .object([.init("modes", .array(rows.map(\.json)))]))
    }
}

struct SetMode: AtollCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Switches a mode, at once. For operators.",
        discussion: """
            It counts from the next submission, start and change on; slurmctld isn't touched. What \
            was held back at its start is let go. With enforce, what waits without a hold gets one \
            where there is credit for it, and is asked about at its start.

            EXAMPLES
              atoll mode set observe --reason "going live in May"
              atoll mode set enforce -M reef --reason "as announced"
              atoll mode set warn -A astro --reason "a course" --dry-run
            """)

    @Argument(help: "enforce, warn or observe.")
    var mode: ChoiceArgument<Mode>

    @OptionGroup var scope: ModeScopeOptions
    @OptionGroup var why: ReasonOption
    @OptionGroup var making: ChangeOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in surroundings: Surroundings) throws {
        try surroundings.set(mode.value, scope, why, making, connection)
    }
}

struct ClearMode: AtollCommand {
    static let configuration = CommandConfiguration(
        commandName: "clear",
        abstract: "Takes a mode back: what is above it counts again. For operators.",
        discussion: """
            A cluster without a mode enforces.

            EXAMPLES
              atoll mode clear -A astro --reason "like the others now"
              atoll mode clear -M reef --reason "as announced" --dry-run
            """)

    @OptionGroup var scope: ModeScopeOptions
    @OptionGroup var why: ReasonOption
    @OptionGroup var making: ChangeOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in surroundings: Surroundings) throws {
        try surroundings.set(nil, scope, why, making, connection)
    }
}

extension Surroundings {
    fileprivate func set(
        _ mode: Mode?, _ scope: ModeScopeOptions, _ why: ReasonOption, _ making: ChangeOptions,
        _ connection: ConnectionOptions
    ) throws {
        let request = Request.SetMode(
            cluster: scope.cluster, account: scope.account, mode: mode, reason: why.reason,
            dryRun: making.isDryRun)
        let (_, rows) = try change(.setMode(request), id: making.id, connection)
        try report(changes: rows, making)
    }
}

extension Row.ModeSetting {
    fileprivate static let columns = Columns<Row.ModeSetting>([
        Column("Cluster") { .text($0.cluster ?? "(all)") },
        Column("Account", .whereFilled) { Cell($0.account) },
        Column("Mode") { .text($0.mode.rawValue) },
        Column("Rule") { .text($0.rule) },
        Column("Since", .whereFilled) { Cell($0.since) },
        Column("By", .whereFilled) { Cell($0.by) },
        Column("Reason", .whereFilled) { Cell($0.reason) },
    ])

    fileprivate var json: JSONText {
        .object([
            .init("cluster", Cell(cluster).json), .init("account", Cell(account).json),
            .init("mode", .string(mode.rawValue)), .init("rule", .string(rule)),
            .init("since", Cell(since).json), .init("by", Cell(by).json),
            .init("reason", Cell(reason).json),
        ])
    }
}
