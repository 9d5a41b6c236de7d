/// Passes of reconciliation, kept beside the journal: how far each came and what it found.

import Books
import Foundation
import GRDB
import Ledger
import Units

/// One pass over a cluster's record.
package struct ReconciliationPass: Hashable, Sendable {
    package var id: Int64
    package let cluster: String
    /// Who began it.
    package let caller: String
    package let isDryRun: Bool
    /// What was to be looked at, and up to where that was done.
    package private(set) var window: Interval
    package var reached: Instant
    package var isDone: Bool
    package let begunAt: Instant
    package var endedAt: Instant?
    /// Rows of slurmdbd, and runs of the books, that were looked at.
    package var records: Int64 = 0
    package var runs: Int64 = 0
    package var corrected: Int64 = 0
    /// Findings that take a person.
    package var person: Int64 = 0
    /// What corrections charged more, and what less.
    package var more = ServiceUnits.zero
    package var less = ServiceUnits.zero
    /// `SEQ:HASH` of the journal at its end.
    package var head: String?
    /// Open at `reached`.
    package var stretch: OpenStretch?

    package init(
        cluster: String, caller: String, isDryRun: Bool, window: Interval, begunAt: Instant
    ) {
        (id, self.cluster, self.caller, self.isDryRun) = (0, cluster, caller, isDryRun)
        (self.window, self.begunAt) = (window, begunAt)
        (reached, isDone) = (window.start, false)
    }

    /// To a later end, for one that goes on.
    package mutating func extend(to end: Instant) {
        window = Interval(start: window.start, end: max(end, window.end)) ?? window
    }

    /// Nothing is left that takes a person.
    package var isClean: Bool { isDone && person == 0 }
}

/// A finding as it is kept.
package struct KeptFinding: Hashable, Sendable {
    package var kind: String
    package var job: String
    package var run: Int64?
    package var user: String?
    package var account: String?
    package var allocation: String?
    package var at: Instant?
    package var before: ServiceUnits?
    package var after: ServiceUnits?
    package var what: String
    package var remedy: String?

    package init(kind: String, job: String, what: String) {
        (self.kind, self.job, self.what) = (kind, job, what)
    }
}

extension JournalStore {
    /// Most findings of one pass that are kept; all are counted.
    package static let keptFindings: Int64 = 10_000
    /// Passes that are kept of a cluster with what they found, and as many dry runs.
    package static let keptPasses = 400

    /// Begins a pass and gives it its number.
    package func begin(_ pass: ReconciliationPass) throws -> ReconciliationPass {
        var begun = pass
        try beside { db in
            try db.execute(
                sql: """
                    INSERT INTO reconciliations(cluster, caller, dry_run, start, end, reached, state,
                      begun_at, records, runs, corrected, person, more, less)
                    VALUES (?, ?, ?, ?, ?, ?, 'under_way', ?, 0, 0, 0, 0, 0, 0)
                    """,
                arguments: [
                    pass.cluster, pass.caller, pass.isDryRun ? 1 : 0,
                    pass.window.start.epochSeconds, pass.window.end.epochSeconds,
                    pass.reached.epochSeconds, pass.begunAt.epochSeconds,
                ])
            begun.id = db.lastInsertedRowID
            try forgetOld(pass.cluster, isDryRun: pass.isDryRun, db)
        }
        return begun
    }

    /// Of those that were clean only the findings: how far the record was gone through without a gap
    /// follows from all of them, from the first on. One a night, they take next to nothing.
    private func forgetOld(_ cluster: String, isDryRun: Bool, _ db: Database) throws {
        let oldest = try Int64.fetchOne(
            db,
            sql: """
                SELECT id FROM reconciliations WHERE cluster = ? AND dry_run = ?
                ORDER BY id DESC LIMIT 1 OFFSET ?
                """,
            arguments: [cluster, isDryRun ? 1 : 0, Self.keptPasses])
        guard let oldest else { return }
        let old = "cluster = ?1 AND dry_run = ?2 AND id <= ?3"
        let these: StatementArguments = [cluster, isDryRun ? 1 : 0, oldest]
        try db.execute(
            sql: """
                DELETE FROM reconciliation_findings WHERE reconciliation IN
                  (SELECT id FROM reconciliations WHERE \(old))
                """, arguments: these)
        try db.execute(
            sql: "DELETE FROM reconciliations WHERE \(old) AND NOT (\(Self.isCleanPass))",
            arguments: these)
    }

    private static let isCleanPass = "dry_run = 0 AND state = 'done' AND person = 0"

    /// Notes how far a pass has come, with what it found since the last time, in one transaction: what
    /// is noted as done is not done again. What was kept with a correction is not given again.
    package func note(_ pass: ReconciliationPass, found: [KeptFinding]) throws {
        try beside { db in
            try db.execute(
                sql: """
                    UPDATE reconciliations SET end = ?, reached = ?, state = ?, ended_at = ?, records = ?,
                      runs = ?, corrected = ?, person = ?, more = ?, less = ?, head = ?,
                      \(OpenStretch.columns) WHERE id = ?
                    """,
                arguments: [
                    pass.window.end.epochSeconds, pass.reached.epochSeconds,
                    pass.isDone ? "done" : "under_way",
                    pass.endedAt?.epochSeconds, pass.records, pass.runs, pass.corrected,
                    pass.person, pass.more.microSU, pass.less.microSU, pass.head,
                ] + OpenStretch.arguments(pass.stretch) + [pass.id])
            try KeptFinding.insert(found, of: pass.id, into: db)
        }
    }

