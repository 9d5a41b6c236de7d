/// Prices many usages with one card: what a card looks up for each usage is looked up once for each
/// cluster, partition and QOS.

import Units

package struct Pricer: Sendable {
    private struct Place: Hashable {
        let cluster: String
        let partition: String
        let qos: String?

        func isOf(cluster: String, partition: String, qos: String?) -> Bool {
            self.partition == partition && self.qos == qos && self.cluster == cluster
        }
    }

    /// What a plan rates of some counts, found by where these are stored: a copy of them has the same
    /// place, and they are kept, so that no others can have it.
    private struct KeptLoads {
        let plan: PricePlan
        let counts: TRESCounts
        let loads: [PricePlan.Load]
    }

    package let card: RateCard
    private var plans: [Place: PricePlan] = [:]
    /// The last few that were asked for, which are found sooner than by hashing.
    private var recent: [(place: Place, plan: PricePlan)] = []
    private static let recentLimit = 8
    private var nextVictim = 0

    /// Partitions and QOS are a user's words, so no more of them than this are remembered.
    private static let placeLimit = 10_000

    private var keptLoads: [KeptLoads?]

    /// - Parameter keptFootprints: what is rated of so many footprints is remembered, where the same
    ///   counts come again and again; a power of two, or 0.
    package init(_ card: RateCard, keptFootprints: Int = 0) {
        precondition(keptFootprints & (keptFootprints - 1) == 0, "a power of two")
        self.card = card
        keptLoads = Array(repeating: nil, count: keptFootprints)
    }

    /// As `RateCard.price(_:)`.
    package mutating func price(_ usage: Usage) -> Pricing {
        let plan = plan(cluster: usage.cluster, partition: usage.partition, qos: usage.qos)
        return plan.price(usage, loads: loads(of: usage.counts, by: plan))
    }

    /// The resources that rate some of `counts`, by number, whether or not a rate is in force.
    package mutating func resources(
        rating counts: TRESCounts, cluster: String, partition: String, qos: String?
    ) -> [ResourceID] {
        let plan = plan(cluster: cluster, partition: partition, qos: qos)
        return plan.loads(of: counts).map { plan.tracks[$0.track].resource.id }.sorted()
    }

    /// As `RateCard.cost(of:cluster:partition:qos:over:)`.
    package mutating func cost(
        of counts: TRESCounts, cluster: String, partition: String, qos: String?,
        over interval: Interval
    ) -> HoldCost {
        plan(cluster: cluster, partition: partition, qos: qos).cost(of: counts, over: interval)
    }

    /// As `RateCard.longestAffordable`.
    package mutating func longestAffordable(
        _ counts: TRESCounts, cluster: String, partition: String, qos: String?,
        from start: Instant, for amount: ServiceUnits, limitSeconds: Int64 = 4_000_000_000
    ) -> Int64? {
        plan(cluster: cluster, partition: partition, qos: qos)
            .longestAffordable(counts, from: start, for: amount, limitSeconds: limitSeconds)
    }

    private mutating func loads(
        of counts: TRESCounts, by plan: PricePlan
    ) -> [PricePlan.Load] {
        guard !keptLoads.isEmpty else { return plan.loads(of: counts) }
        let mixed =
            (counts.storage ^ UInt(bitPattern: ObjectIdentifier(plan)) << 7)
            &* 0x9e37_79b9_7f4a_7c15
        let index = Int(truncatingIfNeeded: mixed >> 40) & (keptLoads.count - 1)
        if let kept = keptLoads[index], kept.plan === plan, kept.counts.storage == counts.storage {
            return kept.loads
        }
        let loads = plan.loads(of: counts)
        keptLoads[index] = KeptLoads(plan: plan, counts: counts, loads: loads)
        return loads
    }

    private mutating func plan(cluster: String, partition: String, qos: String?) -> PricePlan {
        for index in recent.indices
        where recent[index].place.isOf(cluster: cluster, partition: partition, qos: qos) {
            return recent[index].plan
        }
        let place = Place(cluster: cluster, partition: partition, qos: qos)
        let plan: PricePlan
        if let known = plans[place] {
            plan = known
        } else {
            plan = card.plan(cluster: cluster, partition: partition, qos: qos)
            if plans.count >= Self.placeLimit { plans.removeAll() }
            plans[place] = plan
        }
        if recent.count < Self.recentLimit {
            recent.append((place, plan))
        } else {
            recent[nextVictim] = (place, plan)
            nextVictim = (nextVictim + 1) % Self.recentLimit
        }
        return plan
    }
}

extension PricePlan {
    func price(_ usage: Usage) -> Pricing { price(usage, loads: loads(of: usage.counts)) }

    /// - Parameter loads: what is rated of the usage's counts.
    func price(_ usage: Usage, loads: [Load]) -> Pricing {
        let assembly = Assembly(usage, loads, plan: self, isHold: false)
        return Pricing(
            lines: assembly.lines, unrated: assembly.unrated,
            spreadSeconds: assembly.spreadSeconds)
    }

    func cost(of counts: TRESCounts, over interval: Interval) -> HoldCost {
        let usage = Usage(
            cluster: "", partition: "", qos: nil, counts: counts, interval: interval,
            suspendedSeconds: 0)
        let assembly = Assembly(usage, loads(of: counts), plan: self, isHold: true)
        return HoldCost(
            lines: assembly.lines, unpriced: assembly.unrated, touched: assembly.touched)
    }

    /// The cost never falls as time goes on, so halving finds the last second that still fits.
    func longestAffordable(
        _ counts: TRESCounts, from start: Instant, for amount: ServiceUnits, limitSeconds: Int64
    ) -> Int64? {
        func fits(_ seconds: Int64) -> Bool? {
            let end = start.advanced(bySeconds: seconds)
            guard let interval = Interval(start: start, end: end) else { return false }
            let cost = cost(of: counts, over: interval)
            if cost.unpriced.contains(where: { $0.reason == .noRate }) { return nil }
            return cost.unpriced.isEmpty && cost.totalMicroSU <= Int128(amount.microSU)
        }
        // Without a rate at the start there is none to go on with.
        guard let firstFits = fits(1) else { return nil }
        guard firstFits, limitSeconds > 0 else { return 0 }
        var (fitting, failing) = (Int64(1), limitSeconds + 1)
        while failing - fitting > 1 {
            let middle = fitting + (failing - fitting) / 2
            if fits(middle) ?? false { fitting = middle } else { failing = middle }
        }
        return fitting
    }
}
