/// The journal's tables as they stand, read with SQL of our own and not through the Store.

import Foundation
import GRDB

package struct LotRow: Sendable {
    package let id, allocation: Int64
    package let isOverdraft: Bool
    package let start, end: Int64
    package let state: String
    package let issued: Int64
    package let balances: Balances
}

/// Where the credit of a lot stands.
package struct Balances: Hashable, Sendable {
    package var available: Int64 = 0
    package var held: Int64 = 0
    package var charged: Int64 = 0
    package var expired: Int64 = 0
    package var withdrawn: Int64 = 0

    package var sum: Int64 { available + held + charged + expired + withdrawn }

    /// By the name that the tables have for it.
    subscript(bucket: String) -> Int64 {
        get {
            switch bucket {
            case "available": available
            case "held": held
            case "charged": charged
            case "expired": expired
            default: withdrawn
            }
        }
        set {
            switch bucket {
            case "available": available = newValue
            case "held": held = newValue
            case "charged": charged = newValue
            case "expired": expired = newValue
            default: withdrawn = newValue
            }
        }
    }
}

package struct ClaimRow: Sendable {
    package let id: Int64
    package let token: String?
    package let number: Int64?
    package let cluster, state: String
    package let allocation, user, outstanding, amountPerTask: Int64
    package let pins: [Int64: Int64]
    package let held: Int64
    /// The claim that it raises.
    package let raises: Int64?
}

package struct RunRow: Sendable {
    package let id: Int64
    package let cluster: String
    package let job, submit, resize: Int64
    package let claim, allocation: Int64?
    package let user: Int64
    package let isRunning: Bool
    package let share: [Int64: Int64]
    package let held, charged, refunded, start: Int64
}

package struct UseRow: Sendable {
    package let allocation, user, held, charged, refunded: Int64
}

package struct PostingRow: Sendable {
    package let fromLot: Int64?
    package let from: String
    package let toLot: Int64?
    package let to: String
    package let amount: Int64
    package let run: Int64?
}

/// What changed since the last reading.
package struct News: Sendable {
    package var lots: [LotRow] = []
    package var claims: [ClaimRow] = []
    package var runs: [RunRow] = []
    package var uses: [UseRow] = []
    package var postings: [PostingRow] = []
    package var seq: Int64 = 0
    /// When the last entry was recorded.
    package var recordedAt: Int64 = 0
}

package final class Tables {
    private let queue: DatabaseQueue

    package init(path: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        queue = try DatabaseQueue(path: path, configuration: configuration)
    }

    package func close() { try? queue.close() }

    /// Everything that entries after `seq` changed; 0: everything.
    package func news(after seq: Int64) throws -> News {
        try queue.read { db in
            var news = News()
            let last = try Row.fetchOne(
                db.cachedStatement(
                    sql: "SELECT seq, recorded_at FROM entries ORDER BY seq DESC LIMIT 1"))
            news.seq = last?["seq"] ?? 0
            news.recordedAt = last?["recorded_at"] ?? 0
            guard news.seq != seq || seq == 0 else { return news }
            news.postings = try Self.rows(db, PostingRow.sql, seq).map(PostingRow.init)
            news.lots = try Self.rows(db, LotRow.sql, seq).map(LotRow.init)
            news.claims = try Self.rows(db, ClaimRow.sql, seq).map(ClaimRow.init)
            news.runs = try Self.rows(db, RunRow.sql, seq).map(RunRow.init)
            guard !news.postings.isEmpty else { return news }
            news.uses = try Self.rows(db, UseRow.sql, seq).map(UseRow.init)
            return news
        }
    }

    /// The numbers behind names: allocations, users.
    package func numbers(of table: String) throws -> [String: Int64] {
        try queue.read { db in
            let rows = try Row.fetchAll(db, sql: "SELECT id, name FROM \(table)")
            return Dictionary(uniqueKeysWithValues: rows.map { ($0["name"], $0["id"]) })
        }
    }

    private static func rows(
        _ db: Database, _ sql: String, _ arguments: Int64...
    ) throws -> [Row] {
        try Row.fetchAll(
            db.cachedStatement(sql: sql), arguments: StatementArguments(arguments))
    }
}

/// `3=500 7=20` as the tables keep pins.
private func pins(_ text: String) -> [Int64: Int64] {
    Dictionary(
        uniqueKeysWithValues: text.split(separator: " ").map { item in
            let parts = item.split(separator: "=").map { Int64($0) ?? -1 }
            return (parts[0], parts[1])
        })
}

// Columns by place: looking them up by name takes most of the time.

extension LotRow {
    /// Of a lot that changed there is an entry or a posting; `verify` looks at the others.
    fileprivate static let sql = """
        SELECT id, allocation, kind = 'overdraft', start, end, state, issued,
          available, held, charged, expired, withdrawn
        FROM lots WHERE entry > ?1 OR id IN (
          SELECT from_lot FROM postings WHERE entry > ?1 UNION
          SELECT to_lot FROM postings WHERE entry > ?1)
        """

    fileprivate init(_ row: Row) {
        (id, allocation, isOverdraft) = (row[0], row[1], row[2])
        (start, end) = (row[3], (row[4] as Int64?) ?? .max)
        (state, issued) = (row[5], row[6])
        balances = Balances(
            available: row[7], held: row[8], charged: row[9], expired: row[10],
            withdrawn: row[11])
    }
}

extension ClaimRow {
    fileprivate static let sql = """
        SELECT id, token, number, cluster, state, allocation, user, outstanding_tasks,
          amount_per_task, pins, held, raises
        FROM claims WHERE entry > ?
        """

    fileprivate init(_ row: Row) {
        (id, token, number) = (row[0], row[1], row[2])
        (cluster, state) = (row[3], row[4])
        (allocation, user) = (row[5], row[6])
        (outstanding, amountPerTask) = (row[7], row[8])
        (pins, held, raises) = (Simulator.pins(row[9]), row[10], row[11])
    }
}

extension RunRow {
    fileprivate static let sql = """
        SELECT id, cluster, job_id, submit, resize, claim, allocation, user, state = 'running',
          share, held, charged, refunded, start
        FROM runs WHERE entry > ?
        """

    fileprivate init(_ row: Row) {
        (id, cluster) = (row[0], row[1])
        (job, submit, resize) = (row[2], row[3], row[4])
        (claim, allocation, user) = (row[5], row[6], row[7])
        (isRunning, share, held) = (row[8], pins(row[9]), row[10])
        (charged, refunded, start) = (row[11], row[12], row[13])
    }
}

extension UseRow {
    fileprivate static let sql = """
        SELECT DISTINCT member_use.allocation, member_use.user, held, charged, refunded
        FROM member_use JOIN postings ON postings.allocation = member_use.allocation
          AND postings.user = member_use.user
        WHERE postings.entry > ?
        """

    fileprivate init(_ row: Row) {
        (allocation, user) = (row[0], row[1])
        (held, charged, refunded) = (row[2], row[3], row[4])
    }
}

extension PostingRow {
    fileprivate static let sql = """
        SELECT from_lot, from_bucket, to_lot, to_bucket, amount, run
        FROM postings WHERE entry > ? ORDER BY entry, n
        """

    fileprivate init(_ row: Row) {
        (fromLot, from) = (row[0], row[1])
        (toLot, to) = (row[2], row[3])
        (amount, run) = (row[4], row[5])
    }
}
