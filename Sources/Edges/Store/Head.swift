/// Where the journal ends: the last entry, the standing facts and the next free numbers, in memory.
///
/// A value: a transaction works on its own copy.

import Books
import Foundation
import GRDB
import Ledger
import Rates
import Registry
import Requests
import Units

struct Head: Sendable {
    private(set) var seq: Int64
    private(set) var hash: Data
    private(set) var recordedAt: Instant
    private(set) var registry: Registry
    /// Of the card in force.
    var pricer: Pricer
    private(set) var next: Numbers

    static func load(_ db: Database) throws -> Head {
        let last = try Row.fetchOne(
            db, sql: "SELECT seq, hash, recorded_at FROM entries ORDER BY seq DESC LIMIT 1")
        let registry = try Registry.load(db)
        func free(_ table: String) throws -> Int64 {
            (try Int64.fetchOne(db, sql: "SELECT max(id) FROM \(table)") ?? 0) + 1
        }
        var next = Numbers()
        next.organisation = try free("organisations")
        next.project = try free("projects")
        next.allocation = try free("allocations")
        next.resource = try free("resources")
        next.rate = try free("rates")
        next.factor = try free("factors")
        next.lot = try free("lots")
        next.claim = try free("claims")
        next.run = try free("runs")
        next.request = try free("requests")
        next.reservation = try free("reservations")
        return Head(
            seq: last?["seq"] ?? 0, hash: last?["hash"] ?? Chain.root,
            recordedAt: Instant(epochSeconds: last?["recorded_at"] ?? 0), registry: registry,
            pricer: Pricer(try registry.rateBook.card()), next: next)
    }

    mutating func advance(to header: EntryHeader, hash: Data) {
        (seq, self.hash) = (header.seq, hash)
        recordedAt = Instant(epochSeconds: header.recordedAt)
    }

    /// Folds changes into what is kept in memory.
    mutating func take(_ changes: [Change], entry: Int64) throws {
        let version = registry.rateBook.version
        for change in changes {
            switch change {
            case .registry(let change):
                registry.fold(change, entry: entry)
                count(change)
            case .lot(let lot): next.lot = max(next.lot, lot.id.number + 1)
            case .claim(let claim): next.claim = max(next.claim, claim.id.number + 1)
            case .run(let run): next.run = max(next.run, run.id.number + 1)
            case .request(let it): next.request = max(next.request, it.id.number + 1)
            case .reservation(let it): next.reservation = max(next.reservation, it.id.number + 1)
            case .requestEvent, .feed, .erasure, .heldBack, .reservationRule: break
            }
        }
        guard registry.rateBook.version != version else { return }
        // Between the entries of one `apply` rates may be superseded before the new ones come.
        if let card = try? registry.rateBook.card() { pricer = Pricer(card) }
    }

    private mutating func count(_ change: RegistryChange) {
        switch change {
        case .organisation(let it): next.organisation = max(next.organisation, it.id.number + 1)
        case .project(let it): next.project = max(next.project, it.id.number + 1)
        case .allocation(let it): next.allocation = max(next.allocation, it.id.number + 1)
        case .resource(let it): next.resource = max(next.resource, it.id.number + 1)
        case .rate(let it, _): next.rate = max(next.rate, it.id.number + 1)
        case .factor(let it, _): next.factor = max(next.factor, it.id.number + 1)
        case .cluster, .account, .membership, .pullback, .mode: break
        }
    }
}