    /// Who ran each, and who pays for it; nil: nobody does, or the name was erased.
    package func names(
        ofRuns runs: [RunID]
    ) throws -> [RunID: (user: String?, allocation: String?)] {
        try pool.read { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT u.name, a.name AS allocation FROM runs r LEFT JOIN users u ON u.id = r.user
                      LEFT JOIN allocations a ON a.id = r.allocation WHERE r.id = ?
                    """)
            var names: [RunID: (user: String?, allocation: String?)] = [:]
            for run in Set(runs) {
                guard let row = try GRDB.Row.fetchOne(statement, arguments: [run.number]) else {
                    continue
                }
                names[run] = (row[0], row[1])
            }
            return names
        }
    }

    private func beside(_ body: (Database) throws -> Void) throws {
        try pool.writeWithoutTransaction { db in
            try db.inTransaction(.immediate) {
                try checkEpoch(db)
                try body(db)
                return .commit
            }
        }
    }

    /// The newest pass of a cluster that was no dry run; nil: there was none.
    ///
    /// - Parameter done: one that came to its end.
    package func lastPass(on cluster: String, done: Bool) throws -> ReconciliationPass? {
        try pass("cluster = ? AND dry_run = 0 AND (? = 0 OR state = 'done')", [cluster, done])
    }

    /// How far a cluster's record was gone through without a gap, from `start` on, with nothing left to
    /// a person: by passes each of which begins no later than where others have come to.
    package func cleanUpTo(on cluster: String, from start: Instant) throws -> Instant {
        try pool.read { db in
            let passes = try Row.fetchCursor(
                db,
                sql: """
                    SELECT start, end FROM reconciliations
                    WHERE cluster = ? AND \(Self.isCleanPass) ORDER BY start
                    """,
                arguments: [cluster])
            var reached = start.epochSeconds
            while let pass = try passes.next() {
                let begun: Int64 = pass["start"]
                if begun <= reached { reached = max(reached, pass["end"]) }
            }
            return Instant(epochSeconds: reached)
        }
    }

    private func pass(
        _ condition: String, _ arguments: StatementArguments
    ) throws -> ReconciliationPass? {
        try pool.read { db in
            try Row.fetchOne(
                db,
                sql: "SELECT * FROM reconciliations WHERE \(condition) ORDER BY id DESC LIMIT 1",
                arguments: arguments
            ).map { try ReconciliationPass($0) }
        }
    }

    package func findings(of pass: ReconciliationPass) throws -> [KeptFinding] {
        try pool.read { db in
            try Row.fetchAll(
                db,
                sql: "SELECT * FROM reconciliation_findings WHERE reconciliation = ? ORDER BY n",
                arguments: [pass.id]
            ).map { KeptFinding($0) }
        }
    }
}

extension ReconciliationPass {
    fileprivate init(_ row: Row) throws {
        self.init(
            cluster: row["cluster"], caller: row["caller"],
            isDryRun: (row["dry_run"] as Int64) == 1, window: try readWindow(row),
            begunAt: Instant(epochSeconds: row["begun_at"]))
        id = row["id"]
        reached = Instant(epochSeconds: row["reached"])
        isDone = row["state"] == "done"
        endedAt = (row["ended_at"] as Int64?).map(Instant.init(epochSeconds:))
        (records, runs) = (row["records"], row["runs"])
        (corrected, person) = (row["corrected"], row["person"])
        (more, less) = (ServiceUnits(microSU: row["more"]), ServiceUnits(microSU: row["less"]))
        head = row["head"]
        stretch = OpenStretch(row)
    }
}

extension StoreTransaction {
    /// Keeps and counts what was found in the transaction that corrects it: whatever ends the process, what
    /// stands in the journal stands in the report.
    package func keep(_ finding: KeptFinding, of pass: Int64) throws {
        var change = ServiceUnits.zero
        if let before = finding.before, let after = finding.after { change = after - before }
        try db.execute(
            sql: """
                UPDATE reconciliations SET corrected = corrected + 1, more = more + ?, less = less + ?
                WHERE id = ?
                """,
            arguments: [max(change.microSU, 0), max(-change.microSU, 0), pass])
        try KeptFinding.insert([finding], of: pass, into: db)
    }
}

extension KeptFinding {
    /// Behind those that are kept of the pass already, as many as there is room for.
    fileprivate static func insert(
        _ found: [KeptFinding], of pass: Int64, into db: Database
    ) throws {
        var n =
            try Int64.fetchOne(
                db, sql: "SELECT max(n) FROM reconciliation_findings WHERE reconciliation = ?",
                arguments: [pass]) ?? 0
        for it in found where n < JournalStore.keptFindings {
            n += 1
            try db.execute(
                sql: """
                    INSERT INTO reconciliation_findings VALUES
                      (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    pass, n, it.kind, it.job, it.run, it.user, it.account, it.allocation,
                    it.at?.epochSeconds, it.before?.microSU, it.after?.microSU, it.what, it.remedy,
                ])
        }
    }

    fileprivate init(_ row: Row) {
        self.init(kind: row["kind"], job: row["job"], what: row["what"])
        (run, user, account) = (row["run"], row["user"], row["account"])
        allocation = row["allocation"]
        at = (row["at"] as Int64?).map(Instant.init(epochSeconds:))
        before = (row["before"] as Int64?).map(ServiceUnits.init(microSU:))
        after = (row["after"] as Int64?).map(ServiceUnits.init(microSU:))
        remedy = row["remedy"]
    }
}
