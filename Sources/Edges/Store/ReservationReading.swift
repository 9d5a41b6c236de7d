/// What people and the Collector ask of reservations.

import Books
import GRDB
import Ledger
import Registry
import Units

/// A version with what is held and was charged for it.
package struct ReservationRow: Sendable {
    package let version: ReservationVersion
    package let held: ServiceUnits
    package let charged: ServiceUnits
    package let refunded: ServiceUnits
    /// Runs of jobs inside that overlap it.
    package let jobs: Int64
}

extension JournalStore {
    /// Versions in order of time.
    ///
    /// - Parameter all: those that have ended, too.
    package func reservations(
        cluster: String? = nil, name: String? = nil, all: Bool
    ) throws -> [ReservationRow] {
        try pool.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT reservations.*, coalesce(claims.held, 0) AS held,
                      coalesce(runs.charged, 0) AS charged, coalesce(runs.refunded, 0) AS refunded,
                      (SELECT count(*) FROM runs AS inside
                        WHERE inside.reservation = reservations.name
                          AND inside.cluster = reservations.cluster
                          AND inside.start < reservations.end
                          AND (inside.end IS NULL OR inside.end > reservations.start)) AS jobs
                    FROM reservations LEFT JOIN claims ON claims.id = reservations.claim
                    LEFT JOIN runs ON runs.id = reservations.run
                    WHERE (?1 IS NULL OR reservations.cluster = ?1)
                      AND (?2 IS NULL OR reservations.name = ?2)
                      AND (?3 OR reservations.state <> 'ended')
                    ORDER BY reservations.start, reservations.id
                    """, arguments: [cluster, name, all])
            return try rows.map { row in
                ReservationRow(
                    version: try ReservationVersion(row),
                    held: ServiceUnits(microSU: row["held"]),
                    charged: ServiceUnits(microSU: row["charged"]),
                    refunded: ServiceUnits(microSU: row["refunded"]), jobs: row["jobs"])
            }
        }
    }

    /// Versions of a cluster that have not ended.
    package func openReservations(on cluster: String) throws -> [ReservationVersion] {
        try reservations(cluster: cluster, all: false).map(\.version)
    }

    /// Versions of a cluster that ended after an instant, or have not ended.
    package func reservations(
        on cluster: String, since: Instant
    ) throws -> [ReservationVersion] {
        try pool.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM reservations
                    WHERE cluster = ? AND (end > ? OR state <> 'ended')
                    """,
                arguments: [cluster, since.epochSeconds]
            ).map { try ReservationVersion($0) }
        }
    }

    /// Versions whose charge or hold is older than what became of the jobs inside since entry `seq`,
    /// and those that have ended and are not charged yet.
    ///
    /// - Returns: `upTo`: the last entry that was looked at, for the next time.
    package func reservationsToSettle(
        on cluster: String, after seq: Int64
    ) throws -> (ids: [ReservationID], upTo: Int64) {
        try pool.read { db in
            let last = try Int64.fetchOne(db, sql: "SELECT max(seq) FROM entries") ?? 0
            let ids = try Int64.fetchAll(
                db,
                sql: """
                    SELECT id FROM reservations AS it
                    WHERE it.cluster = ?1 AND it.claim IS NOT NULL AND it.state = 'ended'
                      AND it.run IS NULL
                    UNION
                    SELECT it.id FROM runs JOIN reservations AS it
                      ON it.name = runs.reservation AND it.cluster = runs.cluster
                    WHERE runs.entry > ?2 AND runs.reservation IS NOT NULL AND runs.cluster = ?1
                      AND it.claim IS NOT NULL AND it.charge = 'idle' AND runs.entry > it.entry
                      AND runs.start < it.end AND (runs.end IS NULL OR runs.end > it.start)
                    UNION
                    SELECT it.id FROM claims JOIN reservations AS it
                      ON it.name = claims.reservation AND it.cluster = claims.cluster
                    WHERE claims.entry > ?2 AND claims.reservation IS NOT NULL
                      AND claims.cluster = ?1 AND claims.provider <> 'reservation'
                      AND it.claim IS NOT NULL AND it.charge = 'idle' AND it.state = 'open'
                      AND claims.entry > it.entry
                    ORDER BY 1
                    """, arguments: [cluster, seq])
            return (ids.map(ReservationID.init), last)
        }
    }
}
