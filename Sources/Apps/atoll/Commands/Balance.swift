import ArgumentParser
import Reports
import Wire

/// `atoll balance`
struct Balance: AtollCommand {
    static let configuration = CommandConfiguration(
        abstract: "What was granted, and where it is: charged, held, available.",
        discussion: """
            Granted = Charged + Held + Available, with Expired and Withdrawn where there are any. \
            Held is set aside for jobs that wait or run; InFlight is the part of it that running \
            jobs have used up already. Members who have a cap stand beneath; with --members all. \
            Without options: all allocations you may see.

            EXAMPLES
              atoll balance
              atoll balance -A astro --members
              atoll balance --allocation astro-2026 -n -P -o Available
              atoll balance --json | jq '.balances[] | {allocation, available}'
            """)

    @Option(
        name: [.customShort("A"), .long],
        help: "Of the project that this Slurm account charges to.")
    var account: String?

    @Option(name: [.customShort("u"), .long], help: "Of what this user is a member of.")
    var user: String?

    @Option(help: "Of this project.")
    var project: String?

    @Option(help: "Of this allocation.")
    var allocation: String?

    @Flag(help: "Every member's use; with --parsable2 that instead of the allocations.")
    var members = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var chosen: ColumnOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in surroundings: Surroundings) throws {
        var rows: [Row.Balance] = []
        let request = Request.Balance(
            account: account, project: project, allocation: allocation, user: user)
        _ = try surroundings.ask(.balance(request), connection) { row in
            if case .balance(let balance) = row { rows.append(balance) }
        }
        let entries = rows.flatMap { row in row.members.map { MemberEntry(row, $0) } }
        if output.isParsable && members {
            return try surroundings.printTable(of: entries, MemberEntry.columns, output, chosen)
        }
        try surroundings.report(
            rows, Row.Balance.columns, output, chosen,
            otherwise: "no allocation that you may see is like that.",
            json: Row.Balance.json(rows))
        guard !output.isParsable, !output.isJSON else { return }
        let shown = entries.filter { members || $0.member.cap != nil }
        guard !shown.isEmpty, chosen.list == nil else { return }
        try surroundings.out("\n")
        try surroundings.printTable(of: shown, MemberEntry.columns, output, chosen)
    }
}
