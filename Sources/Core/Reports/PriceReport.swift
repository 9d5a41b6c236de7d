/// What runs come to at a rate card: raw use and SU, by account, user, partition, resource or month.
///
/// Sums are folded in 128 bits and never rounded; only lines are (money.md 1.4). A run that crosses
/// months belongs whole to the month of its last second: cutting it there would make other lines,
/// and the months would not add up to what is charged.

import Rates
import Units

package struct PriceReport: Sendable {
    /// What rows are made by.
    package enum Dimension: String, Hashable, Sendable, CaseIterable {
        case account, user, partition, resource, month
    }

    package struct Run {
        package var account: String
        package var user: String
        package var partition: String
        /// What was priced of it, from start to end.
        package var interval: Interval
        package var pricing: Pricing

        package init(
            account: String, user: String, partition: String, interval: Interval, pricing: Pricing
        ) {
            (self.account, self.user, self.partition) = (account, user, partition)
            (self.interval, self.pricing) = (interval, pricing)
        }
    }

    package struct ResourceSum: Hashable, Sendable {
        /// Runs that used it.
        package internal(set) var runs: Int64 = 0
        /// Base unit-seconds.
        package internal(set) var raw: Int128 = 0
        package internal(set) var microSU: Int128 = 0
        fileprivate var lastRun: Int64 = 0
    }

    package struct Sums: Hashable, Sendable {
        package internal(set) var runs: Int64 = 0
        package internal(set) var microSU: Int128 = 0
        /// By the resource's place in `RateCard.resources`.
        package internal(set) var resources: [ResourceSum]
    }

    package struct Row: Sendable {
        /// In the order of `dimensions`, without `.resource`.
        package let keys: [String]
        package let sums: Sums
    }

    package struct UnratedSum: Hashable, Sendable {
        package let resource: Resource
        package let reason: Unrated.Reason
        package internal(set) var runs: Int64 = 0
        package internal(set) var raw: Int128 = 0
        fileprivate var lastRun: Int64 = 0
    }

    package let card: RateCard
    package let dimensions: [Dimension]
    package private(set) var total: Sums
    /// Runs of which a resource has several lines, because a rate or factor changed.
    package private(set) var splitRuns: Int64 = 0
    /// Runs whose suspended seconds nobody saw and that were spread over several segments.
    package private(set) var spreadRuns: Int64 = 0
    /// In the order they were met.
    package private(set) var unrated: [UnratedSum] = []

    private var sums: [Sums] = []
    private var groups: [Group: Int] = [:]
    private var words = Words()
    /// In the order of `card.resources`; there are a handful: looking at each takes less than hashing.
    private let resourceIDs: [ResourceID]

    package init(card: RateCard, by dimensions: [Dimension]) {
        (self.card, self.dimensions) = (card, dimensions)
        resourceIDs = card.resources.map(\.id)
        total = Sums(resources: card.resources.map { _ in ResourceSum() })
    }

    package mutating func add(_ run: Run) {
        let index = index(of: run)
        total.runs += 1
        sums[index].runs += 1
        var isSplit = false
        for line in run.pricing.lines {
            guard let place = resourceIDs.firstIndex(of: line.resource) else {
                preconditionFailure("a line is of a resource of its card")
            }
            isSplit = total.resources[place].lastRun == total.runs || isSplit
            total.add(line, at: place, run: total.runs)
            sums[index].add(line, at: place, run: total.runs)
        }
        if isSplit { splitRuns += 1 }
        if run.pricing.spreadSeconds > 0 { spreadRuns += 1 }
        for item in run.pricing.unrated { add(item) }
    }

    /// By key.
    package var rows: [Row] {
        let groups = self.groups.map { Row(keys: keys(of: $0.key), sums: sums[$0.value]) }
        return groups.sorted { $0.keys.lexicographicallyPrecedes($1.keys) }
    }

    private mutating func add(_ item: Unrated) {
        let place = unrated.firstIndex {
            $0.resource.id == item.resource && $0.reason == item.reason
        }
        if place == nil, let resource = card[resource: item.resource] {
            unrated.append(UnratedSum(resource: resource, reason: item.reason))
        }
        let index = place ?? unrated.count - 1
        if unrated[index].lastRun != total.runs { unrated[index].runs += 1 }
        unrated[index].lastRun = total.runs
        unrated[index].raw += item.raw
    }
}

extension PriceReport.Sums {
    fileprivate mutating func add(_ line: Line, at place: Int, run: Int64) {
        let micro = Int128(line.amount.microSU)
        microSU += micro
        if resources[place].lastRun != run { resources[place].runs += 1 }
        resources[place].lastRun = run
        resources[place].raw += line.raw
        resources[place].microSU += micro
    }
}

/// A row's keys as small numbers, so that a run costs no array of strings.
private struct Group: Hashable, Sendable {
    var account: Int32 = 0
    var user: Int32 = 0
    var partition: Int32 = 0
    var month: Int32 = 0
}

private struct Words: Sendable {
    private var numbers: [String: Int32] = [:]
    private(set) var words: [String] = []
    private var months: [Int64: Int32] = [:]

    mutating func number(of word: String) -> Int32 {
        if let known = numbers[word] { return known }
        let number = Int32(words.count)
        numbers[word] = number
        words.append(word)
        return number
    }

    /// The month of a day is worked out once.
    mutating func number(ofMonthAt instant: Instant) -> Int32 {
        let day = instant.epochSeconds / 86_400
        if let known = months[day] { return known }
        let number = number(of: instant.month)
        months[day] = number
        return number
    }
}

extension PriceReport {
    private mutating func index(of run: Run) -> Int {
        var group = Group()
        for dimension in dimensions {
            switch dimension {
            case .account: group.account = words.number(of: run.account)
            case .user: group.user = words.number(of: run.user)
            case .partition: group.partition = words.number(of: run.partition)
            case .month:
                let last = max(run.interval.start, run.interval.end.advanced(bySeconds: -1))
                group.month = words.number(ofMonthAt: last)
            case .resource: break
            }
        }
        if let known = groups[group] { return known }
        groups[group] = sums.count
        sums.append(Sums(resources: card.resources.map { _ in ResourceSum() }))
        return sums.count - 1
    }

    private func keys(of group: Group) -> [String] {
        dimensions.compactMap { dimension in
            switch dimension {
            case .account: words.words[Int(group.account)]
            case .user: words.words[Int(group.user)]
            case .partition: words.words[Int(group.partition)]
            case .month: words.words[Int(group.month)]
            case .resource: nil
            }
        }
    }
}
