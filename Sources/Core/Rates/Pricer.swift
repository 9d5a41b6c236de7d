/// Prices many usages with one card: what a card looks up for each usage is looked up once for each
/// cluster, partition and QOS.

import Units

package struct Pricer: Sendable {
    private struct Place: Hashable {
        let cluster: String
        let partition: String
        let qos: String?
    }

    package let card: RateCard
    private var plans: [Place: PricePlan] = [:]
    /// The last few that were asked for, which are found sooner than by hashing.
    private var recent: [(place: Place, plan: PricePlan)] = []
    private static let recentLimit = 8
    private var nextVictim = 0

    /// Partitions and QOS are a user's words, so no more of them than this are remembered.
    private static let placeLimit = 10_000

    package init(_ card: RateCard) { self.card = card }

    /// As `RateCard.price(_:)`.
    package mutating func price(_ usage: Usage) -> Pricing {
        plan(cluster: usage.cluster, partition: usage.partition, qos: usage.qos).price(usage)
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

    private mutating func plan(cluster: String, partition: String, qos: String?) -> PricePlan {
        let place = Place(cluster: cluster, partition: partition, qos: qos)
        for known in recent where known.place == place { return known.plan }
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
    func price(_ usage: Usage) -> Pricing {
        let assembly = Assembly(usage, plan: self, isHold: false)
        return Pricing(
            lines: assembly.lines, unrated: assembly.unrated,
            spreadSeconds: assembly.spreadSeconds)
    }

    func cost(of counts: TRESCounts, over interval: Interval) -> HoldCost {
        let usage = Usage(
            cluster: "", partition: "", qos: nil, counts: counts, interval: interval,
            suspendedSeconds: 0)
        let assembly = Assembly(usage, plan: self, isHold: true)
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
