/// A journal made before a step of the schema is read after it, and its books verify.

import Bank
import Books
import Foundation
import GRDB
import Ledger
import Registry
import TestKit
import Testing
import Units

@testable import Store

@Suite struct MigrationTests {
    @Test func `a journal from before refunds goes on, and its runs can be refunded`() async throws
    {
        let books = try TestBank()
        _ = try await books.perform(.apply(.small(), backdate: false), id: "apply")
        try await books.charge(job: 7, cpus: 10)
        books.bank.stop()
        try books.store.close()
        // Back to how it was: nothing is there that the later steps made.
        let path = books.folder.appendingPathComponent("journal.db").path
        let file = try DatabaseQueue(path: path)
        try await file.write { db in
            try db.execute(
                sql: """
                    DROP TABLE reconciliation_findings; DROP TABLE reconciliations;
                    DROP INDEX runs_by_end; ALTER TABLE runs DROP COLUMN kept;
                    ALTER TABLE runs DROP COLUMN limit_spent;
                    DROP TABLE held_back; DROP TABLE feed_records; DROP TABLE erasures;
                    DROP TABLE reservations; DROP TABLE reservation_rules;
                    DROP INDEX claims_of_reservations_changed; DROP INDEX claims_in_reservation;
                    DROP INDEX runs_in_reservations_changed; DROP INDEX runs_in_reservation;
                    ALTER TABLE claims DROP COLUMN reservation;
                    ALTER TABLE runs DROP COLUMN reservation;
                    DROP TABLE request_events; DROP TABLE requests;
                    DROP INDEX pullbacks_to_do; DROP TABLE pullbacks;
                    DROP INDEX runs_by_job; DROP INDEX postings_of_charges;
                    DROP INDEX postings_of_overdraft;
                    ALTER TABLE runs DROP COLUMN waived;
                    ALTER TABLE runs DROP COLUMN suspensions;
                    DROP TABLE notices; DROP INDEX claims_raising; DROP INDEX claims_unclaimed;
                    ALTER TABLE claims DROP COLUMN aim; ALTER TABLE claims DROP COLUMN raises;
                    ALTER TABLE claims DROP COLUMN extra;
                    ALTER TABLE claims DROP COLUMN het_name;
                    DROP TABLE backstop_limits; DROP TABLE modes;
                    DROP TABLE allocation_entries;
                    CREATE INDEX postings_by_allocation ON postings(allocation, entry);
                    DELETE FROM grdb_migrations
                    WHERE identifier NOT LIKE '1:%' AND identifier NOT LIKE '2:%';
                    """)
        }
        try file.close()
        let again = try TestBank(folder: books.folder, clock: books.clock)
        #expect(try again.store.verify().finding == nil)
        _ = try await again.perform(.refund(.init(job: "7")))
        #expect(try again.lotLines() == ["2 open: available 100.00"])
        #expect(try again.store.verify().finding == nil)
        again.stopAndRemove()
    }

    @Test func `a journal that a newer atolld wrote is left alone`() async throws {
        let books = try TestBank()
        books.bank.stop()
        try books.store.close()
        let path = books.folder.appendingPathComponent("journal.db").path
        let file = try DatabaseQueue(path: path)
        try await file.write {
            try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99: of a later release')")
        }
        try file.close()
        #expect {
            try JournalStore(path: path)
        } throws: {
            "\($0)".contains("was written by a newer atolld")
        }
        try FileManager.default.removeItem(at: books.folder)
    }

    @Test func `refunds and reconciliations read by index, whatever the size of the books`() throws
    {
        let books = try TestBank()
        defer { books.stopAndRemove() }
        let plans = try books.store.pool.read { db in
            try [
                """
                SELECT * FROM postings WHERE run = 1
                  AND (to_bucket = 'charged' OR from_bucket = 'charged')
                """,
                """
                SELECT * FROM postings WHERE allocation = 1 AND run IS NULL
                  AND (to_bucket = 'charged' OR from_bucket = 'charged')
                """,
                "SELECT allocation FROM pullbacks WHERE state = 'pending' AND at <= 1",
                """
                SELECT * FROM runs WHERE (job_name = '7'
                  OR (job_name > '7_' AND job_name < '7`')
                  OR (job_name > '7+' AND job_name < '7,'))
                """,
                """
                SELECT * FROM runs WHERE cluster = 'reef' AND end >= 1 AND end < 2
                  AND job_id <> 0 ORDER BY job_id, submit, resize
                """,
                """
                WITH wanted(job_id, submit, resize) AS (VALUES (1, 2, 0), (3, 4, 0))
                SELECT runs.* FROM wanted JOIN runs USING (job_id, submit, resize)
                """,
            ].map { sql in
                try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN \(sql)")
                    .map { $0["detail"] as String }.joined(separator: "; ")
            }
        }
        #expect(plans[0].contains("postings_of_charges"))
        #expect(plans[1].contains("postings_of_overdraft"))
        #expect(plans[2].contains("pullbacks_to_do"))
        #expect(plans[3].contains("runs_by_job") && !plans[3].contains("SCAN"))
        #expect(plans[4].contains("runs_by_end"))
        #expect(plans[5].contains("SEARCH runs") && !plans[5].contains("SCAN runs"))
    }
}
