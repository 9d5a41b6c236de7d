/// Notices of jobs, kept beside the journal for a bounded time; and what `atoll why` reads.

import Books
import Foundation
import GRDB
import Ledger
import Registry
import Units

/// A notice as it is kept.
package struct KeptNotice: Sendable {
    package let at: Instant
    package let kind: String
    package let text: String
    package let figures: [Notice.Figure]
    /// How often it came one after another, the last time at `at`.
    package let times: Int64
    package let user: String?
}

/// What the books have of a job id, the newest claim first.
package struct JobAccount: Sendable {
    package let claim: Claim
    package let user: String
    package let runs: [Run]
    package let raises: [Claim]
}

extension StoreTransaction {
    /// Most notices of one job: whoever tries again and again must not fill the file.
    private static let perJob = 50
    /// Of them those that any stranger can bring about.
    private static let perJobOfStrangers = 5
    /// Notices are kept so long.
    package static let keptSeconds: Int64 = 120 * 86_400
    /// Most that one transaction clears away.
    private static let clearedAtOnce = 500

    package func keep(_ notice: Notice, at now: Instant) throws {
        let user = try notice.userName.map { try userID(named: $0).number }
        var figures = JSONBytes()
        figures.open("[")
        for figure in notice.figures {
            figures.open("{")
            figures.field("name", figure.name)
            switch figure.value {
            case .amount(let amount): figures.field("usu", amount.microSU)
            case .number(let number): figures.field("number", number)
            case .text(let text): figures.field("text", text)
            }
            figures.close("}")
        }
        figures.close("]")
        let text = String(decoding: figures.bytes, as: UTF8.self)
        if let job = notice.job, notice.kind != .admitted {
            guard try !isRepeated(notice, job: job, text, at: now) else { return }
        }
        let insert = try db.cachedStatement(
            sql: """
                INSERT INTO notices(at, cluster, job, token, user, kind, text, figures, memo)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        try insert.execute(arguments: [
            now.epochSeconds, notice.cluster, notice.job, notice.token, user,
            notice.kind.rawValue, notice.text, text, notice.memo,
        ])
    }

    /// The same again is counted, not kept twice; of too many the oldest go.
    private func isRepeated(
        _ notice: Notice, job: Int64, _ figures: String, at now: Instant
    ) throws -> Bool {
        let last = try db.cachedStatement(
            sql: """
                SELECT id, kind, text, figures FROM notices WHERE job = ? AND cluster = ?
                ORDER BY id DESC LIMIT 1
                """)
        let row = try Row.fetchOne(last, arguments: [job, notice.cluster])
        if let row, row["kind"] as String == notice.kind.rawValue,
            row["text"] as String == notice.text, row["figures"] as String == figures
        {
            let count = try db.cachedStatement(
                sql: "UPDATE notices SET times = times + 1, at = ? WHERE id = ?")
            try count.execute(arguments: [now.epochSeconds, row["id"] as Int64])
            return true
        }
        if notice.kind == .passedOver {
            // The job's others stay.
            let clear = try db.cachedStatement(
                sql: """
                    DELETE FROM notices WHERE id IN (SELECT id FROM notices
                    WHERE job = ? AND cluster = ? AND kind = ? ORDER BY id DESC LIMIT -1 OFFSET ?)
                    """)
            try clear.execute(arguments: [
                job, notice.cluster, notice.kind.rawValue, Self.perJobOfStrangers - 1,
            ])
        }
        let clear = try db.cachedStatement(
            sql: """
                DELETE FROM notices WHERE id IN (SELECT id FROM notices
                WHERE job = ? AND cluster = ? ORDER BY id DESC LIMIT -1 OFFSET ?)
                """)
        try clear.execute(arguments: [job, notice.cluster, Self.perJob - 1])
        return false
    }

    /// Clears away what was kept long enough, a little at a time.
    package func clearNotices(at now: Instant) throws {
        let statement = try db.cachedStatement(
            sql: "DELETE FROM notices WHERE id IN (SELECT id FROM notices WHERE at < ? LIMIT ?)")
        try statement.execute(arguments: [
            now.epochSeconds - Self.keptSeconds, Self.clearedAtOnce,
        ])
    }
}

extension JournalStore {
    /// The notices of a job, oldest first: those by its number and by its claims' tokens.
    package func notices(
        ofJob job: Int64, tokens: [String], cluster: String
    ) throws -> [KeptNotice] {
        try pool.read { db in
            let marks = tokens.map { _ in "?" }.joined(separator: ", ")
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT notices.*, users.name AS user_name FROM notices
                    LEFT JOIN users ON users.id = notices.user
                    WHERE notices.cluster = ? AND (job = ? OR token IN (\(marks)))
                    ORDER BY notices.id LIMIT 200
                    """,
                arguments: [cluster, job] as StatementArguments + StatementArguments(tokens))
            return try rows.map { try KeptNotice($0) }
        }
    }

    /// Claims of that base job id with their runs and raises, the newest first; a job id may have
    /// been given out more than once.
    package func accounts(ofJob job: Int64, cluster: String) throws -> [JobAccount] {
        try pool.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT claims.*, coalesce(users.name, 'user ' || claims.user) AS user_name
                    FROM claims LEFT JOIN users ON users.id = claims.user
                    WHERE number = ? AND cluster = ? AND raises IS NULL
                    ORDER BY claims.id DESC LIMIT 8
                    """, arguments: [job, cluster])
            return try rows.map { row in
                let claim = try Claim(row)
                let runs = try Row.fetchAll(
                    db, sql: "SELECT * FROM runs WHERE claim = ? ORDER BY id",
                    arguments: [claim.id.number])
                let raises = try Row.fetchAll(
                    db, sql: "SELECT * FROM claims WHERE raises = ? AND state <> 'closed'",
                    arguments: [claim.id.number])
                return JobAccount(
                    claim: claim, user: row["user_name"], runs: try runs.map { try Run($0) },
                    raises: try raises.map { try Claim($0) })
            }
        }
    }

    /// The submission that the job's hold was made for, as it was kept; nil: nobody knows.
    ///
    /// Of a job that no poll has shown yet that of its owner's only claim that waits for its job.
    package func memo(ofJob job: Int64, owner: String, cluster: String) throws -> String? {
        try pool.read { db in
            try String.fetchOne(
                db,
                sql: """
                    SELECT memo FROM notices WHERE memo IS NOT NULL AND cluster = ?1 AND token IN (
                      SELECT token FROM claims WHERE number = ?2 AND cluster = ?1
                        AND state <> 'closed' AND raises IS NULL)
                    ORDER BY id DESC LIMIT 1
                    """, arguments: [cluster, job])
                ?? String.fetchOne(
                    db,
                    sql: """
                        SELECT memo FROM notices WHERE memo IS NOT NULL AND cluster = ?1
                        AND token IN (SELECT token FROM claims JOIN users ON users.id = claims.user
                          WHERE users.name = ?2 AND cluster = ?1 AND state = 'unclaimed'
                          AND raises IS NULL AND number IS NULL
                          GROUP BY user HAVING count(*) = 1)
                        """, arguments: [cluster, owner])
        }
    }
}

extension KeptNotice {
    init(_ row: Row) throws {
        at = Instant(epochSeconds: row["at"])
        (kind, text, times, user) = (row["kind"], row["text"], row["times"], row["user_name"])
        let bytes = Data((row["figures"] as String).utf8)
        guard let list = try JSONSerialization.jsonObject(with: bytes) as? [[String: Any]] else {
            throw DamagedRow(description: "the figures of a notice can't be read")
        }
        figures = list.compactMap { one in
            guard let name = one["name"] as? String else { return nil }
            if let amount = one["usu"] as? NSNumber {
                return .init(name, .amount(ServiceUnits(microSU: amount.int64Value)))
            }
            if let number = one["number"] as? NSNumber {
                return .init(name, .number(number.int64Value))
            }
            return (one["text"] as? String).map { .init(name, .text($0)) }
        }
    }
}
