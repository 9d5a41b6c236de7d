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
    private var supersededRates: Set<RateID> = []
    private var supersededFactors: Set<FactorID> = []

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
        if state == .superseded { supersededRates.insert(rate.id) }
        version = max(version, entry)
    }

    mutating func take(_ factor: FactorVersion, state: RateState, entry: Int64) {
        factors[factor.id] = factor
        if state == .superseded { supersededFactors.insert(factor.id) }
        version = max(version, entry)
    }

    package var ratesInForce: [RateVersion] {
        rates.values.filter { !supersededRates.contains($0.id) }.sorted { $0.id < $1.id }
    }
    package func state(of rate: RateID) -> RateState {
        supersededRates.contains(rate) ? .superseded : .inForce
    }
    package var factorsInForce: [FactorVersion] {
        factors.values.filter { !supersededFactors.contains($0.id) }.sorted { $0.id < $1.id }
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
