/// What imports and rerates are decided on.

import Books
import GRDB
import Ledger
import Rates
import Registry
import Units

extension StoreTransaction {
    func load(_ facts: inout Facts, for batch: ImportBatch) throws {
        var importing = ImportFacts()
        let find = try BareStatement(
            db,
            sql: """
                SELECT state, start, end, id, allocation IS NULL AND state = 'ended'
                  AND coalesce(kept, 0) = 0 AND coalesce(waived, 0) = 0,
                  remark IS ? AND kept IS NULL FROM runs
                WHERE job_id = ? AND submit = ? AND resize = ? AND cluster = ?
                """)
        for run in batch.runs {
            let key = run.facts.key
            var isUncounted = false
            var known = try find.first {
                $0.add(RunFacts.beforeCutover)
                $0.add(key)
            } _: { row in
                let isRunning = row.text(0) == RunState.running.rawValue
                isUncounted = !isRunning && row.integer(5) == 1
                let known = ImportFacts.Known(
                    isRunning: isRunning, start: Instant(epochSeconds: row.integer(1)),
                    end: row.optionalInteger(2).map(Instant.init(epochSeconds:)))
                return (known, unplaced: row.integer(4) != 0 ? RunID(row.integer(3)) : nil)
            }
            if isUncounted {
                importing.uncounted[key] = try self.run(key)
                known = nil
            }
            importing.known[key] = known?.0
            // What has its place already needs none, and what is in no user.
            let allocation = known == nil || known?.unplaced != nil ? placePast(run) : nil
            importing.allocations.append(allocation?.id)
            if let allocation, facts.pools[allocation.id.number] == nil {
                facts.pools[allocation.id.number] = try pool(allocation)
            }
            if allocation != nil, let id = known?.unplaced {
                importing.known[key]?.unplaced = try Row.fetchOne(
                    db.cachedStatement(sql: "SELECT * FROM runs WHERE id = ?"),
                    arguments: [id.number]
                ).map { try Run($0) }
            }
            if known == nil, facts.users[run.userName] == nil {
                facts.users[run.userName] = try userID(named: run.userName)
            }
        }
        importing.pricer = head.pricer
        facts.importing = importing
        try loadPaid(
            &facts, Set(batch.runs.compactMap(\.facts.reservation)), on: batch.cluster)
    }

    func placePast(_ run: ImportedRun) -> Allocation? {
        let it = run.facts
        let touched = head.pricer.resources(
            rating: it.counts, cluster: it.key.cluster, partition: it.partition, qos: it.qos)
        return registry.placePast(
            accountLineage: run.accountLineage, cluster: it.key.cluster, touching: touched,
            at: it.start)
    }

    func load(_ facts: inout Facts, rerating id: RunID) throws {
        let statement = try db.cachedStatement(sql: "SELECT * FROM runs WHERE id = ?")
        guard
            let run = try Row.fetchOne(statement, arguments: [id.number]).map({ try Run($0) })
        else { return }
        var rerating = RerateFacts(run: run)
        if let number = run.allocation,
            let allocation = registry.allocations[AllocationID(number)]
        {
            let pool = try pool(allocation)
            rerating.standing = try standing(of: run)
            rerating.chargedFor = try chargedFor(run)
            let isOverdraft = rerating.standing.contains {
                pool.lots[$0.lot]?.kind == .overdraft && $0.left > .zero
            }
            if isOverdraft { rerating.paid = try overdraftPaid(by: allocation.id) }
            facts.pool = pool
        }
        if !run.key.isJob {
            let books = try charged(run)
            (rerating.version, rerating.inside) = (books.version, books.inside)
        }
        try loadPaid(
            &facts, Set([run.reservation].compactMap(\.self)), on: run.key.cluster)
        facts.rerating = rerating
    }
}

extension JournalStore {
    /// Runs that have ended and were under way in `window`, by number: a page of them.
    package func endedRuns(
        in window: Interval, after id: RunID, limit: Int
    ) throws -> [Run] {
        try pool.read { db in
            var counts = StoredCounts()
            let statement = try BareStatement(
                db,
                sql: """
                    SELECT \(Run.columns) FROM runs
                    WHERE id > ? AND state = 'ended' AND start < ? AND end > ?
                    ORDER BY id LIMIT ?
                    """)
            return try statement.all {
                $0.add(id.number)
                $0.add(window.end.epochSeconds)
                $0.add(window.start.epochSeconds)
                $0.add(Int64(limit))
            } _: {
                try Run($0, &counts)
            }
        }
    }
}
