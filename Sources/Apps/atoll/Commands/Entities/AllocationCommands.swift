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

        @Option(
            name: .customLong("pullback"),
            help: ArgumentHelp(
                "At that date unused credit beyond that share of what was given is taken back; "
                    + "several with repeated options. See docs/cli.md.",
                valueName: "time=share"))
        var pullbacks: [String] = []

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
            fields.pullbacks = try pullbacks.map {
                try AllocationCommands.pullback($0, surroundings)
            }
            return fields
        }
    }

    /// `2027-07-01=50%`
    fileprivate static func pullback(
        _ text: String, _ surroundings: Surroundings
    ) throws -> SitePullback {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2, parts[1].last == "%",
            let percent = try? Rational(parsing: String(parts[1].dropLast())),
            let hundredth = try? Rational(1, over: 100),
            let keep = try? percent.multiplied(by: hundredth), keep.numerator >= 0,
            keep.numerator <= keep.denominator,
            let at = try surroundings.time(parts[0], of: "--pullback", .future)
        else {
            throw Failure(
                "--pullback \(text): write a time and a share from 0% to 100%, as 2027-07-01=50%.",
                status: ExitStatus.usage)
        }
        return SitePullback(at: at, keep: keep)
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
                  atoll allocation modify bio-2027 --pullback 2027-07-01=50% --reason "by-law 4"
                  atoll allocation modify bio-2027 --drop-pullback 2027-07-01 --dry-run
                """)
        @OptionGroup var options: Options

        @Option(
            name: .customLong("drop-pullback"),
            help: ArgumentHelp("Take the pull-back at that date back.", valueName: "time"))
        var droppedPullbacks: [String] = []

        @OptionGroup var edit: EditOptions

        func run(in surroundings: Surroundings) throws {
            var fields = try options.fields(surroundings)
            fields.droppedPullbacks = try droppedPullbacks.compactMap {
                try surroundings.time($0, of: "--drop-pullback", .future)
            }
            try surroundings.carryOut(Edit(.modify, .allocation(fields)), edit)
        }
    }
}
