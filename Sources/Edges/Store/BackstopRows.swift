/// What Atoll wrote to slurmdbd's limits: beside the journal, for no decision on money rests on it; it
/// says which limits are Atoll's to change.

import Books
import Foundation
import GRDB
import Units

extension Schema {
    /// `value` is what slurmdbd was told, `intended` (with `clears`: nothing) what it was about to be.
    static let backstop = """
        CREATE TABLE backstop_limits(
            cluster TEXT NOT NULL, account TEXT NOT NULL, name TEXT NOT NULL,
            value INTEGER CHECK (value >= 0),
            intended INTEGER CHECK (intended >= 0),
            clears INTEGER NOT NULL DEFAULT 0 CHECK (clears IN (0, 1)),
            at INTEGER NOT NULL,
            CHECK (value IS NOT NULL OR intended IS NOT NULL OR clears = 1),
            CHECK (clears = 0 OR intended IS NULL),
            PRIMARY KEY (cluster, account, name)) STRICT, WITHOUT ROWID;

        """
}

extension JournalStore {
    /// What Atoll wrote on a cluster, in order of account and limit.
    package func backstopRecords(on cluster: String) throws -> [BackstopRecord] {
        try pool.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM backstop_limits WHERE cluster = ? ORDER BY account, name
                    """, arguments: [cluster])
            return try rows.map { row in
                let name: String = row["name"]
                guard let limit = BackstopLimit(name) else {
                    throw DamagedRow(description: "\(name) is no limit that is kept")
                }
                let intended = (row["intended"] as Int64?).map(BackstopRecord.Intention.write)
                return BackstopRecord(
                    account: row["account"], limit: limit, value: row["value"],
                    intended: (row["clears"] as Int64) == 1 ? .clear : intended,
                    at: Instant(epochSeconds: row["at"]))
            }
        }
    }

    /// Keeps what is, or is about to be, written.
    ///
    /// - Throws: `StoreError.superseded` where another daemon has taken over.
    package func note(_ record: BackstopRecord, on cluster: String) throws {
        var (intended, clears): (Int64?, Int64) = (nil, 0)
        switch record.intended {
        case .write(let value): intended = value
        case .clear: clears = 1
        case nil: break
        }
        try writeBeside { [intended, clears] db in
            try db.execute(
                sql: """
                    INSERT OR REPLACE INTO
                      backstop_limits(cluster, account, name, value, intended, clears, at)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    cluster, record.account, record.limit.description, record.value, intended,
                    clears, record.at.epochSeconds,
                ])
        }
    }

    /// What stands there is Atoll's no more.
    package func forgetBackstop(
        _ limit: BackstopLimit, of account: String, on cluster: String
    ) throws {
        try writeBeside { db in
            try db.execute(
                sql: """
                    DELETE FROM backstop_limits WHERE cluster = ? AND account = ? AND name = ?
                    """, arguments: [cluster, account, limit.description])
        }
    }

    private func writeBeside(_ body: @Sendable (Database) throws -> Void) throws {
        try pool.writeWithoutTransaction { db in
            try db.inTransaction(.immediate) {
                try checkEpoch(db)
                try body(db)
                return .commit
            }
        }
    }
}
