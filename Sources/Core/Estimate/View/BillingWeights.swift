/// TRESBillingWeights of a partition, and the `billing` TRES they give.
///
/// Slurm computes with doubles and cuts the fraction off, so this does as well: the figure is
/// Slurm's own and not money. Source: slurm.conf(5) TRESBillingWeights, PriorityFlags=MAX_TRES.

import Units

/// Read once for each partition; names as in `TRESCounts`.
package struct BillingWeights: Hashable, Sendable {
    /// Weight of one base unit (a MiB of memory), in Slurm's order: cpu, mem, node, then the rest.
    private let weights: [(name: TRESName, weight: Double)]

    /// nil where an item can't be read; the empty text and "(null)" have no weights.
    package init?(reading text: String) {
        var weights: [(name: TRESName, weight: Double)] = []
        for item in text == "(null)" ? [] : text.split(separator: ",") {
            let sides = item.split(separator: "=", maxSplits: 1)
            guard sides.count == 2, let name = Self.name(sides[0]),
                let weight = Self.weight(sides[1], isMemory: name == .memory)
            else { return nil }
            weights.append((name, weight))
        }
        self.weights = weights.filter { $0.weight != 0 && $0.name != .billing }
            .sorted { Self.rank($0.name) < Self.rank($1.name) }
        isEmpty = weights.isEmpty
    }

    /// No weights at all: billing is the number of CPUs.
    package let isEmpty: Bool

    /// Slurm's billing for `counts`: the sum, or the dearest TRES of a node plus the global ones.
    package func billing(of counts: [TRESName: Int64], dearestOnly: Bool) -> Int64 {
        if isEmpty { return counts[.cpu] ?? 0 }
        var sum = 0.0
        var dearest = 0.0
        for (name, weight) in weights {
            let value = Double(counts[name] ?? 0) * weight
            if dearestOnly, Self.isOfNode(name) {
                dearest = max(dearest, value)
            } else {
                sum += value
            }
        }
        let total = dearest + sum
        return total >= 0 && total < 1e18 ? Int64(total) : 0
    }

    private static func isOfNode(_ name: TRESName) -> Bool {
        name == .cpu || name == .memory || name == .node || name.description.hasPrefix("gres/")
    }

    private static func rank(_ name: TRESName) -> Int {
        [.cpu, .memory, .node].firstIndex(of: name) ?? 3
    }

    /// `GRES/gpu:h200` as Slurm's records have it: the kind in lower case, the rest as it is.
    private static func name(_ text: Substring) -> TRESName? {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let kind = parts.first, !kind.isEmpty else { return nil }
        let rest = parts.count == 2 ? "/" + parts[1] : ""
        return TRESName(kind.lowercased() + rest)
    }

    /// A weight a base unit; a suffix names the unit it is for (`0.25G`: of each GiB).
    private static func weight(_ text: Substring, isMemory: Bool) -> Double? {
        var digits = text
        var power = 0
        if let last = text.last,
            let suffix = ["k", "m", "g", "t", "p"].firstIndex(of: last.lowercased())
        {
            digits.removeLast()
            power = suffix + 1 - (isMemory ? 2 : 0)
        }
        guard var weight = Double(digits), weight.isFinite else { return nil }
        for _ in 0..<max(0, power) { weight /= 1_024 }
        return weight
    }
}

extension BillingWeights {
    package static func == (a: Self, b: Self) -> Bool {
        a.isEmpty == b.isEmpty && a.weights.elementsEqual(b.weights) { $0 == $1 }
    }

    package func hash(into hasher: inout Hasher) {
        for (name, weight) in weights {
            hasher.combine(name)
            hasher.combine(weight)
        }
    }
}
