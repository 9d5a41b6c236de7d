/// One cluster as the gauge last saw it: the value every estimate reads.
///
/// Built off the hot path: host lists are expanded, weights read, and the nodes of each partition
/// grouped by shape, so that an estimate looks at a few shapes and never at thousands of nodes.

import Units

/// A whole value: the daemon swaps it for the next one, an estimate never sees half of a change.
package struct ClusterView: Sendable {
    /// Slurm's ClusterName.
    package let cluster: String
    /// False until the gauge has answered once: every estimate then throws `.viewMissing`.
    package let isKnown: Bool
    /// Settings of slurm.conf.
    package let config: ClusterConfig
    /// Users and accounts of slurmdbd.
    package let associations: Associations
    /// The partition of jobs that name none.
    package let defaultPartition: String?
    /// What could not be read, a sentence each; such a partition or node is left out.
    package let problems: [String]
    private let partitions: [String: Partition]
    let nodes: NodeIndex

    /// A cluster of which nothing is known yet.
    package static func notYetKnown(_ cluster: String) -> ClusterView { .init(unknown: cluster) }

    private init(unknown cluster: String) {
        self.cluster = cluster
        isKnown = false
        config = ClusterConfig(selection: .init(unit: .core, consumesMemory: true))
        (associations, defaultPartition, problems) = (Associations(), nil, [])
        (partitions, nodes) = ([:], NodeIndex([], isLinear: false))
    }

    package init(
        cluster: String, config: ClusterConfig, partitions records: [PartitionRecord],
        nodes: [NodeRecord], associations: Associations
    ) {
        self.cluster = cluster
        isKnown = true
        (self.config, self.associations) = (config, associations)
        self.nodes = NodeIndex(nodes, isLinear: config.selection.unit == .node)
        defaultPartition = records.first(where: \.isDefault)?.name
        var problems = self.nodes.problems
        var partitions: [String: Partition] = [:]
        for record in records {
            do {
                partitions[record.name] = try Partition(record, nodes: self.nodes)
            } catch {
                problems.append("partition \(record.name) is left out: \(error)")
            }
        }
        (self.partitions, self.problems) = (partitions, problems)
    }

    /// Whether a user may use an account, of a job that slurmctld has taken.
    ///
    /// Where it enforces associations it has looked itself, and knows of those that are newer than
    /// this view.
    package func isAssociated(user: String, account: String) -> Bool {
        config.enforcesAssociations || associations.isEmpty
            || associations.includes(user: user, account: account)
    }

    /// nil where slurmctld has none of that name, or it could not be read (`problems`).
    package func partition(_ name: String) -> Partition? { partitions[name] }
    /// In order of name.
    package var partitionNames: [String] { partitions.keys.sorted() }
}
