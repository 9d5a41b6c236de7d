/// `atoll request`: asking for a change, and answering.

import ArgumentParser
import Registry
import Reports
import Units
import Wire

struct RequestCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request",
        abstract: "Asks for a change of an allocation, and answers such requests.",
        discussion: """
            Members and PIs ask; operators approve, possibly for another amount, or reject; who asked \
            may withdraw it. An approval and what it changes are recorded together, once. Nobody \
            approves the own request, unless atolld's settings say so.

            EXAMPLES
              atoll request new astro-2026 --more 500 --reason "the survey runs longer"
              atoll request list
              atoll request approve 7 --amount 300 --reason "as the board decided"
            """,
        subcommands: [
            NewRequest.self, ListRequests.self, ShowRequest.self, ApproveRequest.self,
            RejectRequest.self, WithdrawRequest.self,
        ])
}

struct NewRequest: AtollCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Asks for one change of an allocation. For its members and PI.",
        discussion: """
            EXAMPLES
              atoll request new astro-2026 --more 500 --reason "the survey runs longer"
              atoll request new astro-2026 --less 200 --reason "not needed any more"
              atoll request new astro-2026 --end 2027-04-01 --reason "the thesis is late"
              atoll request new astro-2026 --status inactive --reason "paused"
              atoll request new astro-2026 --member ben --cap 50 --reason "joins in"
              atoll request new astro-2026 --member ben --no-cap --reason "leads the runs"
            """)

    @Argument(help: "The allocation's name.")
    var allocation: String

    @Option(help: ArgumentHelp("More credit.", valueName: "su"))
    var more: ServiceUnitsArgument?

    @Option(help: ArgumentHelp("Less credit.", valueName: "su"))
    var less: ServiceUnitsArgument?

    @Option(help: "active or inactive.")
    var status: String?

    @Option(
        name: [.customShort("E"), .customLong("end"), .customLong("endtime")],
        help: ArgumentHelp("Another end of the allocation.", valueName: "time"))
    var end: String?

    @Option(help: "Whose cap is to change; goes with --cap or --no-cap.")
    var member: String?

    @Option(help: ArgumentHelp("The most the member may use.", valueName: "su"))
    var cap: ServiceUnitsArgument?

    @Flag(name: .customLong("no-cap"), help: "The member may use all there is.")
    var isCapless = false

    @Option(help: "Why; who decides reads it.")
    var reason: String

    @OptionGroup var making: ChangeOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        let wishes = [
            more != nil, less != nil, status != nil, end != nil, cap != nil, isCapless,
        ]
        guard wishes.filter({ $0 }).count == 1 else {
            throw ValidationError(
                "ask for one thing: --more, --less, --status, --end, --cap or --no-cap.")
        }
        guard (member != nil) == (cap != nil || isCapless) else {
            throw ValidationError("--member goes with --cap or --no-cap, and they with it.")
        }
        guard [nil, "active", "inactive"].contains(status?.lowercased()) else {
            throw ValidationError("--status is active or inactive.")
        }
        guard !reason.allSatisfy(\.isWhitespace) else {
            throw ValidationError("--reason is empty.")
        }
    }

    func run(in surroundings: Surroundings) throws {
        let request = Request.ChangeRequest(
            .open(allocation: allocation, try wish(surroundings)), reason: reason,
            dryRun: making.isDryRun)
        try surroundings.step(request, making, connection)
    }

    private func wish(_ surroundings: Surroundings) throws -> WishMessage {
        if let more { return .more(more.value) }
        if let less { return .less(less.value) }
        if let status { return .status(status.lowercased() == "active" ? .active : .inactive) }
        if let end {
            guard let time = try surroundings.window(start: nil, end: end, .future).end else {
                throw Failure("--end is no time.")
            }
            return .end(time)
        }
        return .cap(user: member ?? "", cap?.value)
    }
}

struct ApproveRequest: AtollCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Approves a request: what it asks for is done at once. For operators.",
        discussion: """
            EXAMPLES
              atoll request approve 7
              atoll request approve 7 --amount 300 --reason "as the board decided"
            """)

    @Argument(help: "The request's number.")
    var request: Int64

    @Option(help: ArgumentHelp("Another amount than was asked for.", valueName: "su"))
    var amount: ServiceUnitsArgument?

    @Option(help: "Why; it stands in the journal.")
    var reason: String?

    @OptionGroup var making: ChangeOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in surroundings: Surroundings) throws {
        let step = Request.ChangeRequest(
            .approve(id: request, amount: amount?.value), reason: reason, dryRun: making.isDryRun)
        try surroundings.step(step, making, connection)
    }
}

struct RejectRequest: AtollCommand {
    static let configuration = CommandConfiguration(
        commandName: "reject", abstract: "Rejects a request; who asked reads why. For operators.",
        discussion: """
            EXAMPLES
              atoll request reject 7 --reason "the quarter is spent"
            """)

    @Argument(help: "The request's number.")
    var request: Int64

    @Option(help: "Why; who asked reads it.")
    var reason: String

    @OptionGroup var making: ChangeOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard !reason.allSatisfy(\.isWhitespace) else {
            throw ValidationError("--reason is empty.")
        }
    }

    func run(in surroundings: Surroundings) throws {
        let step = Request.ChangeRequest(
            .reject(id: request), reason: reason, dryRun: making.isDryRun)
        try surroundings.step(step, making, connection)
    }
}

struct WithdrawRequest: AtollCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw", abstract: "Takes the own request back.",
        discussion: """
            EXAMPLES
              atoll request withdraw 7 --reason "found another way"
            """)

    @Argument(help: "The request's number.")
    var request: Int64

    @Option(help: "Why; it stands in the journal.")
    var reason: String?

    @OptionGroup var making: ChangeOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in surroundings: Surroundings) throws {
        let step = Request.ChangeRequest(
            .withdraw(id: request), reason: reason, dryRun: making.isDryRun)
        try surroundings.step(step, making, connection)
    }
}

extension Surroundings {
    fileprivate func step(
        _ request: Request.ChangeRequest, _ making: ChangeOptions,
        _ connection: ConnectionOptions
    ) throws {
        let (reply, _) = try change(.changeRequest(request), id: making.id, connection)
        guard case .changeRequest(let it) = reply else { throw Failure.oddAnswer }
        for warning in it.warnings { complain("atoll: warning: \(warning.printable)\n") }
        guard making.isJSON else { return try out(it.message.printable + "\n") }
        let document = JSONText.object([
            .init("request", Cell.count(it.id).json), .init("allocation", .string(it.allocation)),
            .init("state", .string(it.state)), .init("effect", .string(it.effect)),
            .init("warnings", .array(it.warnings.map { .string($0) })),
            .init("dry_run", .bool(making.isDryRun)),
        ])
        try out(document.indented)
    }
}
