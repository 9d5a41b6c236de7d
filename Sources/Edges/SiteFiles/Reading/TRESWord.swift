/// The TRES names that can be rated, as `AccountingStorageTRES` of slurm.conf(5) spells them.
///
/// `energy`, `pages`, `vmem` and `fs/disk` are measured, not allocated, so no job can be priced by
/// them beforehand.

import Units

enum TRESWord {
    static let plain = ["cpu", "mem", "node", "billing"]
    static let forms = "cpu, mem, node, billing, gres/NAME, gres/NAME:TYPE, license/NAME or bb/NAME"

    static func read(_ text: String) throws(Complaint) -> TRESName {
        guard isName(text) else {
            throw .notATRES(text, suggestion: nearest(to: text))
        }
        return TRESName(text)
    }

    private static func isName(_ text: String) -> Bool {
        if plain.contains(text) { return true }
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return false }
        let names = parts[1].split(separator: ":", omittingEmptySubsequences: false)
        guard names.allSatisfy(isWord) else { return false }
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

    private static func nearest(to text: String) -> String? {
        switch text.lowercased() {
        case "gpu", "gpus", "gres/gpus", "gres:gpu": return "gres/gpu"
        case "memory", "ram": return "mem"
        case "core", "cores", "cpus": return "cpu"
        case let word where word.hasPrefix("gpu:") && isName("gres/" + text): return "gres/" + text
        case let word where word.hasPrefix("licenses/"): return "license/" + word.dropFirst(9)
        default: return suggestion(for: text, among: plain)
        }
    }
}
