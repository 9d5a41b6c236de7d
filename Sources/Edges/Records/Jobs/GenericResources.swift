internal import Units

/// GPUs and other generic resources where the TRES strings lack them: without slurmdbd, and for
/// types that AccountingStorageTRES does not name, only these texts tell them.
enum GenericResources {
    /// Counts by TRES name of `gpu:2`, `gres:gpu:h200:2`, `gres/gpu:h200=2` or `gpu(S:0-1):2`,
    /// comma-separated; a type counts for its untyped name as well. What can't be read is left out.
    static func counts(_ text: String) -> [TRESName: Int64] {
        var counts: [TRESName: Int64] = [:]
        for item in text.split(separator: ",") {
            guard let (name, count) = parse(item) else { continue }
            counts[name, default: 0] += count
            if let untyped = name.untyped { counts[untyped, default: 0] += count }
        }
        return counts
    }

    /// Adds to `tres` what `text` tells, `factor` times, for names that it does not count yet.
    static func fill(_ tres: inout TRESCounts, from text: String, times factor: Int64) {
        for (name, count) in counts(text) where tres[name] == 0 && count > 0 {
            let (product, overflow) = count.multipliedReportingOverflow(by: factor)
            if !overflow, product > 0 { tres[name] = product }
        }
    }

    private static func parse(_ item: Substring) -> (TRESName, Int64)? {
        var rest = item
        for prefix in ["gres:", "gres/"] where rest.hasPrefix(prefix) {
            rest = rest.dropFirst(prefix.count)
        }
        var parts: [Substring] = rest.split(
            whereSeparator: { $0 == ":" || $0 == "=" })
            .filter { !$0.hasPrefix("(") }
        if let opening = parts.last?.firstIndex(of: "("), let last = parts.popLast() {
            parts.append(last[..<opening])
        }
        guard let name = parts.first, !name.isEmpty else { return nil }
        var count: Int64 = 1
        if parts.count > 1, let told = Int64(parts[parts.count - 1]) {
            count = told
            parts.removeLast()
        }
        guard (0...1_000_000_000).contains(count), parts.count <= 2 else { return nil }
        return (TRESName("gres/" + parts.joined(separator: ":")), count)
    }
}
