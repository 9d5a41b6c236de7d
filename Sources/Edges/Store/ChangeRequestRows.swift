/// Change requests and their steps as rows, both ways; and how they are read.

import Books
import GRDB
import Ledger
import Registry
import Requests
import Units

extension Schema {
    static let changeRequests = """
        CREATE TABLE requests(
            id INTEGER PRIMARY KEY, allocation INTEGER NOT NULL REFERENCES allocations(id),
            requester INTEGER NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('more', 'less', 'status', 'end', 'cap')),
            amount INTEGER CHECK (amount >= 0),
            status TEXT CHECK (status IN ('ACTIVE', 'INACTIVE')),
            until INTEGER, member INTEGER,
            state TEXT NOT NULL CHECK (state IN ('PENDING', 'APPROVED', 'REJECTED', 'WITHDRAWN')),
            approved_amount INTEGER CHECK (approved_amount >= 0),
            created_at INTEGER NOT NULL, decided_at INTEGER, decided_by INTEGER,
            entry INTEGER NOT NULL,
            CHECK ((state = 'PENDING') = (decided_at IS NULL)),
            CHECK ((decided_at IS NULL) = (decided_by IS NULL)),
            CHECK (kind NOT IN ('more', 'less') OR amount > 0),
            CHECK ((kind = 'status') = (status IS NOT NULL)),
            CHECK ((kind = 'end') = (until IS NOT NULL)),
            CHECK ((kind = 'cap') = (member IS NOT NULL))) STRICT;
        CREATE INDEX requests_of_allocation ON requests(allocation, id);
        CREATE TABLE request_events(
            request INTEGER NOT NULL REFERENCES requests(id),
            number INTEGER NOT NULL CHECK (number > 0),
            state TEXT NOT NULL CHECK (state IN ('PENDING', 'APPROVED', 'REJECTED', 'WITHDRAWN')),
            at INTEGER NOT NULL, user INTEGER NOT NULL, amount INTEGER,
            entry INTEGER NOT NULL,
            PRIMARY KEY (request, number)) STRICT, WITHOUT ROWID;

        """
}

extension TableShape {
    static let requests = TableShape(
        "requests", key: ["id"],
        [
            "allocation", "requester", "kind", "amount", "status", "until", "member", "state",
            "approved_amount", "created_at", "decided_at", "decided_by",
        ])
    static let requestEvents = TableShape(
        "request_events", key: ["request", "number"], ["state", "at", "user", "amount"])
}

extension RowImage {
    init(_ it: ChangeRequest) {
        var (status, until, member) = (String?.none, Int64?.none, Int64?.none)
        switch it.wish {
        case .more, .less: break
        case .status(let asked): status = asked.rawValue
        case .end(let end): until = end.epochSeconds
        case .cap(let user, _): member = user.number
        }
        self.init(
            .requests,
            [
                it.id.number, it.allocation.number, it.requester.number, it.wish.kind.rawValue,
                it.wish.amount?.microSU, status, until, member, it.state.rawValue,
                it.approvedAmount?.microSU, it.createdAt.epochSeconds,
                it.decidedAt?.epochSeconds, it.decidedBy?.number,
            ])
    }

    init(_ it: RequestEvent) {
        self.init(
            .requestEvents,
            [
                it.request.number, it.number, it.state.rawValue, it.at.epochSeconds,
                it.user.number, it.amount?.microSU,
            ])
    }
}

extension ChangeRequest {
    init(_ row: Row) throws {
        self.init(
            id: ChangeRequestID(row["id"]), allocation: AllocationID(row["allocation"]),
            requester: UserID(row["requester"]), wish: try Wish(row),
            createdAt: Instant(epochSeconds: row["created_at"]))
        state = try word(row, "state")
        approvedAmount = (row["approved_amount"] as Int64?).map(ServiceUnits.init(microSU:))
        decidedAt = (row["decided_at"] as Int64?).map(Instant.init(epochSeconds:))
        decidedBy = (row["decided_by"] as Int64?).map { UserID($0) }
    }
}

