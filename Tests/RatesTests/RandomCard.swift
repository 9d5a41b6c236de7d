/// Seeded random cards and usages, small enough to be priced second by second.

import Rates
import Units

/// SplitMix64: the same numbers from the same seed on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed &* 0xD134_2543_DE82_EF95 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Cards and usages within the seconds 0 … 300.
struct RandomCard {
    var generator: SeededGenerator
    static let tres = [
        "cpu", "mem", "node", "billing", "gres/gpu", "gres/gpu:a100", "gres/gpu:h200",
    ]

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func number(_ range: ClosedRange<Int64>) -> Int64 {
        Int64.random(in: range, using: &generator)
    }

    mutating func isHit(oneIn chances: Int64) -> Bool { number(1...chances) == 1 }

    private mutating func ratio() -> String {
        isHit(oneIn: 8) ? "0" : "\(number(1...999))/\(number(1...99))"
    }

    /// Windows one after the other, with gaps here and there.
    private mutating func dates(gaps: Bool) -> String {
        var (items, place): ([String], Int64) = ([], gaps ? number(0...80) : 0)
        while place < 320 {
            let end = place + number(1...250)
            items.append("\(ratio()) @\(place)-\(isHit(oneIn: 6) ? "" : String(end))")
            if items.last?.hasSuffix("-") == true { break }
            place = end + (gaps && isHit(oneIn: 3) ? number(1...40) : 0)
        }
        return items.joined(separator: ",")
    }

    private mutating func scope() -> ResourceScope {
        var scope = ResourceScope.everywhere
        if isHit(oneIn: 3) { scope.clusters = [isHit(oneIn: 3) ? "lagoon" : "reef"] }
        if isHit(oneIn: 3) { scope.partitions = isHit(oneIn: 2) ? ["a", "b"] : ["b"] }
        if isHit(oneIn: 3) { scope.qos = [isHit(oneIn: 2) ? "high" : "low"] }
        return scope
    }

    /// Tries until nothing is refused.
    mutating func card(gaps: Bool = true) -> RateCard {
        while true {
            let resources = (0..<number(1...7)).map { index in
                Rated(
                    "R\(number(0...999))x\(index)",
                    Self.tres[Int(number(0...Int64(Self.tres.count) - 1))],
                    dates(gaps: gaps), scope())
            }
            let subjects: [FactorSubject] = [
                .qos("high"), .qos("low"), .partition("a"), .partition("b"),
            ]
            let factors = subjects.filter { _ in isHit(oneIn: 2) }.map { subject in
                Factored(
                    subject, dates(gaps: true),
                    cluster: isHit(oneIn: 3) ? "reef" : nil)
            }
            let combine: Combination = isHit(oneIn: 2) ? .max : .sum
            if let card = try? makeCard(resources, factors: factors, combine: combine) {
                return card
            }
        }
    }

    /// Suspensions that were all seen.
    mutating func usage() -> Usage {
        var counts = TRESCounts()
        for name in Self.tres where !isHit(oneIn: 3) {
            counts[TRESName(name)] = number(0...(name == "mem" ? 9_999 : 40))
        }
        let start = number(0...200)
        let suspensions = (0..<number(0...3)).map { _ in
            let from = number(0...290)
            return span(from, from + number(0...60))
        }
        return Usage(
            cluster: isHit(oneIn: 4) ? "lagoon" : "reef", partition: isHit(oneIn: 2) ? "a" : "b",
            qos: [nil, "high", "low"][Int(number(0...2))], counts: counts,
            interval: span(start, start + number(0...(300 - start))), suspensions: suspensions)
    }
}
