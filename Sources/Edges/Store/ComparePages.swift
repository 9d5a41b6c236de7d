/// Runs by the time they were under way, for `atoll compare`.

import GRDB
import Ledger
import Units

extension JournalStore {
    /// A job's runs that were under way in `window`, by their key.
    package func runs(of cluster: String, overlapping window: Interval) throws -> [Run] {
        try pool.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM runs WHERE cluster = ?1 AND end > ?2 AND start < ?3 AND job_id <> 0
                    UNION ALL
                    SELECT * FROM runs WHERE cluster = ?1 AND state = 'running' AND start < ?3
                      AND job_id <> 0
                    ORDER BY job_id, submit, resize
                    """,
                arguments: [cluster, window.start.epochSeconds, window.end.epochSeconds]
            ).map { try Run($0) }
        }
    }
}
