/// A partition ready for estimates: its record, its nodes grouped by shape, its weights read.

///
/// A class, as every estimate passes it on and nothing changes in it.
package final class Partition: Sendable {
    /// What the gauge told.
    package let record: PartitionRecord
    /// Groups of like nodes, the smallest first.
    package let shapes: [PartitionShape]
    /// TRESBillingWeights.
    package let billing: BillingWeights
    /// Its first node: some of slurmctld's checks look at no other.
    let first: NodeShape?
    let members: Set<String>

    /// PartitionName.
    package var name: String { record.name }

    init(_ record: PartitionRecord, nodes: NodeIndex) throws(PartitionProblem) {
        self.record = record
        let names: [String]
        do { names = try expandHostList(record.nodes) } catch { throw .nodes(record.nodes) }
        guard let billing = BillingWeights(reading: record.billingWeights) else {
            throw .billingWeights(record.billingWeights)
        }
        self.billing = billing
        members = Set(names)
        first = names.first.flatMap { nodes[$0] }.map { nodes.shapes[$0.shape] }
        shapes = grouped(members, nodes: nodes)
    }
}

/// Like nodes of one partition.
package final class PartitionShape: Sendable {
    /// What they have.
    package let node: NodeShape
    /// What its gres string holds.
    package let gres: [NodeGres]
    /// How many there are, and how many of them are up.
    package let count: Int64
    package let upCount: Int64

    init(node: NodeShape, count: Int64, upCount: Int64) {
        (self.node, self.count, self.upCount) = (node, count, upCount)
        gres = NodeGres.list(reading: node.gres)
    }
}

enum PartitionProblem: Error {
    case nodes(String)
    case billingWeights(String)
}

extension PartitionProblem: CustomStringConvertible {
    var description: String {
        switch self {
        case .nodes(let text): "its nodes \"\(text)\" can't be read"
        case .billingWeights(let text): "its TRESBillingWeights \"\(text)\" can't be read"
        }
    }
}

/// `names` by shape, the smallest nodes first; names that no node has are passed over.
func grouped(_ names: some Sequence<String>, nodes: NodeIndex) -> [PartitionShape] {
    var counts: [ShapeID: (all: Int64, up: Int64)] = [:]
    for name in names {
        guard let place = nodes[name] else { continue }
        counts[place.shape, default: (0, 0)].all += 1
        if place.isUp { counts[place.shape, default: (0, 0)].up += 1 }
    }
    let ordered = counts.sorted { one, other in
        let (a, b) = (nodes.shapes[one.key], nodes.shapes[other.key])
        return (a.cpus, a.realMemoryMiB, a.gres, one.key)
            < (b.cpus, b.realMemoryMiB, b.gres, other.key)
    }
    return ordered.map { id, count in
        PartitionShape(node: nodes.shapes[id], count: count.all, upCount: count.up)
    }
}
