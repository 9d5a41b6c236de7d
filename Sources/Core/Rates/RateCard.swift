/// The rates, factors and rules in force as of one version: what turns usage into service units.

import Units

package struct RateID: Hashable, Comparable, Sendable {
    package let number: Int64
    package init(_ number: Int64) { self.number = number }
    package static func < (a: Self, b: Self) -> Bool { a.number < b.number }
}

/// One version of one rate: SU per unit-hour of a resource within a window.
package struct RateVersion: Hashable, Sendable {
    package let id: RateID
    package let resource: ResourceID
    package let window: Interval
    package let suPerHour: Rational
    package let recordedAt: Instant

    package init(
        id: RateID, resource: ResourceID, window: Interval, suPerHour: Rational,
        recordedAt: Instant
    ) {
        (self.id, self.resource, self.window) = (id, resource, window)
        (self.suPerHour, self.recordedAt) = (suPerHour, recordedAt)
    }
}

package struct FactorID: Hashable, Comparable, Sendable {
    package let number: Int64
    package init(_ number: Int64) { self.number = number }
    package static func < (a: Self, b: Self) -> Bool { a.number < b.number }
}

/// One version of a multiplier on every rate, for a QOS or a partition.
package struct FactorVersion: Hashable, Sendable {
    package let id: FactorID
    package let subject: FactorSubject
    /// nil: on every cluster; one that names the cluster goes before it.
    package let cluster: String?
    package let factor: Rational
    package let window: Interval
    package let recordedAt: Instant

    package init(
        id: FactorID, subject: FactorSubject, cluster: String?, factor: Rational,
        window: Interval, recordedAt: Instant
    ) {
        (self.id, self.subject, self.cluster) = (id, subject, cluster)
        (self.factor, self.window, self.recordedAt) = (factor, window, recordedAt)
    }
}

package struct RateCard: Sendable {
    /// The journal entry that last changed it; a charge pins this.
    package let version: Int64
    package let resources: [ResourceID: Resource]
    private let combine: [String: Combination]
    /// By TRES, the narrowest scope first.
    private let resourcesByTRES: [TRESName: [Resource]]
    /// By resource, in order of time.
    private let ratesByResource: [ResourceID: [RateVersion]]
    private let factorsBySubject: [FactorSubject: [FactorVersion]]

    /// - Parameters:
    ///   - rates: those in force; their windows may not overlap within a resource.
    ///   - combine: by cluster; `sum` where a cluster is not named.
    package init(
        version: Int64, resources: [Resource], rates: [RateVersion],
        factors: [FactorVersion] = [], combine: [String: Combination] = [:]
    ) throws(RateCardError) {
        try checkCard(resources: resources, rates: rates, factors: factors)
        self.version = version
        self.combine = combine
        self.resources = Dictionary(uniqueKeysWithValues: resources.map { ($0.id, $0) })
        resourcesByTRES = Dictionary(grouping: resources, by: \.tres).mapValues { candidates in
            candidates.sorted {
                ($1.scope.narrowness, $0.id) < ($0.scope.narrowness, $1.id)
            }
        }
        ratesByResource = Dictionary(grouping: rates, by: \.resource).mapValues {
            $0.sorted { $0.window.start < $1.window.start }
        }
        factorsBySubject = Dictionary(grouping: factors, by: \.subject)
    }

    package func combination(on cluster: String) -> Combination { combine[cluster] ?? .sum }

    func rates(of resource: ResourceID) -> [RateVersion] { ratesByResource[resource] ?? [] }

    /// The factors of a subject that hold on a cluster; those naming it hide the others.
    func factors(of subject: FactorSubject, on cluster: String) -> [FactorVersion] {
        guard let all = factorsBySubject[subject] else { return [] }
        let own = all.filter { $0.cluster == cluster }
        return own.isEmpty ? all.filter { $0.cluster == nil } : own
    }

    /// The narrowest resource that rates `tres` there; nil: it is free.
    func resource(
        for tres: TRESName, cluster: String, partition: String, qos: String?
    ) -> Resource? {
        resourcesByTRES[tres]?.first {
            $0.scope.contains(cluster: cluster, partition: partition, qos: qos)
        }
    }
}

extension ResourceScope {
    /// How many dimensions it names.
    var narrowness: Int { [clusters, partitions, qos].count { $0 != nil } }

    package func contains(cluster: String, partition: String, qos: String?) -> Bool {
        (clusters?.contains(cluster) ?? true)
            && (partitions?.contains(partition) ?? true)
            && (self.qos.map { names in qos.map(names.contains) ?? false } ?? true)
    }

    /// Whether some job is in both scopes and neither is narrower, so that none of the two
    /// resources would rate it before the other.
    ///
    /// The narrower is the one that names all the dimensions (cluster, partition, QOS) which the
    /// other names, and one more.
    package func isAsNarrow(as other: ResourceScope) -> Bool {
        let (mine, theirs) = (dimensions, other.dimensions)
        let meet = zip(mine, theirs).allSatisfy { a, b in
            guard let a, let b else { return true }
            return !a.isDisjoint(with: b)
        }
        let (named, otherNamed) = (mine.map { $0 != nil }, theirs.map { $0 != nil })
        let oneIsNarrower =
            named != otherNamed
            && (zip(named, otherNamed).allSatisfy { $0 || !$1 }
                || zip(named, otherNamed).allSatisfy { $1 || !$0 })
        return meet && !oneIsNarrower
    }

    private var dimensions: [Set<String>?] { [clusters, partitions, qos] }
}
