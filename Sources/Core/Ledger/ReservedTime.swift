/// Reserved less used, second by second: what of a reservation was idle.

import Units

/// What a job inside took away, and when.
package struct UsedInside: Hashable, Sendable {
    package var interval: Interval
    package var counts: TRESCounts

    package init(interval: Interval, counts: TRESCounts) {
        (self.interval, self.counts) = (interval, counts)
    }
}

/// A stretch in which the same was idle.
package struct IdleStretch: Hashable, Sendable {
    package let interval: Interval
    package let counts: TRESCounts
}

/// The stretches of `span` in order, without a hole; of each TRES never less than nothing.
package func idleStretches(
    of reserved: TRESCounts, over span: Interval, used: [UsedInside]
) -> [IdleStretch] {
    var changes: [Instant: [(TRESCounts, Int64)]] = [:]
    for use in used {
        guard let inside = use.interval.intersection(span) else { continue }
        changes[inside.start, default: []].append((use.counts, 1))
        changes[inside.end, default: []].append((use.counts, -1))
    }
    let cuts = Set(changes.keys).union([span.start, span.end]).sorted()
    var usedNow: [TRESName: Int64] = [:]
    var stretches: [IdleStretch] = []
    for (from, to) in zip(cuts, cuts.dropFirst()) {
        for (counts, sign) in changes[from] ?? [] {
            for (name, count) in counts.sorted { usedNow[name, default: 0] += sign * count }
        }
        guard let interval = Interval(start: from, end: to) else { continue }
        let idle = reserved.less(TRESCounts(usedNow.filter { $0.value > 0 }))
        if let last = stretches.last, last.counts == idle, last.interval.end == from {
            stretches[stretches.count - 1] = IdleStretch(
                interval: Interval(start: last.interval.start, end: to)!, counts: idle)
        } else {
            stretches.append(IdleStretch(interval: interval, counts: idle))
        }
    }
    return stretches
}

extension TRESCounts {
    /// What is left of each when `used` is taken away; names of which nothing is left are gone.
    ///
    /// A gres that is used without its type is taken from the types in order of name, so that
    /// typed and untyped counts go on telling of the same units.
    package func less(_ used: TRESCounts) -> TRESCounts {
        var left = TRESCounts()
        for (name, count) in sorted { left[name] = max(count - used[name], 0) }
        for family in sorted.map(\.name)
        where family.untyped == nil && typedTotal(of: family) > 0 {
            var over = Int64(clamping: left.typedTotal(of: family)) - left[family]
            for (name, count) in left.sorted where over > 0 && name.isType(of: family) {
                let part = min(count, over)
                left[name] = count - part
                over -= part
            }
        }
        return TRESCounts(
            Dictionary(
                uniqueKeysWithValues: left.sorted.filter { $0.count > 0 }.map {
                    ($0.name, $0.count)
                }
            ))
    }
}

extension Interval {
    /// What of it no interval of `others` covers, in order.
    package func less(_ others: [Interval]) -> [Interval] {
        var rest: [Interval] = []
        var place = start
        for other in others.compactMap({ $0.intersection(self) }).sorted(by: { $0.start < $1.start }
        ) {
            if place < other.start, let gap = Interval(start: place, end: other.start) {
                rest.append(gap)
            }
            place = max(place, other.end)
        }
        if place < end, let last = Interval(start: place, end: end) { rest.append(last) }
        return rest
    }
}
