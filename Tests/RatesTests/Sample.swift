/// Small cards and prices as text, so that a rule reads as one row of a table.

import Rates
import Units

func span(_ start: Int64, _ end: Int64?) -> Interval {
    let interval = Interval(
        start: Instant(epochSeconds: start), end: end.map { Instant(epochSeconds: $0) })
    guard let interval else { preconditionFailure("the row has its end before its start") }
    return interval
}

/// A resource with its rates as `"1"` (always) or `"1 @0-100, 2 @100-"`.
struct Rated: Sendable {
    var name: String
    var tres: String
    var rates: String
    var scope: ResourceScope = .everywhere

    init(_ name: String, _ tres: String, _ rates: String, _ scope: ResourceScope = .everywhere) {
        (self.name, self.tres, self.rates, self.scope) = (name, tres, rates, scope)
    }
}

struct Factored: Sendable {
    var subject: FactorSubject
    var factors: String
    var cluster: String?

    init(_ subject: FactorSubject, _ factors: String, cluster: String? = nil) {
        (self.subject, self.factors, self.cluster) = (subject, factors, cluster)
    }
}

/// `"1 @0-100, 2 @100-"` → values with their windows; without a window: from 1900 on.
private func dated(_ text: String) throws -> [(value: Rational, window: Interval)] {
    try text.split(separator: ",").map { item in
        let words = item.split(separator: " ").map(String.init)
        let value = try Rational(parsing: words[0])
        guard words.count > 1 else { return (value, span(-2_208_988_800, nil)) }
        let ends = words[1].dropFirst().split(separator: "-", omittingEmptySubsequences: false)
            .map { Int64($0) }
        return (value, span(ends[0] ?? 0, ends[1]))
    }
}

func makeCard(
    _ resources: [Rated], factors: [Factored] = [], combine: Combination = .sum
) throws -> RateCard {
    var rates: [RateVersion] = []
    var versions: [FactorVersion] = []
    let recordedAt = Instant(epochSeconds: 0)
    for (index, rated) in resources.enumerated() {
        for (value, window) in try dated(rated.rates) {
            rates.append(
                RateVersion(
                    id: RateID(Int64(rates.count) + 1), resource: ResourceID(Int64(index) + 1),
                    window: window, suPerHour: value, recordedAt: recordedAt))
        }
    }
    for factored in factors {
        for (value, window) in try dated(factored.factors) {
            versions.append(
                FactorVersion(
                    id: FactorID(Int64(versions.count) + 1), subject: factored.subject,
                    cluster: factored.cluster, factor: value, window: window,
                    recordedAt: recordedAt))
        }
    }
    return try RateCard(
        version: 1,
        resources: resources.enumerated().map { index, rated in
            Resource(
                id: ResourceID(Int64(index) + 1), name: rated.name, type: rated.name,
                tres: TRESName(rated.tres), scope: rated.scope)
        },
        rates: rates, factors: versions, combine: ["reef": combine])
}

/// `"CPU 0-3600 4x3600 = 4"` a line, `"GPU 0-100 1x100: no rate"` what is unrated.
func shown(_ lines: [Line], _ unrated: [Unrated], on card: RateCard) -> [String] {
    func piece(_ resource: ResourceID, _ interval: Interval, _ count: Int64, _ seconds: Int64)
        -> String
    {
        let name = card[resource: resource]?.name ?? "?"
        let (from, to) = (interval.start.epochSeconds, interval.end.epochSeconds)
        return "\(name) \(from)-\(to) \(count)x\(seconds)"
    }
    return lines.map {
        piece($0.resource, $0.interval, $0.count, $0.seconds) + " = \($0.amount.plain)"
    }
        + unrated.map {
            piece($0.resource, $0.interval, $0.count, $0.seconds)
                + ($0.reason == .noRate ? ": no rate" : ": too large")
        }
}
