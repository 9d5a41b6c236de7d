/// What may be done inside the Bank's transaction: load facts by key, append entries, remember answers.
///
/// No SQL type shows. Not Sendable: it lives and dies on the writer's connection.

import Books
import Foundation
import GRDB
import Ledger
import Rates
import Registry
import Units

package final class StoreTransaction {
    let db: Database
    private let epoch: Int64
    /// The head as this transaction leaves it; the Store takes it over after COMMIT.
    var head: Head

    let userNumbers: UserNumbers

    init(_ db: Database, epoch: Int64, head: Head, userNumbers: UserNumbers) {
        (self.db, self.epoch, self.head) = (db, epoch, head)
        self.userNumbers = userNumbers
    }

    package var registry: Registry { head.registry }
    package var card: RateCard { head.pricer.card }
    /// No entry is recorded before the last one (money.md 5.3).
    package func recordedAt(_ clock: Instant) -> Instant { max(clock, head.recordedAt) }

    /// Runs `body` so that all it did is undone when it throws, and only that.
    package func undoingOnError<Result>(_ body: () throws -> Result) throws -> Result {
        let before = head
        // GRDB's own savepoints compile their statements anew each time.
        try db.cachedStatement(sql: "SAVEPOINT one_command").execute()
        do {
            let result = try body()
            try db.cachedStatement(sql: "RELEASE one_command").execute()
            return result
        } catch {
            head = before
            userNumbers.undoSavepoint()
            // Where this fails, its error ends the batch: nothing half done is ever committed.
            try db.execute(sql: "ROLLBACK TO one_command; RELEASE one_command")
            if let error = error as? DatabaseError, error.resultCode == .SQLITE_CONSTRAINT {
                throw StoreError.broken("\(error)")
            }
            throw error
        }
    }

    // MARK: Appending

    /// Who asked for what follows, and why.
    package struct Origin {
        package var actor: String
        package var commandID: String
        package var reason: String?
        package init(actor: String, commandID: String, reason: String? = nil) {
            (self.actor, self.commandID, self.reason) = (actor, commandID, reason)
        }
    }

    /// Appends the drafts as entries and folds them into the tables.
    package func append(_ drafts: [EntryDraft], from origin: Origin, at now: Instant) throws {
        guard !drafts.isEmpty else { return }
        let reason = try origin.reason.map(keep)
        for draft in drafts {
            let rows = draft.changes.map { RowImage($0) }
            let postings = draft.postings.map(PostingRow.init)
            let payload = ComingPayload(rows: rows, postings: postings)
            let seq = head.seq + 1
            try Fold(db: db).apply(
                seq: seq, kind: draft.kind.rawValue, rows: rows, postings: postings
            ) {
                let payload = payload.finished()
                let header = EntryHeader(
                    seq: seq, recordedAt: now.epochSeconds,
                    effectiveAt: draft.effectiveAt.epochSeconds, actor: origin.actor,
                    commandID: origin.commandID, kind: draft.kind.rawValue,
                    version: payload.version, reason: reason, epoch: epoch)
                let hash = Chain.hash(header, payload: payload.bytes, previous: head.hash)
                try insert(header, payload: payload.bytes, hash: hash)
                head.advance(to: header, hash: hash)
            }
            try head.take(draft.changes, entry: seq)
        }
    }

    private func insert(_ header: EntryHeader, payload: Data, hash: Data) throws {
        let statement = try db.cachedStatement(
            sql: "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        try statement.execute(arguments: [
            header.seq, header.recordedAt, header.effectiveAt, header.actor, header.commandID,
            header.kind, header.version, header.reason, payload, head.hash, hash, header.epoch,
        ])
    }

    /// Keeps a reason where it can be erased; the entry only has its salted digest.
    private func keep(_ reason: String) throws -> Data {
        var generator = SystemRandomNumberGenerator()
        let salt = Data((0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
        let digest = Chain.digest(salt + Data(reason.utf8))
        try db.execute(
            sql: "INSERT INTO texts VALUES (?, ?, ?)", arguments: [digest, salt, reason])
        return digest
    }

    // MARK: Commands that came before

    /// What a command with this id was answered, and the digest of what it asked for.
    package func earlierAnswer(
        caller: String, id: String
    ) throws -> (digest: [UInt8], outcome: Outcome)? {
        let statement = try db.cachedStatement(
            sql: "SELECT digest, answer FROM commands WHERE caller = ? AND id = ?")
        guard let row = try Row.fetchOne(statement, arguments: [caller, id]) else { return nil }
        let digest: Data = row["digest"]
        return ([UInt8](digest), try StoredOutcome.decode(row["answer"]))
    }

    package func remember(
        _ outcome: Outcome, caller: String, id: String, digest: [UInt8]
    ) throws {
        let statement = try db.cachedStatement(sql: "INSERT INTO commands VALUES (?, ?, ?, ?, ?)")
        try statement.execute(arguments: [
            caller, id, Data(digest), try StoredOutcome.encode(outcome), head.seq,
        ])
    }
}
