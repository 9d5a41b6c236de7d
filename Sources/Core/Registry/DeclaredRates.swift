/// The rate card that a site file declares, for pricing without any books.

import Rates
import Units

extension RateCard {
    /// Resources, rates and factors are numbered 1, 2, 3 … in the order of the file.
    ///
    /// - Parameter recordedAt: when all of it counts as known.
    package init(
        declaredBy site: Site, version: Int64 = 0,
        recordedAt: Instant = Instant(epochSeconds: 0)
    ) throws(RateCardError) {
        let numbered = site.resources.enumerated().map { index, declared in
            Resource(
                id: ResourceID(Int64(index) + 1), name: declared.name, type: declared.type,
                tres: declared.tres, scope: declared.scope, units: declared.units)
        }
        let declaredRates = zip(numbered, site.resources).flatMap { resource, declared in
            declared.rates.map { (resource: resource.id, rate: $0) }
        }
        let rates = declaredRates.enumerated().map { index, declared in
            RateVersion(
                id: RateID(Int64(index) + 1), resource: declared.resource,
                window: declared.rate.window, suPerHour: declared.rate.suPerHour,
                recordedAt: recordedAt)
        }
        let factors = site.factors.enumerated().map { index, declared in
            FactorVersion(
                id: FactorID(Int64(index) + 1), subject: declared.subject,
                cluster: declared.cluster, factor: declared.factor, window: declared.window,
                recordedAt: recordedAt)
        }
        try self.init(
            version: version, resources: numbered, rates: rates, factors: factors,
            combine: Dictionary(
                site.clusters.map { ($0.name, $0.combine) }, uniquingKeysWith: { first, _ in first }
            ))
    }
}
