import ArgumentParser
import Reports
import Units
import Wire

/// `atoll statement`
struct Statement: AtollCommand {
    static let configuration = CommandConfiguration(
        abstract: "What was granted and charged, entry by entry, with the balance after each.",
        discussion: """
            The balance is what is settled: grants, less charges, expiry and withdrawals. What is \
            held for jobs that wait or run is still part of it; the last line says how much. \
            Entries go by the time they were recorded, from --start to before --end. Beneath \
            stands what the kinds are that don't explain themselves.

            EXAMPLES
              atoll statement astro-2026
              atoll statement astro-2026 -S now-7days -u ada
              atoll statement astro-2026 -S 2026-06-01 -E 2026-07-01 -P > june.psv
            """)

    @Argument(help: "The allocation's name.")
    var allocation: String

    @Option(
        name: [.customShort("S"), .customLong("start"), .customLong("starttime")],
        help: ArgumentHelp("Recorded at or after. (default: the first)", valueName: "time"))
    var start: String?

    @Option(
        name: [.customShort("E"), .customLong("end"), .customLong("endtime")],
        help: ArgumentHelp("Recorded before. (default: now)", valueName: "time"))
    var end: String?

    @Option(name: [.customShort("u"), .long], help: "Only this user's.")
    var user: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var chosen: ColumnOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in surroundings: Surroundings) throws {
        let window = try surroundings.window(start: start, end: end, .past)
        let request = Request.Statement(
            allocation: allocation, start: window.start, end: window.end, user: user)
        var rows: [Row.Statement] = []
        let reply = try surroundings.ask(.statement(request), connection) { row in
            if case .statement(let statement) = row { rows.append(statement) }
        }
        guard case .statement(let sums) = reply else { throw Failure.oddAnswer }
        let held = try heldNow(surroundings, until: window.end)
        let report = StatementReport(
            allocation: allocation, user: user, start: window.start, end: window.end, rows: rows,
            opening: sums.opening, closing: sums.closing, held: held)
        try surroundings.report(
            report.lines, StatementLine.columns, output, chosen, json: report.json)
        guard !output.isJSON, !output.isParsable, chosen.list == nil else { return }
        let notes = report.notes.map { "\($0)\n" }.joined()
        if !notes.isEmpty { try surroundings.out("\n" + notes) }
    }

    /// What is held now says nothing of a time that is over.
    private func heldNow(
        _ surroundings: Surroundings, until end: Instant?
    ) throws -> ServiceUnits? {
        if let end, end <= surroundings.clock.now { return nil }
        guard let user else {
            // Of everybody, as the balance has it; a member's holds would be the own ones alone.
            var held: ServiceUnits?
            _ = try surroundings.ask(.balance(.init(allocation: allocation)), connection) { row in
                if case .balance(let balance) = row { held = balance.held }
            }
            return held
        }
        let reply = try surroundings.ask(
            .holds(.init(allocation: allocation, user: user)), connection)
        guard case .holds(let sums) = reply else { throw Failure.oddAnswer }
        return sums.held
    }
}

extension Failure {
    /// The protocol's reader lets none through; said all the same.
    static var oddAnswer: Failure { Failure("atolld answered something else than was asked.") }
}
