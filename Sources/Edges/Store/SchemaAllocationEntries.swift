/// The seventeenth step of the file: which entries have postings of an allocation, and which of theirs.

extension Schema {
    static let allocationEntries = """
        CREATE TABLE allocation_entries(
            allocation INTEGER NOT NULL,
            entry INTEGER NOT NULL REFERENCES entries(seq),
            first INTEGER NOT NULL CHECK (first >= 0),
            last INTEGER NOT NULL CHECK (last >= first),
            PRIMARY KEY (allocation, entry)) STRICT, WITHOUT ROWID;
        INSERT INTO allocation_entries
            SELECT allocation, entry, min(n), max(n) FROM postings GROUP BY 1, 2 ORDER BY 1, 2;
        DROP INDEX postings_by_allocation;

        """
}
