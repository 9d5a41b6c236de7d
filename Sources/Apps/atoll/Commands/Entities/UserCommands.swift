import ArgumentParser
import Registry

/// `atoll user`
struct UserCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Users: who they are, what they lead and what they use.",
        discussion: """
            Users become known by what they do: there is no need to add them first. What is said of \
            a person stands beside the journal, never in it.

            EXAMPLES
              atoll user add ada --full-name "Ada L." --organisation "Reef Institute"
              atoll user show ada
            """,
        subcommands: [
            Add.self, Modify.self, ListThings<UserNoun>.self, ShowThing<UserNoun>.self,
            EraseUser.self,
        ])

    struct Options: ParsableArguments {
        @Argument(help: "The name that the system and Slurm know.")
        var name: String

        @Option(help: "\"\" takes it away, as of all that follow.")
        var fullName: String?

        @Option(help: "An address.")
        var mail: String?

        @Option(help: "The organisation's name.")
        var organisation: String?

        var fields: Edit.Thing {
            var fields = UserFields(name: name)
            (fields.fullName, fields.mail) = (field(fullName), field(mail))
            fields.organisation = field(organisation)
            return .user(fields)
        }
    }

    struct Add: AtollCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a user known ahead. For operators.",
            discussion: "EXAMPLES\n  atoll user add ada --full-name \"Ada L.\" --mail ada@reef.org")
        @OptionGroup var options: Options
        @OptionGroup var edit: EditOptions

        func run(in surroundings: Surroundings) throws {
            try surroundings.carryOut(Edit(.add, options.fields), edit)
        }
    }

    struct Modify: AtollCommand {
        static let configuration = CommandConfiguration(
            abstract: "Changes what is known of a user. For operators.",
            discussion: "EXAMPLES\n  atoll user modify ada --mail ada@lagoon.org")
        @OptionGroup var options: Options
        @OptionGroup var edit: EditOptions

        func run(in surroundings: Surroundings) throws {
            try surroundings.carryOut(Edit(.modify, options.fields), edit)
        }
    }
}
