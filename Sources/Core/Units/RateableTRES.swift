/// The TRES names that can be rated, as `AccountingStorageTRES` of slurm.conf(5) spells them.
///
/// `energy`, `pages`, `vmem` and `fs/disk` are measured, not allocated, so no job can be priced by
/// them beforehand.

extension TRESName {
    package static let plainNames = ["cpu", "mem", "node", "billing"]
    /// For people: what they may write.
    package static let forms =
        "cpu, mem, node, billing, gres/NAME, gres/NAME:TYPE, license/NAME or bb/NAME"

    package var isRateable: Bool {
        if Self.plainNames.contains(description) { return true }
        let parts = description.split(
            separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return false }
        let names = parts[1].split(separator: ":", omittingEmptySubsequences: false)
        guard names.allSatisfy(Self.isWord) else { return false }
        switch parts[0] {
        case "gres": return names.count <= 2
        case "license", "bb": return names.count == 1
        default: return false
        }
    }

    private static func isWord(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 > 32 && $0 < 127 }
            && !text.contains { "=,|/\"\\".contains($0) }
    }
}
