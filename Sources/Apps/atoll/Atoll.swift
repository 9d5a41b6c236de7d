import ArgumentParser

/// `atoll`: asks atolld what there is and has been, and tells it what there should be.
///
/// One file in `Commands/` for each subcommand, its columns in `Tables/`; what several share stands
/// beside this file.
@main
struct Atoll: ParsableCommand {
    static let release = "0.1.0"
    static let configuration = CommandConfiguration(
        commandName: "atoll",
        abstract: "Credit accounting for Slurm: balances, statements, quotes, grants.",
        discussion: """
            Amounts are service units (SU), exact to the sixth decimal. Times are read as sacct \
            reads them (now-7days, 2026-01-01, 06/30-12:00) and shown in your own time zone.

            EXIT CODES
              0  done
              1  an error, which is said on stderr
              2  the command line is wrong
              3  there is too little credit
              10, 11  of atoll reconcile: all that was found is corrected; something takes a person

            EXAMPLES
              atoll balance
              atoll quote -A astro -n64 -t 2:00:00 job.sh
              atoll statement astro-2026 -S now-7days
              atoll grant astro-2026 500 --reason "proposal 7"
            """,
        version: "atoll \(release)",
        subcommands: [
            Balance.self, Lots.self, Statement.self, Holds.self, Quote.self, Deadline.self,
            Why.self, Grant.self, Withdraw.self, Transfer.self, Refund.self, Apply.self,
            Status.self,
            Verify.self, Export.self, Price.self, ImportRecords.self, Rerate.self, History.self,
            RequestCommands.self,
            FeedCommands.self,
            OrganisationCommands.self, UserCommands.self, ProjectCommands.self,
            ClusterCommands.self, ResourceCommands.self, RateCommands.self,
            AllocationCommands.self, MemberCommands.self, ReservationCommands.self,
            BackstopCommands.self, HookCommands.self, Reconcile.self, Settle.self,
            Compare.self,
            ModeCommands.self, WouldRefuse.self, Doctor.self, Bootstrap.self,
        ])

    static func main() {
        leave(execute(Array(CommandLine.arguments.dropFirst()), in: .ofProcess))
    }

    /// Runs one command line and returns its exit code.
    static func execute(_ arguments: [String], in surroundings: Surroundings) -> Int32 {
        do {
            var command = try parseAsRoot(arguments)
            if let command = command as? any AtollCommand {
                try command.run(in: surroundings)
            } else {
                try command.run()
            }
            return ExitStatus.done
        } catch {
            return surroundings.explain(error)
        }
    }
}

/// A subcommand: all it needs of the world comes as an argument.
protocol AtollCommand: ParsableCommand {
    func run(in surroundings: Surroundings) throws
}

extension AtollCommand {
    mutating func run() throws { try run(in: .ofProcess) }
}
