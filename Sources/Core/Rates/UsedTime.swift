/// Which seconds of a run count: elapsed less suspended, placed on the run's segments (money.md 1.5).

import Units

/// `intervals` without overlaps, in order, cut to `bounds`.
func merged(_ intervals: [Interval], within bounds: Interval) -> [Interval] {
    let inside = intervals.compactMap { $0.intersection(bounds) }.sorted { $0.start < $1.start }
    return inside.reduce(into: []) { merged, next in
        guard let last = merged.last, next.start <= last.end else { return merged.append(next) }
        merged[merged.count - 1] =
            Interval(start: last.start, end: max(last.end, next.end)) ?? last
    }
}

struct UsedTime {
    /// Where cells begin and end; empty where nothing was suspended.
    private var cuts: [Int64] = []
    /// Used seconds from the first cut to each.
    private var usedUntil: [Int64] = []
    /// Suspended seconds whose cell nobody saw, where there was more than one to choose from.
    private(set) var spreadSeconds: Int64 = 0

    /// - Parameter cuts: from the usage's start to its end, ascending: every change of price between.
    init(_ usage: Usage, cuts: () -> [Int64]) {
        let suspended = min(max(usage.suspendedSeconds, 0), usage.interval.seconds)
        guard suspended > 0 else { return }
        self.cuts = cuts()
        let walls = zip(self.cuts, self.cuts.dropFirst()).map { $1 - $0 }
        let observed = Self.observed(usage, in: self.cuts)
        let unseen = suspended - observed.reduce(0, +)
        let away: [Int64]
        if unseen >= 0 {
            let free = zip(walls, observed).map { $0 - $1 }
            away = zip(observed, Self.spread(unseen, over: free)).map { $0 + $1 }
            if unseen > 0, free.count(where: { $0 > 0 }) > 1 { spreadSeconds = unseen }
        } else {
            // More was seen than Slurm counts; Slurm's count stands, our places share it.
            away = Self.spread(suspended, over: observed)
            if observed.count(where: { $0 > 0 }) > 1 { spreadSeconds = suspended }
        }
        usedUntil = zip(walls, away).reduce(into: [0]) { sums, cell in
            sums.append(sums[sums.count - 1] + cell.0 - cell.1)
        }
    }

    /// Seconds used from one cut to another.
    func seconds(from start: Int64, to end: Int64) -> Int64 {
        usedUntil.isEmpty ? end - start : usedUntil[index(of: end)] - usedUntil[index(of: start)]
    }

    private func index(of cut: Int64) -> Int {
        guard let index = cuts.firstIndex(of: cut) else {
            preconditionFailure("a line begins and ends where prices change")
        }
        return index
    }

    private static func observed(_ usage: Usage, in cuts: [Int64]) -> [Int64] {
        let suspensions = merged(usage.suspensions, within: usage.interval)
        return zip(cuts, cuts.dropFirst()).map { from, to in
            suspensions.reduce(0) { sum, suspension in
                let start = max(from, suspension.start.epochSeconds)
                let end = min(to, suspension.end.epochSeconds)
                return sum + max(0, end - start)
            }
        }
    }

    /// `amount` in whole parts in proportion to `weights`, of which it is at most the sum: each
    /// gets its floor, the largest remainders one more, the earlier of two equal ones first.
    static func spread(_ amount: Int64, over weights: [Int64]) -> [Int64] {
        let whole = weights.reduce(Int128(0)) { $0 + Int128($1) }
        guard amount > 0, whole > 0 else { return weights.map { _ in 0 } }
        let exact = weights.map { flooredDivision(Int128(amount) * Int128($0), by: whole) }
        var shares = exact.map { Int64($0.quotient) }
        let left = amount - shares.reduce(0, +)
        let order = exact.indices.sorted { a, b in
            exact[a].remainder == exact[b].remainder
                ? a < b : exact[a].remainder > exact[b].remainder
        }
        for index in order.prefix(Int(left)) { shares[index] += 1 }
        return shares
    }
}
