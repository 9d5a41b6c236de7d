/// What a job would be allocated: the figures of AllocTRES before they get their names.

import Units

struct Allocation: Hashable, Sendable {
    var nodes: Int64 = 0
    var cpus: Int64 = 0
    var memoryMiB: Int64 = 0
    /// As in AllocTRES: one entry without a type for all of a name, one more for each type.
    var gres: [NodeGres] = []
    /// Slurm may take another type of what was asked untyped.
    var choosesType = false

    /// Counts `count` of `name`; the sum over its types when no type is given.
    mutating func add(_ count: Int64, of name: String, type: String? = nil) {
        guard count > 0 else { return }
        if let index = gres.firstIndex(where: { $0.name == name && $0.type == type }) {
            gres[index].count += count
        } else {
            gres.append(NodeGres(name: name, type: type, count: count))
        }
    }

    /// Fewest nodes first, then the least of everything else.
    static func isLess(_ a: Allocation, _ b: Allocation) -> Bool {
        (a.nodes, a.cpus, a.memoryMiB, a.gresCount) < (b.nodes, b.cpus, b.memoryMiB, b.gresCount)
    }

    private var gresCount: Int64 { gres.reduce(0) { $1.type == nil ? $0 + $1.count : $0 } }

    /// The larger of each figure: no one allocation, but none exceeds it.
    func combined(with other: Allocation) -> Allocation {
        var most = self
        most.nodes = max(nodes, other.nodes)
        most.cpus = max(cpus, other.cpus)
        most.memoryMiB = max(memoryMiB, other.memoryMiB)
        for item in other.gres {
            let index = most.gres.firstIndex { $0.name == item.name && $0.type == item.type }
            if let index {
                most.gres[index].count = max(most.gres[index].count, item.count)
            } else {
                most.gres.append(item)
            }
        }
        most.choosesType = choosesType || other.choosesType
        return most
    }
}

extension Allocation {
    /// Named as AllocTRES names it, without what `accounted` leaves out and without zeros.
    func counts(accounted: Set<TRESName>?) -> [TRESName: Int64] {
        var counts: [TRESName: Int64] = [:]
        counts.reserveCapacity(6)
        (counts[.cpu], counts[.node]) = (cpus, nodes)
        if memoryMiB > 0 { counts[.memory] = memoryMiB }
        for item in gres {
            let name = TRESName("gres/" + item.name + (item.type.map { ":" + $0 } ?? ""))
            if accounted?.contains(name) ?? true { counts[name] = item.count }
        }
        return counts
    }
}
