/// The tenth step of the file: runs by their end, runs that a person keeps as they are; and passes of
/// reconciliation with what they found, which stand beside the journal.

extension Schema {
    static let reconciliation = """
        ALTER TABLE runs ADD COLUMN kept INTEGER CHECK (kept IS NULL OR kept = 1);
        CREATE INDEX runs_by_end ON runs(cluster, end) WHERE end IS NOT NULL;
        CREATE TABLE reconciliations(
            id INTEGER PRIMARY KEY,
            cluster TEXT NOT NULL,
            caller TEXT NOT NULL,
            dry_run INTEGER NOT NULL CHECK (dry_run IN (0, 1)),
            start INTEGER NOT NULL, end INTEGER NOT NULL CHECK (end >= start),
            reached INTEGER NOT NULL CHECK (reached BETWEEN start AND end),
            state TEXT NOT NULL CHECK (state IN ('under_way', 'done')),
            begun_at INTEGER NOT NULL, ended_at INTEGER,
            records INTEGER NOT NULL CHECK (records >= 0),
            runs INTEGER NOT NULL CHECK (runs >= 0),
            corrected INTEGER NOT NULL CHECK (corrected >= 0),
            person INTEGER NOT NULL CHECK (person >= 0),
            more INTEGER NOT NULL CHECK (more >= 0),
            less INTEGER NOT NULL CHECK (less >= 0),
            head TEXT,
            CHECK ((state = 'done') = (ended_at IS NOT NULL))) STRICT;
        CREATE INDEX reconciliations_by_cluster ON reconciliations(cluster, id);
        CREATE TABLE reconciliation_findings(
            reconciliation INTEGER NOT NULL REFERENCES reconciliations(id),
            n INTEGER NOT NULL,
            kind TEXT NOT NULL, job TEXT NOT NULL, run INTEGER, user TEXT, account TEXT,
            allocation TEXT, at INTEGER, before INTEGER, after INTEGER,
            what TEXT NOT NULL, remedy TEXT,
            PRIMARY KEY (reconciliation, n)) STRICT, WITHOUT ROWID;

        """
}