extension Wish {
    fileprivate init(_ row: Row) throws {
        let amount = (row["amount"] as Int64?).map(ServiceUnits.init(microSU:))
        let (until, member): (Int64?, Int64?) = (row["until"], row["member"])
        let kind: Kind = try word(row, "kind")
        switch (kind, amount, until, member) {
        case (.more, let amount?, _, _): self = .more(amount)
        case (.less, let amount?, _, _): self = .less(amount)
        case (.status, _, _, _): self = .status(try word(row, "status"))
        case (.end, _, let until?, _): self = .end(Instant(epochSeconds: until))
        case (.cap, let cap, _, let member?): self = .cap(UserID(member), cap)
        default: throw DamagedRow(description: "a request for \(kind.rawValue) has no value")
        }
    }
}

// MARK: Facts

extension StoreTransaction {
    func load(_ facts: inout Facts, for order: RequestOrder, at now: Instant) throws {
        switch order.action {
        case .open(_, let wish):
            facts.users[order.asker.userName] = try userID(named: order.asker.userName)
            if case .cap(let user, _) = wish { facts.users[user] = try userID(named: user) }
        case .step(let id, let step):
            let request = try changeRequest(id)
            if case .approve = step, let request {
                try load(&facts, approving: request, order, at: now)
            }
            facts.request = request
            facts.users[order.asker.userName] = try userID(named: order.asker.userName)
        }
    }

    /// What the approved command is decided on, too.
    private func load(
        _ facts: inout Facts, approving request: ChangeRequest, _ order: RequestOrder,
        at now: Instant
    ) throws {
        var name: String?
        if case .cap(let user, _) = request.wish {
            name = try String.fetchOne(
                db.cachedStatement(sql: "SELECT name FROM users WHERE id = ?"),
                arguments: [user.number])
        }
        // A refusal is `decide`'s to give.
        guard
            let effect = try? command(
                for: request, registry, by: order.asker, userName: { _ in name })
        else { return }
        facts = try self.facts(for: effect, at: now)
        if case .cap(let user, _) = request.wish { facts.userNames[user] = name }
    }

    private func changeRequest(_ id: ChangeRequestID) throws -> ChangeRequest? {
        let statement = try db.cachedStatement(sql: "SELECT * FROM requests WHERE id = ?")
        return try Row.fetchOne(statement, arguments: [id.number]).map { try ChangeRequest($0) }
    }
}

// MARK: Reading

/// A step with its reason, where one was given and still stands.
package struct RequestEventRow: Sendable {
    package let event: RequestEvent
    package let reason: String?
}

extension JournalStore {
    /// Change requests in order.
    ///
    /// - Parameters:
    ///   - allocations: only those for these.
    ///   - state: nil: all.
    package func changeRequests(
        of allocations: Set<AllocationID>, id: ChangeRequestID? = nil, state: RequestState? = nil
    ) throws -> [(request: ChangeRequest, reason: String?)] {
        try pool.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT requests.*, texts.text AS reason_text FROM requests
                    JOIN request_events ON request = id AND number = 1
                    JOIN entries ON entries.seq = request_events.entry
                    LEFT JOIN texts ON texts.digest = entries.reason
                    WHERE (?1 IS NULL OR id = ?1) AND (?2 IS NULL OR requests.state = ?2)
                    ORDER BY id
                    """, arguments: [id?.number, state?.rawValue])
            return try rows.map { (try ChangeRequest($0), $0["reason_text"]) }
                .filter { allocations.contains($0.request.allocation) }
        }
    }

    package func events(of request: ChangeRequestID) throws -> [RequestEventRow] {
        try pool.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT request_events.*, texts.text AS reason_text FROM request_events
                    JOIN entries ON entries.seq = request_events.entry
                    LEFT JOIN texts ON texts.digest = entries.reason
                    WHERE request = ? ORDER BY number
                    """, arguments: [request.number])
            return try rows.map { row in
                let event = RequestEvent(
                    request: request, number: row["number"], state: try word(row, "state"),
                    at: Instant(epochSeconds: row["at"]), user: UserID(row["user"]),
                    amount: (row["amount"] as Int64?).map(ServiceUnits.init(microSU:)))
                return RequestEventRow(event: event, reason: row["reason_text"])
            }
        }
    }
}
