/// What usage costs, read from the rules' words (money.md 1) and sharing no code with `Rates`.
///
/// Time is cut wherever any rate or factor begins or ends; what is in force is looked up anew in
/// each piece; pieces in which nothing changed for a resource are one line, rounded once.

import Rates
import Registry
import Units

struct NaiveRates {
    var resources: [SiteResource] = []
    var factors: [SiteFactor] = []
    var combine: [String: Combination] = [:]

    /// What is priced: a footprint somewhere, in a QOS.
    struct Load {
        var counts: TRESCounts
        var cluster: String
        var partition: String
        var qos: String?
    }

    struct Price {
        var microSU: Int128 = 0
        /// Seconds of something rated without a rate.
        var hasUnpriced = false
        /// Names of the resources that rate any of it.
        var touched: Set<String> = []
    }

    /// What ran from `start` to `end`: half-even a line.
    func charge(_ load: Load, from start: Int64, to end: Int64, suspended: Int64) -> Price {
        price(load, start, end, suspended: min(max(suspended, 0), end - start), isHold: false)
    }

    /// What has to be held from `start` on for so many seconds: up a line; a rate that was in
    /// force goes on until the next begins.
    func hold(_ load: Load, from start: Int64, seconds: Int64) -> Price {
        price(load, start, start + seconds, suspended: 0, isHold: true)
    }

    // MARK: What is in force

    private struct Item {
        let resource: SiteResource
        let count: Int64
    }

    /// Versions by their place in the declared lists: equal versions are one line.
    private struct Version: Hashable {
        let rate: Int
        let qos, partition: Int?
    }

    private func version(of item: Item, _ load: Load, at second: Int64, holdFrom: Int64?)
        -> Version?
    {
        let now = Instant(epochSeconds: second)
        let rates = item.resource.rates
        var rate = rates.firstIndex { $0.window.contains(now) }
        if rate == nil, let holdFrom {
            // The last that ended, if it was in force at all since the hold began.
            rate = rates.indices
                .filter {
                    rates[$0].window.end <= now
                        && rates[$0].window.end > Instant(epochSeconds: holdFrom)
                }
                .max { rates[$0].window.end < rates[$1].window.end }
        }
        guard let rate else { return nil }
        func factor(_ subject: FactorSubject) -> Int? {
            factors.firstIndex {
                $0.subject == subject && $0.window.contains(now)
                    && ($0.cluster == nil || $0.cluster == load.cluster)
            }
        }
        return Version(
            rate: rate, qos: load.qos.flatMap { factor(.qos($0)) },
            partition: factor(.partition(load.partition)))
    }

    /// Micro-SU for all of the item's units during a second, as a fraction.
    private func cost(of item: Item, _ version: Version) -> (top: Int128, bottom: Int128) {
        var parts = [item.resource.rates[version.rate].suPerHour]
        parts += [version.qos, version.partition].compactMap { $0 }.map { factors[$0].factor }
        let unit: Int128 = item.resource.tres.description == "mem" ? 1_024 : 1
        return (
            parts.reduce(Int128(item.count) * 1_000_000) { $0 * Int128($1.numerator) },
            parts.reduce(3_600 * unit) { $0 * Int128($1.denominator) }
        )
    }

    /// The resources that rate some of it, each with its base units, by name.
    private func items(of load: Load) -> [Item] {
        func fits(_ names: Set<String>?, _ name: String?) -> Bool {
            guard let names else { return true }
            return name.map(names.contains) ?? false
        }
        func width(_ it: SiteResource) -> Int {
            [it.scope.clusters, it.scope.partitions, it.scope.qos].filter { $0 == nil }.count
        }
        let fitting = resources.filter {
            fits($0.scope.clusters, load.cluster) && fits($0.scope.partitions, load.partition)
                && fits($0.scope.qos, load.qos)
        }
        let rating = fitting.filter { one in
            !fitting.contains { $0.tres == one.tres && width($0) < width(one) }
        }
        return rating.sorted { $0.name < $1.name }.compactMap { resource in
            let name = resource.tres.description
            var count = load.counts[resource.tres]
            if name.hasPrefix("gres/"), !name.contains(":") {
                // The untyped resource rates what no typed one does.
                let types = load.counts.sorted.filter {
                    $0.name.description.hasPrefix(name + ":")
                }
                let rated = types.filter { type in rating.contains { $0.tres == type.name } }
                count = max(count, types.reduce(0) { $0 + $1.count })
                count -= rated.reduce(0) { $0 + $1.count }
            }
            return count > 0 ? Item(resource: resource, count: count) : nil
        }
    }

