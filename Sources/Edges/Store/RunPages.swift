/// Runs a window at a time: what a reconciliation sets beside slurmdbd's record. Short snapshots, so
/// that the log of the journal is written back meanwhile.

import Books
import GRDB
import Ledger
import Threads
import Units

extension JournalStore {
    /// Runs of jobs that ended in `window`, in the order of their keys.
    package func runs(of cluster: String, endedIn window: Interval) throws -> [Run] {
        try pool.read { db in
            // No rests: a snapshot is to be short.
            var (counts, courtesy) = (StoredCounts(), Courtesy())
            let statement = try BareStatement(
                db,
                sql: """
                    SELECT \(Run.columns) FROM runs WHERE cluster = ? AND end >= ? AND end < ?
                      AND job_id <> 0 ORDER BY job_id, submit, resize
                    """)
            return try statement.all {
                $0.add(cluster)
                $0.add(window.start.epochSeconds)
                $0.add(window.end.epochSeconds)
            } _: {
                courtesy.pause()
                return try Run($0, &counts)
            }
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
        var counts = StoredCounts()
        for start in stride(from: 0, to: keys.count, by: 500) {
            try pool.read { db in
                let find = try BareStatement(db, sql: Run.byKey)
                for key in keys[start..<min(start + 500, keys.count)] {
                    found[key] = try find.first {
                        $0.add(key)
                    } _: {
                        try Run($0, &counts)
                    }
                }
            }
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
