import ArgumentParser
import Reports
import Units
import Wire

/// `atoll would-refuse`
struct WouldRefuse: AtollCommand {
    static let configuration = CommandConfiguration(
        commandName: "would-refuse",
        abstract: "The jobs that enforcing would have refused, why, and by how much.",
        discussion: """
            Of clusters and accounts whose mode is warn or observe (`atoll mode`). Stage: at its \
            submission, at a change (scontrol update), or held back at its start. Short is by how \
            much it was too little, beside what the books had at that moment: jobs that were let \
            pass have used credit since. Job is empty until one is seen: of a submission that Slurm \
            itself refused, or of sbatch --test-only, it stays so. Kept for 120 days.

            EXAMPLES
              atoll would-refuse
              atoll would-refuse -S now-7days -A astro
              atoll would-refuse -P -o Job,User,Cause,Cost,Short
            """)

    @Option(
        name: [.customShort("S"), .customLong("start"), .customLong("starttime")],
        help: ArgumentHelp("At or after. (default: all that is kept)", valueName: "time"))
    var start: String?

    @Option(
        name: [.customShort("E"), .customLong("end"), .customLong("endtime")],
        help: ArgumentHelp("Before. (default: now)", valueName: "time"))
    var end: String?

    @Option(name: [.customShort("A"), .long], help: "Only this Slurm account.")
    var account: String?

    @Option(name: [.customShort("u"), .long], help: "Only this user.")
    var user: String?

    @Option(name: [.customShort("M"), .long], help: "Only this cluster.")
    var cluster: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var chosen: ColumnOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in surroundings: Surroundings) throws {
        let window = try surroundings.window(start: start, end: end, .past)
        let request = Request.WouldRefuse(
            cluster: cluster, account: account, user: user, start: window.start, end: window.end)
        var rows: [Row.WouldRefuse] = []
        let reply = try surroundings.ask(.wouldRefuse(request), connection) { row in
            if case .wouldRefuse(let it) = row { rows.append(it) }
        }
        guard case .wouldRefuse(let end) = reply else { throw Failure.oddAnswer }
        try surroundings.report(
            rows, Row.WouldRefuse.columns, output, chosen,
            otherwise: "nothing would have been refused.",
            json: .object([
                .init("kept_since", Cell.time(end.keptSince).json),
                .init("jobs", .array(rows.map(\.json))),
            ]))
    }
}

extension Row.WouldRefuse {
    fileprivate static let columns = Columns<Row.WouldRefuse>([
        Column("Time") { .time($0.at) },
        Column("Cluster", .onRequest) { .text($0.cluster) },
        Column("Job") { Cell($0.job) },
        Column("User") { Cell($0.user) },
        Column("Account") { Cell($0.account) },
        Column("Allocation", .whereFilled) { Cell($0.allocation) },
        Column("Stage", .whereAny { $0.stage != "submission" }) { .text($0.stage) },
        Column("Cause") { .text($0.cause) },
        Column("Cost") { Cell($0.cost) },
        Column("Short", .whereFilled) { Cell($0.short) },
        Column("FitsMinutes", .onRequest) { Cell($0.fitsMinutes) },
        Column("Mode", .onRequest) { .text($0.mode) },
        Column("Times", .onRequest) { .count($0.times) },
        Column("What", .whereAny { $0.short == nil }) { .text($0.text) },
    ])

    fileprivate var json: JSONText {
        .object([
            .init("time", Cell.time(at).json), .init("cluster", .string(cluster)),
            .init("job", Cell(job).json), .init("user", Cell(user).json),
            .init("account", Cell(account).json), .init("allocation", Cell(allocation).json),
            .init("stage", .string(stage)), .init("cause", .string(cause)),
            .init("cost", Cell(cost).json), .init("short", Cell(short).json),
            .init("fits_minutes", Cell(fitsMinutes).json), .init("mode", .string(mode)),
            .init("times", .integer(times)), .init("what", .string(text)),
        ])
    }
}
