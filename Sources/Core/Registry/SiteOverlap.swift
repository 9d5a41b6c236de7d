/// When two things that a site declares get in each other's way: pure rules, used by the check of a
/// site file and by the books alike.

import Rates
import Units

/// What an allocation lays claim to within its project.
package struct Coverage: Hashable, Sendable {
    /// A covered resource as it resolves: what it counts, and where.
    package struct Item: Hashable, Sendable {
        package var tres: TRESName
        /// nil: every cluster.
        package var clusters: Set<String>?

        package init(tres: TRESName, clusters: Set<String>?) {
            (self.tres, self.clusters) = (tres, clusters)
        }
    }

    package var clusters: Set<String>
    /// nil covers every resource there is or will be.
    package var items: [Item]?
    package var window: Interval
    package var status: Status

    package init(clusters: Set<String>, items: [Item]?, window: Interval, status: Status) {
        (self.clusters, self.items, self.window, self.status) = (clusters, items, window, status)
    }
}

/// Where two allocations of a project would both be charged.
package struct CoverageOverlap: Hashable, Sendable {
    package let cluster: String
    package let window: Interval
    /// What both count: none where both cover every resource, two for typed and untyped of a gres.
    package let tres: [TRESName]
}

extension Coverage {
    /// The first overlap with another allocation of the same project, nil where there is none.
    ///
    /// ACTIVE and INACTIVE count; DELETED doesn't. Partitions and QOS don't part two allocations:
    /// a job may name several partitions and is placed before it is known which one it gets.
    /// Source: money.md 2.6.
    package func overlap(with other: Coverage) -> CoverageOverlap? {
        guard status != .deleted, other.status != .deleted,
            let window = window.intersection(other.window)
        else { return nil }
        for cluster in clusters.intersection(other.clusters).sorted() {
            if let tres = sharedTRES(with: other, on: cluster) {
                return CoverageOverlap(cluster: cluster, window: window, tres: tres)
            }
        }
        return nil
    }

    private func sharedTRES(with other: Coverage, on cluster: String) -> [TRESName]? {
        switch (items(on: cluster), other.items(on: cluster)) {
        case (nil, nil): return []
        case (let some?, nil), (nil, let some?): return some.min().map { [$0] }
        case (let mine?, let theirs?):
            for a in mine.sorted() {
                guard let b = theirs.filter(a.overlaps).min() else { continue }
                return a == b ? [a] : [a, b].sorted()
            }
            return nil
        }
    }

    private func items(on cluster: String) -> [TRESName]? {
        items?.filter { $0.clusters?.contains(cluster) ?? true }.map(\.tres)
    }
}
