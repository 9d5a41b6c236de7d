/// Runs a window at a time: what a reconciliation sets beside slurmdbd's record. Short snapshots, so
/// that the log of the journal is written back meanwhile.

import Books
import GRDB
import Ledger
import Units

extension JournalStore {
    /// Runs of jobs that ended in `window`, in the order of their keys.
    package func runs(of cluster: String, endedIn window: Interval) throws -> [Run] {
        try pool.read { db in
            try db.cachedStatement(
                sql: """
                    SELECT * FROM runs WHERE cluster = ? AND end >= ? AND end < ?
                      AND job_id <> 0 ORDER BY job_id, submit, resize
                    """
            ).rows([cluster, window.start.epochSeconds, window.end.epochSeconds]) { try Run($0) }
        }
    }

    /// How many runs ended in `window`: out of the index alone, before any of them takes memory.
    package func runCount(on cluster: String, endedIn window: Interval) throws -> Int {
        try pool.read { db in
            try Int.fetchOne(
                db,
                sql: "SELECT count(*) FROM runs WHERE cluster = ? AND end >= ? AND end < ?",
                arguments: [cluster, window.start.epochSeconds, window.end.epochSeconds]) ?? 0
        }
    }

    /// Those of `keys` that the books have, running or ended.
    package func runs(named keys: [RunKey]) throws -> [RunKey: Run] {
        var found: [RunKey: Run] = [:]
        for start in stride(from: 0, to: keys.count, by: 500) {
            let page = keys[start..<min(start + 500, keys.count)]
            let values = page.map { "(\($0.jobID), \($0.submit.epochSeconds), \($0.resize))" }
                .joined(separator: ", ")
            let rows = try pool.read { db in
                try db.makeStatement(
                    sql: """
                        WITH wanted(job_id, submit, resize) AS (VALUES \(values))
                        SELECT runs.* FROM wanted JOIN runs USING (job_id, submit, resize)
                        """
                ).rows([]) { try Run($0) }
            }
            let wanted = Set(page)
            for run in rows where wanted.contains(run.key) { found[run.key] = run }
        }
        return found
    }

    /// Versions of reservations that overlap `window`.
    package func reservations(
        of cluster: String, overlapping window: Interval
    ) throws -> [ReservationVersion] {
        try pool.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM reservations WHERE cluster = ? AND start < ? AND end > ?
                    ORDER BY name, start
                    """,
                arguments: [cluster, window.end.epochSeconds, window.start.epochSeconds]
            ).map { try ReservationVersion($0) }
        }
    }

    /// What operators said of reservations that nobody pays for.
    package func reservationsOfNobody(on cluster: String) throws -> [ReservationRule] {
        try pool.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM reservation_rules WHERE cluster = ?
                      AND (charge = 'none' OR settled_until IS NOT NULL) ORDER BY name
                    """, arguments: [cluster]
            ).map { try ReservationRule($0) }
        }
    }
}
