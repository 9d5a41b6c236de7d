/// The nodes of a partition that a request may get, by shape.

struct Candidates {
    /// Shapes with how many nodes to choose from and how many are named.
    var groups: [(shape: PartitionShape, nodes: Int64, required: Int64)]
    /// Nodes named by `-w`.
    var required: Int64 = 0
    /// `--constraint` lets Slurm mix nodes in ways that aren't followed.
    var isExact = true

    init(_ request: borrowing JobRequest, partition: Partition, nodes: NodeIndex)
        throws(EstimateRefusal)
    {
        groups = partition.shapes.map { ($0, $0.count, 0) }
        if let features = request.features, !features.isEmpty {
            let filter = FeatureFilter(reading: features)
            groups.removeAll { !filter.allows($0.shape.node.features) }
            isExact = filter.isExact
        }
        if let text = request.excludedNodes, !text.isEmpty {
            for name in try Self.hosts(text, field: "exc_nodes") {
                guard let index = index(of: name, partition, nodes) else { continue }
                groups[index].nodes -= 1
            }
            groups.removeAll { $0.nodes <= 0 }
        }
        if let text = request.requiredNodes, !text.isEmpty {
            let names = try Self.hosts(text, field: "req_nodes")
            required = Int64(names.count)
            for name in names {
                guard let index = index(of: name, partition, nodes) else { continue }
                groups[index].required += 1
            }
        }
    }

    private func index(
        of name: String, _ partition: Partition, _ nodes: NodeIndex
    ) -> Int? {
        guard partition.members.contains(name), let place = nodes[name] else { return nil }
        let shape = nodes.shapes[place.shape]
        return groups.firstIndex { $0.shape.node == shape }
    }

    private static func hosts(
        _ text: String, field: String
    ) throws(EstimateRefusal) -> Set<String> {
        do { return Set(try expandHostList(text)) } catch {
            switch error {
            case .malformed: throw .malformed(field: field, text: text)
            case .tooMany(let limit): throw .tooLarge(field: field, limit: Int64(limit))
            }
        }
    }
}
