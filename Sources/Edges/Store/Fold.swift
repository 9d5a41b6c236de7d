/// The one way from entries to the derived tables: used when an entry is appended, and again by
/// `verify` on an empty copy.

import GRDB
import Ledger
import Rates
import Units

/// A posting as the tables have it: Core's, or one read back from a payload.
struct PostingRow {
    var fromLot: Int64?
    var fromBucket: String
    var toLot: Int64
    var toBucket: String
    var amount: Int64
    var allocation: Int64
    var user: Int64?
    var claim: Int64?
    var run: Int64?
    var cluster: String?
    var resource: Int64?
    var rate: Int64?
    var usageStart: Int64?
    var usageEnd: Int64?
    var unitSeconds: Int64?

    init(_ posting: Posting) {
        switch posting.from {
        case .issue: (fromLot, fromBucket) = (nil, "issue")
        case .lot(let lot, let bucket): (fromLot, fromBucket) = (lot.number, bucket.rawValue)
        }
        guard case .lot(let lot, let bucket) = posting.to else {
            preconditionFailure("nothing is posted back to issue")
        }
        (toLot, toBucket) = (lot.number, bucket.rawValue)
        amount = posting.amount.microSU
        let dimensions = posting.dimensions
        allocation = dimensions.allocation
        (user, claim, run) = (dimensions.user, dimensions.claim, dimensions.run)
        cluster = dimensions.cluster
        (resource, rate) = (dimensions.resource?.number, dimensions.rate?.number)
        usageStart = dimensions.usage?.start.epochSeconds
        usageEnd = dimensions.usage?.end.epochSeconds
        unitSeconds = dimensions.unitSeconds
    }
}

extension PostingRow {
    static func insert(_ postings: [PostingRow], entry: Int64, into db: Database) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO postings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        for (n, it) in postings.enumerated() {
            try statement.execute(arguments: [
                entry, n, it.fromLot, it.fromBucket, it.toLot, it.toBucket, it.amount,
                it.allocation, it.user, it.claim, it.run, it.cluster, it.resource, it.rate,
                it.usageStart, it.usageEnd, it.unitSeconds,
            ])
        }
    }
}

struct Fold {
    let db: Database

    /// Takes one entry's rows and postings into the derived tables.
    func apply(seq: Int64, rows: [RowImage], postings: [PostingRow]) throws {
        for row in rows {
            let statement = try db.cachedStatement(sql: row.shape.upsert)
            try statement.execute(arguments: StatementArguments(row.values + [seq.databaseValue]))
        }
        try foldBalances(postings)
        try foldMemberUse(postings)
    }

    /// One update a lot: postings within an entry may pass through a bucket more than once.
    private func foldBalances(_ postings: [PostingRow]) throws {
        var lots: [Int64: [String: Int64]] = [:]
        for posting in postings {
            if let from = posting.fromLot {
                lots[from, default: [:]][posting.fromBucket, default: 0] -= posting.amount
            } else {
                lots[posting.toLot, default: [:]]["issued", default: 0] += posting.amount
            }
            lots[posting.toLot, default: [:]][posting.toBucket, default: 0] += posting.amount
        }
        let statement = try db.cachedStatement(
            sql: """
                UPDATE lots SET issued = issued + ?, available = available + ?, held = held + ?,
                charged = charged + ?, expired = expired + ?, withdrawn = withdrawn + ?
                WHERE id = ?
                """)
        for (lot, change) in lots.sorted(by: { $0.key < $1.key }) {
            let amounts = ["issued", "available", "held", "charged", "expired", "withdrawn"]
                .map { change[$0] ?? 0 }
            try statement.execute(arguments: StatementArguments(amounts + [lot]))
            guard db.changesCount == 1 else {
                throw DamagedRow(description: "a posting names lot \(lot), which is not there")
            }
        }
    }

    private struct Member: Hashable { let allocation, user: Int64 }

    private func foldMemberUse(_ postings: [PostingRow]) throws {
        var uses: [Member: (held: Int64, charged: Int64)] = [:]
        for posting in postings {
            guard let user = posting.user else { continue }
            var use = uses[Member(allocation: posting.allocation, user: user)] ?? (0, 0)
            for (bucket, sign) in [(posting.fromBucket, Int64(-1)), (posting.toBucket, 1)] {
                switch bucket {
                case Bucket.held.rawValue: use.held += sign * posting.amount
                case Bucket.charged.rawValue: use.charged += sign * posting.amount
                default: break
                }
            }
            uses[Member(allocation: posting.allocation, user: user)] = use
        }
        // `excluded` would be checked against the CHECKs before the sum is made, so two statements.
        let insert = try db.cachedStatement(
            sql: "INSERT OR IGNORE INTO member_use VALUES (?, ?, 0, 0, 0)")
        let update = try db.cachedStatement(
            sql: """
                UPDATE member_use SET held = held + ?, charged = charged + ?
                WHERE allocation = ? AND user = ?
                """)
        for (member, use) in uses where use != (0, 0) {
            try update.execute(arguments: [use.held, use.charged, member.allocation, member.user])
            guard db.changesCount == 0 else { continue }
            try insert.execute(arguments: [member.allocation, member.user])
            try update.execute(arguments: [use.held, use.charged, member.allocation, member.user])
        }
    }
}
