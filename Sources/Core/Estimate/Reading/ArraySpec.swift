/// `--array`: "0-99:3%2", "1,3,5-9:2" as how many tasks and how many at once.
///
/// Source: sbatch(1) `--array`, slurm.conf(5) MaxArraySize. Indices named twice count once; `%N`
/// may follow any item, the last one counts.

struct ArraySpec: Hashable, Sendable {
    let tasks: Int64
    /// `%N`; nil: all at once.
    let concurrent: Int64?

    init(reading text: String, maxArraySize: Int64) throws(EstimateRefusal) {
        var ranges: [Range] = []
        var concurrent: Int64?
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            let halves = item.split(
                separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
            guard let range = Range(halves[0]) else {
                throw .malformed(field: "array", text: text)
            }
            guard range.last < maxArraySize, range.step < maxArraySize else {
                throw .tooLarge(field: "array index", limit: maxArraySize - 1)
            }
            ranges.append(range)
            if halves.count == 2 {
                guard let limit = number(halves[1]) else {
                    throw .malformed(field: "array", text: text)
                }
                concurrent = limit == 0 ? nil : limit
            }
        }
        tasks = Self.distinct(ranges)
        self.concurrent = concurrent
    }

    struct Range {
        let first: Int64
        let last: Int64
        let step: Int64

        /// `first`, `first-last` or `first-last:step`; nil where it can't be read.
        init?(_ item: Substring) {
            let stepParts = item.split(
                separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let ends = stepParts[0].split(
                separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            guard let first = number(ends[0]), let last = number(ends[ends.count - 1]),
                first <= last, ends.count == 2 || stepParts.count == 1
            else { return nil }
            var step: Int64 = 1
            if stepParts.count == 2 {
                guard let given = number(stepParts[1]), given > 0 else { return nil }
                step = given
            }
            (self.first, self.last, self.step) = (first, last, step)
        }

        var count: Int64 { (last - first) / step + 1 }
    }

    /// Counts every index once; one range needs no look at its indices.
    private static func distinct(_ ranges: [Range]) -> Int64 {
        if ranges.count == 1 { return ranges[0].count }
        let ascending = zip(ranges, ranges.dropFirst()).allSatisfy { $0.last < $1.first }
        if ascending { return ranges.reduce(0) { $0 + $1.count } }
        let highest = ranges.reduce(0) { max($0, $1.last) }
        var seen = [Bool](repeating: false, count: Int(highest) + 1)
        for range in ranges {
            for index in stride(from: range.first, through: range.last, by: Int(range.step)) {
                seen[Int(index)] = true
            }
        }
        return Int64(seen.count { $0 })
    }
}

private func number(_ digits: Substring) -> Int64? {
    guard (1...9).contains(digits.utf8.count), digits.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 })
    else { return nil }
    return Int64(digits)
}
