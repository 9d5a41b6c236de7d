import ArgumentParser
import Rates
import Registry

/// `atoll cluster`
struct ClusterCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster", abstract: "Clusters: where allocations may be used.",
        discussion: """
            EXAMPLES
              atoll cluster add reef --title "The Reef" --combine max
              atoll cluster list
            """,
        subcommands: [
            Add.self, Modify.self, ListThings<ClusterNoun>.self, ShowThing<ClusterNoun>.self,
        ])

    struct Options: ParsableArguments {
        @Argument(help: "Slurm's ClusterName.")
        var name: String

        @Option(help: "What people call it. \"\" takes it away.")
        var title: String?

        @Option(help: "One price of several resources: their sum, or the dearest (max).")
        var combine: ChoiceArgument<Combination>?

        var fields: Edit.Thing {
            var fields = ClusterFields(name: name)
            (fields.title, fields.combine) = (field(title), combine?.value)
            return .cluster(fields)
        }
    }

    struct Add: AtollCommand {
        static let configuration = CommandConfiguration(
            abstract: "A new cluster. For operators.",
            discussion: "EXAMPLES\n  atoll cluster add reef --title \"The Reef\"")
        @OptionGroup var options: Options
        @OptionGroup var edit: EditOptions

        func run(in surroundings: Surroundings) throws {
            try surroundings.carryOut(Edit(.add, options.fields), edit)
        }
    }

    struct Modify: AtollCommand {
        static let configuration = CommandConfiguration(
            abstract: "Changes a cluster. For operators.",
            discussion: "EXAMPLES\n  atoll cluster modify reef --combine max --dry-run")
        @OptionGroup var options: Options
        @OptionGroup var edit: EditOptions

        func run(in surroundings: Surroundings) throws {
            try surroundings.carryOut(Edit(.modify, options.fields), edit)
        }
    }
}
