/// Which entries tell what became of a project or an allocation: a derived table, so that a history is
/// read without its charges.

import GRDB
import Ledger

struct Diffs {
    let db: Database

    struct Subject: Hashable {
        fileprivate let kind: String
        fileprivate let id: Int64
        fileprivate static func project(_ id: Int64) -> Subject {
            Subject(kind: "project", id: id)
        }
        fileprivate static func allocation(_ id: Int64) -> Subject {
            Subject(kind: "allocation", id: id)
        }
    }

    /// Whom an entry is about; to be asked before its rows are written, which say who was before.
    func subjects(rows: [RowImage], postings: [PostingRow]) throws -> Set<Subject> {
        try Self.subjects(rows: rows, postings: postings) { account in
            try Int64.fetchOne(
                db.cachedStatement(sql: "SELECT project FROM accounts WHERE account = ?"),
                arguments: [account])
        }
    }

    /// Does so for the entries of a journal that had no such table. Only these kinds were about
    /// standing facts and lots then.
    static func findAll(_ db: Database) throws {
        var projects: [String: Int64] = [:]
        let entries = try Row.fetchCursor(
            db,
            sql: """
                SELECT seq, version, payload FROM entries
                WHERE kind IN ('registered', 'granted', 'opened', 'expired') ORDER BY seq
                """)
        while let entry = try entries.next() {
            let (rows, postings) = try Payload.decode(entry["payload"], version: entry["version"])
            let subjects = try subjects(rows: rows, postings: postings) { projects[$0] }
            try Diffs(db: db).insert(subjects, seq: entry["seq"])
            for row in rows where row.shape.name == TableShape.accounts.name {
                guard let account: String = row["account"] else { continue }
                projects[account] = row["project"]
            }
        }
    }

    func insert(_ subjects: Set<Subject>, seq: Int64) throws {
        guard !subjects.isEmpty else { return }
        let statement = try db.cachedStatement(sql: "INSERT INTO diffs VALUES (?, ?, ?)")
        for subject in subjects {
            try statement.execute(arguments: [subject.kind, subject.id, seq])
        }
    }

    private static func subjects(
        rows: [RowImage], postings: [PostingRow], ownerOf: (String) throws -> Int64?
    ) throws -> Set<Subject> {
        var subjects: Set<Subject> = []
        func add(_ make: (Int64) -> Subject, _ id: Int64?) {
            if let id { subjects.insert(make(id)) }
        }
        for row in rows {
            switch row.shape.name {
            case TableShape.projects.name: add(Subject.project, row["id"])
            case TableShape.accounts.name:
                add(Subject.project, row["project"])
                if let account: String = row["account"] {
                    add(Subject.project, try ownerOf(account))
                }
            case TableShape.allocations.name: add(Subject.allocation, row["id"])
            case TableShape.memberships.name, TableShape.lots.name, TableShape.pullbacks.name:
                add(Subject.allocation, row["allocation"])
            default: break
            }
        }
        for posting in postings where posting.changesStanding {
            subjects.insert(.allocation(posting.allocation))
        }
        return subjects
    }
}

extension PostingRow {
    /// Whether it says how much credit there is, and not what a job did with it.
    var changesStanding: Bool {
        guard claim == nil, run == nil else { return false }
        let final: [Bucket] = [.withdrawn, .expired]
        return fromBucket == nil || final.contains(toBucket)
            || fromBucket.map(final.contains) == true
    }
}

extension RowImage {
    /// The value of a column; nil for NULL.
    subscript<Value: DatabaseValueConvertible>(column: String) -> Value? {
        guard let index = shape.columns.firstIndex(of: column) else { return nil }
        return Value.fromDatabaseValue(values[index])
    }
}
