import ArgumentParser
import Reports
import Units
import Wire

/// `atoll grant`
struct Grant: AtollCommand {
    static let configuration = CommandConfiguration(
        abstract: "Adds credit to an allocation. For operators.",
        discussion: """
            A grant is valid from --start (default: now, or when the allocation begins) to before \
            --end (default: the allocation's end). It is never edited; see `atoll statement`.

            EXAMPLES
              atoll grant astro-2026 500 --reason "proposal 7"
              atoll grant astro-2026 1,000.50 -S 2026-07-01 -E 2026-10-01 --reason "third quarter"
              atoll grant astro-2026 500 --reason "proposal 7" --dry-run
            """)

    @Argument(help: "The allocation's name.")
    var allocation: String

    @Argument(help: "SU, less than 1,000,000,000,000, at most six decimals.")
    var amount: ServiceUnitsArgument

    @Option(help: "Why; it stands in the journal.")
    var reason: String

    @Option(
        name: [.customShort("S"), .customLong("start"), .customLong("starttime")],
        help: ArgumentHelp("Valid from then on.", valueName: "time"))
    var start: String?

    @Option(
        name: [.customShort("E"), .customLong("end"), .customLong("endtime")],
        help: ArgumentHelp("Valid until then.", valueName: "time"))
    var end: String?

    @OptionGroup var making: ChangeOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard amount.value > .zero else {
            throw ValidationError("AMOUNT is more than 0; credit is taken back by: atoll withdraw")
        }
        guard !reason.allSatisfy(\.isWhitespace) else {
            throw ValidationError("--reason is empty.")
        }
    }

    func run(in surroundings: Surroundings) throws {
        let window = try surroundings.window(start: start, end: end, .future)
        let request = Request.Grant(
            allocation: allocation, amount: amount.value, start: window.start, end: window.end,
            reason: reason, dryRun: making.isDryRun)
        let (reply, _) = try surroundings.change(.grant(request), id: making.id, connection)
        guard case .grant(let grant) = reply else { throw Failure.oddAnswer }
        if making.isJSON { return try surroundings.out(json(grant).indented) }
        let (verb, be) = making.isDryRun ? ("would be granted", "would be") : ("granted", "are")
        try surroundings.out(
            "\(amount.value) SU \(verb) to \(allocation), \(grant.available) SU \(be) available"
                + (making.isDryRun ? " (dry run).\n" : ".\n"))
    }

    private func json(_ grant: Reply.Grant) -> JSONText {
        .object([
            .init("allocation", .string(allocation)),
            .init("amount", Cell.amount(amount.value).json),
            .init("lot", Cell(grant.lot).json),
            .init("available", Cell.amount(grant.available).json),
            .init("dry_run", .bool(making.isDryRun)),
        ])
    }
}

/// For commands that change something.
struct ChangeOptions: ParsableArguments {
    @Flag(name: .customLong("dry-run"), help: "Say what would be done, and do nothing.")
    var isDryRun = false

    @Flag(name: .customLong("json"), help: "For programs: one JSON document; see docs/cli.md.")
    var isJSON = false

    @Option(help: "The command's id: the same one again is done once. (default: a new one)")
    var id: String?
}

/// An amount on the command line.
struct ServiceUnitsArgument: ExpressibleByArgument {
    let value: ServiceUnits

    init?(argument: String) {
        guard let value = try? ServiceUnits(parsing: argument) else { return nil }
        self.value = value
    }
}
