/// What accounts may still use, from the books in memory: for the limits in slurmdbd that stand in
/// for atolld.

import Books
import Ledger
import Rates
import Registry
import Store
import Units

extension Picture {
    /// - Parameters:
    ///   - partitions: those of the cluster.
    ///   - accounts: those that have an association on it.
    ///   - claims: open ones of the cluster, those of reservations among them.
    ///   - lineage: an account, then its parents.
    package func backstopNeeds(
        on cluster: String, partitions: [String], accounts: Set<String>, claims: [Claim],
        isStrict: Bool, at now: Instant, lineage: @escaping @Sendable (String) -> [String]
    ) -> [BackstopNeed] {
        let tip = tip
        var free: [AllocationID: ServiceUnits] = [:]
        for (id, allocation) in tip.registry.allocations {
            let pool = Pool(
                allocation: id.number, overdraftLimit: allocation.overdraftLimit,
                lots: lots(of: id))
            free[id] = pool.free(at: now)
        }
        return BackstopFacts(
            cluster: cluster, registry: tip.registry,
            prices: tip.card.leastPrices(on: cluster, partitions: partitions, at: now),
            free: free, claims: claims, accounts: accounts, isStrict: isStrict,
            lineage: lineage
        ).needs(at: now)
    }
}
