/// What every resource costs, as of one version of the journal. Answers are exact and depend on
/// nothing else, so a charge that pins the version can be computed again for good.
///
///     let card = try RateCard(version: 7, resources: …, rates: …, factors: …, combine: …)
///     card.price(usage).total
///
/// Many usages in a row are priced faster by a `Pricer`.

import Units

package struct RateCard: Sendable {
    /// The journal's seq that last changed it.
    package let version: Int64
    /// By number.
    package let resources: [Resource]
    /// Those in force, by resource and window; superseded versions are not here.
    package let rates: [RateVersion]
    package let factors: [FactorVersion]
    /// By cluster; a cluster that is not named sums.
    package let combine: [String: Combination]

    /// For each TRES, narrowest first.
    private let candidates: [[Resource]]
    private let ratesByResource: [ResourceID: [RateVersion]]
    private let byID: [ResourceID: Resource]

    /// - Throws: whatever would leave a usage with two prices or none that can be computed exactly.
    package init(
        version: Int64, resources: [Resource], rates: [RateVersion], factors: [FactorVersion],
        combine: [String: Combination]
    ) throws(RateCardError) {
        self.version = version
        self.resources = resources.sorted { $0.id < $1.id }
        self.rates = rates.sorted {
            ($0.resource, $0.window.start) < ($1.resource, $1.window.start)
        }
        self.factors = factors.sorted { $0.window.start < $1.window.start }
        self.combine = combine
        try checkResources(self.resources)
        try checkRates(self.rates, of: self.resources)
        try checkFactors(self.factors)
        try checkProducts(self.resources, self.rates, self.factors)
        byID = Dictionary(uniqueKeysWithValues: resources.map { ($0.id, $0) })
        ratesByResource = Dictionary(grouping: self.rates, by: \.resource)
        candidates = Dictionary(grouping: self.resources, by: \.tres).values.map { rivals in
            rivals.sorted { $0.scope.namedDimensions > $1.scope.namedDimensions }
        }
    }

    package subscript(resource id: ResourceID) -> Resource? { byID[id] }

    /// What a usage costs: exact, half-even once a line (money.md 1.4).
    package func price(_ usage: Usage) -> Pricing {
        plan(cluster: usage.cluster, partition: usage.partition, qos: usage.qos).price(usage)
    }

    /// What has to be held for `counts` during `interval`: each line rounded up, and a rate that was
    /// in force goes on until the next begins, be it beyond its window.
    ///
    /// Where the interval begins with no rate in force, that stretch is in `unpriced`.
    package func cost(
        of counts: TRESCounts, cluster: String, partition: String, qos: String?,
        over interval: Interval
    ) -> HoldCost {
        plan(cluster: cluster, partition: partition, qos: qos).cost(of: counts, over: interval)
    }

    /// The longest time, in whole seconds from `start`, whose hold costs at most `amount`.
    ///
    /// - Parameter limitSeconds: where to stop looking; the answer when everything up to it fits.
    /// - Returns: 0 … `limitSeconds`; nil where some of it has no price. Slurm rounds a time limit
    ///   up to whole minutes, so what is offered to a user is `seconds / 60` minutes.
    package func longestAffordable(
        _ counts: TRESCounts, cluster: String, partition: String, qos: String?,
        from start: Instant, for amount: ServiceUnits, limitSeconds: Int64 = 4_000_000_000
    ) -> Int64? {
        plan(cluster: cluster, partition: partition, qos: qos)
            .longestAffordable(counts, from: start, for: amount, limitSeconds: limitSeconds)
    }

    /// The resources that would rate a job there, and their prices over time.
    func plan(cluster: String, partition: String, qos: String?) -> PricePlan {
        let fitting = candidates.compactMap { rivals in
            rivals.first { $0.scope.fits(cluster: cluster, partition: partition, qos: qos) }
        }
        let here = factors.filter { $0.cluster == nil || $0.cluster == cluster }
        let qosFactors = qos.map { name in here.filter { $0.subject == .qos(name) } } ?? []
        let partitionFactors = here.filter { $0.subject == .partition(partition) }
        let tracks = fitting.sorted { $0.name < $1.name }.map { resource in
            Track(
                resource, rates: ratesByResource[resource.id] ?? [], qosFactors: qosFactors,
                partitionFactors: partitionFactors)
        }
        return PricePlan(combination: combine[cluster] ?? .sum, tracks: tracks)
    }
}
