/// `atoll request list` and `show`.

import ArgumentParser
import Registry
import Reports
import Units
import Wire

struct ListRequests: AtollCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The requests you may see; those that wait for an answer.",
        discussion: """
            EXAMPLES
              atoll request list
              atoll request list --all --allocation astro-2026
              atoll request list --state rejected -P
            """)

    @Option(help: "Only those for this allocation.")
    var allocation: String?

    @Option(help: "pending, approved, rejected or withdrawn. (default: pending)")
    var state: String?

    @Flag(help: "In any state.")
    var all = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var chosen: ColumnOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard state == nil || !all else { throw ValidationError("--all or --state, not both.") }
    }

    func run(in surroundings: Surroundings) throws {
        let request = Request.ChangeRequests(
            allocation: allocation, state: all ? nil : state ?? "PENDING")
        let rows = try surroundings.changeRequests(request, connection)
        try surroundings.report(
            rows, Row.ChangeRequest.columns, output, chosen, otherwise: nothing,
            json: .object([.init("requests", .array(rows.map(\.json)))]))
    }
}

extension ListRequests {
    /// What is said where there is none: of what, and what shows more.
    private var nothing: String {
        let place = allocation.map { " for \($0)" } ?? ""
        if all {
            return "there is no request\(place) that is yours to see; ask with: atoll request new "
                + "\(allocation ?? "ALLOCATION") --more SU --reason …"
        }
        guard let state = state?.lowercased(), state != "pending" else {
            return "no request\(place) waits for an answer; --all shows those that were answered."
        }
        return "no request\(place) is \(state.uppercased()); --all shows those in any state."
    }
}

struct ShowRequest: AtollCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "One request, step by step: what, when, who, why.",
        discussion: """
            EXAMPLES
              atoll request show 7
            """)

    @Argument(help: "The request's number.")
    var request: Int64

    @OptionGroup var output: OutputOptions
    @OptionGroup var chosen: ColumnOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in surroundings: Surroundings) throws {
        let rows = try surroundings.changeRequests(.init(id: request), connection)
        guard let row = rows.first else { throw Failure.oddAnswer }
        let lines = row.events.map { RequestLine(row: row, event: $0) }
        try surroundings.report(lines, RequestLine.columns, output, chosen, json: row.json)
    }
}

/// One step of one request.
struct RequestLine: Sendable {
    let row: Row.ChangeRequest
    let event: RequestEventMessage

    static let columns = Columns<RequestLine>([
        Column("Time") { .time($0.event.at) },
        Column("Request", .onRequest) { .count($0.row.id) },
        Column("Step") { .text($0.event.state) },
        Column("By") { .text($0.event.user) },
        Column("Allocation") { .text($0.row.allocation) },
        Column("Change") { .text($0.row.wish.words) },
        Column("Approved", .whereFilled) { Cell($0.event.amount) },
        Column("Reason", .whereFilled) { Cell($0.event.reason) },
    ])
}

extension Row.ChangeRequest {
    static let columns = Columns<Row.ChangeRequest>([
        Column("Request") { .count($0.id) },
        Column("Asked") { .time($0.createdAt) },
        Column("Allocation") { .text($0.allocation) },
        Column("User") { .text($0.user) },
        Column("Change") { .text($0.wish.words) },
        Column("State") { .text($0.state) },
        Column("Approved", .whereFilled) { Cell($0.approvedAmount) },
        Column("Decided", .whereFilled) { Cell($0.decidedAt) },
        Column("Reason", .whereFilled) { Cell($0.reason) },
    ])

    var json: JSONText {
        .object([
            .init("request", Cell.count(id).json), .init("allocation", .string(allocation)),
            .init("user", .string(user)), .init("kind", .string(wish.kind)),
            .init("amount", Cell(wish.amount).json), .init("status", .string(wish.status)),
            .init("end", Cell(wish.end).json), .init("member", .string(wish.member)),
            .init("state", .string(state)), .init("approved", Cell(approvedAmount).json),
            .init("asked", Cell.time(createdAt).json), .init("decided", Cell(decidedAt).json),
            .init("reason", .string(reason)),
            .init("events", .array(events.map(\.json))),
        ])
    }
}

extension RequestEventMessage {
    fileprivate var json: JSONText {
        .object([
            .init("state", .string(state)), .init("time", Cell.time(at).json),
            .init("by", .string(user)), .init("amount", Cell(amount).json),
            .init("reason", .string(reason)),
        ])
    }
}

extension WishMessage {
    fileprivate var words: String {
        switch self {
        case .more(let amount): "\(amount) SU more"
        case .less(let amount): "\(amount) SU less"
        case .status(let status): "status \(status.rawValue)"
        case .end(let end): "end \(end)"
        case .cap(let user, let cap): "\(user): " + (cap.map { "cap \($0) SU" } ?? "no cap")
        }
    }

    fileprivate var kind: String {
        switch self {
        case .more: "more"
        case .less: "less"
        case .status: "status"
        case .end: "end"
        case .cap: "cap"
        }
    }

    fileprivate var amount: ServiceUnits? {
        switch self {
        case .more(let amount), .less(let amount): amount
        case .cap(_, let cap): cap
        case .status, .end: nil
        }
    }

    fileprivate var status: String? {
        if case .status(let status) = self { status.rawValue } else { nil }
    }
    fileprivate var end: Instant? { if case .end(let end) = self { end } else { nil } }
    fileprivate var member: String? { if case .cap(let user, _) = self { user } else { nil } }
}

extension Surroundings {
    fileprivate func changeRequests(
        _ request: Request.ChangeRequests, _ connection: ConnectionOptions
    ) throws -> [Row.ChangeRequest] {
        var rows: [Row.ChangeRequest] = []
        _ = try ask(.changeRequests(request), connection) { row in
            if case .changeRequest(let it) = row { rows.append(it) }
        }
        return rows
    }
}
