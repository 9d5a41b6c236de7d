/// The sixth step of the file: raises among the claims; and notices, which stand beside the journal.

extension Schema {
    static let raisesAndNotices = """
        ALTER TABLE claims ADD COLUMN extra INTEGER;
        ALTER TABLE claims ADD COLUMN het_name TEXT;
        ALTER TABLE claims ADD COLUMN raises INTEGER;
        ALTER TABLE claims ADD COLUMN aim TEXT CHECK ((aim IS NULL) = (raises IS NULL));
        CREATE INDEX claims_raising ON claims(raises) WHERE raises IS NOT NULL;
        CREATE INDEX claims_unclaimed ON claims(user, cluster) WHERE state = 'unclaimed';
        CREATE TABLE notices(
            id INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            cluster TEXT NOT NULL,
            job INTEGER, token TEXT,
            user INTEGER,
            kind TEXT NOT NULL,
            text TEXT NOT NULL,
            figures TEXT NOT NULL,
            memo TEXT,
            times INTEGER NOT NULL DEFAULT 1 CHECK (times > 0),
            CHECK (job IS NOT NULL OR token IS NOT NULL)) STRICT;
        CREATE INDEX notices_by_job ON notices(job, cluster) WHERE job IS NOT NULL;
        CREATE INDEX notices_by_token ON notices(token, cluster) WHERE token IS NOT NULL;
        CREATE INDEX notices_by_time ON notices(at);

        """
}
