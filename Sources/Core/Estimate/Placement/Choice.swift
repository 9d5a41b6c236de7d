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

    init(
        _ ask: Ask, candidates: borrowing Candidates, partition: Partition,
        config: borrowing ClusterConfig, strict: Bool
    ) throws(EstimateRefusal) {
        let atLeast = max(ask.minNodes, partition.record.minNodes)
        var offers = candidates.groups.map {
            NodeOffer(
                $0.shape, nodes: $0.nodes, required: $0.required, ask: ask,
                selection: config.selection, maxCPUsPerNode: partition.record.maxCPUsPerNode)
        }
        offers.removeAll { !$0.fits && $0.required == 0 }
        var solutions = Self.solutions(ask, offers, atLeast: atLeast)
        var fitsNowhere = solutions.isEmpty || offers.contains { !$0.fits } || ask.isAboveMaxMemory
        if solutions.isEmpty {
            let offer = NodeOffer(
                Self.largest(partition, ask), nodes: .max / 4, required: 0, ask: ask,
                selection: config.selection, maxCPUsPerNode: partition.record.maxCPUsPerNode)
            let counts = NodeCounts(ask, offers: [offer], atLeast: atLeast)
            solutions = [([offer], counts.counts)]
        }
        guard solutions.allSatisfy({ $0.1.reduce(0, +) <= mostNodesOfJob }) else {
            throw .tooLarge(field: "nodes", limit: mostNodesOfJob)
        }
        let placement = Placement(ask: ask, selection: config.selection, strict: false)
        let least = solutions.map { placement.allocation($0.0, counts: $0.1) }
        var best = least[0]
        for other in least.dropFirst() where Allocation.isLess(other, best) { best = other }
        let limit = min(partition.record.maxNodes ?? .max, ask.maxNodes ?? .max)
        if best.nodes > limit { fitsNowhere = true }
        self.fitsNowhere = fitsNowhere
        unlikeNodes = least.contains { $0 != best }
        let upper = solutions.map {
            Self.most(ask, $0.0, $0.1, of: offers, limit: partition.record.maxNodes)
        }
        mostNodes = upper.reduce(0) { max($0, $1.1.reduce(0, +)) }
        isExact =
            candidates.isExact && !unlikeNodes && !best.choosesType && mostNodes == best.nodes
            && config.selection.isPredictable(ask)
            && (solutions[0].0.count == 1 || candidates.required == best.nodes)
            && (best.nodes == 1 || Self.bound(ask, upper, config.selection) == best)
        allocation = strict ? Self.bound(ask, upper, config.selection) : best
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

    /// A solution with as many nodes as request and partition allow, at last of any shape.
    private static func most(
        _ ask: Ask, _ taken: [NodeOffer], _ counts: [Int64], of offers: [NodeOffer], limit: Int64?
    ) -> ([NodeOffer], [Int64]) {
        let least = counts.reduce(0, +)
        let most = min(
            ask.maxNodes ?? (ask.wholeNodes ? least : ask.mostUsefulNodes), limit ?? .max)
        guard most > least, least < mostNodesOfJob else { return (taken, counts) }
        var more = min(most, mostNodesOfJob) - least
        var (taken, counts) = (taken, counts)
        if taken.count == 1 {
            let others = offers.filter { $0.shape !== taken[0].shape }
            taken += others
            counts += others.map { _ in 0 }
        }
        for index in counts.indices where more > 0 {
            let added = min(more, max(taken[index].nodes - counts[index], 0))
            counts[index] += added
            more -= added
        }
        return (taken, counts)
    }

    /// What none of the allocations on such nodes exceeds.
    private static func bound(
        _ ask: Ask, _ solutions: [([NodeOffer], [Int64])], _ selection: Selection
    ) -> Allocation {
        let placement = Placement(ask: ask, selection: selection, strict: true)
        return solutions.map { placement.allocation($0.0, counts: $0.1) }
            .reduce(Allocation()) { $0.combined(with: $1) }
    }

    /// The shape to reckon with where nothing fits; an empty partition has one that holds it all.
    private static func largest(_ partition: Partition, _ ask: Ask) -> PartitionShape {
        if let last = partition.shapes.last { return last }
        let cpus = max(ask.minCPUs, ask.minCPUsPerNode, 1)
        let node = NodeShape(
            cpus: cpus, sockets: 1, coresPerSocket: cpus, threadsPerCore: 1, realMemoryMiB: 0)
        return PartitionShape(node: node, count: 0, upCount: 0)
    }
}

extension Selection {
    /// Whole sockets, and GPUs a socket, are followed less closely than the rest.
    fileprivate func isPredictable(_ ask: Ask) -> Bool {
        (unit == .core || unit == .cpu || ask.wholeNodes)
            && !ask.gres.contains { $0.perSocket > 0 }
    }
}
