/// Loads and time → lines. The one place where a price is multiplied out and rounded.

import Units

struct Assembly {
    private let plan: PricePlan
    private let loads: [PricePlan.Load]
    private let isHold: Bool
    private let start: Int64
    private let end: Int64
    private var time: UsedTime
    private(set) var lines: [Line] = []
    private(set) var unrated: [Unrated] = []

    var spreadSeconds: Int64 { time.spreadSeconds }
    var touched: [ResourceID] { loads.map { plan.tracks[$0.track].resource.id }.sorted() }

    /// - Parameters:
    ///   - loads: what the plan rates of the usage's counts.
    ///   - isHold: rates go on beyond their windows and lines are rounded up.
    init(_ usage: Usage, _ loads: [PricePlan.Load], plan: PricePlan, isHold: Bool) {
        (self.plan, self.isHold) = (plan, isHold)
        (start, end) = (usage.interval.start.epochSeconds, usage.interval.end.epochSeconds)
        self.loads = loads
        let (start, end) = (start, end)
        time = UsedTime(usage) { Self.cuts(of: loads, plan, isHold, start, end) }
        guard start < end else { return }
        // Most usages lie within one segment of each.
        lines.reserveCapacity(loads.count)
        if plan.combination == .max, loads.count > 1 {
            addDominant()
        } else {
            for load in loads { addAll(load) }
        }
    }

    /// Start, end and every change of any load's price between them.
    private static func cuts(
        of loads: [PricePlan.Load], _ plan: PricePlan, _ isHold: Bool, _ start: Int64, _ end: Int64
    ) -> [Int64] {
        var cuts: Set = [start, end]
        for load in loads {
            plan.tracks[load.track].forEachPiece(from: start, to: end, isHold: isHold) {
                from, _, _ in cuts.insert(from)
            }
        }
        return cuts.sorted()
    }

    private mutating func addAll(_ load: PricePlan.Load) {
        plan.tracks[load.track].forEachPiece(from: start, to: end, isHold: isHold) {
            from, to, segment in
            add(load, segment, from, to, seconds: time.seconds(from: from, to: to))
        }
    }

    /// `max`: of each stretch between two changes of price only the dearest load makes a line;
    /// stretches of one resource, rate and factors make one line together.
    private mutating func addDominant() {
        for load in loads { addUnpriced(load) }
        let rivals = loads.filter { $0.count <= UnitPrice.countLimit }
        let cuts = Self.cuts(of: loads, plan, isHold, start, end)
        var open: (load: PricePlan.Load, segment: Segment, from: Int64, to: Int64)?
        for (from, to) in zip(cuts, cuts.dropFirst()) {
            let dearest = dearest(of: rivals, at: from)
            if let (load, segment) = dearest, let last = open, last.load.track == load.track,
                last.to == from, last.segment.isSamePrice(as: segment)
            {
                open = (load, last.segment, last.from, to)
                continue
            }
            close(open)
            open = dearest.map { ($0.load, $0.segment, from, to) }
        }
        close(open)
    }

    private mutating func close(
        _ open: (load: PricePlan.Load, segment: Segment, from: Int64, to: Int64)?
    ) {
        guard let (load, segment, from, to) = open else { return }
        add(load, segment, from, to, seconds: time.seconds(from: from, to: to))
    }

    /// What of a load can't compete: where it has no rate, and all of it beyond the bounds.
    private mutating func addUnpriced(_ load: PricePlan.Load) {
        plan.tracks[load.track].forEachPiece(from: start, to: end, isHold: isHold) {
            from, to, segment in
            guard segment == nil || load.count > UnitPrice.countLimit else { return }
            add(load, segment, from, to, seconds: time.seconds(from: from, to: to))
        }
    }

    /// By unrounded cost; of two that cost the same the first by name.
    private func dearest(
        of rivals: [PricePlan.Load], at second: Int64
    ) -> (load: PricePlan.Load, segment: Segment)? {
        var best: (load: PricePlan.Load, segment: Segment)?
        for load in rivals {
            let track = plan.tracks[load.track]
            guard let segment = track.segment(at: second, runStart: start, isHold: isHold) else {
                continue
            }
            if let dearest = best,
                !segment.price.costsMore(
                    count: load.count, than: (dearest.segment.price, dearest.load.count))
            {
                continue
            }
            best = (load, segment)
        }
        return best
    }

    private mutating func add(
        _ load: PricePlan.Load, _ segment: Segment?, _ from: Int64, _ to: Int64, seconds: Int64
    ) {
        guard seconds > 0 else { return }
        // The resource as a whole is not copied: this is done for every line of every run.
        let id = plan.tracks[load.track].resource.id
        guard let segment,
            let amount = segment.price.amount(
                count: load.count, seconds: seconds, roundingUp: isHold)
        else {
            unrated.append(
                Unrated(
                    tres: plan.tracks[load.track].resource.tres, resource: id,
                    interval: Self.interval(from, to), count: load.count, seconds: seconds,
                    reason: segment == nil ? .noRate : .tooLarge))
            return
        }
        lines.append(
            Line(
                resource: id, rate: segment.rate, qosFactor: segment.qosFactor,
                partitionFactor: segment.partitionFactor, interval: Self.interval(from, to),
                count: load.count, seconds: seconds, amount: amount))
    }

    private static func interval(_ start: Int64, _ end: Int64) -> Interval {
        let interval = Interval(
            start: Instant(epochSeconds: start), end: Instant(epochSeconds: end))
        guard let interval else { preconditionFailure("a line ends before it begins") }
        return interval
    }
}
