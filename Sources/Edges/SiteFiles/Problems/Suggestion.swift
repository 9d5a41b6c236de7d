/// "Did you mean …": the known word nearest to what was written.

/// The word of `known` that `written` most likely stands for; nil when none is near.
///
/// Near is: equal but for case, or begun and left off, or at most a third of its letters typed
/// wrongly.
func suggestion(for written: String, among known: [String]) -> String? {
    let lowered = written.lowercased()
    if let same = known.first(where: { $0.lowercased() == lowered }) { return same }
    if lowered.count > 2, let longer = known.first(where: { $0.lowercased().hasPrefix(lowered) }) {
        return longer
    }
    let nearest =
        known
        .map { (word: $0, distance: editDistance(Array($0.lowercased()), Array(lowered))) }
        .min { ($0.distance, $0.word) < ($1.distance, $1.word) }
    guard let nearest, nearest.distance <= max(1, written.count / 3) else { return nil }
    return nearest.word
}

/// Letters inserted, left out, replaced, or swapped with their neighbour.
private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
    var (before, last) = ([Int](), Array(0...b.count))
    for i in a.indices {
        var row = [i + 1]
        for j in b.indices {
            let replaced = last[j] + (a[i] == b[j] ? 0 : 1)
            var best = min(replaced, last[j + 1] + 1, row[j] + 1)
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                best = min(best, before[j - 1] + 1)
            }
            row.append(best)
        }
        (before, last) = (last, row)
    }
    return last[b.count]
}
