/// How a span is cut where prices change, and what each piece is priced at.

import Units

/// A count of one resource that a usage brings along.
struct Component {
    let resource: Resource
    let tres: TRESName
    let count: Int64
}

extension RateCard {
    /// Which resources rate `counts`, and how much of each they take.
    ///
    /// Typed and untyped gres are not both counted: `gres/gpu:h200` takes its units, `gres/gpu` the
    /// remainder (money.md 1.5).
    func components(
        of counts: TRESCounts, cluster: String, partition: String, qos: String?
    ) -> [Component] {
        var found: [Component] = []
        var typedTotal: [TRESName: Int64] = [:]
        var typedTaken: [TRESName: Int64] = [:]
        counts.forEach { name, count in
            guard count > 0 else { return }
            let untyped = name.untyped
            if let untyped { typedTotal[untyped, default: 0] += count }
            guard untyped != nil || !name.description.hasPrefix("gres/"),
                let resource = resource(
                    for: name, cluster: cluster, partition: partition, qos: qos)
            else { return }
            if let untyped { typedTaken[untyped, default: 0] += count }
            found.append(Component(resource: resource, tres: name, count: count))
        }
        var untypedNames = Set(typedTotal.keys)
        counts.forEach { name, _ in
            if name.untyped == nil, name.description.hasPrefix("gres/") { untypedNames.insert(name) }
        }
        for name in untypedNames {
            let total = max(counts[name], typedTotal[name] ?? 0)
            let rest = total - (typedTaken[name] ?? 0)
            guard rest > 0,
                let resource = resource(
                    for: name, cluster: cluster, partition: partition, qos: qos)
            else { continue }
            found.append(Component(resource: resource, tres: name, count: rest))
        }
        return found.count > 1 ? found.sorted { $0.resource.name < $1.resource.name } : found
    }

    /// The span cut at every second at which a rate or factor of `components` begins or ends.
    func segments(
        of span: Interval, for components: [Component], factors: [FactorVersion]
    ) -> [Interval] {
        var cuts: Set<Instant> = []
        func cut(at window: Interval) {
            for edge in [window.start, window.end] where span.start < edge && edge < span.end {
                cuts.insert(edge)
            }
        }
        for component in components {
            for rate in rates(of: component.resource.id) { cut(at: rate.window) }
        }
        for factor in factors { cut(at: factor.window) }
        guard !cuts.isEmpty else { return [span] }
        let edges = [span.start] + cuts.sorted() + [span.end]
        return zip(edges, edges.dropFirst()).compactMap { Interval(start: $0, end: $1) }
    }

    /// The rate in force at a second; `extended`: after the last window, the last one's.
    func rate(
        of resource: ResourceID, at instant: Instant, extended: Bool
    ) -> RateVersion? {
        let versions = rates(of: resource)
        if let exact = versions.first(where: { $0.window.contains(instant) }) { return exact }
        guard extended, let last = versions.last, last.window.end <= instant else { return nil }
        return last
    }

    /// The product of the factors that hold at a second.
    func factor(of factors: [FactorVersion], at instant: Instant) -> Rational {
        factors.reduce(Rational.one) { product, version in
            guard version.window.contains(instant) else { return product }
            // Within bounds: the card was checked when it was made.
            return (try? product.multiplied(by: version.factor)) ?? product
        }
    }
}

/// Seconds used in each segment: its length less what was suspended in it (money.md 1.5).
func usedSeconds(
    in segments: [Interval], suspended: Int64, observed: [Interval]
) -> [Int64] {
    var used = segments.map(\.seconds)
    guard suspended > 0 else { return used }
    var placed: Int64 = 0
    for (index, segment) in segments.enumerated() {
        for suspension in observed {
            guard let part = segment.intersection(suspension) else { continue }
            let seconds = min(part.seconds, used[index], suspended - placed)
            used[index] -= seconds
            placed += seconds
        }
    }
    let rest = min(suspended - placed, used.reduce(0, +))
    guard rest > 0 else { return used }
    return spread(rest, over: used)
}

/// Takes `total` off `amounts` in proportion to them, what is left over by largest remainder.
private func spread(_ total: Int64, over amounts: [Int64]) -> [Int64] {
    let sum = Int128(amounts.reduce(0, +))
    var left = amounts
    var remainders: [(index: Int, remainder: Int128)] = []
    var taken: Int64 = 0
    for (index, amount) in amounts.enumerated() {
        let (share, remainder) = flooredDivision(Int128(total) * Int128(amount), by: sum)
        left[index] -= Int64(share)
        taken += Int64(share)
        remainders.append((index, remainder))
    }
    let order = remainders.sorted { ($1.remainder, $0.index) < ($0.remainder, $1.index) }
    for (index, _) in order.prefix(Int(total - taken)) { left[index] -= 1 }
    return left
}
