import ArgumentParser
import Rates
import Registry
import Units

/// `atoll resource`
struct ResourceCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resource", abstract: "Resources: what is rated, and where.",
        discussion: """
            EXAMPLES
              atoll resource add "GPU H200" --tres gres/gpu:h200 --type GPU --rate 16
              atoll resource show CPU
            """,
        subcommands: [
            Add.self, Modify.self, ListThings<ResourceNoun>.self, ShowThing<ResourceNoun>.self,
        ])

    struct Add: AtollCommand {
        static let configuration = CommandConfiguration(
            abstract: "A new resource with its first rate. For operators.",
            discussion: """
                What it counts and where does not change afterwards; its rates do, with \
                `atoll rate add`. Of two resources that fit a job the narrower one rates it.

                EXAMPLES
                  atoll resource add CPU --tres cpu --rate 0.01
                  atoll resource add "GPU H200" --tres gres/gpu:h200 --type GPU \\
                    --cluster reef --rate 16 -S 2027-01-01
                """)

        @Argument(help: "The name that statements show.")
        var name: String

        @Option(help: "What it counts, as Slurm names it: cpu, mem, gres/gpu:h200, …")
        var tres: String

        @Option(help: "What reports group by. (default: the name)")
        var type: String?

        @Option(help: "SU for one unit during one hour, of memory one GiB; 1/3 is exact.")
        var rate: RateArgument

        @OptionGroup var window: WindowOptions

        @Option(name: .customLong("cluster"), help: "Only there. (default: everywhere)")
        var clusters: [String] = []

        @Option(name: .customLong("partition"), help: "Only there.")
        var partitions: [String] = []

        @Option(help: "Only with it.")
        var qos: [String] = []

        @Option(help: "How many there are.")
        var units: Int64?

        @OptionGroup var edit: EditOptions

        func run(in surroundings: Surroundings) throws {
            var fields = ResourceFields(name: name)
            (fields.tres, fields.type) = (TRESName(tres), type ?? name)
            fields.scope = ResourceScope(
                clusters: set(clusters), partitions: set(partitions), qos: set(qos))
            if fields.scope == .everywhere { fields.scope = nil }
            fields.units = units.map { .set($0) } ?? .keep
            fields.rate = try window.span(rate.value, surroundings)
            try surroundings.carryOut(Edit(.add, .resource(fields)), edit)
        }

        private func set(_ values: [String]) -> Set<String>? {
            values.isEmpty ? nil : Set(names(values))
        }
    }

    struct Modify: AtollCommand {
        static let configuration = CommandConfiguration(
            abstract: "Changes what is told of a resource. For operators.",
            discussion: "EXAMPLES\n  atoll resource modify CPU --type Compute --units 4096")

        @Argument(help: "The name.")
        var name: String

        @Option(help: "What reports group by.")
        var type: String?

        @Option(help: "How many there are.")
        var units: Int64?

        @OptionGroup var edit: EditOptions

        func run(in surroundings: Surroundings) throws {
            var fields = ResourceFields(name: name)
            fields.type = type
            fields.units = units.map { .set($0) } ?? .keep
            try surroundings.carryOut(Edit(.modify, .resource(fields)), edit)
        }
    }
}

/// When something begins and ends.
struct WindowOptions: ParsableArguments {
    @Option(
        name: [.customShort("S"), .customLong("start"), .customLong("starttime")],
        help: ArgumentHelp("From then on. (default: now)", valueName: "time"))
    var start: String?

    @Option(
        name: [.customShort("E"), .customLong("end"), .customLong("endtime")],
        help: ArgumentHelp("Until then. (default: until another is set)", valueName: "time"))
    var end: String?

    func span(_ suPerHour: Rational, _ surroundings: Surroundings) throws -> RateSpan {
        let window = try surroundings.window(start: start, end: end, .future)
        return RateSpan(suPerHour: suPerHour, start: window.start, end: window.end)
    }
}
