/// Modes as rows; and what would have been refused, among the notices.

import Books
import Foundation
import GRDB
import Ledger
import Registry
import Units

extension Schema {
    /// The twelfth step of the file. '' stands for every cluster, or for the whole of one.
    static let modes = """
        CREATE TABLE modes(
            cluster TEXT NOT NULL, account TEXT NOT NULL,
            mode TEXT CHECK (mode IN ('enforce', 'warn', 'observe')),
            entry INTEGER NOT NULL,
            CHECK (cluster <> '' OR account <> ''),
            PRIMARY KEY (cluster, account)) STRICT, WITHOUT ROWID;
        CREATE INDEX notices_would_refuse ON notices(at, id) WHERE kind = 'would_refuse';

        """
}

extension TableShape {
    static let modes = TableShape("modes", key: ["cluster", "account"], ["mode"])
}

extension RowImage {
    init(_ rule: ModeRule) {
        self.init(
            .modes,
            [rule.scope.cluster ?? "", rule.scope.account ?? "", rule.mode?.rawValue])
    }
}

extension ModeScope {
    fileprivate init(_ row: Row) {
        let (cluster, account): (String, String) = (row["cluster"], row["account"])
        self.init(
            cluster: cluster.isEmpty ? nil : cluster, account: account.isEmpty ? nil : account)
    }
}

extension ModeRule {
    init(_ row: Row) throws {
        let name: String? = row["mode"]
        self.init(
            scope: ModeScope(row),
            mode: try name.map {
                guard let mode = Mode(rawValue: $0) else {
                    throw DamagedRow(description: "modes: \($0) is no mode")
                }
                return mode
            })
    }
}

extension JournalStore {
    /// Who set each mode, when and why.
    package func modeChanges() throws -> [ModeScope: RateChange] {
        try pool.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT modes.*, entries.recorded_at, entries.actor, texts.text FROM modes
                    JOIN entries ON entries.seq = modes.entry
                    LEFT JOIN texts ON texts.digest = entries.reason
                    """)
            return Dictionary(
                uniqueKeysWithValues: rows.map { row in
                    let change = RateChange(
                        recordedAt: Instant(epochSeconds: row["recorded_at"]),
                        actor: row["actor"], reason: row["text"])
                    return (ModeScope(row), change)
                })
        }
    }
}

/// A job that would have been refused, as it is kept.
package struct ToleratedRow: Sendable {
    package let cluster: String
    /// nil: no job has come with its token yet.
    package let job: Int64?
    package let notice: KeptNotice
}

extension JournalStore {
    /// Rows read in one snapshot.
    private static let page = 500

    /// What would have been refused in that time, the oldest first.
    package func tolerated(
        over window: Interval, on cluster: String?, body: (ToleratedRow) throws -> Void
    ) throws {
        var (at, id) = (window.start.epochSeconds, Int64.min)
        while true {
            let page = try pool.read { db in
                try Row.fetchAll(
                    db,
                    sql: """
                        SELECT notices.*, users.name AS user_name FROM notices
                        LEFT JOIN users ON users.id = notices.user
                        WHERE kind = 'would_refuse' AND (notices.at, notices.id) > (?1, ?2)
                          AND notices.at < ?3 AND (?4 IS NULL OR notices.cluster = ?4)
                        ORDER BY notices.at, notices.id LIMIT ?5
                        """,
                    arguments: [at, id, window.end.epochSeconds, cluster, Self.page])
            }
            for row in page {
                (at, id) = (row["at"], row["id"])
                try body(
                    ToleratedRow(
                        cluster: row["cluster"], job: row["job"], notice: try KeptNotice(row)))
            }
            if page.count < Self.page { return }
        }
    }
}

extension StoreTransaction {
    func refuses(_ observation: JobObservation) -> Bool {
        registry.modes.mode(
            on: observation.cluster, lineage: observation.accountLineage
        ).refuses
    }

    /// What a job that is shown for the first time would have been answered at its submission.
    func loadTrial(
        _ facts: inout Facts, of observation: JobObservation, at now: Instant
    ) throws {
        guard facts.claim == nil, observation.runs.allSatisfy({ facts.runs[$0.key] == nil }) else {
            return
        }
        // What is on record gets its job's number whatever the mode is by now.
        try nameJudged(observation)
        guard !refuses(observation) else {
            // It waits since before the mode was switched, and got its answer then.
            if observation.pending != nil {
                facts.wasJudged = try wasLetPass(observation) || isOlderThanMode(observation)
            }
            return
        }
        guard let admission = observation.asSubmitted else { return }
        facts.wasJudged = try wasJudged(observation)
        guard !facts.wasJudged else { return }
        var trial = Facts(registry: registry, card: card)
        trial.next = head.next
        try load(&trial, for: admission, at: now)
        facts.trial = Trial(admission, on: trial)
    }

    /// Where the submission was asked about, what is on record of it is known by its token; from now on
    /// by its number, too.
    private func nameJudged(_ observation: JobObservation) throws {
        guard let token = observation.token else { return }
        let name = try db.cachedStatement(
            sql: """
                UPDATE notices SET job = ? WHERE token = ? AND cluster = ?
                AND kind = 'would_refuse' AND job IS NULL
                """)
        try name.execute(arguments: [observation.jobID, token, observation.cluster])
    }

    /// As `wasJudged`, of a start: no trial has looked at what is on record of its job.
    func wasJudgedAtSubmission(_ observation: JobObservation) throws -> Bool {
        try nameJudged(observation)
        return try !refuses(observation) && wasJudged(observation)
    }

    /// Whether it is on record that this very submission would have been refused. By its token: a number
    /// may have been another job's.
    private func wasLetPass(_ observation: JobObservation) throws -> Bool {
        guard let token = observation.token else { return false }
        let find = try db.cachedStatement(
            sql: """
                SELECT count(*) FROM notices WHERE token = ? AND cluster = ?
                AND kind = 'would_refuse'
                """)
        return try Bool.fetchOne(find, arguments: [token, observation.cluster]) ?? false
    }

    /// Whether a mode that concerns it was switched after it had been submitted: nobody was refused then.
    private func isOlderThanMode(_ observation: JobObservation) throws -> Bool {
        // A rule that was taken away leaves its row.
        guard let submitted = observation.submittedAt else { return false }
        let find = try db.cachedStatement(
            sql: """
                SELECT max(entries.recorded_at) > ? FROM modes
                JOIN entries ON entries.seq = modes.entry
                WHERE modes.cluster IN (?, '') AND modes.account = ?
                """)
        let rules = registry.modes.rules
        for account in observation.accountLineage + [""] {
            let isOlder = try Bool.fetchOne(
                find, arguments: [submitted.epochSeconds, observation.cluster, account])
            if isOlder == true { return true }
            // What counts now counted then, whatever was switched above it.
            guard !account.isEmpty else { return false }
            let scopes = [observation.cluster, nil].map { ModeScope(cluster: $0, account: account) }
            if scopes.contains(where: { rules[$0] != nil }) { return false }
        }
        return false
    }

    /// Whether it is on record, by its number, that the job would have been refused.
    private func wasJudged(_ observation: JobObservation) throws -> Bool {
        let find = try db.cachedStatement(
            sql: """
                SELECT count(*) FROM notices WHERE job = ? AND cluster = ?
                AND kind = 'would_refuse'
                """)
        return try Bool.fetchOne(find, arguments: [observation.jobID, observation.cluster])
            ?? false
    }
}
