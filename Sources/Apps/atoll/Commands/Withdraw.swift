import ArgumentParser
import Reports
import Units
import Wire

/// `atoll withdraw`
struct Withdraw: AtollCommand {
    static let configuration = CommandConfiguration(
        abstract: "Takes unused credit back from an allocation. For operators.",
        discussion: """
            Only credit that is neither held nor charged. The latest-ending lots give first, the \
            reverse of the order in which jobs draw on them; --lot names one instead. With too \
            little free, nothing is taken and the exit code is 3.

            EXAMPLES
              atoll withdraw astro-2026 200 --reason "not needed this year"
              atoll withdraw astro-2026 50 --lot 12 --reason "third quarter"
              atoll withdraw astro-2026 200 --reason "not needed" --dry-run
            """)

    @Argument(help: "The allocation's name.")
    var allocation: String

    @Argument(help: "SU, less than 1,000,000,000,000, at most six decimals.")
    var amount: ServiceUnitsArgument

    @Option(help: ArgumentHelp("Only from this lot.", valueName: "number"))
    var lot: Int64?

    @OptionGroup var why: ReasonOption
    @OptionGroup var making: ChangeOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws { try amount.checkPositive() }

    func run(in surroundings: Surroundings) throws {
        let request = Request.Withdraw(
            allocation: allocation, amount: amount.value, lot: lot, reason: why.reason,
            dryRun: making.isDryRun)
        let (reply, _) = try surroundings.change(.withdraw(request), id: making.id, connection)
        guard case .withdraw(let done) = reply else { throw Failure.oddAnswer }
        if making.isJSON { return try surroundings.out(json(done).indented) }
        let (verb, be) = making.isDryRun ? ("would be withdrawn", "would be") : ("withdrawn", "are")
        try surroundings.out(
            "\(amount.value) SU \(verb) from \(allocation), \(done.available) SU \(be) available"
                + making.ending + done.parts.lines { "from lot \($0.lot)" })
    }

    private func json(_ done: Reply.Withdraw) -> JSONText {
        .object([
            .init("allocation", .string(allocation)),
            .init("amount", Cell.amount(amount.value).json),
            .init("lots", .array(done.parts.map(\.json))),
            .init("available", Cell.amount(done.available).json),
            .init("dry_run", .bool(making.isDryRun)),
        ])
    }
}

/// For commands that say why.
struct ReasonOption: ParsableArguments {
    @Option(help: "Why; it stands in the journal.")
    var reason: String

    func validate() throws {
        guard !reason.allSatisfy(\.isWhitespace) else {
            throw ValidationError("--reason is empty.")
        }
    }
}

extension ServiceUnitsArgument {
    func checkPositive() throws {
        guard value > .zero else {
            throw ValidationError("AMOUNT is more than 0; what gives credit is: atoll grant")
        }
    }
}

extension ChangeOptions {
    /// Of the first line that says what was done.
    var ending: String { isDryRun ? " (dry run).\n" : ".\n" }
}

extension [Reply.Part] {
    /// A line each, where there are several.
    func lines(_ place: (Reply.Part) -> String) -> String {
        guard count > 1 else { return "" }
        return map { "  \($0.amount) SU \(place($0))\n" }.joined()
    }
}

extension Reply.Part {
    /// `{lot, amount}`
    var json: JSONText {
        .object([.init("lot", .integer(lot)), .init("amount", Cell.amount(amount).json)])
    }
}
