import ArgumentParser
import Reports
import Units
import Wire

/// `atoll transfer`
struct Transfer: AtollCommand {
    static let configuration = CommandConfiguration(
        abstract: "Moves unused credit to another allocation. For operators.",
        discussion: """
            Credit keeps its window: each lot that gives has a new one with the same window in the \
            other allocation. Both sides are one entry of the journal. The latest-ending lots give \
            first; --lot names one instead. What is held or charged stays.

            EXAMPLES
              atoll transfer astro-2026 bio-2026 200 --reason "agreed with both PIs"
              atoll transfer astro-2026 bio-2026 50 --lot 12 --reason "third quarter"
            """)

    @Argument(help: "The allocation that gives.")
    var from: String

    @Argument(help: "The allocation that gets.")
    var to: String

    @Argument(help: "SU, less than 1,000,000,000,000, at most six decimals.")
    var amount: ServiceUnitsArgument

    @Option(help: ArgumentHelp("Only from this lot.", valueName: "number"))
    var lot: Int64?

    @OptionGroup var why: ReasonOption
    @OptionGroup var making: ChangeOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        try amount.checkPositive()
        guard from != to else { throw ValidationError("a transfer is between two allocations.") }
    }

    func run(in surroundings: Surroundings) throws {
        let request = Request.Transfer(
            from: from, to: to, amount: amount.value, lot: lot, reason: why.reason,
            dryRun: making.isDryRun)
        let (reply, _) = try surroundings.change(.transfer(request), id: making.id, connection)
        guard case .transfer(let done) = reply else { throw Failure.oddAnswer }
        if making.isJSON { return try surroundings.out(json(done).indented) }
        let (verb, be) =
            making.isDryRun ? ("would be transferred", "would be") : ("transferred", "are")
        try surroundings.out(
            "\(amount.value) SU \(verb) from \(from) to \(to), \(done.available) and "
                + "\(done.targetAvailable) SU \(be) available" + making.ending
                + done.parts.lines { part in
                    "from lot \(part.lot)" + (part.to.map { " as lot \($0)" } ?? "")
                })
    }

    private func json(_ done: Reply.Transfer) -> JSONText {
        .object([
            .init("from", .string(from)), .init("to", .string(to)),
            .init("amount", Cell.amount(amount.value).json),
            .init(
                "lots",
                .array(
                    done.parts.map { part in
                        .object([
                            .init("from", .integer(part.lot)), .init("to", Cell(part.to).json),
                            .init("amount", Cell.amount(part.amount).json),
                        ])
                    })),
            .init("from_available", Cell.amount(done.available).json),
            .init("to_available", Cell.amount(done.targetAvailable).json),
            .init("dry_run", .bool(making.isDryRun)),
        ])
    }
}
