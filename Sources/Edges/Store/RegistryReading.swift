/// What lists of standing things show beyond the registry: people, uses, and who changed a rate.

import GRDB
import Ledger
import Rates
import Registry
import Units

/// The entry that a rate's row comes from: the one that made it, or that superseded it.
package struct RateChange: Sendable {
    package let recordedAt: Instant
    package let actor: String
    package let reason: String?
}

extension JournalStore {
    /// Everybody the books know by name, by number.
    package func people() throws -> [UserID: Person] {
        try pool.read { db in
            let people = try Row.fetchAll(db, sql: "SELECT * FROM users WHERE name IS NOT NULL")
                .map(Person.init)
            return Dictionary(uniqueKeysWithValues: people.map { ($0.id, $0) })
        }
    }

    /// What everybody has of every allocation.
    package func memberUses() throws -> [Membership.Key: MemberUse] {
        try pool.read { db in
            let rows = try Row.fetchAll(db, sql: "SELECT * FROM member_use")
            return Dictionary(
                uniqueKeysWithValues: rows.map { row in
                    let key = Membership.Key(
                        AllocationID(row["allocation"]), UserID(row["user"]))
                    return (key, MemberUse(row))
                })
        }
    }

    package func rateChanges() throws -> [RateID: RateChange] {
        try pool.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT rates.id, entries.recorded_at, entries.actor, texts.text FROM rates
                    JOIN entries ON entries.seq = rates.entry
                    LEFT JOIN texts ON texts.digest = entries.reason
                    """)
            return Dictionary(
                uniqueKeysWithValues: rows.map { row in
                    let change = RateChange(
                        recordedAt: Instant(epochSeconds: row["recorded_at"]),
                        actor: row["actor"], reason: row["text"])
                    return (RateID(row["id"]), change)
                })
        }
    }
}
