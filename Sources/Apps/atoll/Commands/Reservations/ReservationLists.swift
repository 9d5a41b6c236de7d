/// `atoll reservation list` and `show`.

import ArgumentParser
import Reports
import Units
import Wire

struct ListReservations: AtollCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Reservations that go on or are to come, who pays for them and what.",
        discussion: """
            Those that cost nobody are listed with the reason: no owner, maintenance. They are \
            operators' to see.

            EXAMPLES
              atoll reservation list
              atoll reservation list --all --allocation bio-2026
              atoll reservation list -P -o Name,Charged
            """)

    @Option(help: "Only those this allocation pays for.")
    var allocation: String?

    @Option(name: [.customShort("M"), .long], help: "Only those of this cluster.")
    var cluster: String?

    @Flag(help: "Those that have ended, too.")
    var all = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var chosen: ColumnOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in surroundings: Surroundings) throws {
        try surroundings.listReservations(
            .init(cluster: cluster, allocation: allocation, all: all), output, chosen, connection)
    }
}

struct ShowReservation: AtollCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "One reservation, version by version.",
        discussion: """
            EXAMPLES
              atoll reservation show course
              atoll reservation show course --json
            """)

    @Argument(help: "Its name.")
    var name: String

    @Option(name: [.customShort("M"), .long], help: "The cluster, where there are several.")
    var cluster: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var chosen: ColumnOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in surroundings: Surroundings) throws {
        try surroundings.listReservations(
            .init(cluster: cluster, name: name, all: true), output, chosen, connection)
    }
}

extension Surroundings {
    fileprivate func listReservations(
        _ request: Request.Reservations, _ output: OutputOptions, _ chosen: ColumnOptions,
        _ connection: ConnectionOptions
    ) throws {
        var rows: [Row.Reservation] = []
        _ = try ask(.reservations(request), connection) { row in
            if case .reservation(let it) = row { rows.append(it) }
        }
        try report(
            rows, Row.Reservation.columns, output, chosen,
            otherwise: request.all
                ? "there is no reservation that you may see."
                : "no reservation that you may see goes on or is to come; --all shows the others.",
            json: .object([.init("reservations", .array(rows.map(\.json)))]))
    }
}

extension Row.Reservation {
    static let columns = Columns<Row.Reservation>([
        Column("Name") { .text($0.name) },
        Column("Cluster", .onRequest) { .text($0.cluster) },
        Column("State") { .text($0.state) },
        Column("Start") { .time($0.start) },
        Column("End") { .time($0.end) },
        Column("Nodes") { .text($0.nodes) },
        Column("TRES", .onRequest) { .text($0.tres) },
        Column("Flags", .onRequest) { .list($0.flags) },
        Column("Accounts", .onRequest) { .list($0.accounts) },
        Column("Users", .onRequest) { .list($0.users) },
        Column("Allocation") { Cell($0.allocation) },
        Column("Charge") { .text($0.charge) },
        Column("Jobs") { .count($0.jobs) },
        Column("Held") { .amount($0.held) },
        Column("Charged") { .amount($0.charged) },
        Column("Refunded", .whereFilled) { .amount($0.refunded) },
        Column("Run", .onRequest) { Cell($0.run) },
        Column("Free", .whereFilled) { Cell($0.freeBecause) },
    ])

    fileprivate var json: JSONText {
        .object([
            .init("name", .string(name)), .init("cluster", .string(cluster)),
            .init("state", .string(state)), .init("start", Cell.time(start).json),
            .init("end", Cell.time(end).json), .init("nodes", .string(nodes)),
            .init("tres", .string(tres)), .init("flags", Cell.list(flags).json),
            .init("accounts", Cell.list(accounts).json), .init("users", Cell.list(users).json),
            .init("allocation", .string(allocation)), .init("charge", .string(charge)),
            .init("jobs", Cell.count(jobs).json), .init("held", Cell.amount(held).json),
            .init("charged", Cell.amount(charged).json),
            .init("refunded", Cell.amount(refunded).json), .init("run", Cell(run).json),
            .init("free", .string(freeBecause)),
        ])
    }
}
