/// `atoll reservation`: what reservations cost whom; who pays; making and deleting them.

import ArgumentParser
import Reports
import Units
import Wire

struct ReservationCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reservation",
        abstract: "Reservations: who pays what for them; for operators to make and delete.",
        discussion: """
            A reservation is charged to the project of its accounts or users: what is idle in it, all \
            of it, or nothing, as atolld's settings or `assign --charge` say. Each version of it \
            counts for its own time.

            EXAMPLES
              atoll reservation list
              atoll reservation show weekly
              atoll reservation assign course --allocation bio-2026 --reason "ticket 12"
              atoll reservation create course --allocation bio-2026 -S 2026-12-01T08:00 \
            --duration 4:00:00 --nodes n[1-4]
            """,
        subcommands: [
            ListReservations.self, ShowReservation.self, AssignReservation.self,
            CreateReservation.self, DeleteReservation.self,
        ])
}

struct AssignReservation: AtollCommand {
    static let configuration = CommandConfiguration(
        commandName: "assign", abstract: "Says who pays for a reservation, and for what.",
        discussion: """
            It counts for the version that goes on or is to come, from its start, and for later \
            ones, until Slurm has no reservation of that name any more. What is held may \
            take the allocation below zero: the reservation is there already. What jobs inside \
            were charged before stays.

            Of one that is over only --charge none can be said. That settles it; the next one of \
            its name has an owner of its own, unless --next says otherwise.

            EXAMPLES
              atoll reservation assign course --allocation bio-2026 --reason "ticket 12"
              atoll reservation assign course --charge all --reason "as agreed" --dry-run
              atoll reservation assign class --charge none --reason "atolld was away"
            """)

    @Argument(help: "The reservation's name.")
    var name: String

    @Option(help: "The allocation that pays.")
    var allocation: String?

    @Option(help: "idle (reserved less used), all (jobs inside are free) or none.")
    var charge: String?

    @Flag(help: "Of one that is over: the next of its name costs nobody, either.")
    var next = false

    @Option(name: [.customShort("M"), .long], help: "The cluster, where there are several.")
    var cluster: String?

    @Option(help: "Why; it stands in the journal.")
    var reason: String

    @OptionGroup var making: ChangeOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard allocation != nil || charge != nil else {
            throw ValidationError("say --allocation or --charge.")
        }
        guard !next || allocation == nil && charge == "none" else {
            throw ValidationError("--next goes with --charge none alone.")
        }
        try check(charge)
    }

    func run(in surroundings: Surroundings) throws {
        let request = Request.Reservation(
            .assign(allocation: allocation, charge: charge, next: next), name: name,
            cluster: cluster, reason: reason, dryRun: making.isDryRun)
        try surroundings.reserve(request, making, connection)
    }
}

