/// From usage to lines: exact until the one rounding a line gets.

import Units

extension RateCard {
    /// What a usage costs; lines are rounded half-even. An empty usage has no lines.
    package func price(_ usage: Usage) -> Pricing {
        price(
            usage.counts, cluster: usage.cluster, partition: usage.partition, qos: usage.qos,
            over: usage.interval, suspended: usage.suspendedSeconds,
            observed: usage.suspensions, asHold: false)
    }

    /// What a footprint may cost over a span: lines are rounded up, and time after the last rate's
    /// window is priced at that rate (money.md 1.4, 1.6).
    package func cost(
        of counts: TRESCounts, cluster: String, partition: String, qos: String?,
        over span: Interval
    ) -> HoldCost {
        let pricing = price(
            counts, cluster: cluster, partition: partition, qos: qos, over: span, suspended: 0,
            observed: [], asHold: true)
        let total = pricing.totalMicroSU
        let isTooLarge =
            pricing.unrated.contains { $0.reason == .tooLarge }
            || total >= Int128(ServiceUnits.lineLimit)
        let touched = components(of: counts, cluster: cluster, partition: partition, qos: qos)
        return HoldCost(
            amount: isTooLarge ? nil : ServiceUnits(exactly: total), lines: pricing.lines,
            resources: touched.map(\.resource.id),
            withoutRate: pricing.unrated.filter { $0.reason == .noRate }.map(\.resource))
    }

    /// The longest time, in whole seconds, for which `tasks` times the footprint costs no more than
    /// `amount`; nil where not even one second does.
    package func longestAffordableSeconds(
        of counts: TRESCounts, cluster: String, partition: String, qos: String?,
        from start: Instant, tasks: Int64, within amount: ServiceUnits, atMost limit: Int64
    ) -> Int64? {
        func fits(_ seconds: Int64) -> Bool {
            guard let span = Interval(start: start, end: start.advanced(bySeconds: seconds)) else {
                return false
            }
            let cost = cost(
                of: counts, cluster: cluster, partition: partition, qos: qos, over: span)
            guard let total = cost.amount?.times(tasks) else { return false }
            return total <= amount
        }
        guard limit > 0, fits(1) else { return nil }
        var (fitting, failing) = (Int64(1), limit + 1)
        while failing - fitting > 1 {
            let middle = fitting + (failing - fitting) / 2
            if fits(middle) { fitting = middle } else { failing = middle }
        }
        return fitting
    }

    private func price(
        _ counts: TRESCounts, cluster: String, partition: String, qos: String?,
        over span: Interval, suspended: Int64, observed: [Interval], asHold: Bool
    ) -> Pricing {
        var pricing = Pricing(lines: [], unrated: [])
        guard !span.isEmpty else { return pricing }
        let parts = components(of: counts, cluster: cluster, partition: partition, qos: qos)
        guard !parts.isEmpty else { return pricing }
        let factors =
            factors(of: .partition(partition), on: cluster)
            + (qos.map { self.factors(of: .qos($0), on: cluster) } ?? [])
        let segments = segments(of: span, for: parts, factors: factors)
        let used = usedSeconds(in: segments, suspended: suspended, observed: observed)

        var pieces: [Piece] = []
        for (segment, seconds) in zip(segments, used) where seconds > 0 {
            let factor = factor(of: factors, at: segment.start)
            var rated: [Piece] = []
            for part in parts {
                let version = rate(of: part.resource.id, at: segment.start, extended: asHold)
                guard let version, let rate = try? version.suPerHour.multiplied(by: factor) else {
                    pricing.unrated.append(part.unrated(segment, seconds, .noRate))
                    continue
                }
                rated.append(
                    Piece(
                        part: part, version: version.id, rate: rate, interval: segment,
                        seconds: seconds))
            }
            if combination(on: cluster) == .max, let dearest = rated.dearest { rated = [dearest] }
            pieces += rated
        }
        for piece in merged(pieces) {
            if let line = piece.line(roundedUp: asHold) {
                pricing.lines.append(line)
            } else {
                pricing.unrated.append(
                    piece.part.unrated(piece.interval, piece.seconds, .tooLarge))
            }
        }
        return pricing
    }
}

/// One component over one stretch of constant price.
private struct Piece {
    let part: Component
    let version: RateID
    /// With all factors.
    let rate: Rational
    var interval: Interval
    var seconds: Int64

    /// nil beyond the bounds within which nothing overflows (money.md 1.2).
    func line(roundedUp: Bool) -> Line? {
        guard part.count <= 10_000_000_000, seconds <= 4_000_000_000 else { return nil }
        let top =
            Int128(part.count) * Int128(seconds) * Int128(rate.numerator)
            * Int128(ServiceUnits.microPerUnit)
        let bottom =
            Int128(rate.denominator) * 3_600 * Int128(part.tres.baseUnitsPerRatedUnit)
        let micro = roundedUp ? dividedUp(top, by: bottom) : dividedHalfEven(top, by: bottom)
        guard micro < Int128(ServiceUnits.lineLimit) else { return nil }
        return Line(
            resource: part.resource.id, rate: version, interval: interval, count: part.count,
            seconds: seconds, amount: ServiceUnits(microSU: Int64(micro)))
    }

    /// Whether this costs less a second than `other`, before any rounding.
    func isCheaper(than other: Piece) -> Bool {
        // Counts are bounded so that the cross products stay within Int128.
        let limit = Int128(10_000_000_000)
        let mine =
            min(Int128(part.count), limit) * Int128(rate.numerator)
            * Int128(other.rate.denominator) * Int128(other.part.tres.baseUnitsPerRatedUnit)
        let theirs =
            min(Int128(other.part.count), limit) * Int128(other.rate.numerator)
            * Int128(rate.denominator) * Int128(part.tres.baseUnitsPerRatedUnit)
        return mine < theirs
    }
}

extension [Piece] {
    /// The dearest, ties by name: the parts come in order of their resources' names.
    fileprivate var dearest: Piece? {
        reduce(nil) { best, piece in
            guard let best else { return piece }
            return best.isCheaper(than: piece) ? piece : best
        }
    }
}

/// Neighbouring pieces of one resource at one price are one line.
private func merged(_ pieces: [Piece]) -> [Piece] {
    guard pieces.count > 1 else { return pieces }
    var open: [ResourceID: Int] = [:]
    var lines: [Piece] = []
    for piece in pieces {
        if let index = open[piece.part.resource.id], lines[index].version == piece.version,
            lines[index].rate == piece.rate, lines[index].interval.end == piece.interval.start,
            let joined = Interval(start: lines[index].interval.start, end: piece.interval.end)
        {
            lines[index].interval = joined
            lines[index].seconds += piece.seconds
        } else {
            open[piece.part.resource.id] = lines.count
            lines.append(piece)
        }
    }
    return lines
}

extension Component {
    fileprivate func unrated(
        _ interval: Interval, _ seconds: Int64, _ reason: Unrated.Reason
    ) -> Unrated {
        Unrated(
            tres: tres, resource: resource.id, interval: interval, count: count, seconds: seconds,
            reason: reason)
    }
}
