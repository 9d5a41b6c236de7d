/// What corrections are decided on: the run, where its charge stands, and the card that priced it.

import Books
import GRDB
import Ledger
import Rates
import Registry
import Units

extension StoreTransaction {
    func load(_ facts: inout Facts, for correction: Correction) throws {
        let observation = correction.observation
        guard let shown = observation.runs.first else { return }
        guard let known = try run(shown.key), known.state == .ended else {
            try load(&facts, for: observation, ofRecord: true)
            facts.elsewhere = []
            if facts.claim == nil, facts.runs.isEmpty {
                facts.pool = try placePast(observation).map(pool)
            }
            return
        }
        facts.runs[known.key] = known
        let allocation = known.allocation.flatMap { registry.allocations[AllocationID($0)] }
        facts.pool = try allocation.map(pool)
        if known.allocation == nil || known.account != observation.accountLineage.first {
            facts.target = try placePast(observation)
                .flatMap { $0.id == allocation?.id ? nil : $0 }.map(pool)
        }
        var books = CorrectionFacts(pinned: try card(asOf: known.cardVersion))
        if let allocation {
            books.standing = try standing(of: known)
            books.paid = try overdraftPaid(by: allocation.id)
            books.chargedFor = try chargedFor(known)
        }
        facts.correction = books
        let reservations = Set([known.reservation, shown.reservation].compactMap(\.self))
        try loadPaid(&facts, reservations, on: observation.cluster)
    }

    /// As an import places it: usage older than any allocation is nobody's, and stays so.
    private func placePast(_ observation: JobObservation) -> Allocation? {
        observation.runs.first.flatMap {
            placePast(
                ImportedRun(
                    facts: $0, userName: observation.userName,
                    accountLineage: observation.accountLineage))
        }
    }

    func load(_ facts: inout Facts, for settlement: Settlement) throws {
        try load(&facts, for: settlement.request)
        guard let refund = facts.refund, let run = try? settlement.request.chooseRun(refund),
            run.state == .running
        else { return }
        let name = try String.fetchOne(
            db, sql: "SELECT coalesce(name, 'user ' || id) FROM users WHERE id = ?",
            arguments: [run.user])
        facts.refund?.userName = name
        facts.users[name ?? ""] = UserID(run.user)
        facts.runs[run.key] = run
        let pools = facts.pool
        try load(
            &facts,
            claim: run.claim.flatMap { try claim("SELECT * FROM claims WHERE id = ?", [$0.number]) }
        )
        if let pools { facts.pools[pools.allocation] = pools }
        try loadPaid(&facts, Set([run.reservation].compactMap(\.self)), on: run.key.cluster)
    }

    /// What a run was charged by resource, corrections counted in and refunds left out.
    func chargedFor(_ run: Run) throws -> [ResourceID: ServiceUnits] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT resource, sum(CASE WHEN to_bucket = 'charged' THEN amount ELSE -amount END)
                  AS charged
                FROM postings JOIN entries ON entries.seq = postings.entry
                WHERE run = ? AND (to_bucket = 'charged' OR from_bucket = 'charged')
                  AND entries.kind <> 'refunded' AND resource IS NOT NULL
                GROUP BY 1 HAVING charged > 0
                """)
        let rows = try Row.fetchAll(statement, arguments: [run.id.number])
        return Dictionary(
            uniqueKeysWithValues: rows.map {
                (ResourceID($0["resource"]), ServiceUnits(microSU: $0["charged"]))
            })
    }

    /// The rate card as it was when a charge pinned it; the newest where none was pinned.
    private func card(asOf version: Int64?) throws -> RateCard {
        guard let version, version != card.version else { return card }
        let statement = try db.cachedStatement(
            sql: "SELECT recorded_at FROM entries WHERE seq = ?")
        guard let at = try Int64.fetchOne(statement, arguments: [version]) else { return card }
        return registry.rateBook.card(asOf: version, recordedAt: Instant(epochSeconds: at)) ?? card
    }
}

/// What a person settled, as it is kept with its command.
struct StoredCorrection: Codable {
    var run: Int64
    var job: String
    var cluster: String
    var allocation: String?
    var before: Int64
    var after: Int64
    var remark: String?
    var changed: Bool

    init(_ it: Corrected) {
        (run, job, cluster, allocation) = (it.run.number, it.job, it.cluster, it.allocation)
        (before, after) = (it.before.microSU, it.after.microSU)
        (remark, changed) = (it.remark, it.isChanged)
    }

    var corrected: Corrected {
        Corrected(
            run: RunID(run), job: job, cluster: cluster, allocation: allocation,
            before: ServiceUnits(microSU: before), after: ServiceUnits(microSU: after),
            remark: remark, isChanged: changed)
    }
}
