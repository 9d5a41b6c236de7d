/// The one way from entries to the derived tables: used when an entry is appended, and again by
/// `verify` on an empty copy.

import Books
import GRDB
import Ledger
import Rates
import Units

/// A posting as the tables have it: Core's, or one read back from a payload.
struct PostingRow {
    /// nil, with its bucket: credit that is issued.
    var fromLot: Int64?
    var fromBucket: Bucket?
    var toLot: Int64
    var toBucket: Bucket
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
        case .issue: (fromLot, fromBucket) = (nil, nil)
        case .lot(let lot, let bucket): (fromLot, fromBucket) = (lot.number, bucket)
        }
        guard case .lot(let lot, let bucket) = posting.to else {
            preconditionFailure("nothing is posted back to issue")
        }
        (toLot, toBucket) = (lot.number, bucket)
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

    static let issue = "issue"
    /// As the tables and payloads have it.
    var fromName: String { fromBucket?.rawValue ?? Self.issue }
}

extension PostingRow {
    /// For FROM: an allocation's postings in order, where `about.allocation` is given.
    static let ofAllocation = """
        allocation_entries AS about CROSS JOIN postings ON postings.entry = about.entry
          AND postings.n BETWEEN about.first AND about.last
          AND postings.allocation = about.allocation
        """

    static func insert(_ postings: [PostingRow], entry: Int64, into db: Database) throws {
        guard !postings.isEmpty else { return }
        let statement = try BareStatement(
            db,
            sql: """
                INSERT INTO postings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        for (n, it) in postings.enumerated() {
            try statement.execute { row in
                row.add(entry)
                row.add(Int64(n))
                row.add(it.fromLot)
                row.add(it.fromName)
                row.add(it.toLot)
                row.add(it.toBucket.rawValue)
                row.add(it.amount)
                row.add(it.allocation)
                row.add(it.user)
                row.add(it.claim)
                row.add(it.run)
                row.add(it.cluster)
                row.add(it.resource)
                row.add(it.rate)
                row.add(it.usageStart)
                row.add(it.usageEnd)
                row.add(it.unitSeconds)
            }
        }
    }
}

struct Fold {
    let db: Database

    /// Takes one entry's rows and postings into the derived tables, and the postings into theirs.
    ///
    /// - Parameters:
    ///   - kind: what the entry is; only a refund leaves what was charged as it was.
    ///   - insertEntry: called late, before what refers to the entry: its payload may be in the making.
    func apply(
        seq: Int64, kind: String, rows: [RowImage], postings: [PostingRow],
        insertEntry: () throws -> Void
    ) throws {
        let diffs = Diffs(db: db)
        let subjects = try diffs.subjects(rows: rows, postings: postings)
        for row in rows { try write(row, seq: seq) }
        try foldBalances(postings)
        try foldMemberUse(postings, isRefund: kind == EntryKind.refunded.rawValue)
        try insertEntry()
        try PostingRow.insert(postings, entry: seq, into: db)
        try noteAllocations(of: postings, entry: seq)
        try diffs.insert(subjects, seq: seq)
    }

    /// Most rows are new, and a plain INSERT of one is undone by nothing: for an upsert into a table with
    /// foreign keys SQLite first copies each page that it changes.
    private func write(_ row: RowImage, seq: Int64) throws {
        func bind(_ parameters: inout BareStatement.Parameters) {
            for value in row.values { parameters.add(value) }
            parameters.add(seq)
        }
        try BareStatement(db, sql: row.shape.insert).execute(bind)
        guard db.changesCount == 0 else { return }
        try BareStatement(db, sql: row.shape.upsert).execute(bind)
    }

    /// Where an entry's postings of each allocation stand: a row an allocation is fewer than one a posting,
    /// which an index would have.
    private func noteAllocations(of postings: [PostingRow], entry: Int64) throws {
        var places: [Int64: (first: Int64, last: Int64)] = [:]
        for (n, posting) in postings.enumerated() {
            places[posting.allocation, default: (Int64(n), 0)].last = Int64(n)
        }
        guard !places.isEmpty else { return }
        let statement = try BareStatement(
            db, sql: "INSERT INTO allocation_entries VALUES (?, ?, ?, ?)")
        for (allocation, place) in places.sorted(by: { $0.key < $1.key }) {
            try statement.execute { row in
                row.add(allocation)
                row.add(entry)
                row.add(place.first)
                row.add(place.last)
            }
        }
    }

    /// One update a lot: postings within an entry may pass through a bucket more than once.
    private func foldBalances(_ postings: [PostingRow]) throws {
        var lots: [Int64: LotChange] = [:]
        for posting in postings {
            let amount = ServiceUnits(microSU: posting.amount)
            if let lot = posting.fromLot, let bucket = posting.fromBucket {
                lots[lot, default: LotChange()].balances[bucket] -= amount
            } else {
                lots[posting.toLot, default: LotChange()].issued += posting.amount
            }
            lots[posting.toLot, default: LotChange()].balances[posting.toBucket] += amount
        }
        guard !lots.isEmpty else { return }
        let statement = try BareStatement(
            db,
            sql: """
                UPDATE lots SET issued = issued + ?, available = available + ?, held = held + ?,
                charged = charged + ?, expired = expired + ?, withdrawn = withdrawn + ?
                WHERE id = ?
                """)
        for (lot, change) in lots.sorted(by: { $0.key < $1.key }) {
            let to = change.balances
            try statement.execute { row in
                row.add(change.issued)
                for bucket in [to.available, to.held, to.charged, to.expired, to.withdrawn] {
                    row.add(bucket.microSU)
                }
                row.add(lot)
            }
            guard db.changesCount == 1 else {
                throw DamagedRow(description: "a posting names lot \(lot), which is not there")
            }
        }
    }

    private struct LotChange {
        var issued: Int64 = 0
        var balances = Lot.Balances()
    }

    private struct Member: Hashable { let allocation, user: Int64 }

    private func foldMemberUse(_ postings: [PostingRow], isRefund: Bool) throws {
        var uses: [Member: (held: Int64, charged: Int64, refunded: Int64)] = [:]
        for posting in postings {
            guard let user = posting.user else { continue }
            var use = uses[Member(allocation: posting.allocation, user: user)] ?? (0, 0, 0)
            for (bucket, sign) in [(posting.fromBucket, Int64(-1)), (posting.toBucket, 1)] {
                switch bucket {
                case .held: use.held += sign * posting.amount
                case .charged where isRefund && sign < 0: use.refunded += posting.amount
                case .charged: use.charged += sign * posting.amount
                default: break
                }
            }
            uses[Member(allocation: posting.allocation, user: user)] = use
        }
        guard !uses.isEmpty else { return }
        // `excluded` would be checked against the CHECKs before the sum is made, so two statements.
        let insert = try BareStatement(
            db, sql: "INSERT OR IGNORE INTO member_use VALUES (?, ?, 0, 0, 0)")
        let update = try BareStatement(
            db,
            sql: """
                UPDATE member_use SET held = held + ?, charged = charged + ?,
                refunded = refunded + ?
                WHERE allocation = ? AND user = ?
                """)
        for (member, use) in uses where use != (0, 0, 0) {
            func change(_ row: inout BareStatement.Parameters) {
                for number in [use.held, use.charged, use.refunded] { row.add(number) }
                row.add(member.allocation)
                row.add(member.user)
            }
            try update.execute(change)
            guard db.changesCount == 0 else { continue }
            try insert.execute { row in
                row.add(member.allocation)
                row.add(member.user)
            }
            try update.execute(change)
        }
    }
}
