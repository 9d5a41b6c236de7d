import ArgumentParser
import Reports
import Units
import Wire

/// `atoll settle`
struct Settle: AtollCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says what stands of a run that no record settles. For operators.",
        discussion: """
            `atoll reconcile` lists runs of which slurmdbd has no row, an open one or one of no \
            length. This keeps what such a run was charged, whatever slurmdbd says of it later; \
            `atoll refund` gives it back instead. A run that goes on in the books alone is ended \
            with --ended, and charged until then.

            EXAMPLES
              atoll settle 1234 --reason "ran; its row was lost with the disk"
              atoll settle 1234 --run 88 --ended 2026-11-20T14:00 --reason "node n7 died then"
            """)

    @Argument(help: "The job: 123, an array task 123_4, a het component 123+1.")
    var job: String

    @Option(help: ArgumentHelp("Which run, where it has several.", valueName: "number"))
    var run: Int64?

    @Option(name: [.customShort("M"), .long], help: "Where it ran, where several have that job.")
    var cluster: String?

    @Option(help: ArgumentHelp("When it ended.", valueName: "time"))
    var ended: String?

    @OptionGroup var why: ReasonOption
    @OptionGroup var making: ChangeOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in surroundings: Surroundings) throws {
        let end = try surroundings.time(ended, of: "--ended", .past)
        let request = Request.Settle(
            job: job, cluster: cluster, run: run, ended: end, reason: why.reason,
            dryRun: making.isDryRun)
        let (reply, _) = try surroundings.change(.settle(request), id: making.id, connection)
        guard case .settle(let done) = reply else { throw Failure.oddAnswer }
        guard making.isJSON else { return try surroundings.out(done.message + "\n") }
        try surroundings.out(
            JSONText.object([
                .init("job", .string(done.job)), .init("run", .integer(done.run)),
                .init("cluster", .string(done.cluster)),
                .init("allocation", Cell(done.allocation).json),
                .init("charged", Cell.amount(done.charged).json),
                .init("dry_run", .bool(making.isDryRun)),
            ]).indented)
    }
}
