/// One resource's price over all time, for the jobs of one cluster, partition and QOS.

import Units

/// A stretch of constant rate version and factors.
struct Segment: Hashable, Sendable {
    let startSeconds: Int64
    let endSeconds: Int64
    let rate: RateID
    let qosFactor: FactorID?
    let partitionFactor: FactorID?
    let price: UnitPrice

    func isSamePrice(as other: Segment) -> Bool {
        rate == other.rate && qosFactor == other.qosFactor
            && partitionFactor == other.partitionFactor
    }
}

struct Track: Sendable {
    let resource: Resource
    /// What a charge is priced with: gaps are where no rate is in force.
    let charged: [Segment]
    /// What a hold is priced with: each rate goes on until the next begins (money.md 1.6), but see
    /// `heldFrom`.
    let held: [Segment]

    /// All of one resource and of one subject each, in order, without overlaps.
    init(
        _ resource: Resource, rates: [RateVersion], qosFactors: [FactorVersion],
        partitionFactors: [FactorVersion]
    ) {
        self.resource = resource
        func segments(_ end: (Int) -> Int64) -> [Segment] {
            rates.indices.flatMap { index in
                Self.cut(
                    rates[index], until: end(index), resource.tres.baseUnitsPerRatedUnit,
                    qosFactors, partitionFactors)
            }
        }
        charged = segments { rates[$0].window.end.epochSeconds }
        held = segments { index in
            index + 1 < rates.count ? rates[index + 1].window.start.epochSeconds : .max
        }
    }

    /// From when on a hold that begins at `start` has a price: a rate that ended before `start` is
    /// not in force and does not go on. `Int64.max` where there is none from then on.
    func heldFrom(_ start: Int64) -> Int64 {
        let index = charged.firstIndex(endingAfter: start)
        return index < charged.count ? max(start, charged[index].startSeconds) : .max
    }

    private static func cut(
        _ rate: RateVersion, until end: Int64, _ baseUnits: Int64,
        _ qosFactors: [FactorVersion], _ partitionFactors: [FactorVersion]
    ) -> [Segment] {
        let start = rate.window.start.epochSeconds
        let changes = (qosFactors + partitionFactors)
            .flatMap { [$0.window.start.epochSeconds, $0.window.end.epochSeconds] }
            .filter { start < $0 && $0 < end }
        let cuts = Set(changes).sorted()
        return zip([start] + cuts, cuts + [end]).map { from, to in
            let instant = Instant(epochSeconds: from)
            let qos = qosFactors.first { $0.window.contains(instant) }
            let partition = partitionFactors.first { $0.window.contains(instant) }
            guard
                let effective = try? effectiveRate(
                    rate.suPerHour, qos?.factor ?? .one, partition?.factor ?? .one)
            else { preconditionFailure("a card is refused where a product passes the bounds") }
            return Segment(
                startSeconds: from, endSeconds: to, rate: rate.id, qosFactor: qos?.id,
                partitionFactor: partition?.id,
                price: UnitPrice(suPerHour: effective, baseUnits: baseUnits))
        }
    }
}

extension Track {
    /// Calls `body` for each stretch of `start ..< end`, in order and without a hole; nil for the
    /// segment where there is no price.
    @inline(__always)
    func forEachPiece(
        from start: Int64, to end: Int64, isHold: Bool, _ body: (Int64, Int64, Segment?) -> Void
    ) {
        guard isHold else { return charged.forEachPiece(from: start, to: end, body) }
        let priced = min(heldFrom(start), end)
        if start < priced { body(start, priced, nil) }
        held.forEachPiece(from: priced, to: end, body)
    }

    /// The price in force at `second` of a run or hold that began at `runStart`.
    func segment(at second: Int64, runStart: Int64, isHold: Bool) -> Segment? {
        if isHold, second < heldFrom(runStart) { return nil }
        let segments = isHold ? held : charged
        let index = segments.firstIndex(endingAfter: second)
        guard index < segments.count, segments[index].startSeconds <= second else { return nil }
        return segments[index]
    }
}

extension [Segment] {
    @inline(__always)
    fileprivate func forEachPiece(
        from start: Int64, to end: Int64, _ body: (Int64, Int64, Segment?) -> Void
    ) {
        var place = start
        var index = firstIndex(endingAfter: start)
        while place < end {
            guard index < count, self[index].startSeconds < end else {
                return body(place, end, nil)
            }
            let segment = self[index]
            if place < segment.startSeconds { body(place, segment.startSeconds, nil) }
            let (from, to) = (
                Swift.max(place, segment.startSeconds), Swift.min(end, segment.endSeconds)
            )
            body(from, to, segment)
            place = to
            index += 1
        }
    }

    /// The first segment that ends after `seconds`, by halving; `count` where there is none.
    fileprivate func firstIndex(endingAfter seconds: Int64) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle].endSeconds > seconds { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
