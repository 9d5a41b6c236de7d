/// What somebody may have meant who mistyped a name.

/// The one of `names` that is nearest: it begins with `name`, or differs in a letter or two.
///
/// - Returns: nil where none is near. Of several that are as near the first in the alphabet.
package func nearest(to name: String, among names: [String]) -> String? {
    let most = name.utf8.count < 5 ? 1 : 2
    let near = names.compactMap { candidate -> (steps: Int, name: String)? in
        let isBegun = name.utf8.count >= 3 && candidate.hasPrefix(name)
        let steps = isBegun ? 1 : steps(Array(name.utf8), Array(candidate.utf8))
        return steps <= most ? (steps, candidate) : nil
    }
    return near.min { ($0.steps, $0.name) < ($1.steps, $1.name) }?.name
}

/// How many bytes have to be put in, taken out or changed.
private func steps(_ a: [UInt8], _ b: [UInt8]) -> Int {
    guard abs(a.count - b.count) <= 2 else { return .max }
    var row = Array(0...b.count)
    for (i, left) in a.enumerated() {
        var corner = row[0]
        row[0] = i + 1
        for (j, right) in b.enumerated() {
            let change = corner + (left == right ? 0 : 1)
            corner = row[j + 1]
            row[j + 1] = min(change, row[j] + 1, row[j + 1] + 1)
        }
    }
    return row[b.count]
}
