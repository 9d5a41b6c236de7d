/// The end of the chain, hashed anew: what a doctor can ask for without reading the whole journal.

import Foundation
import GRDB

extension JournalStore {
    /// Whether the last `count` entries follow one another and fit their hashes; `verify` looks at
    /// all of them and at what was derived.
    package func verifyHead(last count: Int) throws -> Verification {
        try pool.read { db in
            var report = Verification()
            let last = try Int64.fetchOne(db, sql: "SELECT max(seq) FROM entries") ?? 0
            report.headSeq = max(0, last - Int64(count))
            var previous = Chain.root
            if report.headSeq > 0 {
                let before = try Data.fetchOne(
                    db, sql: "SELECT hash FROM entries WHERE seq = ?", arguments: [report.headSeq])
                guard let before else {
                    report.finding = "entry \(report.headSeq) is missing"
                    return report
                }
                previous = before
            }
            let rows = try Row.fetchCursor(
                db, sql: "SELECT * FROM entries WHERE seq > ? ORDER BY seq",
                arguments: [report.headSeq])
            while let row = try rows.next() {
                let header = EntryHeader(row)
                let hash: Data = row["hash"]
                guard header.seq == report.headSeq + 1 else {
                    report.finding = "entry \(report.headSeq + 1) is missing"
                    return report
                }
                guard row["previous"] == previous,
                    Chain.hash(header, payload: row["payload"], previous: previous) == hash
                else {
                    report.finding = "entry \(header.seq) (\(header.kind)) does not fit its hash"
                    return report
                }
                report.entries += 1
                (report.headSeq, report.headHash, previous) = (header.seq, hash.hex, hash)
            }
            return report
        }
    }
}

extension EntryHeader {
    /// A row of `entries`.
    init(_ row: Row) {
        self.init(
            seq: row["seq"], recordedAt: row["recorded_at"], effectiveAt: row["effective_at"],
            actor: row["actor"], commandID: row["command_id"], kind: row["kind"],
            version: row["version"], reason: row["reason"], epoch: row["epoch"])
    }
}
