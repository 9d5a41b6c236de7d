import Books
import Foundation
import GRDB
import Store
import TestKit
import Testing

/// The journal's head, hashed anew.
@Suite struct VerifyHeadTests {
    @Test(
        arguments: [
            ("nothing", "SELECT 1", 3, nil, nil),
            ("the last", "UPDATE entries SET effective_at = 1 WHERE seq = 6", 3, 6, 6),
            (
                "one before those looked at", "UPDATE entries SET actor = 'x' WHERE seq = 2", 3,
                nil, 2
            ),
            (
                "one that is gone", "PRAGMA foreign_keys = OFF; DELETE FROM entries WHERE seq = 5",
                3, 5, 5
            ),
        ] as [(String, String, Int, Int?, Int?)])
    func `of the last entries the first that does not fit is named, of all of them as well`(
        row: (name: String, sql: String, last: Int, finding: Int?, inAll: Int?)
    ) async throws {
        let books = try TestBank()
        _ = try await books.perform(.apply(.small(), backdate: false), id: "apply")
        let tip = books.store.tip
        try #require(tip.seq >= 6)
        // The story's sixth entry stands for the last one.
        let sql = row.sql.replacing("seq = 6", with: "seq = \(tip.seq)")
            .replacing("seq = 5", with: "seq = \(tip.seq - 1)")
        let db = try DatabaseQueue(path: books.store.path)
        try await db.writeWithoutTransaction { try $0.execute(sql: sql) }
        func entry(_ number: Int?) -> String? {
            number.map { "entry \($0 == 2 ? 2 : tip.seq - 6 + Int64($0)) " }
        }
        let head = try books.store.verifyHead(last: row.last)
        #expect(
            head.finding?.hasPrefix(entry(row.finding) ?? "?") ?? (row.finding == nil), "\(head)")
        let all = try books.store.verifyHead(last: 1_000)
        #expect(all.finding?.hasPrefix(entry(row.inAll) ?? "?") ?? (row.inAll == nil), "\(all)")
        if row.finding == nil {
            #expect(head.entries == 3 && head.headSeq == tip.seq && head.headHash == tip.hash)
        }
        books.stopAndRemove()
    }
}