    // MARK: Pricing

    private struct Line {
        let item: Int
        let version: Version?
        var seconds: Int64
    }

    private func price(
        _ load: Load, _ start: Int64, _ end: Int64, suspended: Int64, isHold: Bool
    ) -> Price {
        let items = items(of: load)
        var price = Price(touched: Set(items.map(\.resource.name)))
        guard start < end else { return price }
        let changes = items.flatMap { $0.resource.rates.map(\.window) } + factors.map(\.window)
        let cuts = Set(
            [start, end] + changes.flatMap { [$0.start.epochSeconds, $0.end.epochSeconds] }
        )
        .filter { start <= $0 && $0 <= end }.sorted()
        // Stretches in which every item's version stays as it is.
        var stretches: [(versions: [Version?], seconds: Int64)] = []
        for (from, to) in zip(cuts, cuts.dropFirst()) {
            let versions = items.map {
                version(of: $0, load, at: from, holdFrom: isHold ? start : nil)
            }
            if let last = stretches.last, last.versions == versions {
                stretches[stretches.count - 1].seconds += to - from
            } else {
                stretches.append((versions, to - from))
            }
        }
        spread(suspended, over: &stretches)
        let lines =
            combine[load.cluster] == .max
            ? dearest(items, stretches) : all(items, stretches)
        for line in lines where line.seconds > 0 {
            guard let version = line.version else {
                price.hasUnpriced = true
                continue
            }
            let (top, bottom) = cost(of: items[line.item], version)
            price.microSU += rounded(top * Int128(line.seconds), bottom, isUp: isHold)
        }
        return price
    }

    private func all(
        _ items: [Item], _ stretches: [(versions: [Version?], seconds: Int64)]
    ) -> [Line] {
        items.indices.flatMap { item -> [Line] in
            var lines: [Line] = []
            for stretch in stretches {
                if let last = lines.last, last.version == stretch.versions[item] {
                    lines[lines.count - 1].seconds += stretch.seconds
                } else {
                    lines.append(
                        Line(item: item, version: stretch.versions[item], seconds: stretch.seconds))
                }
            }
            return lines
        }
    }

    /// `max`: of each stretch the dearest alone, the first by name of equals.
    private func dearest(
        _ items: [Item], _ stretches: [(versions: [Version?], seconds: Int64)]
    ) -> [Line] {
        var lines: [Line] = []
        // The line that goes on; a stretch in which nothing has a price ends it.
        var open: Int?
        for stretch in stretches {
            var best: (item: Int, version: Version, cost: (top: Int128, bottom: Int128))?
            for item in items.indices {
                guard let version = stretch.versions[item] else {
                    lines.append(Line(item: item, version: nil, seconds: stretch.seconds))
                    continue
                }
                let cost = cost(of: items[item], version)
                if let best, cost.top * best.cost.bottom <= best.cost.top * cost.bottom { continue }
                best = (item, version, cost)
            }
            guard let best else {
                open = nil
                continue
            }
            if let open, lines[open].item == best.item, lines[open].version == best.version {
                lines[open].seconds += stretch.seconds
                continue
            }
            open = lines.count
            lines.append(Line(item: best.item, version: best.version, seconds: stretch.seconds))
        }
        return lines
    }

    /// Takes suspended seconds off in proportion, the largest remainders first (money.md 1.5).
    private func spread(
        _ suspended: Int64, over stretches: inout [(versions: [Version?], seconds: Int64)]
    ) {
        let whole = stretches.reduce(0) { $0 + $1.seconds }
        guard suspended > 0, whole > 0 else { return }
        let parts = stretches.map { Int128(suspended) * Int128($0.seconds) }
        var taken = parts.map { Int64($0 / Int128(whole)) }
        var left = suspended - taken.reduce(0, +)
        let order = parts.indices.sorted {
            let (a, b) = (parts[$0] % Int128(whole), parts[$1] % Int128(whole))
            return a == b ? $0 < $1 : a > b
        }
        for index in order where left > 0 {
            taken[index] += 1
            left -= 1
        }
        for index in stretches.indices { stretches[index].seconds -= taken[index] }
    }

    private func rounded(_ top: Int128, _ bottom: Int128, isUp: Bool) -> Int128 {
        let (below, rest) = (top / bottom, top % bottom)
        if isUp { return rest > 0 ? below + 1 : below }
        if rest * 2 == bottom { return below % 2 == 0 ? below : below + 1 }
        return rest * 2 > bottom ? below + 1 : below
    }
}
