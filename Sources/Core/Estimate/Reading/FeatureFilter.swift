/// `--constraint` as far as it decides between nodes: "a", "a&b", "a|b".
///
/// Source: sbatch(1) `--constraint`. Counts, brackets and parentheses let Slurm mix nodes; then
/// every node with one of the names is taken into account and the estimate is not exact.

struct FeatureFilter {
    /// Any of these groups, all names of it.
    private let alternatives: [[String]]
    let isExact: Bool

    init(reading text: String) {
        let simple = !text.contains { "[]()*".contains($0) }
        isExact = simple
        if simple {
            alternatives = text.split(separator: "|").map {
                $0.split { $0 == "&" || $0 == "," }.map(String.init)
            }
        } else {
            alternatives = text.split { "[]()&|,".contains($0) }.compactMap {
                $0.first == "*" ? nil : [String($0.prefix { $0 != "*" })]
            }
        }
    }

    func allows(_ features: [String]) -> Bool {
        alternatives.isEmpty || alternatives.contains { $0.allSatisfy(features.contains) }
    }
}
