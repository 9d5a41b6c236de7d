/// The TRES names that can be rated, with the one that was meant where it is another.

import Units

enum TRESWord {
    static let forms = TRESName.forms

    static func read(_ text: String) throws(Complaint) -> TRESName {
        let name = TRESName(text)
        // TRESName puts capitals right; in a file they are told.
        guard name.isRateable, name.description == text else {
            throw .notATRES(text, suggestion: nearest(to: text))
        }
        return name
    }

    private static func nearest(to text: String) -> String? {
        switch text.lowercased() {
        case "gpu", "gpus", "gres/gpus", "gres:gpu": return "gres/gpu"
        case "memory", "ram": return "mem"
        case "core", "cores", "cpus": return "cpu"
        case let word where word.hasPrefix("gpu:") && TRESName("gres/" + text).isRateable:
            return "gres/" + text
        case let word where word.hasPrefix("licenses/"): return "license/" + word.dropFirst(9)
        default: return suggestion(for: text, among: TRESName.plainNames)
        }
    }
}
