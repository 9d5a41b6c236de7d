import ArgumentParser
import Client
import Wire

/// `atoll hook epilog-slurmctld`
struct EpilogHook: AtollCommand {
    static let configuration = CommandConfiguration(
        commandName: "epilog-slurmctld",
        abstract: "Has atolld look at the cluster now, so that the job's end is charged at once.",
        discussion: """
            Without it the end is charged at the next poll: it only makes balances newer. It ends \
            with 0 whatever happens; without SLURM_JOB_ID, by hand, with 2.

            EXAMPLE
              atoll hook epilog-slurmctld
            """)

    @OptionGroup var options: HookOptions

    func run(in surroundings: Surroundings) throws {
        let call = try HookCall(options, in: surroundings)
        do {
            _ = try call.ask(.nudge(.init(cluster: call.cluster)))
        } catch {
            call.tell(error, outcome: "its end is charged at the next poll")
        }
    }
}
