/// What stands beside the entries, held against them: reasons, users, and the answers to commands.
///
/// These tables are no fold of the entries, so they can't be built anew; but each row answers to some.

import Books
import Foundation
import GRDB
import Ledger

struct RecordChecks {
    let db: Database
    let headSeq: Int64

    /// - Parameter reasons: the digests that entries name, with the entry.
    func run(_ reasons: [Data: Int64]) throws {
        try checkTexts(reasons)
        try checkUsers()
        try checkCommands()
        try checkAnswered()
    }

    // MARK: Reasons

    /// Each is what was given, or marked as erased; and none is anybody's.
    private func checkTexts(_ reasons: [Data: Int64]) throws {
        var found = 0
        let rows = try Row.fetchCursor(db, sql: "SELECT digest, salt, text FROM texts")
        while let row = try rows.next() {
            let digest: Data = row["digest"]
            guard let entry = reasons[digest] else {
                throw Misfit(text: "texts \(digest.hex): no entry has this reason")
            }
            found += 1
            guard let salt: Data = row["salt"], let text: String = row["text"] else { continue }
            guard Chain.digest(salt + Data(text.utf8)) == digest else {
                throw Misfit(text: "texts \(digest.hex): the reason of entry \(entry) was altered")
            }
        }
        guard found < reasons.count else { return }
        for (digest, entry) in reasons.sorted(by: { $0.value < $1.value }) {
            let isThere = try Bool.fetchOne(
                db.cachedStatement(sql: "SELECT count(*) FROM texts WHERE digest = ?"),
                arguments: [digest])
            guard isThere == true else {
                throw Misfit(
                    text: "the reason of entry \(entry) is gone, and not marked as erased")
            }
        }
    }

    // MARK: Users

    /// Every number that entries name is somebody's, or was erased by one.
    private func checkUsers() throws {
        let missing = try Int64.fetchOne(
            db,
            sql: """
                SELECT user FROM (
                  SELECT user FROM claims UNION SELECT user FROM runs
                  UNION SELECT user FROM memberships UNION SELECT user FROM member_use
                  UNION SELECT pi FROM projects UNION SELECT requester FROM requests
                  UNION SELECT member FROM requests UNION SELECT user FROM request_events
                  UNION SELECT user FROM feed_records UNION SELECT user FROM erasures
                  EXCEPT SELECT id FROM users)
                WHERE user IS NOT NULL ORDER BY user LIMIT 1
                """)
        if let missing {
            throw Misfit(text: "users \(missing): is missing, and entries name that number")
        }
        let odd = try Row.fetchOne(
            db,
            sql: """
                SELECT id, name, erasures.entry FROM users LEFT JOIN erasures ON erasures.user = id
                WHERE (name IS NULL) <> (erasures.user IS NOT NULL) ORDER BY id LIMIT 1
                """)
        guard let odd else { return }
        let entry: Int64? = odd["entry"]
        throw Misfit(
            text: entry.map { "users \(odd["id"] as Int64): has a name, and entry \($0) erased it" }
                ?? "users \(odd["id"] as Int64): has no name, and no entry erased it")
    }

    // MARK: Commands

    /// Each answer can be read, and stands at an entry that its command made, where it made any.
    private func checkCommands() throws {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT commands.*, entries.actor, entries.command_id
                FROM commands LEFT JOIN entries ON entries.seq = commands.entry
                """)
        while let row = try rows.next() {
            let name = "commands \(row["caller"] as String) \(row["id"] as String)"
            let entry: Int64 = row["entry"]
            let outcome: Outcome
            do {
                outcome = try StoredOutcome.decode(row["answer"])
            } catch let damaged as DamagedRow {
                throw Misfit(text: "\(name): \(damaged)")
            }
            guard (0...headSeq).contains(entry) else {
                throw Misfit(text: "\(name): there is no entry \(entry)")
            }
            guard outcome.alwaysRecords else { continue }
            let (actor, id): (String?, String?) = (row["actor"], row["command_id"])
            guard actor == row["caller"], id == row["id"] else {
                throw Misfit(text: "\(name): entry \(entry) was made by another command")
            }
        }
    }

    /// No entry of a command with an id is without its answer: a repeat would do it again.
    private func checkAnswered() throws {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT seq, kind, actor, command_id FROM entries
                LEFT JOIN commands ON caller = actor AND id = command_id
                WHERE commands.id IS NULL
                """)
        while let row = try rows.next() {
            let id: String = row["command_id"]
            guard !Self.isNatural(id) else { continue }
            throw Misfit(
                text: "entry \(row["seq"] as Int64) (\(row["kind"] as String)): the answer to its "
                    + "command \(id) of \(row["actor"] as String) is not kept")
        }
    }

    /// What orders without an id are called in entries (`Command.name` of the Bank).
    private static let naturalWords: Set<String> = [
        "tick", "apply", "edit", "request", "feed", "erase", "mode", "grant", "withdraw",
        "transfer", "refund", "admit", "modify", "start", "void", "reservation",
        "release", "observe", "import", "rerate", "correct", "settle",
    ]

    private static func isNatural(_ id: String) -> Bool {
        naturalWords.contains(String(id.prefix { $0 != ":" }))
    }
}

extension Outcome {
    /// Whether a command that is answered so has made an entry.
    fileprivate var alwaysRecords: Bool {
        switch self {
        case .admitted, .granted, .withdrawn, .transferred, .refunded, .jobRefunded, .requested,
            .fed, .erased:
            true
        // These may have found everything as it should be.
        case .nothing, .passedOver, .passed, .tolerated, .released, .applied, .modified, .start,
            .reserved, .imported, .rerated, .corrected:
            false
        }
    }
}
