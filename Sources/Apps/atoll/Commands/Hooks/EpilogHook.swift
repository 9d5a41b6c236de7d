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
            with 0 whatever happens.

            EXAMPLE
              exec atoll hook epilog-slurmctld
            """)

    @OptionGroup var options: HookOptions

    func run(in surroundings: Surroundings) throws {
        let call = try HookCall(options, in: surroundings)
        do throws(ClientError) {
            _ = try call.ask(.nudge(.init(cluster: call.cluster)))
        } catch {
            _ = surroundings.explain(error)
        }
    }
}
