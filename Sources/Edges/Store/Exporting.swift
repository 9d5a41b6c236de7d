/// The journal's postings for other programs: all entries up to one head, and the balances there.

import Foundation
import GRDB
import Ledger
import Registry
import Units

/// An entry that moved credit, with its postings.
package struct ExportEntry: Sendable {
    package let seq: Int64
    package let recordedAt: Instant
    package let effectiveAt: Instant
    package let kind: String
    package let actor: String
    /// Where one was given and still stands.
    package let reason: String?
    package fileprivate(set) var postings: [ExportPosting] = []
}

package struct ExportPosting: Sendable {
    package let allocation: AllocationID
    /// nil: credit that is issued.
    package let from: (lot: LotID, bucket: String)?
    package let to: (lot: LotID, bucket: String)
    package let amount: ServiceUnits
    package let user: String?
    package let job: String?
    package let resource: Int64?
}

/// Where an export ends, and what stands in every lot there.
package struct ExportEnd: Sendable {
    package let seq: Int64
    package let hash: String
    package let lots: [Lot]
}

extension JournalStore {
    /// Reads in pages, each a short snapshot: what is written meanwhile comes after the head that is
    /// looked at first, and changes nothing before it.
    package func export(
        of allocation: AllocationID?, body: (ExportEntry) throws -> Void
    ) throws -> ExportEnd {
        let end = try exportEnd(of: allocation)
        var entry: ExportEntry?
        var (afterSeq, afterN): (Int64, Int64) = (0, -1)
        while true {
            let page = try exportPage(
                of: allocation, after: (afterSeq, afterN), upTo: end.seq)
            guard let last = page.last else { break }
            (afterSeq, afterN) = (last["entry"], last["n"])
            for row in page {
                if entry?.seq != row["entry"] {
                    if let entry { try body(entry) }
                    entry = ExportEntry(row)
                }
                entry?.postings.append(ExportPosting(row))
            }
        }
        if let entry { try body(entry) }
        return end
    }

    private func exportEnd(of allocation: AllocationID?) throws -> ExportEnd {
        try pool.read { db in
            let last = try Row.fetchOne(
                db, sql: "SELECT seq, hash FROM entries ORDER BY seq DESC LIMIT 1")
            let lots = try Row.fetchAll(
                db, sql: "SELECT * FROM lots WHERE ?1 IS NULL OR allocation = ?1 ORDER BY id",
                arguments: [allocation?.number]
            ).map { try Lot($0) }
            let hash: Data = last?["hash"] ?? Chain.root
            return ExportEnd(seq: last?["seq"] ?? 0, hash: hash.hex, lots: lots)
        }
    }

    private func exportPage(
        of allocation: AllocationID?, after: (seq: Int64, n: Int64), upTo last: Int64
    ) throws -> [Row] {
        try pool.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT postings.*, entries.recorded_at, entries.effective_at, entries.kind,
                      entries.actor, coalesce(users.name, 'user ' || postings.user) AS user_name,
                      runs.job_name,
                      texts.text AS reason_text
                    FROM \(allocation == nil ? "postings" : PostingRow.ofAllocation)
                    JOIN entries ON entries.seq = postings.entry
                    LEFT JOIN users ON users.id = postings.user
                    LEFT JOIN runs ON runs.id = postings.run
                    LEFT JOIN texts ON texts.digest = entries.reason
                    WHERE (postings.entry, postings.n) > (?1, ?2) AND postings.entry <= ?3
                      \(allocation == nil ? "" : "AND about.allocation = ?4 AND about.entry >= ?1")
                    ORDER BY \(allocation == nil ? "postings" : "about").entry, postings.n LIMIT 2000
                    """,
                arguments: StatementArguments(
                    [after.seq, after.n, last] + (allocation.map { [$0.number] } ?? [])))
        }
    }
}

extension ExportEntry {
    fileprivate init(_ row: Row) {
        self.init(
            seq: row["entry"], recordedAt: Instant(epochSeconds: row["recorded_at"]),
            effectiveAt: Instant(epochSeconds: row["effective_at"]), kind: row["kind"],
            actor: row["actor"], reason: row["reason_text"])
    }
}

extension ExportPosting {
    fileprivate init(_ row: Row) {
        let from: Int64? = row["from_lot"]
        self.init(
            allocation: AllocationID(row["allocation"]),
            from: from.map { (LotID($0), row["from_bucket"]) },
            to: (LotID(row["to_lot"]), row["to_bucket"]),
            amount: ServiceUnits(microSU: row["amount"]), user: row["user_name"],
            job: row["job_name"], resource: row["resource"])
    }
}
