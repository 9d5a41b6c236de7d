/// What a reservation keeps from others, in the TRES that jobs are charged in.

import Units

extension ClusterView {
    /// slurmctld counts the CPUs of a reservation. Where those are all that its nodes have, the nodes'
    /// memory, gres and the nodes themselves are reserved with them; of cores alone, only the cores.
    ///
    /// - Parameters:
    ///   - nodes: a host list.
    ///   - tres: as slurmctld or slurmdbd tells it.
    ///   - licences: `matlab:2`.
    ///   - partition: whose weights give `billing`.
    package func reservedCounts(
        nodes: String, tres: TRESCounts, licences: String?, partition: String
    ) -> TRESCounts {
        var counts = tres
        let shapes = ((try? expandHostList(nodes)) ?? []).compactMap { name in
            self.nodes[name].map { self.nodes.shapes[$0.shape] }
        }
        let cpus = shapes.reduce(Int64(0)) { $0 + $1.cpusForJobs }
        if !shapes.isEmpty, tres[.cpu] == 0 ? licences == nil : tres[.cpu] >= cpus {
            counts[.cpu] = cpus
            counts[.memory] = shapes.reduce(Int64(0)) { $0 + $1.memoryForJobsMiB }
            counts[.node] = Int64(shapes.count)
            for item in shapes.flatMap({ NodeGres.list(reading: $0.gres) }) {
                add(item, to: &counts, besides: tres)
            }
        }
        for (name, count) in (try? readLicences(licences)) ?? [] {
            counts[name] = max(counts[name], count)
        }
        if let weights = self.partition(partition)?.billing, counts[.billing] == 0, counts[.cpu] > 0
        {
            let all = Dictionary(
                uniqueKeysWithValues: counts.sorted.map { ($0.name, $0.count) })
            counts[.billing] = weights.billing(
                of: all, dearestOnly: config.billsDearestTRES)
        }
        return counts
    }

    /// The types that jobs' records have, and no others: what they are not charged for is not idle.
    private func add(_ item: NodeGres, to counts: inout TRESCounts, besides told: TRESCounts) {
        let names = [
            TRESName("gres/" + item.name), item.type.map { TRESName("gres/\(item.name):\($0)") },
        ].compactMap(\.self)
        for name in names
        where told[name] == 0 && config.accountedTRES?.contains(name) ?? true {
            counts[name] += item.count
        }
    }

    /// The partition whose prices a reservation has: its own, else the default one where that has its
    /// nodes, else the first by name that has.
    package func pricingPartition(of partition: String?, nodes: String) -> String {
        if let partition, self.partition(partition) != nil { return partition }
        let names = (try? expandHostList(nodes)) ?? []
        let order = (defaultPartition.map { [$0] } ?? []) + partitionNames
        let first = order.first { name in
            let members = self.partition(name)?.members ?? []
            return names.contains(where: members.contains)
        }
        return first ?? defaultPartition ?? ""
    }

    /// The most that `count` nodes of a partition can come to, each TRES by itself: what is held for a
    /// reservation before Slurm has chosen its nodes.
    package func mostReservedCounts(nodeCount: Int64, partition name: String) -> TRESCounts? {
        guard let partition = self.partition(name), nodeCount > 0 else { return nil }
        let members = partition.members.sorted()
        guard nodeCount <= members.count else { return nil }
        var most = TRESCounts()
        let each = members.map {
            reservedCounts(nodes: $0, tres: TRESCounts(), licences: nil, partition: name)
        }
        for tres in Set(each.flatMap(\.names)) {
            let largest = each.map { $0[tres] }.sorted(by: >).prefix(Int(nodeCount))
            most[tres] = largest.reduce(0, +)
        }
        return most
    }
}
