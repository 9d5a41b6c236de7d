/// Everything that the Bank keeps in memory, read once at start.

import GRDB
import Ledger
import Registry
import Units

extension JournalStore {
    package struct Balances: Sendable {
        package let lots: [Lot]
        package let uses: [Membership.Key: MemberUse]
        package let users: [String: UserID]
    }

    package func loadBalances() throws -> Balances {
        try pool.read { db in
            let lots = try Row.fetchAll(db, sql: "SELECT * FROM lots").map { try Lot($0) }
            var uses: [Membership.Key: MemberUse] = [:]
            for row in try Row.fetchAll(db, sql: "SELECT * FROM member_use") {
                let key = Membership.Key(AllocationID(row["allocation"]), UserID(row["user"]))
                uses[key] = MemberUse(row)
            }
            var users: [String: UserID] = [:]
            for row in try Row.fetchAll(db, sql: "SELECT * FROM users WHERE name IS NOT NULL") {
                users[row["name"]] = UserID(row["id"])
            }
            return Balances(lots: lots, uses: uses, users: users)
        }
    }
}

extension JournalStore {
    /// When the first entry was recorded; nil: there is none yet.
    package func firstRecordedAt() throws -> Instant? { try recordedAt("ASC") }
    /// When the newest entry was recorded.
    package func lastRecordedAt() throws -> Instant? { try recordedAt("DESC") }

    /// No entry is recorded before the last one, so that the journal's ends tell it.
    private func recordedAt(_ order: String) throws -> Instant? {
        try pool.read { db in
            try Int64.fetchOne(
                db, sql: "SELECT recorded_at FROM entries ORDER BY seq \(order) LIMIT 1"
            ).map(Instant.init(epochSeconds:))
        }
    }
}
