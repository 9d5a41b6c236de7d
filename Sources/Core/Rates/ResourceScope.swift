/// Where a resource applies; nil is everywhere. The narrower of two that fit rates the usage.
package struct ResourceScope: Hashable, Sendable {
    package var clusters: Set<String>?
    package var partitions: Set<String>?
    package var qos: Set<String>?

    package static let everywhere = ResourceScope()

    package init(
        clusters: Set<String>? = nil, partitions: Set<String>? = nil, qos: Set<String>? = nil
    ) {
        (self.clusters, self.partitions, self.qos) = (clusters, partitions, qos)
    }
}

extension ResourceScope {
    /// Whether a job there is in scope. A job without a QOS is in no scope that names one.
    package func fits(cluster: String, partition: String, qos: String?) -> Bool {
        (clusters?.contains(cluster) ?? true) && (partitions?.contains(partition) ?? true)
            && (self.qos.map { names in qos.map(names.contains) ?? false } ?? true)
    }

    /// 0 … 3: how many of cluster, partition and QOS are named. The more, the narrower.
    package var namedDimensions: Int {
        [clusters, partitions, qos].count { $0 != nil }
    }

    /// Whether some job can be in both and neither is narrower, so that none of two resources
    /// would rate it before the other.
    package func isAsNarrow(as other: ResourceScope) -> Bool {
        overlaps(other) && namedDimensions == other.namedDimensions
    }

    /// Whether some job can be in both.
    package func overlaps(_ other: ResourceScope) -> Bool {
        func meet(_ a: Set<String>?, _ b: Set<String>?) -> Bool {
            guard let a, let b else { return true }
            return !a.isDisjoint(with: b)
        }
        return meet(clusters, other.clusters) && meet(partitions, other.partitions)
            && meet(qos, other.qos)
    }
}
