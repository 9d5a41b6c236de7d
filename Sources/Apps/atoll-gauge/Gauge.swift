import ArgumentParser
import Glibc
import Slurm

/// `atoll-gauge`: prints what Slurm knows as records on stdout, and exits.
///
/// It is the only program that links libslurm, which may block for a minute or end its process.
@main
struct Gauge: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "atoll-gauge",
        abstract: "Prints what Slurm knows, as records that atolld reads.",
        discussion: """
            The output is a first line that says what it is, a header, one record a line with its
            values between |, and a last line with the number of records. Times are epoch seconds.
            A | or \\ in a value stands behind a \\, a newline is \\n.

            EXIT CODES
              0  done
              1  an error
              2  the command line is wrong
              3  slurmctld can't be reached
              4  slurmdbd can't be reached, or the cluster has none

            EXAMPLES
              atoll-gauge jobs
              atoll-gauge history --start 2026-11-01 --end 2026-11-02
              atoll-gauge config | grep '^Accounting'
              SLURM_CONF=/etc/slurm/reef.conf atoll-gauge partitions
            """,
        version: "built for Slurm \(Slurm.builtFor)",
        subcommands: [
            Jobs.self, History.self, Partitions.self, Nodes.self, Associations.self, Config.self,
            Reservations.self, ReservationHistory.self, NodeEvents.self, Diag.self,
        ])

    static func main() {
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            try command.run()
            // From here on libslurm's own exit handlers may run as they like.
            Slurm.sayWhenEnded(nil)
        } catch {
            Slurm.sayWhenEnded(nil)
            leave(after: error)
        }
    }
}

/// What every subcommand takes.
struct CommonOptions: ParsableArguments {
    @Option(
        name: .customLong("timeout"),
        help: "Seconds to wait for each answer of Slurm's; 0 waits for ever.")
    var timeoutSeconds: UInt32 = 60

    /// Begins the library; to be called before anything of Slurm's.
    func begin() throws {
        if let path = getenv("SLURM_CONF").map({ String(cString: $0) }), !path.isEmpty,
            access(path, R_OK) != 0
        {
            throw Failure(
                "SLURM_CONF names \(path), which can't be read: \(String(cString: strerror(errno)))"
                    + "; set it to the slurm.conf of the cluster")
        }
        Slurm.begin(
            lastWords: """
                atoll-gauge: libslurm gave up, its own message stands above; \
                is slurm.conf readable and right? Try: scontrol show config

                """)
    }

    /// What slurmctld answers `question`; past the deadline the process ends.
    func controller<Answer: ~Copyable>(_ question: () throws -> Answer) throws -> Answer {
        Slurm.setDeadline(
            seconds: timeoutSeconds,
            lastWords: """
                atoll-gauge: slurmctld did not answer within --timeout; is it hung, or munged \
                here? Try: scontrol ping

                """, exitCode: ExitStatus.controllerUnreachable)
        // A slow reader of our output is no slow Slurm.
        defer { Slurm.clearDeadline() }
        return try question()
    }

    /// What slurmdbd answers `question`; past the deadline the process ends.
    func accounting<Answer: ~Copyable>(_ question: () throws -> Answer) throws -> Answer {
        Slurm.setDeadline(
            seconds: timeoutSeconds,
            lastWords: """
                atoll-gauge: slurmdbd did not answer within --timeout; is it or its database \
                hung, or munged here? Try: sacctmgr show cluster

                """, exitCode: ExitStatus.accountingUnreachable)
        defer { Slurm.clearDeadline() }
        return try question()
    }

    /// slurmctld's settings, of which every subcommand needs the cluster's name.
    func controllerConfig() throws -> SlurmConfig {
        try begin()
        return try controller { try SlurmConfig() }
    }
}
