/// What people ask the books: balances, statements, holds. Short snapshots on readers of their own.

import Books
import Foundation
import GRDB
import Ledger
import Registry
import Units

/// A hold as it stands, with the runs that go on.
package struct HoldRow: Sendable {
    package let claim: Claim
    package let user: String
    package let running: Int64
    /// The shares of the runs that go on.
    package let runningHeld: ServiceUnits
    /// The job's number, of a raise that of the job it is for; nil: not known yet.
    package let job: Int64?
}

/// A line of a statement: what a settled balance changed by.
package struct StatementRow: Sendable {
    package let seq: Int64
    package let recordedAt: Instant
    package let effectiveAt: Instant
    package let kind: String
    package let user: String?
    package let job: String?
    package let resource: Int64?
    /// Base units × seconds, for charges.
    package let unitSeconds: Int64?
    /// Why, where a reason was given and still stands.
    package let reason: String?
    /// Positive: credit came; negative: it was charged, expired or withdrawn.
    package let amount: ServiceUnits
    /// After this row: issued − charged − expired − withdrawn.
    package let balance: ServiceUnits
}

extension JournalStore {
    /// The lots of an allocation.
    package func lots(of allocation: AllocationID) throws -> [Lot] {
        try pool.read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM lots WHERE allocation = ? ORDER BY id",
                arguments: [allocation.number]
            ).map { try Lot($0) }
        }
    }

    /// What each user has of an allocation, by name; who was erased is `user 12`.
    package func uses(of allocation: AllocationID) throws -> [String: MemberUse] {
        try pool.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT coalesce(users.name, 'user ' || member_use.user) AS name, member_use.*
                    FROM member_use LEFT JOIN users ON users.id = member_use.user
                    WHERE allocation = ?
                    """, arguments: [allocation.number])
            return Dictionary(rows.map { ($0["name"], MemberUse($0)) }) { first, _ in first }
        }
    }

    /// Everybody's name by number; who was erased has none.
    package func userNames() throws -> [UserID: String] {
        try pool.read { db in
            let rows = try Row.fetchAll(
                db, sql: "SELECT id, name FROM users WHERE name IS NOT NULL")
            return Dictionary(uniqueKeysWithValues: rows.map { (UserID($0["id"]), $0["name"]) })
        }
    }

    /// The runs that go on in an allocation; nil: everywhere.
    package func runningRuns(of allocation: AllocationID? = nil) throws -> [Run] {
        try pool.read { db in
            var counts = StoredCounts()
            let statement = try BareStatement(
                db,
                sql: """
                    SELECT \(Run.columns) FROM runs
                    WHERE state = 'running' AND (?1 IS NULL OR allocation = ?1)
                    """)
            return try statement.all({ $0.add(allocation?.number) }) { try Run($0, &counts) }
        }
    }

    /// The runs of a base job, in order; what `sacct` would show of it.
    package func runs(ofClaim claim: ClaimID) throws -> [Run] {
        try pool.read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM runs WHERE claim = ? ORDER BY id",
                arguments: [claim.number]
            ).map { try Run($0) }
        }
    }

    /// Holds that stand, oldest first.
    package func openHolds(of allocation: AllocationID? = nil) throws -> [HoldRow] {
        try pool.read { db in
            var counts = StoredCounts()
            let statement = try BareStatement(
                db,
                sql: """
                    SELECT \(Claim.columns), coalesce(users.name, 'user ' || claims.user),
                      (SELECT count(*) FROM runs
                        WHERE runs.claim = claims.id AND runs.state = 'running'),
                      (SELECT coalesce(sum(held), 0) FROM runs
                        WHERE runs.claim = claims.id AND runs.state = 'running'),
                      coalesce(number, (SELECT raised.number FROM claims AS raised
                        WHERE raised.id = claims.raises))
                    FROM claims LEFT JOIN users ON users.id = claims.user
                    WHERE claims.state <> 'closed' AND (?1 IS NULL OR claims.allocation = ?1)
                    ORDER BY claims.id
                    """)
            let more = Claim.columnCount
            return try statement.all {
                $0.add(allocation?.number)
            } _: { row in
                HoldRow(
                    claim: try Claim(row, &counts), user: row.text(more),
                    running: row.integer(more + 1), runningHeld: row.amount(more + 2),
                    job: row.optionalInteger(more + 3))
            }
        }
    }

    /// The settled balance of an allocation and what changed it, by the time it was recorded.
    ///
    /// - Parameter page: rows a snapshot; `body` gets each row in order, outside of a transaction.
    package func statement(
        of allocation: AllocationID, user: String? = nil, over window: Interval,
        body: (StatementRow) throws -> Void
    ) throws -> (opening: ServiceUnits, closing: ServiceUnits) {
        var (balance, opening) = (ServiceUnits.zero, ServiceUnits?.none)
        var (afterSeq, afterN): (Int64, Int64) = (0, -1)
        while true {
            let page = try statementPage(of: allocation, after: (afterSeq, afterN))
            guard let last = page.last else { break }
            (afterSeq, afterN) = (last["entry"], last["n"])
            for row in page {
                let amount = settledChange(row)
                let recordedAt = Instant(epochSeconds: row["recorded_at"])
                guard amount != .zero, recordedAt < window.end else { continue }
                let rowUser: String? = row["user_name"]
                guard user == nil || rowUser == user else { continue }
                if recordedAt >= window.start, opening == nil { opening = balance }
                balance += amount
                guard recordedAt >= window.start else { continue }
                try body(
                    StatementRow(
                        seq: row["entry"], recordedAt: recordedAt,
                        effectiveAt: Instant(epochSeconds: row["effective_at"]),
                        kind: kind(of: row), user: rowUser, job: row["job_name"],
                        resource: row["resource"], unitSeconds: row["unit_seconds"],
                        reason: reason(of: row), amount: amount, balance: balance))
            }
        }
        return (opening ?? balance, balance)
    }

    private func statementPage(
        of allocation: AllocationID, after: (seq: Int64, n: Int64)
    ) throws -> [Row] {
        try pool.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT postings.*, entries.recorded_at, entries.effective_at, entries.kind,
                      coalesce(users.name, 'user ' || postings.user) AS user_name,
                      runs.job_name, texts.text AS reason_text,
                      CASE entries.kind WHEN 'transferred' THEN
                        (SELECT allocations.name FROM postings AS leg
                          JOIN allocations ON allocations.id = leg.allocation
                          WHERE leg.entry = postings.entry
                            AND leg.allocation <> postings.allocation LIMIT 1)
                        END AS other
                    FROM \(PostingRow.ofAllocation)
                    JOIN entries ON entries.seq = postings.entry
                    LEFT JOIN users ON users.id = postings.user
                    LEFT JOIN runs ON runs.id = postings.run
                    LEFT JOIN texts ON texts.digest = entries.reason
                    WHERE about.allocation = ?1 AND about.entry >= ?2
                      AND (postings.entry, postings.n) > (?2, ?3)
                    ORDER BY about.entry, postings.n LIMIT 1000
                    """, arguments: [allocation.number, after.seq, after.n])
        }
    }

    /// How a posting changes what is settled: held credit is settled by none.
    private func settledChange(_ row: Row) -> ServiceUnits {
        func isSettled(_ bucket: String) -> Bool { !["available", "held"].contains(bucket) }
        let amount = ServiceUnits(microSU: row["amount"])
        let (from, to) = (isSettled(row["from_bucket"]), isSettled(row["to_bucket"]))
        if row["from_lot"] == nil { return amount }
        if from == to { return .zero }
        return to ? -amount : amount
    }

    /// The reason given; before it, of a transfer, the other allocation.
    private func reason(of row: Row) -> String? {
        let reason: String? = row["reason_text"]
        guard kind(of: row) == "transfer", let other = row["other"] as String? else {
            return reason
        }
        let words = (row["from_lot"] == nil ? "from " : "to ") + other
        return reason.map { "\(words): \($0)" } ?? words
    }

    private func kind(of row: Row) -> String {
        let entry: String = row["kind"]
        if entry == EntryKind.refunded.rawValue, row["run"] != nil { return "refund" }
        // No run: an open lot pays what was charged as overdraft before.
        if row["run"] == nil, [row["from_bucket"], row["to_bucket"]].contains("charged") {
            return "overdraft"
        }
        if entry == EntryKind.transferred.rawValue { return "transfer" }
        if entry == EntryKind.corrected.rawValue { return "correction" }
        if entry == EntryKind.rerated.rawValue { return "rerate" }
        // Usage that became known late: what had expired was used in time.
        if row["from_bucket"] == Bucket.expired.rawValue { return "recall" }
        if row["from_lot"] == nil {
            return entry == EntryKind.refunded.rawValue ? "overdraft" : "grant"
        }
        switch row["to_bucket"] as String {
        case Bucket.charged.rawValue: return "charge"
        case Bucket.expired.rawValue: return "expiry"
        case Bucket.withdrawn.rawValue:
            return entry == EntryKind.pulledBack.rawValue ? "pullback" : "withdrawal"
        default: return "refund"
        }
    }
}
