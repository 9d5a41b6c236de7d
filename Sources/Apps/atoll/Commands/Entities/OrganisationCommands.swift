import ArgumentParser
import Registry

/// `atoll org`
struct OrganisationCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "org", abstract: "Organisations: institutions that projects and users are of.",
        discussion: """
            EXAMPLES
              atoll org add "Reef Institute" --originated-id i-7
              atoll org list
            """,
        subcommands: [
            Add.self, Modify.self, ListThings<OrganisationNoun>.self,
            ShowThing<OrganisationNoun>.self,
        ])

    struct Options: ParsableArguments {
        @Argument(help: "The name.")
        var name: String

        @Option(help: "Its id where it came from, such as ACCESS. \"\" takes it away.")
        var originatedID: String?

        var fields: Edit.Thing {
            .organisation(OrganisationFields(name: name, originatedID: field(originatedID)))
        }
    }

    struct Add: AtollCommand {
        static let configuration = CommandConfiguration(
            abstract: "A new organisation. For operators.",
            discussion: "EXAMPLES\n  atoll org add \"Reef Institute\" --originated-id i-7")
        @OptionGroup var options: Options
        @OptionGroup var edit: EditOptions

        func run(in surroundings: Surroundings) throws {
            try surroundings.carryOut(Edit(.add, options.fields), edit)
        }
    }

    struct Modify: AtollCommand {
        static let configuration = CommandConfiguration(
            abstract: "Changes an organisation. For operators.",
            discussion: "EXAMPLES\n  atoll org modify \"Reef Institute\" --originated-id i-8")
        @OptionGroup var options: Options
        @OptionGroup var edit: EditOptions

        func run(in surroundings: Surroundings) throws {
            try surroundings.carryOut(Edit(.modify, options.fields), edit)
        }
    }
}
