/// The least that a TRES costs anywhere on a cluster: how much of it some credit buys at most.

import Units

/// For one base unit during one second; more than nothing.
package struct LeastPrice: Hashable, Sendable {
    let price: UnitPrice
    /// Resources that rate it somewhere on the cluster.
    package let resources: Set<ResourceID>

    /// How many minutes of one base unit (memory: of one MiB) `amount` buys at most, rounded up.
    ///
    /// - Precondition: the amount is not negative.
    package func mostUnitMinutes(for amount: ServiceUnits) -> Int128 {
        precondition(amount >= .zero)
        // 10¹⁸ · 3.7·10¹⁸ is far within Int128.
        let top = Int128(amount.microSU) * Int128(price.denominator)
        let bottom = Int128(price.numerator) * 60
        return (top + bottom - 1) / bottom
    }
}

extension RateCard {
    /// By TRES, each that is rated there and costs anything at `instant`.
    ///
    /// Where a TRES costs nothing (no resource that fits, no rate, a factor of 0) there is nothing to
    /// buy: such places are passed over. A typed gres is a unit of its gres as well.
    ///
    /// - Parameter partitions: those that jobs may run in.
    package func leastPrices(
        on cluster: String, partitions: [String], at instant: Instant
    ) -> [TRESName: LeastPrice] {
        let here = resources.filter { $0.scope.clusters?.contains(cluster) ?? true }
        let named = here.flatMap { $0.scope.qos ?? [] } + factors.compactMap(\.subject.qosName)
        let qos = [String?.none] + Set(named).sorted().map(Optional.some)
        var least: [TRESName: UnitPrice] = [:]
        for partition in partitions {
            for qos in qos {
                let tracks = plan(cluster: cluster, partition: partition, qos: qos).tracks
                for track in tracks {
                    let second = instant.epochSeconds
                    let segment = track.segment(at: second, runStart: second, isHold: true)
                    guard let price = segment?.price, price.numerator > 0 else { continue }
                    let tres = track.resource.tres
                    // A unit of a type may be had for what the gres costs without one, and the other
                    // way round.
                    for other in here where other.tres.overlaps(tres) {
                        if let known = least[other.tres], !known.isDearer(than: price) { continue }
                        least[other.tres] = price
                    }
                }
            }
        }
        return least.reduce(into: [:]) { prices, it in
            let rating = here.filter { $0.tres.overlaps(it.key) }.map(\.id)
            prices[it.key] = LeastPrice(price: it.value, resources: Set(rating))
        }
    }
}

extension UnitPrice {
    fileprivate func isDearer(than other: UnitPrice) -> Bool {
        costsMore(count: 1, than: (other, 1))
    }
}

extension FactorSubject {
    fileprivate var qosName: String? {
        guard case .qos(let name) = self else { return nil }
        return name
    }
}
