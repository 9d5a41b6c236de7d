import ArgumentParser
import Glibc

/// `atoll`: what a person or a script asks of the ledger.
///
/// One file in `Commands/` for each subcommand; what several share stands beside this file.
@main
struct Atoll: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "atoll",
        abstract: "Credit accounting for Slurm.",
        discussion: """
            EXIT CODES
              0  done
              1  an error
              2  the command line is wrong
              3  refused for lack of credit
            """,
        subcommands: [Price.self])

    static func main() {
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            leave(after: error)
        }
    }
}
