/// The SQLite file: opened, checked, written through one door.
///
/// Invariants: WAL with `synchronous=FULL`, asserted, but for what may be lost (`transact`); every
/// transaction is IMMEDIATE and checks the writer epoch, so that two daemons on one file cannot both
/// write (money.md 6).

import Books
import Foundation
import GRDB
import Rates
import Registry
import Synchronization
import Units

package enum StoreError: Error, CustomStringConvertible {
    /// Can't be opened or is not ours; says what to do.
    case cannotOpen(String)
    /// Another daemon has taken the file over.
    case superseded(epoch: Int64)
    /// The transaction was rolled back: nothing of it happened.
    case notCommitted(String)
    /// A check of the schema said no: one command's work is undone, and it is a bug.
    case broken(String)
    /// COMMIT itself failed: whether it happened is not known.
    case outcomeUnknown(String)

    package var description: String {
        switch self {
        case .cannotOpen(let why): why
        case .superseded(let epoch): "another atolld has taken over the journal (epoch \(epoch))"
        case .broken(let why): "a check of the journal failed: \(why)"
        case .notCommitted(let why): "nothing was recorded: \(why)"
        case .outcomeUnknown(let why): "COMMIT failed, whether it is recorded is unknown: \(why)"
        }
    }
}

package final class JournalStore: Sendable {
    let pool: DatabasePool
    package let path: String
    /// This writer's own number; each start raises it by one.
    package let epoch: Int64
    /// Where the journal ends; only `transact` changes it, after COMMIT.
    private let head: Mutex<Head>
    let checkpointer: Checkpointer
    /// Only the writer's.
    private let userNumbers = UserNumbers()

    /// Opens or makes the journal at `path` and takes it over as its writer.
    package init(path: String) throws(StoreError) {
        self.path = path
        do {
            var configuration = Configuration()
            configuration.label = "journal"
            configuration.maximumReaderCount = 4
            configuration.busyMode = .timeout(5)
            pool = try DatabasePool(path: path, configuration: configuration)
            guard try !pool.read(Schema.migrator.hasBeenSuperseded) else {
                throw StoreError.cannotOpen(
                    "\(path) was written by a newer atolld, and this one does not know all that "
                        + "stands in it; start the newer one, or one from after it")
            }
            try Schema.migrator.migrate(pool)
            epoch = try Self.takeOver(pool)
            CopyFolder.removeLeftovers(besideJournal: path)
            let loaded = try pool.read(Head.load)
            head = Mutex(loaded)
            checkpointer = try Checkpointer(path: path, seq: loaded.seq)
        } catch let error as StoreError {
            throw error
        } catch {
            throw .cannotOpen("\(path): \(error)")
        }
    }

    private static func takeOver(_ pool: DatabasePool) throws -> Int64 {
        try pool.writeWithoutTransaction { db in
            // GRDB's WAL set-up leaves NORMAL behind, whatever was set before. Checkpoints are the
            // Checkpointer's. 64 MiB keep the inner pages of a year's indexes at hand. What undoes a
            // savepoint is kept in memory: beyond 64 KiB, an admission's worth, it would be a file,
            // made and deleted for each command.
            try db.execute(
                sql: """
                    PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;
                    PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY
                    """)
            #if ATOLL_PLANTED_BUGS
                defer {
                    if PlantedBug.answeredBeforeDurable.isPlanted {
                        try? db.execute(sql: "PRAGMA synchronous = NORMAL")
                    }
                }
            #endif
            let synchronous = try Int.fetchOne(db, sql: "PRAGMA synchronous")
            let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode")
            guard synchronous == 2, mode == "wal" else {
                throw StoreError.cannotOpen(
                    "SQLite is at synchronous=\(synchronous ?? -1), journal_mode=\(mode ?? "?"); "
                        + "FULL (2) and wal are needed for a charge to be durable")
            }
            var epoch: Int64 = 0
            try db.inTransaction(.immediate) {
                let last = try Int64.fetchOne(
                    db, sql: "SELECT value FROM meta WHERE key = 'epoch'")
                epoch = (last ?? 0) + 1
                try db.execute(
                    sql: "INSERT OR REPLACE INTO meta VALUES ('epoch', ?)", arguments: [epoch])
                return .commit
            }
            return epoch
        }
    }

    /// Runs `body` in one IMMEDIATE transaction and commits it.
    ///
    /// What `body` throws rolls everything back (`notCommitted`).
    ///
    /// - Parameter isRebuildable: whether it may be lost when the power goes before the next one that
    ///   is not: what comes later never is there without it.
    package func transact(
        isRebuildable: Bool = false, _ body: (StoreTransaction) throws -> Void
    ) throws(StoreError) {
        var bodyIsDone = false
        do {
            let before = head.withLock { $0 }
            let after = try pool.writeWithoutTransaction { db in
                checkpointer.finish(on: db)
                var after = before
                if isRebuildable { try db.execute(sql: "PRAGMA synchronous = NORMAL") }
                defer { if isRebuildable { Self.syncAgain(db) } }
                try db.inTransaction(.immediate) {
                    try checkEpoch(db)
                    let transaction = StoreTransaction(
                        db, epoch: epoch, head: before, userNumbers: userNumbers)
                    try body(transaction)
                    after = transaction.head
                    bodyIsDone = true
                    return .commit
                }
                return after
            }
            head.withLock { $0 = after }
            userNumbers.settle()
            checkpointer.note(seq: after.seq)
        } catch let error as StoreError {
            userNumbers.undoAll()
            throw error
        } catch {
            userNumbers.undoAll()
            throw bodyIsDone ? .outcomeUnknown("\(error)") : .notCommitted("\(error)")
        }
    }

    private static func syncAgain(_ db: Database) {
        try? db.execute(sql: "PRAGMA synchronous = FULL")
        // A charge that was answered and is not on disk would be worse than an end.
        precondition((try? Int.fetchOne(db, sql: "PRAGMA synchronous")) == 2)
    }

    func checkEpoch(_ db: Database) throws {
        let current = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT value FROM meta WHERE key = 'epoch'"))
        guard current == epoch else { throw StoreError.superseded(epoch: current ?? 0) }
    }

    /// The last entry's number and hash, and the standing facts as of it.
    package var tip: Tip {
        head.withLock {
            Tip(seq: $0.seq, hashBytes: $0.hash, registry: $0.registry, card: $0.pricer.card)
        }
    }

    package struct Tip: Sendable {
        package let seq: Int64
        fileprivate let hashBytes: Data
        package let registry: Registry
        package let card: RateCard

        /// Lower-case hexadecimal.
        package var hash: String { hashBytes.hex }
    }

    /// Carries all that was committed into the journal's file and empties the WAL, so that a copy of
    /// the file alone is whole.
    ///
    /// - Returns: false where a reader was in the way: then the WAL belongs to it.
    package func gather() -> Bool {
        let gathered = try? pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        return gathered != nil
    }

    package func close() throws {
        try checkpointer.close()
        try pool.close()
    }
}
