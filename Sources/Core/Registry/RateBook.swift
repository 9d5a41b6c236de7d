/// Every version of every rate and factor ever recorded, and the card in force.
///
/// Nothing is edited: a superseded version stays, so that a charge can be priced as it was.

import Rates
import Units

/// Whether a version of a rate still counts.
package enum RateState: String, Hashable, Sendable {
    case inForce = "in_force"
    case superseded
}

package struct RateBook: Sendable {
    /// The journal entry that last changed prices; what a charge pins. The highest, in whatever order
    /// the rows are read again at a start.
    package private(set) var version: Int64 = 0
    package private(set) var resources: [ResourceID: Resource] = [:]
    package private(set) var rates: [RateID: RateVersion] = [:]
    package private(set) var factors: [FactorID: FactorVersion] = [:]
    package private(set) var combine: [String: Combination] = [:]
    /// By which entry.
    private var supersededRates: [RateID: Int64] = [:]
    private var supersededFactors: [FactorID: Int64] = [:]

    package init() {}

    mutating func setCombination(_ combination: Combination, for cluster: String, entry: Int64) {
        guard combine[cluster] != combination else { return }
        combine[cluster] = combination
        version = max(version, entry)
    }

    mutating func define(_ resource: Resource, entry: Int64) {
        resources[resource.id] = resource
        version = max(version, entry)
    }

    mutating func take(_ rate: RateVersion, state: RateState, entry: Int64) {
        rates[rate.id] = rate
        if state == .superseded { supersededRates[rate.id] = entry }
        version = max(version, entry)
    }

    mutating func take(_ factor: FactorVersion, state: RateState, entry: Int64) {
        factors[factor.id] = factor
        if state == .superseded { supersededFactors[factor.id] = entry }
        version = max(version, entry)
    }

    package var ratesInForce: [RateVersion] {
        rates.values.filter { supersededRates[$0.id] == nil }.sorted { $0.id < $1.id }
    }
    package func state(of rate: RateID) -> RateState {
        supersededRates[rate] != nil ? .superseded : .inForce
    }
    package var factorsInForce: [FactorVersion] {
        factors.values.filter { supersededFactors[$0.id] == nil }.sorted { $0.id < $1.id }
    }

    package func rates(of resource: ResourceID) -> [RateVersion] {
        ratesInForce.filter { $0.resource == resource }
    }

    package func resource(named name: String) -> Resource? {
        resources.values.first { $0.name == name }
    }

    /// The card in force; throws where its parts contradict one another.
    package func card() throws(RateCardError) -> RateCard {
        try RateCard(
            version: version, resources: resources.values.sorted { $0.id < $1.id },
            rates: ratesInForce, factors: factorsInForce, combine: combine)
    }
}

extension RateBook {
    /// The card as it was at an entry: what a charge of then pinned. Whether a cluster sums or takes
    /// the dearest is as it is now.
    ///
    /// - Parameter recordedAt: of that entry; versions are recorded by the second.
    /// - Returns: nil where what is known doesn't make one card.
    package func card(asOf version: Int64, recordedAt: Instant) -> RateCard? {
        func wasThere(_ at: Instant, _ supersededBy: Int64?) -> Bool {
            at <= recordedAt && supersededBy.map { $0 > version } ?? true
        }
        var there = rates.values.filter { wasThere($0.recordedAt, supersededRates[$0.id]) }
            .sorted { $0.id < $1.id }
        var factors = factors.values.filter {
            wasThere($0.recordedAt, supersededFactors[$0.id])
        }.sorted { $0.id < $1.id }
        let ever = Set(rates.values.map(\.resource))
        while true {
            let priced = Set(there.map(\.resource))
            let resources = resources.values.filter {
                priced.contains($0.id) || !ever.contains($0.id)
            }
            let card = try? RateCard(
                version: version, resources: resources.sorted { $0.id < $1.id }, rates: there,
                factors: factors, combine: combine)
            if let card { return card }
            // Of two changes within that second the later one came after the entry.
            if let last = there.lastIndex(where: { $0.recordedAt == recordedAt }) {
                there.remove(at: last)
            } else if let last = factors.lastIndex(where: { $0.recordedAt == recordedAt }) {
                factors.remove(at: last)
            } else {
                return nil
            }
        }
    }
}
