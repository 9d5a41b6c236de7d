/// Records of feeds as rows, both ways; what they are decided on, and how they are read.

import Books
import GRDB
import Ledger
import Registry
import Requests
import Units

extension Schema {
    static let feedRecords = """
        CREATE TABLE feed_records(
            source TEXT NOT NULL, record TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('supplement', 'extension', 'transfer', 'adjustment',
                'inactivation', 'reactivation')),
            project INTEGER NOT NULL REFERENCES projects(id),
            allocation INTEGER REFERENCES allocations(id),
            other INTEGER REFERENCES allocations(id),
            amount INTEGER CHECK (amount <> 0), start INTEGER, until INTEGER,
            user INTEGER NOT NULL, at INTEGER NOT NULL, entry INTEGER NOT NULL,
            CHECK ((kind = 'transfer') = (other IS NOT NULL)),
            CHECK ((kind IN ('supplement', 'transfer', 'adjustment')) = (amount IS NOT NULL)),
            PRIMARY KEY (source, record)) STRICT, WITHOUT ROWID;
        CREATE INDEX feed_records_by_entry ON feed_records(entry);

        """
}

extension TableShape {
    static let feedRecords = TableShape(
        "feed_records", key: ["source", "record"],
        ["kind", "project", "allocation", "other", "amount", "start", "until", "user", "at"])
}

extension RowImage {
    init(_ it: FeedArrival) {
        self.init(
            .feedRecords,
            [
                it.source, it.id, it.kind.rawValue, it.project.number, it.allocation?.number,
                it.other?.number, it.amount?.microSU, it.start?.epochSeconds,
                it.end?.epochSeconds, it.user.number, it.at.epochSeconds,
            ])
    }
}

extension FeedArrival {
    init(_ row: Row) throws {
        self.init(
            source: row["source"], id: row["record"], kind: try word(row, "kind"),
            project: ProjectID(row["project"]), user: UserID(row["user"]),
            at: Instant(epochSeconds: row["at"]))
        allocation = (row["allocation"] as Int64?).map(AllocationID.init)
        other = (row["other"] as Int64?).map(AllocationID.init)
        amount = (row["amount"] as Int64?).map(ServiceUnits.init(microSU:))
        start = (row["start"] as Int64?).map(Instant.init(epochSeconds:))
        end = (row["until"] as Int64?).map(Instant.init(epochSeconds:))
    }
}

// MARK: Facts

extension StoreTransaction {
    /// What the record comes to is decided on the same facts.
    func load(_ facts: inout Facts, for order: FeedOrder, at now: Instant) throws {
        // A refusal is `decide`'s to give.
        if let effect = try? order.record.command(registry, by: order.asker) {
            facts = try self.facts(for: effect, at: now)
        }
        facts.users[order.asker.userName] = try userID(named: order.asker.userName)
    }
}

// MARK: Reading

/// A record that was carried out, with why, where that was said and still stands.
package struct FeedArrivalRow: Sendable {
    package let arrival: FeedArrival
    package let entry: Int64
    package let reason: String?
}

extension JournalStore {
    /// What came in from feeds, in the order it was recorded.
    ///
    /// - Parameter source: nil: from all.
    package func feedRecords(
        from source: String? = nil, recordedIn window: Interval
    ) throws -> [FeedArrivalRow] {
        try pool.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT feed_records.*, texts.text AS reason_text FROM feed_records
                    JOIN entries ON entries.seq = feed_records.entry
                    LEFT JOIN texts ON texts.digest = entries.reason
                    WHERE (?1 IS NULL OR source = ?1 COLLATE NOCASE) AND at >= ?2 AND (?3 IS NULL OR at < ?3)
                    ORDER BY feed_records.entry
                    """,
                arguments: [source, window.start.epochSeconds, window.storedEnd]
            ).map {
                FeedArrivalRow(
                    arrival: try FeedArrival($0), entry: $0["entry"], reason: $0["reason_text"])
            }
        }
    }
}

// MARK: Answers

/// What became of a record, as it is kept under its id.
struct StoredFed: Codable {
    var project: String
    var allocation: String?
    var effect: String
    var at: Int64

    init(_ it: Fed) {
        (project, allocation, effect) = (it.project, it.allocation, it.effect)
        at = it.at.epochSeconds
    }

    var fed: Fed {
        Fed(
            project: project, allocation: allocation, effect: effect,
            at: Instant(epochSeconds: at))
    }
}
