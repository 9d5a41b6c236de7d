/// Nodes by name, each shape kept once.

/// The number of a shape in a view.
typealias ShapeID = Int

struct NodeIndex: Sendable {
    private(set) var shapes: [NodeShape] = []
    private(set) var problems: [String] = []
    private var places: [String: (shape: ShapeID, isUp: Bool)] = [:]

    /// With select/linear neither cores set aside nor generic resources count.
    init(_ nodes: [NodeRecord], isLinear: Bool) {
        var numbers: [NodeShape: ShapeID] = [:]
        places.reserveCapacity(nodes.count)
        for node in nodes {
            var shape = node.shape
            if isLinear { (shape.coreSpecCount, shape.gres) = (0, "") }
            guard shape.cpus > 0, shape.sockets > 0, shape.coresPerSocket > 0,
                shape.threadsPerCore > 0, shape.realMemoryMiB >= 0
            else {
                problems.append("node \(node.name) is left out: it has no CPUs")
                continue
            }
            let number = numbers[shape] ?? shapes.count
            if number == shapes.count {
                shapes.append(shape)
                numbers[shape] = number
            }
            places[node.name] = (number, node.isUp)
        }
    }

    subscript(name: String) -> (shape: ShapeID, isUp: Bool)? { places[name] }
}
