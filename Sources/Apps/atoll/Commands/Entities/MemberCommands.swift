import ArgumentParser
import Registry

/// `atoll member`
struct MemberCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "member", abstract: "Members: who may use an allocation, and how far.",
        discussion: """
            For operators, and for the PI of the project.

            EXAMPLES
              atoll member add astro-2026 ben --cap 50
              atoll member modify astro-2026 ben --cap none --reason "trusted"
              atoll member disable astro-2026 ben --reason "has left"
            """,
        subcommands: [
            Add.self, Modify.self, ListThings<MemberNoun>.self, ShowThing<MemberNoun>.self,
            ChangeStatus<MemberNoun, Disabling>.self, ChangeStatus<MemberNoun, Enabling>.self,
            ChangeStatus<MemberNoun, Deleting>.self,
        ])

    struct Options: ParsableArguments {
        @OptionGroup var key: MemberKey

        @Option(help: "The most SU that may be held and charged; none for the whole pool.")
        var cap: CapArgument?

        @Option(
            name: [.customShort("S"), .customLong("start"), .customLong("starttime")],
            help: ArgumentHelp("From then on; none for the allocation's.", valueName: "time"))
        var start: String?

        @Option(
            name: [.customShort("E"), .customLong("end"), .customLong("endtime")],
            help: ArgumentHelp("Until then; none for the allocation's.", valueName: "time"))
        var end: String?

        func thing(_ surroundings: Surroundings) throws -> Edit.Thing {
            var fields = MemberFields(allocation: key.allocation, user: key.user)
            fields.cap = cap?.edit ?? .keep
            fields.start = try surroundings.bound(start, of: "--start")
            fields.end = try surroundings.bound(end, of: "--end")
            return .member(fields)
        }
    }

    struct Add: AtollCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lets a user draw on an allocation.",
            discussion: """
                EXAMPLES
                  atoll member add astro-2026 ben --cap 50
                  atoll member add astro-2026 eve --end 2026-10-01 --reason "summer school"
                """)
        @OptionGroup var options: Options
        @OptionGroup var edit: EditOptions

        func run(in surroundings: Surroundings) throws {
            try surroundings.carryOut(Edit(.add, try options.thing(surroundings)), edit)
        }
    }

    struct Modify: AtollCommand {
        static let configuration = CommandConfiguration(
            abstract: "Changes a member's cap or window.",
            discussion: """
                A cap below what is used already stops only new jobs.

                EXAMPLES
                  atoll member modify astro-2026 ben --cap 80
                  atoll member modify astro-2026 ben --cap none --end none
                """)
        @OptionGroup var options: Options
        @OptionGroup var edit: EditOptions

        func run(in surroundings: Surroundings) throws {
            try surroundings.carryOut(Edit(.modify, try options.thing(surroundings)), edit)
        }
    }
}
