/// The fifth step of the file, beside feeds: what is known of people can be taken away for good, and
/// pull-backs can be taken back.

extension Schema {
    /// A number is never given out again: a user who was erased keeps a row without a name, and a
    /// text a row with nothing but its digest.
    static let erasures = """
        CREATE TABLE erasures(
            user INTEGER PRIMARY KEY, at INTEGER NOT NULL, entry INTEGER NOT NULL) STRICT;
        CREATE TABLE users_5(
            id INTEGER PRIMARY KEY, name TEXT UNIQUE, full_name TEXT, mail TEXT,
            organisation INTEGER,
            CHECK (name IS NOT NULL
                OR (full_name IS NULL AND mail IS NULL AND organisation IS NULL))) STRICT;
        INSERT INTO users_5 SELECT id, name, full_name, mail, organisation FROM users;
        DROP TABLE users;
        ALTER TABLE users_5 RENAME TO users;
        CREATE TABLE texts_5(
            digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
            salt BLOB CHECK (length(salt) = 16), text TEXT,
            CHECK ((salt IS NULL) = (text IS NULL))) STRICT, WITHOUT ROWID;
        INSERT INTO texts_5 SELECT digest, salt, text FROM texts;
        DROP TABLE texts;
        ALTER TABLE texts_5 RENAME TO texts;

        """

    static let pullbacksTakenBack = """
        CREATE TABLE pullbacks_5(
            allocation INTEGER NOT NULL REFERENCES allocations(id), at INTEGER NOT NULL,
            numerator INTEGER NOT NULL CHECK (numerator BETWEEN 0 AND denominator),
            denominator INTEGER NOT NULL CHECK (denominator BETWEEN 1 AND 1000000000000),
            state TEXT NOT NULL CHECK (state IN ('pending', 'done', 'dropped')),
            entry INTEGER NOT NULL,
            PRIMARY KEY (allocation, at)) STRICT, WITHOUT ROWID;
        INSERT INTO pullbacks_5
            SELECT allocation, at, numerator, denominator, state, entry FROM pullbacks;
        DROP TABLE pullbacks;
        ALTER TABLE pullbacks_5 RENAME TO pullbacks;
        CREATE INDEX pullbacks_to_do ON pullbacks(at) WHERE state = 'pending';

        """
}
