/// Prices second by second with whole fractions, from the rules' words and not from our code: no
/// segments, no indexes, one rounding at the end.

import Rates
import Units

/// One resource's seconds under one rate and factors, in one piece.
struct NaiveLine: Hashable, CustomStringConvertible {
    var resource: Int64
    /// Rate, QOS factor, partition factor; nil where no rate is in force.
    var versions: [Int64]?
    var from: Int64
    var to: Int64
    var count: Int64
    var seconds: Int64
    /// Micro-SU; nil where there is no rate.
    var amount: Int64?

    var description: String {
        "\(resource) \(versions ?? []) \(from)-\(to) \(count)x\(seconds) = \(amount ?? -1)"
    }
}

struct NaivePrice {
    let card: RateCard
    let usage: Usage

    /// Every line and every unrated stretch, in no order.
    func lines() -> Set<NaiveLine> {
        var open: [Int64: NaiveLine] = [:]
        var prices: [NaiveLine: (Int128, Int128)] = [:]
        var done: Set<NaiveLine> = []
        func close(_ resource: Int64) {
            guard var line = open.removeValue(forKey: resource), line.seconds > 0 else { return }
            if let (top, bottom) = prices[key(line)] {
                line.amount = rounded(top * Int128(line.count) * Int128(line.seconds), bottom)
            }
            done.insert(line)
        }
        for second in usage.interval.start.epochSeconds..<usage.interval.end.epochSeconds {
            let instant = Instant(epochSeconds: second)
            let isUsed = !usage.suspensions.contains { $0.contains(instant) }
            let here = charged(at: instant)
            for resource in open.keys where !here.contains(where: { $0.resource == resource }) {
                close(resource)
            }
            for item in here {
                if let line = open[item.resource], line.versions != item.versions {
                    close(item.resource)
                }
                var line =
                    open[item.resource]
                    ?? NaiveLine(
                        resource: item.resource, versions: item.versions, from: second, to: second,
                        count: item.count, seconds: 0)
                line.to = second + 1
                line.seconds += isUsed ? 1 : 0
                open[item.resource] = line
                if let price = item.price { prices[key(line)] = price }
            }
        }
        for resource in open.keys { close(resource) }
        return done
    }

    private func key(_ line: NaiveLine) -> NaiveLine {
        NaiveLine(
            resource: line.resource, versions: line.versions, from: 0, to: 0, count: 0, seconds: 0)
    }

    private struct Item {
        var resource: Int64
        var name: String
        var versions: [Int64]?
        var count: Int64
        /// Micro-SU for a base unit and second.
        var price: (Int128, Int128)?
    }

    private func charged(at instant: Instant) -> [Item] {
        let all = counts().map { resource, count -> Item in
            let rate = card.rates.first {
                $0.resource == resource.id && $0.window.contains(instant)
            }
            var item = Item(resource: resource.id.number, name: resource.name, count: count)
            guard let rate else { return item }
            let qos = factor(at: instant) { $0 == .qos(usage.qos ?? "-") }
            let partition = factor(at: instant) { $0 == .partition(usage.partition) }
            item.versions = [rate.id.number, qos?.id.number ?? 0, partition?.id.number ?? 0]
            let factors = [rate.suPerHour, qos?.factor ?? .one, partition?.factor ?? .one]
            let unit: Int128 = resource.tres == .memory ? 1_024 : 1
            item.price = (
                factors.reduce(1_000_000) { $0 * Int128($1.numerator) },
                factors.reduce(3_600 * unit) { $0 * Int128($1.denominator) }
            )
            return item
        }
        guard card.combine[usage.cluster] == .max else { return all }
        let priced = all.filter { $0.price != nil }.sorted { $0.name < $1.name }
        let dearest = priced.first { one in
            priced.allSatisfy { other in
                guard let a = one.price, let b = other.price else { return true }
                return a.0 * Int128(one.count) * b.1 >= b.0 * Int128(other.count) * a.1
            }
        }
        return all.filter { $0.price == nil } + (dearest.map { [$0] } ?? [])
    }

    private func factor(at instant: Instant, of isMeant: (FactorSubject) -> Bool) -> FactorVersion?
    {
        card.factors.first {
            isMeant($0.subject) && ($0.cluster ?? usage.cluster) == usage.cluster
                && $0.window.contains(instant)
        }
    }

    /// Base units by resource.
    private func counts() -> [(Resource, Int64)] {
        let fitting = card.resources.filter { resource in
            let scope = resource.scope
            return scope.clusters.map { $0.contains(usage.cluster) } ?? true
                && scope.partitions.map { $0.contains(usage.partition) } ?? true
                && scope.qos.map { $0.contains(usage.qos ?? "-") } ?? true
        }
        func width(_ scope: ResourceScope) -> Int {
            (scope.clusters == nil ? 1 : 0) + (scope.partitions == nil ? 1 : 0)
                + (scope.qos == nil ? 1 : 0)
        }
        let winners = fitting.filter { resource in
            !fitting.contains {
                $0.tres == resource.tres && width($0.scope) < width(resource.scope)
            }
        }
        return winners.compactMap { resource in
            var count = usage.counts[resource.tres]
            if resource.tres.description == "gres/gpu" {
                let types = ["gres/gpu:a100", "gres/gpu:h200"].map { TRESName($0) }
                let typed = types.reduce(0) { $0 + usage.counts[$1] }
                let rated = types.filter { type in winners.contains { $0.tres == type } }
                count = max(count, typed) - rated.reduce(0) { $0 + usage.counts[$1] }
            }
            return count > 0 ? (resource, count) : nil
        }
    }

    /// Half-even without our own rounding.
    private func rounded(_ top: Int128, _ bottom: Int128) -> Int64 {
        let (below, rest) = (top / bottom, top % bottom)
        if rest * 2 == bottom { return Int64(below % 2 == 0 ? below : below + 1) }
        return Int64(rest * 2 > bottom ? below + 1 : below)
    }
}
