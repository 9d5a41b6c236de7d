/// slurmdbd's TRES strings (`1=4,2=4000,1001=1`) in names (`cpu=4,mem=4000M,gres/gpu=1`).
///
/// There are few different ones in many runs, so each is translated once.
struct NumberedTRES {
    private let names: [Int64: String]
    private var known: [String: String] = [:]

    init(names: [Int64: String]) { self.names = names }

    mutating func named(_ text: String?) -> String? {
        guard let text else { return nil }
        if let named = known[text] { return named }
        // A hostile or odd site could have millions of them.
        if known.count >= 10_000 { known = [:] }
        let named = text.split(separator: ",").compactMap(translate).joined(separator: ",")
        known[text] = named
        return named
    }

    /// Nil for a value that Slurm leaves open (NO_VAL64 for energy that nobody measures).
    private func translate(_ item: Substring) -> String? {
        let parts = item.split(separator: "=")
        guard parts.count == 2, let id = Int64(parts[0]), let count = Int64(parts[1]) else {
            return nil
        }
        let name = names[id] ?? "tres/\(id)"
        return "\(name)=\(count)\(name == "mem" ? "M" : "")"
    }
}
