import ArgumentParser
import Reports
import Wire

/// `atoll holds`
struct Holds: AtollCommand {
    static let configuration = CommandConfiguration(
        abstract: "Credit set aside for jobs that wait or run.",
        discussion: """
            A hold is for the whole time limit of each task. Tasks are those still to start; what \
            they hold is PerTask each, the rest of Held is for those that run.

            EXAMPLES
              atoll holds
              atoll holds --allocation astro-2026 -u ada
              atoll holds -P -o Job,Held
            """)

    @Option(
        name: [.customShort("A"), .long],
        help: "Of the project that this Slurm account charges to.")
    var account: String?

    @Option(name: [.customShort("u"), .long], help: "Only this user's.")
    var user: String?

    @Option(help: "Of this allocation.")
    var allocation: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var chosen: ColumnOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in surroundings: Surroundings) throws {
        var rows: [Row.Hold] = []
        let request = Request.Holds(allocation: allocation, account: account, user: user)
        let reply = try surroundings.ask(.holds(request), connection) { row in
            if case .hold(let hold) = row { rows.append(hold) }
        }
        guard case .holds(let sums) = reply else { throw Failure.oddAnswer }
        try surroundings.report(
            rows, Row.Hold.columns, output, chosen,
            footer: Row.Hold.footer(held: sums.held, of: rows),
            otherwise: "nothing that you may see is held.",
            json: Row.Hold.json(rows, held: sums.held))
    }
}
