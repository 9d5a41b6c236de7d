import ArgumentParser
import Registry
import Units

/// `atoll allocation`
struct AllocationCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "allocation",
        abstract: "Allocations: a project's credit, where and until when.",
        discussion: """
            EXAMPLES
              atoll allocation add bio-2027 --project bio --su 5000 --cluster reef \\
                -S 2027-01-01 -E 2028-01-01
              atoll allocation modify bio-2027 --end 2028-04-01 --reason "extension"
              atoll allocation disable bio-2027 --reason "report is missing"
            """,
        subcommands: [
            Add.self, Modify.self, ListThings<AllocationNoun>.self,
            ShowThing<AllocationNoun>.self, ChangeStatus<AllocationNoun, Disabling>.self,
            ChangeStatus<AllocationNoun, Enabling>.self,
            ChangeStatus<AllocationNoun, Deleting>.self,
        ])

    struct Options: ParsableArguments {
        @Argument(help: "The name.")
        var name: String

        @Option(
            name: .customLong("cluster"), help: "Where it may be used; several with commas.")
        var clusters: [String] = []

        @Option(
            name: .customLong("resource"),
            help: "What it covers; several with commas, all for everything. (default: all)")
        var resources: [String] = []

        @Option(
            name: [.customShort("S"), .customLong("start"), .customLong("starttime")],
            help: ArgumentHelp("Valid from then on. (default when new: now)", valueName: "time"))
        var start: String?

        @Option(
            name: [.customShort("E"), .customLong("end"), .customLong("endtime")],
            help: ArgumentHelp("Valid until then; none for no end.", valueName: "time"))
        var end: String?

        @Option(help: ArgumentHelp("How far it may go below zero.", valueName: "su"))
        var overdraftLimit: ServiceUnitsArgument?

        @Option(help: "When credit is held: submit, throttle or start.")
        var hold: ChoiceArgument<HoldPolicy>?

        @Option(
            name: .customLong("window"),
            help: "What of a job must lie within: whole, or its start.")
        var windowPolicy: ChoiceArgument<WindowPolicy>?

        @Option(
            help: "Who is a member: associations (Slurm's), or listed (those added here).")
        var membersPolicy: ChoiceArgument<MembersPolicy>?

        func fields(_ surroundings: Surroundings) throws -> AllocationFields {
            var fields = AllocationFields(name: name)
            fields.clusters = clusters.isEmpty ? nil : names(clusters)
            let resources = names(resources)
            fields.resources =
                resources.isEmpty ? .keep : resources == ["all"] ? .clear : .set(resources)
            fields.start = try surroundings.time(start, of: "--start", .future)
            fields.end = try surroundings.bound(end, of: "--end")
            fields.overdraftLimit = overdraftLimit?.value
            (fields.holdPolicy, fields.windowPolicy) = (hold?.value, windowPolicy?.value)
            fields.membersPolicy = membersPolicy?.value
            return fields
        }
    }

    struct Add: AtollCommand {
        static let configuration = CommandConfiguration(
            abstract: "A new allocation with its first grant. For operators.",
            discussion: """
                Two allocations of a project may not cover the same resource on the same cluster \
                at the same time.

                EXAMPLES
                  atoll allocation add bio-2027 --project bio --su 5000 --cluster reef \\
                    -S 2027-01-01 -E 2028-01-01 --reason "proposal 12"
                  atoll allocation add bio-gpu --project bio --su 100 --cluster reef \\
                    --resource GPU -E 2028-01-01 --members-policy listed --dry-run
                """)
        @OptionGroup var options: Options

        @Option(help: "The project's name.")
        var project: String

        @Option(help: "SU of the first grant, at most six decimals; 0 for none.")
        var su: ServiceUnitsArgument

        @OptionGroup var edit: EditOptions

        func validate() throws {
            guard !options.clusters.isEmpty else { throw ValidationError("--cluster is missing.") }
            guard options.end != nil else {
                throw ValidationError("--end is missing; none for no end.")
            }
        }

        func run(in surroundings: Surroundings) throws {
            var fields = try options.fields(surroundings)
            (fields.project, fields.initial) = (project, su.value)
            try surroundings.carryOut(Edit(.add, .allocation(fields)), edit)
        }
    }

    struct Modify: AtollCommand {
        static let configuration = CommandConfiguration(
            abstract: "Changes an allocation. For operators.",
            discussion: """
                Grants that were to last as long as the allocation follow its window. More credit \
                comes with `atoll grant`.

                EXAMPLES
                  atoll allocation modify bio-2027 --end 2028-04-01 --reason "extension"
                  atoll allocation modify bio-2027 --resource CPU,GPU --overdraft-limit 50
                """)
        @OptionGroup var options: Options
        @OptionGroup var edit: EditOptions

        func run(in surroundings: Surroundings) throws {
            try surroundings.carryOut(
                Edit(.modify, .allocation(try options.fields(surroundings))), edit)
        }
    }
}
