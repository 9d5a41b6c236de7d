/// Balances as tables and as JSON.

import Registry
import Reports
import Units
import Wire

extension Row.Balance {
    /// Read across, what is granted is the sum of what follows it up to Available.
    static let columns = Columns<Row.Balance>([
        Column("Project") { .text($0.project) },
        Column("Allocation") { .text($0.allocation) },
        Column("Status", .whereAny { $0.status != .active }) { .text($0.status.rawValue) },
        Column("Granted") { .amount($0.granted) },
        Column("Charged") { .amount($0.charged) },
        Column("Expired", .whereFilled) { .amount($0.expired) },
        Column("Withdrawn", .whereFilled) { .amount($0.withdrawn) },
        Column("Held") { .amount($0.held) },
        Column("Later", .whereFilled) { .amount($0.later) },
        Column("Available") { .amount($0.available) },
        Column("InFlight", .whereFilled) { .amount($0.inFlight) },
        Column("Overdraft", .whereFilled) { .amount($0.overdraft) },
        Column("OverdraftLimit", .onRequest) { .amount($0.overdraftLimit) },
        Column("Starts", .onRequest) { .date($0.window.start) },
        Column("Ends") { $0.window.isOpenEnded ? .nothing : .date($0.window.end) },
    ])

    static func json(_ rows: [Row.Balance]) -> JSONText {
        .object([.init("balances", .array(rows.map(\.json)))])
    }

    private var json: JSONText {
        .object([
            .init("project", .string(project)),
            .init("allocation", .string(allocation)),
            .init("status", .string(status.rawValue)),
            .init("start", Cell.time(window.start).json),
            .init("end", window.isOpenEnded ? .null : Cell.time(window.end).json),
            .init("granted", Cell.amount(granted).json),
            .init("charged", Cell.amount(charged).json),
            .init("expired", Cell.amount(expired).json),
            .init("withdrawn", Cell.amount(withdrawn).json),
            .init("held", Cell.amount(held).json),
            .init("available", Cell.amount(available).json),
            .init("later", Cell.amount(later).json),
            .init("in_flight", Cell.amount(inFlight).json),
            .init("overdraft", Cell.amount(overdraft).json),
            .init("overdraft_limit", Cell.amount(overdraftLimit).json),
            .init("members", .array(members.map(\.json))),
        ])
    }
}

extension Row.Member {
    /// What the cap leaves; below zero where the cap was set below the use.
    var left: ServiceUnits? { cap.map { $0 - used } }

    fileprivate var json: JSONText {
        .object([
            .init("user", .string(user)),
            .init("status", .string(status.rawValue)),
            .init("used", Cell.amount(used).json),
            .init("cap", Cell(cap).json),
            .init("left", Cell(left).json),
        ])
    }
}

/// A member's line, with the allocation it belongs to.
struct MemberEntry: Sendable {
    let allocation: Row.Balance
    let member: Row.Member

    init(_ allocation: Row.Balance, _ member: Row.Member) {
        (self.allocation, self.member) = (allocation, member)
    }

    static let columns = Columns<MemberEntry>([
        Column("Project", .onRequest) { .text($0.allocation.project) },
        Column("Allocation") { .text($0.allocation.allocation) },
        Column("User") { .text($0.member.user) },
        Column("Used") { .amount($0.member.used) },
        Column("Cap") { Cell($0.member.cap) },
        Column("Left") { Cell($0.member.left) },
        // Said where it is not what one expects.
        Column("Status", .whereFilled) {
            $0.member.status == .active ? .nothing : .text($0.member.status.rawValue)
        },
    ])
}
