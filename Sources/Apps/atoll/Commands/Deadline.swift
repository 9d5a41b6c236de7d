import ArgumentParser
import Reports
import Units
import Wire

/// `atoll deadline`
struct Deadline: AtollCommand {
    static let configuration = CommandConfiguration(
        abstract: "When the credit is used up or gone, with a footprint in use all the time.",
        discussion: """
            To the second, with the rates as they are dated and the windows of the lots: what a \
            lot has left at its end is lost, as is what a pull-back takes. What is held now counts as gone, the overdraft limit \
            as no credit. Resources that a rate names are charged, others are free.

            EXAMPLES
              atoll deadline --allocation astro-2026 --tres cpu=64,mem=256G
              atoll deadline --allocation astro-2026 --tres gres/gpu=8 -p gpu --at 2026-09-01
              atoll deadline --allocation astro-2026 --tres cpu=64 --json | jq -r .until
            """)

    @Option(help: "Whose credit.")
    var allocation: String

    @Option(help: ArgumentHelp("What is in use, as Slurm writes it.", valueName: "tres"))
    var tres: String

    @Option(name: [.customShort("p"), .long], help: "In this partition.")
    var partition: String?

    @Option(name: [.customShort("q"), .long], help: "With this QOS.")
    var qos: String?

    @Option(
        name: [.customShort("M"), .customLong("cluster"), .customLong("clusters")],
        help: "On this cluster. (default: the only one of the allocation)")
    var cluster: String?

    @Option(help: ArgumentHelp("From then on. (default: now)", valueName: "time"))
    var at: String?

    @Flag(name: .customLong("json"), help: "For programs: one JSON document; see docs/cli.md.")
    var isJSON = false

    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard let counts = try? TRESCounts(parsing: tres),
            counts.sorted.contains(where: { $0.count > 0 })
        else { throw ValidationError("--tres \(tres): write it as cpu=64,mem=256G.") }
    }

    func run(in surroundings: Surroundings) throws {
        let request = Request.Deadline(
            allocation: allocation, cluster: cluster, tres: tres, partition: partition, qos: qos,
            from: try surroundings.time(at, of: "--at", .future))
        guard case .deadline(let found) = try surroundings.ask(.deadline(request), connection)
        else { throw Failure.oddAnswer }
        if isJSON { return try surroundings.out(json(found).indented) }
        var lines = [first(of: found, surroundings.clock)]
        lines.append(
            "  \(found.available) SU available"
                + (found.held > .zero ? ", beside \(found.held) SU held" : ""))
        lines.append("  \(found.cost) SU used until then")
        if found.unused > .zero { lines.append("  \(found.unused) SU left unused") }
        try surroundings.out(lines.map { $0.printable + "\n" }.joined())
    }

    private func first(of found: Reply.Deadline, _ clock: LocalClock) -> String {
        guard let until = found.until else {
            return "\(allocation): this lasts as long as can be said."
        }
        let what =
            switch found.reason {
            case "used_up": "the credit is used up"
            case "credit_expires": "the last credit expires"
            case "pulled_back": "what is left is taken back"
            case "allocation_ends": "the allocation ends"
            default: found.message
            }
        let span = slurmDuration(seconds: until.seconds(since: found.from))
        return "\(allocation): \(what) at \(clock.text(until)), after \(span)."
    }

    private func json(_ found: Reply.Deadline) -> JSONText {
        .object([
            .init("allocation", .string(allocation)), .init("tres", .string(tres)),
            .init("from", Cell.time(found.from).json), .init("until", Cell(found.until).json),
            .init("seconds", Cell(found.until?.seconds(since: found.from)).json),
            .init("reason", .string(found.reason)),
            .init("available", Cell.amount(found.available).json),
            .init("held", Cell.amount(found.held).json),
            .init("cost", Cell.amount(found.cost).json),
            .init("unused", Cell.amount(found.unused).json),
        ])
    }
}
