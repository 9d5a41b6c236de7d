/// Which nodes of the candidates a request is put on: the fewest that fit, or the strict bound.

struct Choice {
    let allocation: Allocation
    /// Slurm could give nothing else.
    let isExact: Bool
    /// No nodes of the partition fit as they are.
    let fitsNowhere: Bool
    /// Nodes differ and so would the allocation.
    let unlikeNodes: Bool
    /// More nodes could be taken, up to this many.
    let mostNodes: Int64

    init(_ ask: Ask, candidates: Candidates, partition: Partition, view: ClusterView, strict: Bool)
    {
        let atLeast = max(ask.minNodes, partition.record.minNodes)
        var offers = candidates.groups.map {
            NodeOffer(
                $0.shape, nodes: $0.nodes, required: $0.required, ask: ask,
                selection: view.config.selection, maxCPUsPerNode: partition.record.maxCPUsPerNode)
        }
        offers.removeAll { !$0.fits && $0.required == 0 }
        var solutions = Self.solutions(ask, offers, atLeast: atLeast)
        var fitsNowhere = solutions.isEmpty || offers.contains { !$0.fits } || ask.isAboveMaxMemory
        if solutions.isEmpty {
            let offer = NodeOffer(
                Self.largest(partition, ask), nodes: .max / 4, required: 0, ask: ask,
                selection: view.config.selection, maxCPUsPerNode: partition.record.maxCPUsPerNode)
            let counts = NodeCounts(ask, offers: [offer], atLeast: atLeast)
            solutions = [([offer], counts.counts)]
        }
        let placement = Placement(ask: ask, selection: view.config.selection, strict: false)
        let least = solutions.map { placement.allocation($0.0, counts: $0.1) }
        var best = least[0]
        for other in least.dropFirst() where Allocation.isLess(other, best) { best = other }
        let limit = min(partition.record.maxNodes ?? .max, ask.maxNodes ?? .max)
        if best.nodes > limit { fitsNowhere = true }
        self.fitsNowhere = fitsNowhere
        unlikeNodes = least.contains { $0 != best }
        let most = solutions.map {
            Self.most(ask, $0.0, $0.1, limit: partition.record.maxNodes, view.config.selection)
        }
        mostNodes = most.reduce(0) { max($0, $1.nodes) }
        isExact =
            candidates.isExact && !unlikeNodes && !best.choosesType
            && view.config.selection.isPredictable(ask) && most.allSatisfy { $0 == best }
            && (solutions.count == 1 || solutions[0].0.count == 1)
        allocation = strict ? most.dropFirst().reduce(most[0]) { $0.combined(with: $1) } : best
    }

    /// Node counts on each shape alone; where none has enough nodes, on all shapes together.
    private static func solutions(
        _ ask: Ask, _ offers: [NodeOffer], atLeast: Int64
    ) -> [([NodeOffer], [Int64])] {
        if offers.allSatisfy({ $0.required == 0 }) {
            var alone: [([NodeOffer], [Int64])] = []
            for offer in offers {
                let counts = NodeCounts(ask, offers: [offer], atLeast: atLeast)
                if counts.isEnough { alone.append(([offer], counts.counts)) }
            }
            if !alone.isEmpty { return alone }
        }
        let largestFirst = offers.count > 1 ? offers.sorted { $0.tasks > $1.tasks } : offers
        return (offers.count > 1 ? [largestFirst, largestFirst.reversed()] : [offers])
            .compactMap { order in
                let counts = NodeCounts(ask, offers: order, atLeast: atLeast)
                return counts.isEnough ? (order, counts.counts) : nil
            }
    }

    /// The most that Slurm may give: as many nodes as request and partition allow.
    private static func most(
        _ ask: Ask, _ offers: [NodeOffer], _ counts: [Int64], limit: Int64?,
        _ selection: Selection
    ) -> Allocation {
        var counts = counts
        let least = counts.reduce(0, +)
        var most = ask.maxNodes ?? (ask.wholeNodes ? least : ask.mostUsefulNodes)
        if let limit { most = min(most, limit) }
        var more = max(most - least, 0)
        for index in counts.indices where more > 0 {
            let added = min(more, max(offers[index].nodes - counts[index], 0))
            counts[index] += added
            more -= added
        }
        return Placement(ask: ask, selection: selection, strict: true)
            .allocation(offers, counts: counts)
    }

    /// The shape to reckon with where nothing fits; an empty partition has one that holds it all.
    private static func largest(_ partition: Partition, _ ask: Ask) -> PartitionShape {
        if let last = partition.shapes.last { return last }
        let cpus = max(ask.minCPUs, ask.minCPUsPerNode, 1)
        let node = NodeShape(
            cpus: cpus, sockets: 1, coresPerSocket: cpus, threadsPerCore: 1, realMemoryMiB: 0)
        return PartitionShape(node: node, gres: [], count: 0, upCount: 0)
    }
}

extension Selection {
    /// Whole sockets, and GPUs a socket, are followed less closely than the rest.
    fileprivate func isPredictable(_ ask: Ask) -> Bool {
        (unit == .core || unit == .cpu || ask.wholeNodes)
            && !ask.gres.contains { $0.perSocket > 0 }
    }
}
