/// The diffs of an allocation: what entries changed of it, of its project, its members and its credit.

import Foundation
import GRDB
import Ledger
import Registry
import Units

/// An entry of a history, with each thing that it changed.
package struct HistoryEntry: Sendable {
    package let seq: Int64
    package let recordedAt: Instant
    package let effectiveAt: Instant
    /// `uid:1001`, `clock`, `collector`, …
    package let actor: String
    package let kind: String
    /// Why, where a reason was given and still stands.
    package let reason: String?
    package var changes: [Change] = []

    package enum Change: Sendable {
        case registry(RegistryChange, before: RegistryChange?)
        /// A lot: its window and state, and what was issued, withdrawn or expired of it.
        case lot(LotID, [FieldChange])
    }
}

extension JournalStore {
    /// Every entry about the allocation or its project, in order; `body` gets each outside of a
    /// transaction.
    package func history(
        of allocation: AllocationID, project: ProjectID, body: (HistoryEntry) throws -> Void
    ) throws {
        var images = Images(allocation: allocation.number, project: project.number)
        var after: Int64 = 0
        while true {
            let page = try historyPage(of: allocation, project, after: after)
            guard let last = page.last else { return }
            after = last["seq"]
            for row in page {
                var entry = HistoryEntry(
                    seq: row["seq"], recordedAt: Instant(epochSeconds: row["recorded_at"]),
                    effectiveAt: Instant(epochSeconds: row["effective_at"]), actor: row["actor"],
                    kind: row["kind"], reason: row["text"])
                let (rows, postings) = try Payload.decode(row["payload"], version: row["version"])
                entry.changes = try images.take(
                    rows, postings, isTransfer: entry.kind == "transferred")
                if !entry.changes.isEmpty { try body(entry) }
            }
        }
    }

    private func historyPage(
        of allocation: AllocationID, _ project: ProjectID, after: Int64
    ) throws -> [Row] {
        try pool.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT entries.*, texts.text FROM (
                      SELECT entry FROM diffs
                      WHERE subject = 'allocation' AND id = ?1 AND entry > ?3
                      UNION SELECT entry FROM diffs
                      WHERE subject = 'project' AND id = ?2 AND entry > ?3
                      ORDER BY entry LIMIT 500) AS found
                    JOIN entries ON entries.seq = found.entry
                    LEFT JOIN texts ON texts.digest = entries.reason
                    ORDER BY entries.seq
                    """, arguments: [allocation.number, project.number, after])
        }
    }
}

/// The rows as the last entry left them: an entry says what is, a history what is different.
private struct Images {
    let allocation: Int64
    let project: Int64
    private var standing: [Key: RegistryChange] = [:]
    private var lots: [Int64: Lot] = [:]

    init(allocation: Int64, project: Int64) {
        (self.allocation, self.project) = (allocation, project)
    }

    private enum Key: Hashable {
        case project, allocation
        case account(String)
        case membership(Membership.Key)
        case pullback(Instant)
    }

    mutating func take(
        _ rows: [RowImage], _ postings: [PostingRow], isTransfer: Bool
    ) throws -> [HistoryEntry.Change] {
        var changes: [HistoryEntry.Change] = []
        var fields: [Int64: [FieldChange]] = [:]
        for image in rows {
            if image.shape.name == TableShape.lots.name {
                let row = row(of: image)
                let lot = Lot(
                    id: LotID(row["id"]), allocation: row["allocation"],
                    kind: try word(row, "kind"), window: try readWindow(row),
                    state: try word(row, "state"))
                guard lot.allocation == allocation, lot.kind == .grant else { continue }
                fields[lot.id.number, default: []] += lot.changes(from: lots[lot.id.number])
                lots[lot.id.number] = lot
            } else if let (key, change) = try read(image) {
                let before = standing.updateValue(change, forKey: key)
                if before != change, before != nil || isHere(change) {
                    changes.append(.registry(change, before: before))
                }
            }
        }
        for (lot, change) in moved(postings, isTransfer: isTransfer) {
            fields[lot, default: []].append(change)
        }
        return changes
            + fields.sorted { $0.key < $1.key }.filter { !$0.value.isEmpty }
            .map { .lot(LotID($0.key), $0.value) }
    }

    /// An account of another project was here before, or is no concern of this history.
    private func isHere(_ change: RegistryChange) -> Bool {
        guard case .account(_, let owner) = change else { return true }
        return owner?.number == project
    }

    private func read(_ image: RowImage) throws -> (Key, RegistryChange)? {
        let row = row(of: image)
        switch image.shape.name {
        case TableShape.projects.name where row["id"] == project:
            return (.project, .project(try Project(row)))
        case TableShape.allocations.name where row["id"] == allocation:
            return (.allocation, .allocation(try Allocation(row)))
        case TableShape.memberships.name where row["allocation"] == allocation:
            let membership = try Membership(row)
            return (.membership(membership.key), .membership(membership))
        case TableShape.pullbacks.name where row["allocation"] == allocation:
            let rule = try Pullback(row)
            return (.pullback(rule.key.at), .pullback(rule))
        case TableShape.accounts.name:
            let owner = (row["project"] as Int64?).map(ProjectID.init)
            let account: String = row["account"]
            return (.account(account), .account(account, owner))
        default: return nil
        }
    }

    /// What was issued, withdrawn and expired, a sum a lot; of a transfer what came and went.
    private func moved(
        _ postings: [PostingRow], isTransfer: Bool
    ) -> [(lot: Int64, change: FieldChange)] {
        var sums: [Int64: [String: Int64]] = [:]
        for posting in postings
        where posting.allocation == allocation && posting.changesStanding {
            let field =
                if isTransfer {
                    posting.fromBucket == nil ? "transferred in" : "transferred out"
                } else if posting.fromBucket == nil {
                    "granted"
                } else if [.withdrawn, .expired].contains(posting.toBucket) {
                    posting.toBucket.rawValue
                } else { "returned" }
            sums[posting.toLot, default: [:]][field, default: 0] += posting.amount
        }
        return sums.sorted { $0.key < $1.key }.flatMap { lot, fields in
            fields.sorted { $0.key < $1.key }.map { field, amount in
                (lot, FieldChange(field, nil, .amount(ServiceUnits(microSU: amount))))
            }
        }
    }

    private func row(of image: RowImage) -> Row {
        Row(Dictionary(uniqueKeysWithValues: zip(image.shape.columns, image.values)))
    }
}

extension Lot {
    fileprivate func changes(from before: Lot?) -> [FieldChange] {
        func end(_ window: Interval?) -> FieldValue? {
            window.flatMap { $0.isOpenEnded ? nil : .time($0.end) }
        }
        return [
            FieldChange("start", before.map { .time($0.window.start) }, .time(window.start)),
            FieldChange("end", end(before?.window), end(window)),
            FieldChange("state", before.map { .text($0.state.rawValue) }, .text(state.rawValue)),
        ].filter { $0.before != $0.after }
    }
}
