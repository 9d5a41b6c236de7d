/// Generic resources of nodes, as slurmctld prints them.

import Units

/// One kind of generic resource that a node has: `gpu:a100:4(S:0-1)`. Source: gres.conf(5).
package struct NodeGres: Hashable, Sendable {
    /// "gpu".
    package var name: String
    /// "a100"; nil where the site names none.
    package var type: String?
    /// In ones.
    package var count: Int64

    package init(name: String, type: String? = nil, count: Int64) {
        (self.name, self.type, self.count) = (name, type, count)
    }

    /// Reads Gres of `scontrol show node`; "(null)" and what has no count are passed over.
    ///
    /// Source: gres.conf(5). Socket notes such as `(S:0-1)` are dropped.
    static func list(reading text: String) -> [NodeGres] {
        splitGres(text).compactMap { item in
            let bare = item.prefix { $0 != "(" }
            let parts = bare.split(separator: ":", omittingEmptySubsequences: false)
            guard let name = parts.first, !name.isEmpty else { return nil }
            switch parts.count {
            case 1: return NodeGres(name: String(name), count: 1)
            case 2:
                guard let count = gresCount(parts[1]) else {
                    return NodeGres(name: String(name), type: String(parts[1]), count: 1)
                }
                return NodeGres(name: String(name), count: count)
            default:
                // The count is the last part; "no_consume" may stand between.
                guard let count = gresCount(parts[parts.count - 1]) else { return nil }
                let type = parts[1] == "no_consume" ? nil : String(parts[1])
                return NodeGres(name: String(name), type: type, count: count)
            }
        }
    }
}

extension ClusterConfig {
    /// Counts whatever gres the nodes have, listed in AccountingStorageTRES or not: for a cluster
    /// whose runs are read from slurmctld, where a job's `gres_total` tells them all the same.
    package mutating func countGres(of nodes: [NodeRecord]) {
        guard var names = accountedTRES else { return }
        for text in Set(nodes.map(\.shape.gres)) {
            for item in NodeGres.list(reading: text) {
                names.insert(TRESName("gres/" + item.name))
                if let type = item.type { names.insert(TRESName("gres/\(item.name):\(type)")) }
            }
        }
        accountedTRES = names
    }
}

/// At commas outside parentheses.
private func splitGres(_ text: String) -> [Substring] {
    var items: [Substring] = []
    var start = text.startIndex
    var depth = 0
    for index in text.indices {
        switch text[index] {
        case "(": depth += 1
        case ")": depth -= 1
        case "," where depth == 0:
            items.append(text[start..<index])
            start = text.index(after: index)
        default: break
        }
    }
    return items + [text[start...]]
}

/// A count with an optional suffix K, M, G … of 1,024; nil for anything else.
func gresCount(_ text: Substring) -> Int64? {
    var digits = text
    var scale: Int64 = 1
    if let last = text.last,
        let power = ["k", "m", "g", "t"].firstIndex(of: last.lowercased())
    {
        digits.removeLast()
        for _ in 0...power { scale *= 1_024 }
    }
    guard (1...10).contains(digits.utf8.count), digits.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }),
        let count = Int64(digits)
    else { return nil }
    let (product, overflow) = count.multipliedReportingOverflow(by: scale)
    return overflow || product > 1_000_000_000_000 ? nil : product
}
