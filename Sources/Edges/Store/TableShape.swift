/// How the derived tables look to the fold: columns in order, the key, and the statements that write
/// a row as it is from an entry on.

import GRDB

/// One table that entries write rows of.
struct TableShape: Sendable {
    let name: String
    /// The columns that a payload carries, the key's first.
    let columns: [String]
    /// The columns as a payload names them.
    let keys: [JSONKey]
    let keyCount: Int
    /// Writes a row that is not there yet; one that is, or that breaks a check, it passes over.
    let insert: String
    let upsert: String

    init(_ name: String, key: [String], _ rest: [String]) {
        self.name = name
        columns = key + rest
        keys = columns.map(JSONKey.init)
        keyCount = key.count
        let all = columns + ["entry"]
        let values =
            "INTO \(name)(\(all.joined(separator: ", "))) "
            + "VALUES (\(all.map { _ in "?" }.joined(separator: ", ")))"
        insert = "INSERT OR IGNORE \(values)"
        upsert =
            "INSERT \(values) ON CONFLICT(\(key.joined(separator: ", "))) DO UPDATE SET "
            + (rest + ["entry"]).map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
    }

    static let clusters = TableShape("clusters", key: ["name"], ["title", "combine"])
    static let organisations = TableShape(
        "organisations", key: ["id"], ["name", "originated_id"])
    static let projects = TableShape(
        "projects", key: ["id"],
        [
            "name", "title", "organisation", "pi", "origination", "originated_id",
            "external_group", "status",
        ])
    static let accounts = TableShape("accounts", key: ["account"], ["project"])
    static let resources = TableShape(
        "resources", key: ["id"],
        ["name", "type", "tres", "clusters", "partitions", "qos", "units"])
    static let rates = TableShape(
        "rates", key: ["id"],
        ["resource", "start", "end", "numerator", "denominator", "recorded_at", "state"])
    static let factors = TableShape(
        "factors", key: ["id"],
        [
            "subject", "name", "cluster", "start", "end", "numerator", "denominator",
            "recorded_at", "state",
        ])
    static let allocations = TableShape(
        "allocations", key: ["id"],
        [
            "project", "name", "clusters", "resources", "initial", "start", "end", "status",
            "overdraft_limit", "hold_policy", "window_policy", "members_policy",
        ])
    static let memberships = TableShape(
        "memberships", key: ["allocation", "user"], ["cap", "start", "end", "status"])
    /// Balances are no part of it: they follow from the postings.
    static let lots = TableShape(
        "lots", key: ["id"], ["allocation", "kind", "start", "end", "state"])
    static let claims = TableShape(
        "claims", key: ["id"],
        [
            "provider", "cluster", "number", "token", "allocation", "user", "account",
            "partition", "qos", "footprint", "time_limit_seconds", "state",
            "outstanding_tasks", "concurrency", "amount_per_task", "pins", "held", "created_at",
            "observed_at", "observed_request", "remark", "extra", "het_name", "raises", "aim",
            "reservation",
        ])
    static let runs = TableShape(
        "runs", key: ["id"],
        [
            "cluster", "job_id", "submit", "resize", "job_name", "claim", "allocation", "user",
            "account", "partition", "qos", "state", "counts", "start", "end",
            "suspended_seconds", "time_limit_seconds", "outcome", "share", "held",
            "card_version", "charged", "refunded", "remark", "waived", "suspensions",
            "reservation", "kept", "limit_spent",
        ])
    static let pullbacks = TableShape(
        "pullbacks", key: ["allocation", "at"], ["numerator", "denominator", "state"])

    static let all = [
        clusters, organisations, projects, accounts, resources, rates, factors, allocations,
        memberships, pullbacks, modes, lots, claims, runs, requests, requestEvents,
        feedRecords, erasures, heldBack,
        reservations, reservationRules,
    ]
    static let named = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}

/// A row of a table, as an entry's payload carries it.
struct RowImage {
    let shape: TableShape
    /// In the order of `shape.columns`.
    let values: [DatabaseValue]

    init(_ shape: TableShape, _ values: [(any DatabaseValueConvertible)?]) {
        precondition(values.count == shape.columns.count, "\(shape.name): columns and values")
        self.shape = shape
        self.values = values.map { $0?.databaseValue ?? .null }
    }

    init(_ shape: TableShape, values: [DatabaseValue]) {
        precondition(values.count == shape.columns.count, "\(shape.name): columns and values")
        (self.shape, self.values) = (shape, values)
    }
}
