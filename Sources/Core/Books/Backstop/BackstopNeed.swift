/// What the accounts of a cluster may still use, as the books have it.

import Ledger
import Rates
import Registry
import Units

/// One account that a limit is kept for: the topmost of its project, for all beneath it.
package struct BackstopNeed: Hashable, Sendable {
    package let account: String
    package let project: String
    /// Other projects that have accounts beneath it: what they use counts in its limits as well.
    package let projectsBeneath: [String]
    /// What its projects may still have set aside or charged, the overdraft limit included, and what
    /// stands aside for reservations that jobs draw on. Never below zero.
    package let left: ServiceUnits
    /// How many minutes of each rated TRES that buys at most.
    package let leftMinutes: [TRESName: Int128]
    /// TRES minutes of jobs that wait and have their credit set aside.
    package let waitingMinutes: [TRESName: Int64]
}

/// What the needs are worked out from.
package struct BackstopFacts: Sendable {
    package var cluster: String
    package var registry: Registry
    package var prices: [TRESName: LeastPrice]
    /// What a new hold may take, by allocation; an allocation that is missing has nothing.
    package var free: [AllocationID: ServiceUnits]
    /// Open claims of the cluster, those of reservations among them.
    package var claims: [Claim]
    /// The account itself, then its parents; one without an association on the cluster is alone.
    package var lineage: @Sendable (String) -> [String]
    /// Those that have an association on the cluster.
    package var accounts: Set<String>
    /// Divide what is left among the TRES, so that no mix of them can pass it.
    package var isStrict: Bool

    package init(
        cluster: String, registry: Registry, prices: [TRESName: LeastPrice],
        free: [AllocationID: ServiceUnits], claims: [Claim], accounts: Set<String>,
        isStrict: Bool, lineage: @escaping @Sendable (String) -> [String]
    ) {
        (self.cluster, self.registry, self.prices) = (cluster, registry, prices)
        (self.free, self.claims, self.accounts) = (free, claims, accounts)
        (self.isStrict, self.lineage) = (isStrict, lineage)
    }
}

extension BackstopFacts {
    /// In order of account.
    package func needs(at now: Instant) -> [BackstopNeed] {
        let owners = Dictionary(
            uniqueKeysWithValues: accounts.map { account in
                (account, registry.project(ofAccountLineage: lineage(account))?.id)
            })
        let budgets = budgets(at: now)
        var beneath: [String: Set<String>] = [:]
        for account in accounts {
            for above in lineage(account) { beneath[above, default: []].insert(account) }
        }
        return accounts.sorted().compactMap { account in
            guard let owner = owners[account] ?? nil, let project = registry.projects[owner]
            else { return nil }
            let line = lineage(account)
            // What a parent of the same project has counts for this one, too.
            if line.count > 1, owners[line[1]] ?? nil == owner { return nil }
            let subtree = beneath[account] ?? []
            // A limit is for all beneath it: where somebody is not to be stopped there is none.
            guard subtree.allSatisfy({ refuses($0) }) else { return nil }
            let projects = Set(subtree.compactMap { owners[$0] ?? nil })
            let payers = projects.flatMap { budgets[$0] ?? [] }
            var minutes: [TRESName: Int128] = [:]
            for (tres, price) in prices {
                let paying = payers.filter { budget in
                    price.resources.contains(where: budget.allocation.covers)
                }
                let left = paying.reduce(ServiceUnits.zero) { $0 + $1.left }
                let parts = isStrict ? Int128(max(prices.count, 1)) : 1
                minutes[tres] = (price.mostUnitMinutes(for: left) + parts - 1) / parts
            }
            return BackstopNeed(
                account: account, project: project.name,
                projectsBeneath: projects.subtracting([owner]).compactMap {
                    registry.projects[$0]?.name
                }.sorted(),
                left: payers.reduce(.zero) { $0 + $1.left }, leftMinutes: minutes,
                waitingMinutes: waiting(beneath: subtree))
        }
    }

    private func refuses(_ account: String) -> Bool {
        registry.modes.mode(on: cluster, lineage: lineage(account)).refuses
    }

    private struct Budget {
        let allocation: Allocation
        let left: ServiceUnits
    }

    /// Allocations in force on the cluster, by project.
    private func budgets(at now: Instant) -> [ProjectID: [Budget]] {
        var reserved: [Int64: ServiceUnits] = [:]
        for claim in claims where claim.reference.provider == ClaimReference.reservationProvider {
            reserved[claim.allocation, default: .zero] += claim.pins.total
        }
        let inForce = registry.allocations.values.filter {
            $0.clusters.contains(cluster) && registry.effectiveStatus(of: $0) == .active
                && $0.window.contains(now)
        }
        return Dictionary(grouping: inForce, by: \.project).mapValues { allocations in
            allocations.map { allocation in
                let free = max(free[allocation.id] ?? .zero, .zero)
                return Budget(
                    allocation: allocation,
                    left: free + (reserved[allocation.id.number] ?? .zero))
            }
        }
    }

    private func waiting(beneath accounts: Set<String>) -> [TRESName: Int64] {
        var minutes: [TRESName: Int128] = [:]
        for claim in claims
        where claim.reference.provider != ClaimReference.reservationProvider
            && claim.pins.total > .zero && accounts.contains(claim.account)
        {
            for (tres, count) in claim.footprint.sorted {
                let seconds = Int128(claim.outstandingTasks) * Int128(claim.timeLimitSeconds)
                minutes[tres, default: 0] += (Int128(count) * seconds + 59) / 60
            }
        }
        return minutes.mapValues { Int64(clamping: $0) }
    }
}
