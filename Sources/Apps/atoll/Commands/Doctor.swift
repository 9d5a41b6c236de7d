import ArgumentParser
import Reports

/// `atoll doctor`
struct Doctor: AtollCommand {
    static let configuration = CommandConfiguration(
        abstract: "Proves an installation step by step, and says how to mend what is wrong.",
        discussion: """
            Looks at atolld, its socket, its journal and its disk, and for each cluster at slurmctld, \
            slurmdbd, the plugin and slurm.conf. It changes nothing; the speed of the disk is \
            measured with a file of 48 KiB in the state folder, which it takes away again. Run it as \
            root on slurmctld's host: to others some of it is hidden, and then skipped with the \
            reason. It works with atolld or Slurm down, too, and says what it could not look at.

            EXIT CODES
              0  nothing failed (warnings may stand there)
              1  something failed
              2  the command line is wrong

            EXAMPLES
              atoll doctor
              atoll doctor --cluster reef --backup /backup/journal.db
              atoll doctor --json | jq -r '.checks[] | select(.state == "FAILED") | .step'
            """)

    @OptionGroup var options: DoctorOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var chosen: ColumnOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in surroundings: Surroundings) throws {
        let checks = Examination(options, connection, in: surroundings).checks()
        if output.isJSON {
            try surroundings.out(Self.json(checks).indented)
        } else {
            try surroundings.printTable(of: checks, Check.columns, output, chosen)
            if !output.isParsable { try surroundings.out(Self.remedies(checks)) }
        }
        // What is wrong stands on standard output already.
        if checks.contains(where: { $0.state == .failed }) { throw Failure("") }
    }

    /// Beneath the table: what to do, the worst first, and how many of each there are.
    private static func remedies(_ checks: [Check]) -> String {
        var text = ""
        for state in [Check.State.failed, .warn] {
            for check in checks where check.state == state {
                text += "\n\(check.step.rawValue): \(check.found)\n".printableLines
                for line in (check.remedy ?? "").split(separator: "\n") {
                    text += "    \(line)\n".printableLines
                }
            }
        }
        func count(_ state: Check.State) -> Int { checks.count { $0.state == state } }
        return text + "\n\(count(.ok)) ok, \(count(.warn)) to know of, \(count(.failed)) failed, "
            + "\(count(.skipped)) skipped\n"
    }

    private static func json(_ checks: [Check]) -> JSONText {
        func count(_ state: Check.State) -> JSONText {
            Cell.count(Int64(checks.count { $0.state == state })).json
        }
        return .object([
            .init("checks", .array(checks.map { Check.columns.json(of: $0) })),
            .init("ok", count(.ok)), .init("warn", count(.warn)),
            .init("failed", count(.failed)), .init("skipped", count(.skipped)),
        ])
    }
}

/// Where things lie, where it isn't the usual place.
struct DoctorOptions: ParsableArguments {
    @Option(help: ArgumentHelp("atolld's settings.", valueName: "path"))
    var config = "/etc/atoll/atoll.toml"

    @Option(name: [.customShort("M"), .long], help: "Only this cluster.")
    var cluster: String?

    @Option(help: ArgumentHelp("A backup of the journal, to see its age.", valueName: "file"))
    var backup: String?

    @Option(help: ArgumentHelp("The folder of sdiag and sacctmgr.", valueName: "folder"))
    var slurmCommands = "/usr/bin"
}

extension String {
    /// Its lines without what could steer a terminal.
    fileprivate var printableLines: String {
        split(separator: "\n", omittingEmptySubsequences: false).map { String($0).printable }
            .joined(separator: "\n")
    }
}
