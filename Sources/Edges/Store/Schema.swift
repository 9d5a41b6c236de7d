/// The journal's file: what tables there are, and which checks repeat what Core asserts.
///
/// `entries`, `postings`, `commands`, `users` and `texts` are the record; every other table is
/// derived from the entries, in the same transaction, and `verify` builds it again.

import GRDB

enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: journal, ledger and registry") { db in
            try db.execute(sql: record + registry + ledger)
        }
        migrator.registerMigration("2: people, units, diffs") { db in
            try db.execute(sql: people + diffs)
            try Diffs.findAll(db)
        }
        migrator.registerMigration("3: refunds and pull-backs") { db in
            try db.execute(sql: refundsAndPullbacks)
        }
        migrator.registerMigration("4: change requests") { db in
            try db.execute(sql: changeRequests)
        }
        migrator.registerMigration("5: feeds, erasures, pull-backs taken back") { db in
            try db.execute(sql: feedRecords + erasures + pullbacksTakenBack)
        }
        migrator.registerMigration("6: raises and notices") { db in
            try db.execute(sql: raisesAndNotices)
        }
        migrator.registerMigration("7: jobs held back at their start") { db in
            try db.execute(sql: heldBack)
        }
        migrator.registerMigration("8: suspensions") { db in
            // `FROM-TO` in epoch seconds, a blank between two; the last one open while suspended.
            try db.execute(sql: "ALTER TABLE runs ADD COLUMN suspensions TEXT;")
        }
        migrator.registerMigration("9: reservations") { db in
            try db.execute(sql: reservations)
        }
        migrator.registerMigration("10: limits in slurmdbd") { db in
            try db.execute(sql: backstop)
        }
        migrator.registerMigration("11: reconciliation") { db in
            try db.execute(sql: reconciliation)
        }
        migrator.registerMigration("12: modes, and what would have been refused") { db in
            try db.execute(sql: modes)
        }
        migrator.registerMigration("13: limits of jobs that changed their size") { db in
            try db.execute(sql: "ALTER TABLE runs ADD COLUMN limit_spent INTEGER;")
        }
        migrator.registerMigration("14: reservations that are over and nobody's") { db in
            try db.execute(sql: settledReservations)
        }
        migrator.registerMigration("15: gaps that are open where a window ends") { db in
            try db.execute(sql: openStretches)
        }
        // Changes no table: from here on an atolld leaves a journal alone that has steps it doesn't know.
        // One from before this step opens it, and takes what is packed for damaged.
        migrator.registerMigration("16: long payloads are packed") { _ in }
        migrator.registerMigration("17: entries of an allocation") { db in
            try db.execute(sql: allocationEntries)
        }
        return migrator
    }

    private static let record = """
        CREATE TABLE meta(
            key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
        CREATE TABLE entries(
            seq INTEGER PRIMARY KEY CHECK (seq > 0),
            recorded_at INTEGER NOT NULL,
            effective_at INTEGER NOT NULL,
            actor TEXT NOT NULL,
            command_id TEXT NOT NULL,
            kind TEXT NOT NULL,
            version INTEGER NOT NULL CHECK (version >= 1),
            reason BLOB CHECK (length(reason) = 32),
            payload BLOB NOT NULL,
            previous BLOB NOT NULL CHECK (length(previous) = 32),
            hash BLOB NOT NULL CHECK (length(hash) = 32),
            epoch INTEGER NOT NULL) STRICT;
        CREATE TABLE postings(
            entry INTEGER NOT NULL REFERENCES entries(seq),
            n INTEGER NOT NULL,
            from_lot INTEGER, from_bucket TEXT NOT NULL,
            to_lot INTEGER NOT NULL, to_bucket TEXT NOT NULL,
            amount INTEGER NOT NULL CHECK (amount > 0 AND amount < 1000000000000000000),
            allocation INTEGER NOT NULL,
            user INTEGER, claim INTEGER, run INTEGER, cluster TEXT,
            resource INTEGER, rate INTEGER, usage_start INTEGER, usage_end INTEGER,
            unit_seconds INTEGER,
            CHECK (usage_end >= usage_start),
            PRIMARY KEY (entry, n)) STRICT, WITHOUT ROWID;
        CREATE INDEX postings_by_allocation ON postings(allocation, entry);
        CREATE TABLE commands(
            caller TEXT NOT NULL,
            id TEXT NOT NULL,
            digest BLOB NOT NULL CHECK (length(digest) = 32),
            answer BLOB NOT NULL,
            entry INTEGER NOT NULL,
            PRIMARY KEY (caller, id)) STRICT, WITHOUT ROWID;
        CREATE TABLE users(
            id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
        CREATE TABLE texts(
            digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
            salt BLOB NOT NULL CHECK (length(salt) = 16),
            text TEXT NOT NULL) STRICT, WITHOUT ROWID;

        """

    /// What is known of a person stands beside the journal, as the name does.
    private static let people = """
        ALTER TABLE users ADD COLUMN full_name TEXT;
        ALTER TABLE users ADD COLUMN mail TEXT;
        ALTER TABLE users ADD COLUMN organisation INTEGER;
        ALTER TABLE resources ADD COLUMN units INTEGER CHECK (units > 0);

        """

    /// Which entries a history of a project or an allocation is made of, charges left out.
    private static let diffs = """
        CREATE TABLE diffs(
            subject TEXT NOT NULL CHECK (subject IN ('project', 'allocation')),
            id INTEGER NOT NULL,
            entry INTEGER NOT NULL REFERENCES entries(seq),
            PRIMARY KEY (subject, id, entry)) STRICT, WITHOUT ROWID;

        """

    private static let registry = """
        CREATE TABLE clusters(
            name TEXT PRIMARY KEY, title TEXT,
            combine TEXT NOT NULL CHECK (combine IN ('sum', 'max')),
            entry INTEGER NOT NULL) STRICT;
        CREATE TABLE organisations(
            id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, originated_id TEXT,
            entry INTEGER NOT NULL) STRICT;
        CREATE TABLE projects(
            id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, title TEXT,
            organisation INTEGER REFERENCES organisations(id), pi INTEGER,
            origination TEXT, originated_id TEXT, external_group TEXT,
            status TEXT NOT NULL CHECK (status IN ('ACTIVE', 'INACTIVE', 'DELETED')),
            entry INTEGER NOT NULL) STRICT;
        CREATE TABLE accounts(
            account TEXT PRIMARY KEY, project INTEGER REFERENCES projects(id),
            entry INTEGER NOT NULL) STRICT;
        CREATE TABLE resources(
            id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, type TEXT NOT NULL,
            tres TEXT NOT NULL, clusters TEXT, partitions TEXT, qos TEXT,
            entry INTEGER NOT NULL) STRICT;
        CREATE TABLE rates(
            id INTEGER PRIMARY KEY, resource INTEGER NOT NULL REFERENCES resources(id),
            start INTEGER NOT NULL, end INTEGER,
            numerator INTEGER NOT NULL CHECK (numerator BETWEEN 0 AND 1000000000000),
            denominator INTEGER NOT NULL CHECK (denominator BETWEEN 1 AND 1000000000000),
            recorded_at INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('in_force', 'superseded')),
            entry INTEGER NOT NULL, CHECK (end > start)) STRICT;
        CREATE TABLE factors(
            id INTEGER PRIMARY KEY, subject TEXT NOT NULL CHECK (subject IN ('qos', 'partition')),
            name TEXT NOT NULL, cluster TEXT,
            start INTEGER NOT NULL, end INTEGER,
            numerator INTEGER NOT NULL CHECK (numerator BETWEEN 0 AND 1000000000000),
            denominator INTEGER NOT NULL CHECK (denominator BETWEEN 1 AND 1000000000000),
            recorded_at INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('in_force', 'superseded')),
            entry INTEGER NOT NULL, CHECK (end > start)) STRICT;
        CREATE TABLE allocations(
            id INTEGER PRIMARY KEY, project INTEGER NOT NULL REFERENCES projects(id),
            name TEXT NOT NULL UNIQUE, clusters TEXT NOT NULL, resources TEXT,
            initial INTEGER NOT NULL CHECK (initial >= 0),
            start INTEGER NOT NULL, end INTEGER,
            status TEXT NOT NULL CHECK (status IN ('ACTIVE', 'INACTIVE', 'DELETED')),
            overdraft_limit INTEGER NOT NULL CHECK (overdraft_limit >= 0),
            hold_policy TEXT NOT NULL CHECK (hold_policy IN ('submit', 'throttle', 'start')),
            window_policy TEXT NOT NULL CHECK (window_policy IN ('whole', 'start')),
            members_policy TEXT NOT NULL CHECK (members_policy IN ('associations', 'listed')),
            entry INTEGER NOT NULL, CHECK (end > start)) STRICT;
        CREATE TABLE memberships(
            allocation INTEGER NOT NULL REFERENCES allocations(id), user INTEGER NOT NULL,
            cap INTEGER CHECK (cap >= 0), start INTEGER, end INTEGER,
            status TEXT NOT NULL CHECK (status IN ('ACTIVE', 'INACTIVE', 'DELETED')),
            entry INTEGER NOT NULL, CHECK (end > start),
            PRIMARY KEY (allocation, user)) STRICT, WITHOUT ROWID;

        """

    private static let ledger = """
        CREATE TABLE lots(
            id INTEGER PRIMARY KEY, allocation INTEGER NOT NULL REFERENCES allocations(id),
            kind TEXT NOT NULL CHECK (kind IN ('grant', 'overdraft')),
            start INTEGER NOT NULL, end INTEGER,
            state TEXT NOT NULL CHECK (state IN ('pending', 'open', 'ended')),
            issued INTEGER NOT NULL DEFAULT 0 CHECK (issued >= 0),
            available INTEGER NOT NULL DEFAULT 0 CHECK (available >= 0 OR kind = 'overdraft'),
            held INTEGER NOT NULL DEFAULT 0 CHECK (held >= 0),
            charged INTEGER NOT NULL DEFAULT 0 CHECK (charged >= 0),
            expired INTEGER NOT NULL DEFAULT 0 CHECK (expired >= 0),
            withdrawn INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn >= 0),
            entry INTEGER NOT NULL,
            CHECK (available + held + charged + expired + withdrawn = issued),
            CHECK (kind = 'grant' OR issued = 0)) STRICT;
        CREATE INDEX lots_by_allocation ON lots(allocation);
        CREATE INDEX lots_to_open ON lots(start) WHERE state = 'pending';
        CREATE INDEX lots_to_end ON lots(end) WHERE state = 'open' AND kind = 'grant';
        CREATE TABLE claims(
            id INTEGER PRIMARY KEY, provider TEXT NOT NULL, cluster TEXT NOT NULL,
            number INTEGER, token TEXT,
            allocation INTEGER NOT NULL REFERENCES allocations(id), user INTEGER NOT NULL,
            account TEXT NOT NULL, partition TEXT NOT NULL, qos TEXT, footprint TEXT NOT NULL,
            time_limit_seconds INTEGER NOT NULL CHECK (time_limit_seconds >= 0),
            state TEXT NOT NULL CHECK (state IN ('unclaimed', 'bound', 'closed')),
            outstanding_tasks INTEGER NOT NULL CHECK (outstanding_tasks >= 0),
            concurrency INTEGER, amount_per_task INTEGER NOT NULL CHECK (amount_per_task >= 0),
            pins TEXT NOT NULL, held INTEGER NOT NULL CHECK (held >= 0),
            created_at INTEGER NOT NULL, observed_at INTEGER, observed_request TEXT, remark TEXT,
            entry INTEGER NOT NULL,
            CHECK (state <> 'closed' OR held = 0)) STRICT;
        CREATE UNIQUE INDEX claims_by_token ON claims(token, cluster) WHERE token IS NOT NULL;
        CREATE INDEX claims_by_number ON claims(number, cluster) WHERE number IS NOT NULL;
        CREATE INDEX claims_open ON claims(allocation) WHERE state <> 'closed';
        CREATE TABLE runs(
            id INTEGER PRIMARY KEY, cluster TEXT NOT NULL, job_id INTEGER NOT NULL,
            submit INTEGER NOT NULL, resize INTEGER NOT NULL, job_name TEXT NOT NULL,
            claim INTEGER REFERENCES claims(id), allocation INTEGER REFERENCES allocations(id),
            user INTEGER NOT NULL, account TEXT NOT NULL, partition TEXT NOT NULL, qos TEXT,
            state TEXT NOT NULL CHECK (state IN ('running', 'ended')),
            counts TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER,
            suspended_seconds INTEGER NOT NULL CHECK (suspended_seconds >= 0),
            time_limit_seconds INTEGER NOT NULL CHECK (time_limit_seconds >= 0),
            outcome TEXT, share TEXT NOT NULL, held INTEGER NOT NULL CHECK (held >= 0),
            card_version INTEGER, charged INTEGER NOT NULL CHECK (charged >= 0),
            refunded INTEGER NOT NULL CHECK (refunded BETWEEN 0 AND charged), remark TEXT,
            entry INTEGER NOT NULL,
            CHECK ((state = 'ended') = (end IS NOT NULL)),
            CHECK (state <> 'ended' OR held = 0),
            UNIQUE (job_id, submit, resize, cluster)) STRICT;
        CREATE INDEX runs_by_claim ON runs(claim) WHERE claim IS NOT NULL;
        CREATE INDEX runs_running ON runs(allocation) WHERE state = 'running';
        CREATE TABLE member_use(
            allocation INTEGER NOT NULL, user INTEGER NOT NULL,
            held INTEGER NOT NULL CHECK (held >= 0),
            charged INTEGER NOT NULL CHECK (charged >= 0),
            refunded INTEGER NOT NULL CHECK (refunded BETWEEN 0 AND charged),
            PRIMARY KEY (allocation, user)) STRICT, WITHOUT ROWID;

        """
}
