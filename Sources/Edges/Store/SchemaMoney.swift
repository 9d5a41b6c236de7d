/// The second step of the file: runs that are waived, pull-backs, and the indexes that refunds read by.

extension Schema {
    static let refundsAndPullbacks = """
        ALTER TABLE runs ADD COLUMN waived INTEGER
            CHECK (waived IS NULL OR (waived = 1 AND refunded = charged));
        CREATE INDEX runs_by_job ON runs(job_name, cluster);
        CREATE INDEX postings_of_charges ON postings(run)
            WHERE to_bucket = 'charged' OR from_bucket = 'charged';
        CREATE INDEX postings_of_overdraft ON postings(allocation)
            WHERE run IS NULL AND (to_bucket = 'charged' OR from_bucket = 'charged');
        CREATE TABLE pullbacks(
            allocation INTEGER NOT NULL REFERENCES allocations(id), at INTEGER NOT NULL,
            numerator INTEGER NOT NULL CHECK (numerator BETWEEN 0 AND denominator),
            denominator INTEGER NOT NULL CHECK (denominator BETWEEN 1 AND 1000000000000),
            state TEXT NOT NULL CHECK (state IN ('pending', 'done')),
            entry INTEGER NOT NULL,
            PRIMARY KEY (allocation, at)) STRICT, WITHOUT ROWID;
        CREATE INDEX pullbacks_to_do ON pullbacks(at) WHERE state = 'pending';

        """
}
