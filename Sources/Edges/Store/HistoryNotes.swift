/// What slurmdbd is still to be asked about, kept over restarts: no fact of the books, only a mark of
/// how far they have read.

import GRDB
import Units

extension JournalStore {
    private static func key(_ cluster: String) -> String { "history owed:" + cluster }

    package func historyOwed(on cluster: String) throws -> Instant? {
        try pool.read { db in
            try Int64.fetchOne(
                db, sql: "SELECT value FROM meta WHERE key = ?", arguments: [Self.key(cluster)]
            ).map(Instant.init(epochSeconds:))
        }
    }

    /// - Throws: `StoreError.superseded` where another daemon has taken over.
    package func noteHistoryOwed(since: Instant?, on cluster: String) throws {
        try pool.writeWithoutTransaction { db in
            try db.inTransaction(.immediate) {
                try checkEpoch(db)
                if let since {
                    try db.execute(
                        sql: "INSERT OR REPLACE INTO meta VALUES (?, ?)",
                        arguments: [Self.key(cluster), since.epochSeconds])
                } else {
                    try db.execute(
                        sql: "DELETE FROM meta WHERE key = ?", arguments: [Self.key(cluster)])
                }
                return .commit
            }
        }
    }
}
