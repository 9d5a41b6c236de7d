import ArgumentParser
import Registry

/// `atoll rate`
struct RateCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rate", abstract: "Rates: what resources cost, and when.",
        discussion: """
            A rate is never edited. A new one supersedes what is in force in its window; what was \
            charged keeps the price it was charged at.

            EXAMPLES
              atoll rate add CPU 0.012 --start 2027-01-01
              atoll rate list --all
            """,
        subcommands: [Add.self, ListThings<RateNoun>.self, ShowThing<RateNoun>.self])

    struct Add: AtollCommand {
        static let configuration = CommandConfiguration(
            abstract: "A rate from --start on. For operators.",
            discussion: """
                It supersedes all that is in force from --start (default: now) to --end (default: \
                for good); --dry-run shows what.

                EXAMPLES
                  atoll rate add CPU 0.012 --start 2027-01-01 --reason "board of 3 May"
                  atoll rate add CPU 0.006 -S 2026-12-24 -E 2027-01-02 --dry-run
                """)

        @Argument(help: "The resource's name.")
        var resource: String

        @Argument(help: "SU for one unit during one hour, of memory one GiB; 1/3 is exact.")
        var rate: RateArgument

        @OptionGroup var window: WindowOptions

        @Flag(help: "Let it begin in the past; charges that were made keep their price.")
        var backdate = false

        @OptionGroup var edit: EditOptions

        func run(in surroundings: Surroundings) throws {
            let fields = RateFields(
                resource: resource, span: try window.span(rate.value, surroundings),
                backdate: backdate)
            try surroundings.carryOut(Edit(.add, .rate(fields)), edit)
        }
    }
}
