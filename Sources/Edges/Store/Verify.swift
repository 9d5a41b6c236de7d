/// Replays the journal: every hash, every entry folded anew, every derived row compared; then what
/// stands beside the entries is held against them (`RecordChecks`).

import Foundation
import GRDB

package struct Verification: Sendable {
    package var entries: Int64 = 0
    /// The last entry that was read.
    package var headSeq: Int64 = 0
    /// Lower-case hexadecimal.
    package var headHash = Chain.root.hex
    /// The first thing that does not fit, with its entry or row; nil: the books are right.
    package var finding: String?
    /// `expect`ed entry was met with its hash.
    package var metExpected = false
}

struct Misfit: Error { let text: String }

extension JournalStore {
    /// - Parameters:
    ///   - expected: an entry's number and hash kept elsewhere: finds an older copy put in place.
    ///   - progress: called now and then with the entries read and those there are.
    package func verify(
        expected: (seq: Int64, hash: String)? = nil,
        progress: (_ read: Int64, _ total: Int64) throws -> Void = { _, _ in }
    ) throws -> Verification {
        try Verifier(store: self, expected: expected).run(progress)
    }
}

private final class Verifier {
    private let store: JournalStore
    private let expected: (seq: Int64, hash: String)?
    private let copy: DatabaseQueue
    private let folder: URL
    private var report = Verification()
    private var previous = Chain.root
    /// The reasons that entries name, with the entry.
    private var reasons: [Data: Int64] = [:]

    init(store: JournalStore, expected: (seq: Int64, hash: String)?) throws {
        (self.store, self.expected) = (store, expected)
        try CopyFolder.checkRoom(besideJournal: store.path)
        folder = CopyFolder.new(besideJournal: store.path)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF")
        }
        copy = try DatabaseQueue(
            path: folder.appendingPathComponent("copy.db").path, configuration: configuration)
        try Schema.migrator.migrate(copy)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func run(_ progress: (Int64, Int64) throws -> Void) throws -> Verification {
        // One snapshot: the daemon goes on writing meanwhile.
        try store.pool.read { source in
            let total = try Int64.fetchOne(source, sql: "SELECT count(*) FROM entries") ?? 0
            do {
                try replay(source, total: total, progress)
                try compareTables(source)
                try RecordChecks(db: source, headSeq: report.headSeq).run(reasons)
                if let expected, !report.metExpected {
                    throw Misfit(
                        text: "entry \(expected.seq) with hash \(expected.hash) is not there: "
                            + "this is an older or another journal")
                }
            } catch let misfit as Misfit {
                report.finding = misfit.text
            }
        }
        return report
    }

    private func replay(
        _ source: Database, total: Int64, _ progress: (Int64, Int64) throws -> Void
    ) throws {
        let rows = try Row.fetchCursor(source, sql: "SELECT * FROM entries ORDER BY seq")
        var isAtEnd = false
        while !isAtEnd {
            try copy.write { db in
                for _ in 0..<1_000 {
                    guard let row = try rows.next() else {
                        isAtEnd = true
                        return
                    }
                    try take(row, into: db)
                }
            }
            try progress(report.entries, total)
        }
    }

    private func take(_ row: Row, into db: Database) throws {
        let header = EntryHeader(row)
        let (payload, hash): (Data, Data) = (row["payload"], row["hash"])
        guard header.seq == report.headSeq + 1 else {
            throw Misfit(text: "entry \(report.headSeq + 1) is missing")
        }
        guard row["previous"] == previous,
            Chain.hash(header, payload: payload, previous: previous) == hash
        else { throw Misfit(text: "entry \(header.seq) (\(header.kind)) does not fit its hash") }
        do {
            let (rows, postings) = try Payload.decode(payload, version: header.version)
            try Fold(db: db).apply(
                seq: header.seq, kind: header.kind, rows: rows, postings: postings
            ) {
                try db.execute(
                    sql: "INSERT INTO entries VALUES (?, 0, 0, '', '', '', 1, NULL, x'', ?, ?, 0)",
                    arguments: [header.seq, hash, hash])
            }
        } catch let error where !(error is Misfit) {
            throw Misfit(text: "entry \(header.seq) (\(header.kind)) can't be folded: \(error)")
        }
        if let reason = header.reason { reasons[reason] = header.seq }
        report.entries += 1
        (report.headSeq, report.headHash, previous) = (header.seq, hash.hex, hash)
        if let expected, expected.seq == header.seq {
            guard expected.hash.lowercased() == hash.hex else {
                throw Misfit(text: "entry \(header.seq) has hash \(hash.hex), not the expected one")
            }
            report.metExpected = true
        }
    }

    /// Every derived row, in the order of its key, as it is and as it was built anew.
    private func compareTables(_ source: Database) throws {
        var tables = TableShape.all.map { ($0.name, Array($0.columns.prefix($0.keyCount))) }
        tables.append(("member_use", ["allocation", "user"]))
        tables.append(("postings", ["entry", "n"]))
        tables.append(("allocation_entries", ["allocation", "entry"]))
        tables.append(("diffs", ["subject", "id", "entry"]))
        for (table, key) in tables {
            let sql = "SELECT * FROM \(table) ORDER BY \(key.joined(separator: ", "))"
            let actual = try Row.fetchCursor(source, sql: sql)
            try copy.read { db in
                let rebuilt = try Row.fetchCursor(db, sql: sql)
                while true {
                    let (a, b) = (try actual.next(), try rebuilt.next())
                    guard a != b else {
                        if a == nil { return }
                        continue
                    }
                    throw Misfit(text: difference(in: table, key: key, a, b))
                }
            }
        }
    }

    private func difference(in table: String, key: [String], _ a: Row?, _ b: Row?) -> String {
        guard let row = a ?? b else { return "" }
        let name = key.map { "\($0) \(row[$0] as DatabaseValue)" }.joined(separator: ", ")
        let entry = (row["entry"] as DatabaseValue?).map { ", last changed by entry \($0)" } ?? ""
        guard let a, let b else {
            return "\(table) \(name)\(entry): "
                + (a == nil ? "is missing" : "is not in the journal")
        }
        let columns = a.columnNames.filter { (a[$0] as DatabaseValue) != (b[$0] as DatabaseValue) }
        let values = columns.map {
            "\($0) is \(a[$0] as DatabaseValue), the journal says \(b[$0] as DatabaseValue)"
        }
        return "\(table) \(name)\(entry): " + values.joined(separator: "; ")
    }
}
