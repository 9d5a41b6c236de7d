/// Lot by lot: what the rules fix of how credit is split is checked, then the split is taken over.

import Ledger
import Registry
import Units

extension Auditor {
    func compareLots(_ rows: [LotRow]) throws {
        for row in rows { try compare(row) }
        if let missing = newLots.first { throw Finding("the books lack the lot \(missing)") }
        // What should have opened, ended or moved has its row among these.
        let changed = Set(rows.map(\.id))
        if let missed = touchedLots.first(where: { !changed.contains($0) }), let lot = lots[missed]
        {
            throw Finding("lot \(missed) did not change and should have: \(lot)")
        }
        touchedLots = []
        splits = [:]
        for name in Set(rows.compactMap { lots[$0.id]?.allocation }) { try compareSums(of: name) }
    }

    private func compare(_ row: LotRow) throws {
        func fail(_ what: String) -> Finding { Finding("lot \(row.id): \(what); \(row)") }
        let lot = try meet(row)
        guard row.issued == lot.issued else { throw fail("issued is not \(lot.issued)") }
        guard row.state == lot.state.rawValue else { throw fail("is \(lot.state) by the clock") }
        let end = lot.window.isOpenEnded ? Int64.max : lot.window.end.epochSeconds
        guard row.start == lot.window.start.epochSeconds, row.end == end else {
            throw fail("its window is \(lot.window)")
        }
        let balances = row.balances
        guard balances.withdrawn == lot.withdrawn else { throw fail("\(lot.withdrawn) withdrawn") }
        guard balances.sum == row.issued else { throw fail("does not add up") }
        guard actual.postings[row.id] ?? Balances() == balances else { throw fail("not as posted") }
        guard actual.issued[row.id] ?? 0 == row.issued else { throw fail("issued otherwise") }
        let lowest = min(
            balances.held, balances.charged, balances.expired, balances.withdrawn,
            lot.isOverdraft ? 0 : balances.available)
        guard lowest >= 0 else { throw fail("is below zero") }
        guard balances.held == actual.pinned[row.id] ?? 0 else {
            throw fail("\(actual.pinned[row.id] ?? 0) is pinned in it")
        }
        // Expiry moves all credit that is not held, when the lot ends and not before.
        if lot.state == .ended, balances.available != 0 { throw fail("has ended") }
        if lot.state != .ended, balances.expired != 0 { throw fail("expired too early") }
        if let split = splits[row.id], split != balances { throw fail("has to stand as \(split)") }
        lots[row.id]?.balances = balances
    }

    /// The auditor's lot of that number, or the new one that the row must be.
    private func meet(_ row: LotRow) throws -> AuditedLot {
        if let known = lots[row.id] { return known }
        let place = newLots.firstIndex {
            actual.allocationNumbers[$0.allocation] == row.allocation
                && $0.isOverdraft == row.isOverdraft && $0.issued == row.issued
                && $0.window.start.epochSeconds == row.start
        }
        guard let place else { throw Finding("nobody granted lot \(row.id): \(row)") }
        let lot = newLots.remove(at: place)
        lots[row.id] = lot
        standing.insert(row.id)
        lotsOf[lot.allocation, default: []].insert(
            row.id, at: lot.isOverdraft ? 0 : lotsOf[lot.allocation]?.count ?? 0)
        return lot
    }

    /// granted = available + held + charged + expired + withdrawn, and held and charged are what
    /// all claims and runs come to.
    private func compareSums(of name: String) throws {
        let all = (lotsOf[name] ?? []).compactMap { lots[$0] }
        var use = AuditedUse()
        for (key, one) in uses where key.allocation == name {
            use.held += one.held
            use.charged += one.charged - one.refunded
        }
        let problem = differences([
            ("held", all.reduce(0) { $0 + $1.balances.held }, use.held),
            ("charged", all.reduce(0) { $0 + $1.balances.charged }, use.charged),
            (
                "the sum of all", all.reduce(0) { $0 + $1.balances.sum },
                all.reduce(0) { $0 + $1.issued }
            ),
        ])
        if let problem { throw Finding("allocation \(name): \(problem)") }
        // What was charged as overdraft is paid as soon as there is credit.
        guard let debt = all.first, debt.balances.charged > 0 else { return }
        let rich = all.first { !$0.isOverdraft && $0.state == .open && $0.balances.available > 0 }
        if let rich { throw Finding("allocation \(name) owes \(debt), not paid by \(rich)") }
    }

    /// A new hold takes lots that are valid at its start, the soonest-ending first, and overdraft
    /// only where those are empty.
    func checkSplit(of admitted: (allocation: String, claim: Int64, start: Instant)) throws {
        guard let pins = actual.claims[admitted.claim]?.pins else { return }
        let taken = pins.compactMap { lots[$0.key] }
        let latest =
            taken.contains(where: \.isOverdraft)
            ? Instant.distantFuture : taken.map(\.window.end).max()
        guard let latest else { return }
        for lot in taken where !lot.isOverdraft && !lot.window.contains(admitted.start) {
            throw Finding("claim \(admitted.claim) holds credit of a lot that is not valid: \(lot)")
        }
        for (id, lot) in lots
        where lot.allocation == admitted.allocation && !lot.isOverdraft && lot.state != .ended
            && lot.window.contains(admitted.start) && lot.balances.available > 0
            && (lot.window.end < latest || taken.contains(where: \.isOverdraft))
        {
            throw Finding("claim \(admitted.claim) left lot \(id), which ends first: \(lot)")
        }
    }

    /// A run's share is of lots that were valid at its start.
    package func checkShares() throws {
        for (key, row) in actual.runs where row.isRunning {
            for lot in row.share.keys.compactMap({ lots[$0] })
            where !lot.isOverdraft && !lot.hasMoved
                && !lot.window.contains(Instant(epochSeconds: row.start))
            {
                throw Finding("run \(key) holds credit of a lot not valid at its start: \(lot)")
            }
        }
    }
}
