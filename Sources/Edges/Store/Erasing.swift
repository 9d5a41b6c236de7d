/// Taking away what is known of a user: name, person, what reasons and kept answers say. Entries and
/// their hashes stay as they are (docs/decisions/0015).

import Books
import Foundation
import GRDB
import Ledger
import Registry
import Units

extension TableShape {
    static let erasures = TableShape("erasures", key: ["user"], ["at"])
}

extension RowImage {
    init(_ it: Erasure) {
        self.init(.erasures, [it.user.number, it.at.epochSeconds])
    }
}

extension StoreTransaction {
    func load(_ facts: inout Facts, for request: ErasureRequest) throws {
        let id = try Int64.fetchOne(
            db, sql: "SELECT id FROM users WHERE name = ?", arguments: [request.userName])
        var erasure = ErasureFacts(user: id.map { UserID($0) })
        if let id {
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT count(*) AS count, coalesce(sum(held), 0) AS held FROM (
                      SELECT held FROM claims WHERE user = ?1 AND state <> 'closed'
                      UNION ALL SELECT held FROM runs WHERE user = ?1 AND state = 'running')
                    """, arguments: [id])
            erasure.openHolds = row?["count"] ?? 0
            erasure.held = ServiceUnits(microSU: row?["held"] ?? 0)
            for membership in registry.memberships.values where membership.key.user.number == id {
                let key = membership.key
                facts.memberUses[key] = try use(of: key.user, in: key.allocation)
            }
        }
        facts.erasure = erasure
    }

    /// Forgets somebody in the transaction that records that it was done.
    package func forget(_ it: Forgotten) throws {
        // What is taken away is written over, not only unlinked.
        try db.execute(sql: "PRAGMA secure_delete = ON")
        defer { try? db.execute(sql: "PRAGMA secure_delete = OFF") }
        let row = try Row.fetchOne(
            db, sql: "SELECT * FROM users WHERE id = ?", arguments: [it.user.number])
        let words = [it.name, row?["full_name"], row?["mail"]].compactMap { $0 as String? }
            .filter { !$0.isEmpty }
        try eraseTexts(of: it.user, naming: words)
        try eraseAnswers(naming: it.name, standIn: "user \(it.user)")
        try db.execute(
            sql: """
                UPDATE users SET name = NULL, full_name = NULL, mail = NULL, organisation = NULL
                WHERE id = ?
                """, arguments: [it.user.number])
        userNumbers.forget(it.name)
    }

    /// Reasons that the user gave with own change requests, and those that name the user.
    private func eraseTexts(of user: UserID, naming words: [String]) throws {
        var digests = try Data.fetchAll(
            db,
            sql: """
                SELECT entries.reason FROM request_events
                JOIN entries ON entries.seq = request_events.entry
                WHERE request_events.user = ? AND entries.reason IS NOT NULL
                """, arguments: [user.number])
        for row in try Row.fetchAll(db, sql: "SELECT digest, text FROM texts") {
            guard let text: String = row["text"],
                words.contains(where: { Self.isNamed($0, in: text) })
            else { continue }
            digests.append(row["digest"])
        }
        for digest in digests {
            try db.execute(
                sql: "UPDATE texts SET salt = NULL, text = NULL WHERE digest = ?",
                arguments: [digest])
        }
    }

    /// Answers that are kept for repeats: only changes of people, members and projects name anybody.
    private func eraseAnswers(naming name: String, standIn: String) throws {
        let rows = try Row.fetchAll(
            db, sql: "SELECT caller, id, answer FROM commands WHERE instr(answer, ?) > 0",
            arguments: [Data(name.utf8)])
        for row in rows {
            guard case .applied(let changes) = try StoredOutcome.decode(row["answer"]) else {
                continue
            }
            let plain = changes.map { change -> AppliedChange in
                guard ["user", "member", "project"].contains(change.what) else { return change }
                var change = change
                if change.what != "project" {
                    change.name = Self.replacing(name, in: change.name, by: standIn)
                }
                change.detail = Self.replacing(name, in: change.detail, by: standIn)
                return change
            }
            guard plain != changes else { continue }
            try db.execute(
                sql: "UPDATE commands SET answer = ? WHERE caller = ? AND id = ?",
                arguments: [
                    try StoredOutcome.encode(.applied(plain)), row["caller"] as String,
                    row["id"] as String,
                ])
        }
    }

    // MARK: Names in texts

    private static func isNamed(_ name: String, in text: String) -> Bool {
        !places(of: name, in: text).isEmpty
    }

    static func replacing(_ name: String, in text: String, by standIn: String) -> String {
        var text = text
        for place in places(of: name, in: text).reversed() {
            text.replaceSubrange(place, with: standIn)
        }
        return text
    }

    /// Where `name` stands as a word of its own, in any case.
    private static func places(of name: String, in text: String) -> [Range<String.Index>] {
        var found: [Range<String.Index>] = []
        var start = text.startIndex
        while let place = text.range(
            of: name, options: .caseInsensitive, range: start..<text.endIndex)
        {
            let before = text[..<place.lowerBound].last
            let after = text[place.upperBound...].first
            if !isOfWord(before), !isOfWord(after) { found.append(place) }
            start = place.upperBound
        }
        return found
    }

    private static func isOfWord(_ character: Character?) -> Bool {
        character.map { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" } ?? false
    }
}

extension JournalStore {
    /// The WAL still has pages as they were; it is begun anew as soon as no reader is in the way.
    package func clearTraces() { checkpointer.clear() }
}
