/// Slurm's way to write many hosts in one line: `n[01-03,07]`, `r[1-2]n[1-4],login`.
///
/// Source: scontrol(1) `show hostnames`. A number keeps the width its range begins with.

/// The text that can't be read, or the limit it goes beyond.
package enum HostListError: Error, Hashable, Sendable {
    case malformed(String)
    case tooMany(limit: Int)
}

/// The hosts of `text` in its order, doubles included; the empty text has none.
package func expandHostList(
    _ text: String, limit: Int = 65_536
) throws(HostListError) -> [String] {
    var hosts: [String] = []
    for item in try splitOutsideBrackets(text) {
        var expanded = [""]
        var rest = item[...]
        while let open = rest.firstIndex(of: "[") {
            guard let close = rest.firstIndex(of: "]"), open < close else { throw .malformed(text) }
            let ranges = rest[rest.index(after: open)..<close]
            let numbers = try expandRanges(ranges, of: text, limit: limit)
            guard expanded.count * numbers.count <= limit else { throw .tooMany(limit: limit) }
            let prefix = rest[..<open]
            expanded = expanded.flatMap { head in numbers.map { head + prefix + $0 } }
            rest = rest[rest.index(after: close)...]
        }
        guard !rest.contains("]"), !item.isEmpty else { throw .malformed(text) }
        guard hosts.count + expanded.count <= limit else { throw .tooMany(limit: limit) }
        hosts.append(contentsOf: rest.isEmpty ? expanded : expanded.map { $0 + rest })
    }
    return hosts
}

private func splitOutsideBrackets(_ text: String) throws(HostListError) -> [Substring] {
    if text.isEmpty { return [] }
    var items: [Substring] = []
    var start = text.startIndex
    var depth = 0
    for index in text.indices {
        switch text[index] {
        case "[": depth += 1
        case "]": depth -= 1
        case "," where depth == 0:
            items.append(text[start..<index])
            start = text.index(after: index)
        default: break
        }
        guard (0...1).contains(depth) else { throw .malformed(text) }
    }
    guard depth == 0 else { throw .malformed(text) }
    return items + [text[start...]]
}

/// `01-03,07` as "01", "02", "03", "07".
private func expandRanges(
    _ ranges: Substring, of text: String, limit: Int
) throws(HostListError) -> [String] {
    var numbers: [String] = []
    for range in ranges.split(separator: ",", omittingEmptySubsequences: false) {
        let ends = range.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = smallNumber(ends[0]), let last = smallNumber(ends[ends.count - 1]),
            first <= last
        else { throw .malformed(text) }
        guard numbers.count + (last - first) < limit else { throw .tooMany(limit: limit) }
        for number in first...last {
            let digits = String(number)
            let padding = max(0, ends[0].utf8.count - digits.utf8.count)
            numbers.append(String(repeating: "0", count: padding) + digits)
        }
    }
    return numbers
}

private func smallNumber(_ digits: Substring) -> Int? {
    guard (1...9).contains(digits.utf8.count), digits.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 })
    else { return nil }
    return Int(digits)
}
