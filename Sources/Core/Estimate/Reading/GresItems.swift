/// The `tres_per_…` strings of a request: "gres:gpu:2", "gres:gpu:h200:1,gres:fpga".
///
/// Source: sbatch(1) `--gres`, `--gpus…`; newer Slurm writes "gres/gpu:2". No count means one.

struct GresItem: Hashable, Sendable {
    var name: String
    var type: String?
    var count: Int64
}

/// The items of one field, in order; `field` names it in a refusal.
func readGresItems(_ text: String?, field: String) throws(EstimateRefusal) -> [GresItem] {
    guard let text, !text.isEmpty, text != "none", text != "gres:none" else { return [] }
    var items: [GresItem] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
        var rest = part
        for prefix in ["gres:", "gres/"] where rest.hasPrefix(prefix) {
            rest = rest.dropFirst(prefix.count)
        }
        // CPUs a task (`--tres-per-task`) are told by cpus_per_task as well.
        if rest == part, part.hasPrefix("cpu:") || part.hasPrefix("cpu=") { continue }
        guard let item = gresItem(rest) else { throw .malformed(field: field, text: text) }
        items.append(item)
    }
    return items
}

/// `gpu`, `gpu:2`, `gpu:h200` or `gpu:h200:2`; the count may also follow `=`.
private func gresItem(_ text: Substring) -> GresItem? {
    let parts = text.split(
        omittingEmptySubsequences: false, whereSeparator: { $0 == ":" || $0 == "=" })
    guard (1...3).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }),
        gresCount(parts[0]) == nil
    else { return nil }
    let name = String(parts[0])
    switch parts.count {
    case 1: return GresItem(name: name, count: 1)
    case 2:
        if let count = gresCount(parts[1]) { return GresItem(name: name, count: count) }
        guard parts[1].first?.isNumber == false, parts[1].first != "-" else { return nil }
        return GresItem(name: name, type: String(parts[1]), count: 1)
    default:
        guard let count = gresCount(parts[2]) else { return nil }
        return GresItem(name: name, type: String(parts[1]), count: count)
    }
}
