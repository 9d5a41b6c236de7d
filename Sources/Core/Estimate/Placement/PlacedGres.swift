/// Generic resources of a placed job, and the memory that comes with GPUs.

import Units

extension Placement {
    /// Whole nodes give all they have; else what was asked for.
    func addGres(
        _ result: inout Allocation, _ offers: [NodeOffer], counts: [Int64], tasks: Int64
    ) {
        if ask.wholeNodes {
            for (offer, count) in zip(offers, counts) {
                for item in offer.shape.gres {
                    result.add(item.count.times(count), of: item.name)
                    if item.type != nil {
                        result.add(item.count.times(count), of: item.name, type: item.type)
                    }
                }
            }
            return
        }
        for item in ask.gres {
            let total = item.total(
                nodes: result.nodes, tasks: tasks, socketsPerNode: ask.socketsPerNode ?? 1)
            result.add(total, of: item.name)
            if item.type != nil {
                result.add(total, of: item.name, type: item.type)
            } else {
                addTypes(&result, of: item.name, total: total, offers, counts: counts)
            }
        }
    }

    /// Asked without a type: the nodes' own types, in their order; strict, as many of each as may be.
    private func addTypes(
        _ result: inout Allocation, of name: String, total: Int64, _ offers: [NodeOffer],
        counts: [Int64]
    ) {
        var rest = total
        for (offer, count) in zip(offers, counts) where count > 0 {
            let kinds = offer.shape.gres.filter { $0.name == name }
            if kinds.count > 1 { result.choosesType = true }
            for kind in kinds where kind.type != nil {
                let given = min(strict ? total : rest, kind.count.times(count))
                result.add(given, of: name, type: kind.type)
                rest -= given
            }
        }
    }

    /// Memory a GPU stands in for what else would be given; where memory isn't handed out, none is.
    ///
    /// Source: sbatch(1) `--mem-per-gpu`; slurm.conf(5) DefMemPerGPU, SelectTypeParameters.
    func settleMemory(_ result: inout Allocation) {
        guard selection.consumesMemory else {
            result.memoryMiB = 0
            return
        }
        guard !ask.memoryGiven else { return }
        var names: Set<String> = []
        var total: Int64 = 0
        for item in ask.gres where item.memoryPerOneMiB > 0 && names.insert(item.name).inserted {
            let count = result.gres.reduce(Int64(0)) {
                $1.name == item.name && $1.type == nil ? $0 + $1.count : $0
            }
            total += item.memoryPerOneMiB.times(count)
        }
        if !names.isEmpty { result.memoryMiB = total }
    }
}
