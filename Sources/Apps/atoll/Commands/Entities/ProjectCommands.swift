import ArgumentParser
import Registry

/// `atoll project`
struct ProjectCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "project", abstract: "Projects: their PI, their Slurm accounts, their status.",
        discussion: """
            EXAMPLES
              atoll project add bio --pi ada --account bio --organisation uni
              atoll project disable bio --reason "report is missing"
              atoll project list
            """,
        subcommands: [
            Add.self, Modify.self, ListThings<ProjectNoun>.self, ShowThing<ProjectNoun>.self,
            ChangeStatus<ProjectNoun, Disabling>.self, ChangeStatus<ProjectNoun, Enabling>.self,
            ChangeStatus<ProjectNoun, Deleting>.self,
        ])

    struct Options: ParsableArguments {
        @Argument(help: "The name.")
        var name: String

        @Option(help: "What it is about. \"\" takes it away, as of all that follow.")
        var title: String?

        @Option(help: "The principal investigator's user name.")
        var pi: String?

        @Option(help: "The organisation's name.")
        var organisation: String?

        @Option(
            name: [.customShort("A"), .customLong("account")],
            help: "A Slurm account that charges to it from now on; several with commas.")
        var accounts: [String] = []

        @Option(help: "Where it came from: ACCESS, NAIRR, …")
        var origination: String?

        @Option(help: "Its id there.")
        var originatedID: String?

        @Option(help: "A group of the identity provider.")
        var externalGroup: String?

        var fields: ProjectFields {
            var fields = ProjectFields(name: name)
            (fields.title, fields.pi) = (field(title), field(pi))
            fields.organisation = field(organisation)
            fields.origination = field(origination)
            fields.originatedID = field(originatedID)
            fields.externalGroup = field(externalGroup)
            fields.accounts = names(accounts)
            return fields
        }
    }

    struct Add: AtollCommand {
        static let configuration = CommandConfiguration(
            abstract: "A new project. For operators.",
            discussion: """
                EXAMPLES
                  atoll project add bio --pi ada --account bio --organisation uni
                  atoll project add bio --account bio,bio_gpu --dry-run
                """)
        @OptionGroup var options: Options
        @OptionGroup var edit: EditOptions

        func run(in surroundings: Surroundings) throws {
            try surroundings.carryOut(Edit(.add, .project(options.fields)), edit)
        }
    }

    struct Modify: AtollCommand {
        static let configuration = CommandConfiguration(
            abstract: "Changes a project. For operators.",
            discussion: """
                An account that charges to another project moves over.

                EXAMPLES
                  atoll project modify bio --pi ben --reason "ada has left"
                  atoll project modify bio --account bio_gpu --drop-account bio_old
                """)
        @OptionGroup var options: Options

        @Option(
            name: .customLong("drop-account"), help: "An account that charges to it no longer.")
        var dropped: [String] = []

        @OptionGroup var edit: EditOptions

        func run(in surroundings: Surroundings) throws {
            var fields = options.fields
            fields.droppedAccounts = names(dropped)
            try surroundings.carryOut(Edit(.modify, .project(fields)), edit)
        }
    }
}
