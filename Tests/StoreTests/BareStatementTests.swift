/// Statements that go straight through SQLite: what is bound comes back, and what SQLite refuses is said.

import GRDB
import Testing

@testable import Store

@Suite struct BareStatementTests {
    private func withTable(_ body: (Database) throws -> Void) throws {
        try DatabaseQueue().write { db in
            try db.execute(
                sql: """
                    CREATE TABLE t(n INTEGER CHECK (n IS NULL OR n < 10), text TEXT) STRICT;
                    """)
            try body(db)
        }
    }

    private func insert(_ number: Int64?, _ text: String?, into db: Database) throws {
        try BareStatement(db, sql: "INSERT INTO t VALUES (?, ?)").execute { row in
            row.add(number)
            row.add(text)
        }
    }

    @Test func `values come back as they were given, an empty text is no NULL`() throws {
        try withTable { db in
            try insert(7, "Grüße | \\", into: db)
            try insert(nil, "", into: db)
            try insert(-3, nil, into: db)
            let rows = try BareStatement(
                db, sql: "SELECT n, text, text IS NULL FROM t ORDER BY rowid"
            ).all { _ in
            } _: { row in
                "\(row.optionalInteger(0).map(String.init) ?? "none") \(row.text(1)) \(row.integer(2))"
            }
            #expect(rows == ["7 Grüße | \\ 0", "none  0", "-3  1"])
        }
    }

    @Test func `the first row is taken, or none`() throws {
        try withTable { db in
            try insert(1, "a", into: db)
            try insert(2, "b", into: db)
            let find = try BareStatement(db, sql: "SELECT text FROM t WHERE n >= ? ORDER BY n")
            #expect(try find.first({ $0.add(Int64(1)) }, { $0.text(0) }) == "a")
            #expect(try find.first({ $0.add(Int64(2)) }, { $0.text(0) }) == "b")
            #expect(try find.first({ $0.add(Int64(3)) }, { $0.text(0) }) == nil)
        }
    }

    @Test func `what a check refuses is a constraint, and the statement goes on`() throws {
        try withTable { db in
            let error = #expect(throws: DatabaseError.self) { try insert(10, "x", into: db) }
            #expect(error?.resultCode == .SQLITE_CONSTRAINT)
            #expect(error?.message?.contains("n < 10") == true)
            try insert(9, "x", into: db)
            #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM t") == 1)
        }
    }

    @Test func `what a reader throws ends the reading, and the statement goes on`() throws {
        struct Stop: Error {}
        try withTable { db in
            for number in 1...3 { try insert(Int64(number), "a", into: db) }
            let all = try BareStatement(db, sql: "SELECT n FROM t")
            #expect(throws: Stop.self) { try all.all({ _ in }, { _ in throw Stop() }) }
            #expect(try all.all({ _ in }, { $0.integer(0) }) == [1, 2, 3])
        }
    }
}