struct CreateReservation: AtollCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Holds the credit for a reservation's whole length and has Slurm make it.",
        discussion: """
            Without --accounts and --users it is for all accounts of the allocation's project. With \
            --node-count the most that so many nodes may cost is held until Slurm has chosen.

            EXAMPLES
              atoll reservation create course --allocation bio-2026 -S 2026-12-01T08:00 \
            --duration 4:00:00 --nodes n[1-4] --reason "the autumn course"
              atoll reservation create demo --allocation bio-2026 --duration 60 \
            --node-count 2 -p gpu --charge all --dry-run
            """)

    @Argument(help: "Its name.")
    var name: String

    @Option(help: "The allocation that pays.")
    var allocation: String

    @Option(
        name: [.customShort("S"), .customLong("start"), .customLong("starttime")],
        help: ArgumentHelp("When it begins. (default: in a minute)", valueName: "time"))
    var start: String?

    @Option(
        name: [.customShort("E"), .customLong("end"), .customLong("endtime")],
        help: ArgumentHelp("When it ends.", valueName: "time"))
    var end: String?

    @Option(help: "How long it is, instead of --end: minutes, H:MM:SS, D-HH:MM:SS.")
    var duration: String?

    @Option(help: "Nodes by name: n[1-4].")
    var nodes: String?

    @Option(name: .customLong("node-count"), help: "How many nodes, where Slurm may choose.")
    var nodeCount: Int64?

    @Option(name: [.customShort("p"), .long], help: "The partition they are of.")
    var partition: String?

    @Option(name: [.customShort("A"), .long], help: "Slurm accounts that may use it: a,b.")
    var accounts: [String] = []

    @Option(name: [.customShort("u"), .long], help: "Users who may use it: a,b.")
    var users: [String] = []

    @Option(help: "Slurm's flags: FLEX,WEEKLY …")
    var flags: [String] = []

    @Option(help: "idle (reserved less used), all (jobs inside are free) or none.")
    var charge: String?

    @Option(name: [.customShort("M"), .long], help: "The cluster, where there are several.")
    var cluster: String?

    @Option(help: "Why; it stands in the journal.")
    var reason: String?

    @OptionGroup var making: ChangeOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard (end == nil) != (duration == nil) else {
            throw ValidationError("say --end or --duration, one of them.")
        }
        guard (nodes == nil) != (nodeCount == nil) else {
            throw ValidationError("say --nodes or --node-count, one of them.")
        }
        try check(charge)
    }

    func run(in surroundings: Surroundings) throws {
        let now = try surroundings.time("now", of: "--start", .future)
        let begun = try surroundings.time(start, of: "--start", .future)
        guard let from = begun ?? now?.advanced(bySeconds: 60) else {
            throw Failure("--start is no time.", status: ExitStatus.usage)
        }
        var new = NewReservation(allocation: allocation, start: from, end: from)
        new.end = try until(from, surroundings)
        guard new.end > from else {
            throw Failure("--end has to be later than --start.", status: ExitStatus.usage)
        }
        (new.nodes, new.nodeCount, new.partition) = (nodes, nodeCount, partition)
        (new.accounts, new.users) = (names(accounts), names(users))
        (new.flags, new.charge) = (names(flags), charge)
        let request = Request.Reservation(
            .create(new), name: name, cluster: cluster, reason: reason, dryRun: making.isDryRun)
        try surroundings.reserve(request, making, connection)
    }

    private func until(_ from: Instant, _ surroundings: Surroundings) throws -> Instant {
        if let end = try surroundings.time(end, of: "--end", .future) { return end }
        guard let duration, let seconds = (try? parseSlurmDuration(duration)) ?? nil else {
            throw Failure(
                "--duration \(duration ?? ""): write minutes, H:MM:SS or D-HH:MM:SS.",
                status: ExitStatus.usage)
        }
        return from.advanced(bySeconds: seconds)
    }
}

struct DeleteReservation: AtollCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Has Slurm delete a reservation; what is unused goes back.",
        discussion: """
            EXAMPLES
              atoll reservation delete course --reason "ended early"
              atoll reservation delete course --dry-run
            """)

    @Argument(help: "Its name.")
    var name: String

    @Option(name: [.customShort("M"), .long], help: "The cluster, where there are several.")
    var cluster: String?

    @Option(help: "Why; it stands in the journal.")
    var reason: String?

    @OptionGroup var making: ChangeOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in surroundings: Surroundings) throws {
        let request = Request.Reservation(
            .delete, name: name, cluster: cluster, reason: reason, dryRun: making.isDryRun)
        try surroundings.reserve(request, making, connection)
    }
}

private func check(_ charge: String?) throws {
    guard [nil, "idle", "all", "none"].contains(charge) else {
        throw ValidationError("--charge is idle, all or none.")
    }
}

extension Surroundings {
    fileprivate func reserve(
        _ request: Request.Reservation, _ making: ChangeOptions, _ connection: ConnectionOptions
    ) throws {
        let (reply, _) = try change(.reservation(request), id: making.id, connection)
        guard case .reservation(let it) = reply else { throw Failure.oddAnswer }
        guard making.isJSON else { return try out(it.message.printable + "\n") }
        let document = JSONText.object([
            .init("reservation", .string(it.name)), .init("allocation", .string(it.allocation)),
            .init("charge", .string(it.charge)), .init("held", Cell.amount(it.held).json),
            .init("available", Cell(it.available).json),
            .init("dry_run", .bool(making.isDryRun)),
        ])
        try out(document.indented)
    }
}
