import Rates
import Testing
import Units

/// Each argument is a seed: a failing one replays by itself.
@Suite struct PropertyTests {
    @Test(arguments: 1...400 as ClosedRange<UInt64>)
    func `a price is what the seconds come to one by one`(seed: UInt64) {
        var random = RandomCard(seed: seed)
        let card = random.card()
        var pricer = Pricer(card)
        for _ in 0..<5 {
            let usage = random.usage()
            let pricing = pricer.price(usage)
            #expect(pricing == card.price(usage))
            #expect(naive(pricing) == NaivePrice(card: card, usage: usage).lines())
            #expect(pricing.lines.count + pricing.unrated.count == naive(pricing).count)
        }
    }

    @Test(arguments: 1...200 as ClosedRange<UInt64>)
    func `suspended seconds nobody saw leave elapsed less suspended`(seed: UInt64) {
        var random = RandomCard(seed: seed)
        let card = random.card()
        var usage = random.usage()
        usage.suspendedSeconds = random.number(0...usage.interval.seconds)
        let pricing = card.price(usage)
        var used: [ResourceID: Int64] = [:]
        for line in pricing.lines {
            used[line.resource, default: 0] += line.seconds
            #expect(line.seconds > 0 && line.seconds <= line.interval.seconds)
        }
        for item in pricing.unrated { used[item.resource, default: 0] += item.seconds }
        let expected = usage.interval.seconds - usage.suspendedSeconds
        if card.combine[usage.cluster] == .max {
            #expect(used.values.allSatisfy { $0 <= expected })
        } else {
            #expect(used.values.allSatisfy { $0 == expected } || expected == 0 && used.isEmpty)
        }
    }

    @Test(arguments: 1...200 as ClosedRange<UInt64>)
    func `a hold covers the charge and the longest time is exact`(seed: UInt64) {
        var random = RandomCard(seed: seed)
        let card = random.card(gaps: false)
        var usage = random.usage()
        usage.suspendedSeconds = 0
        usage.suspensions = []
        let pricing = card.price(usage)
        let pricer = HoldAsker(card: card, usage: usage)
        guard let held = pricer.cost(usage.interval.seconds).total else { return }
        #expect(Int128(held.microSU) >= pricing.totalMicroSU)
        let amount = ServiceUnits(microSU: random.number(0...(held.microSU + 1)))
        guard let longest = pricer.longest(amount, limitSeconds: 300) else { return }
        #expect(longest == 0 || (pricer.cost(longest).total ?? .zero) <= amount)
        if longest < 300 { #expect(pricer.cost(longest + 1).total.map { $0 > amount } ?? true) }
    }

    private func naive(_ pricing: Pricing) -> Set<NaiveLine> {
        Set(
            pricing.lines.map { line in
                NaiveLine(
                    resource: line.resource.number,
                    versions: [
                        line.rate.number, line.qosFactor?.number ?? 0,
                        line.partitionFactor?.number ?? 0,
                    ],
                    from: line.interval.start.epochSeconds, to: line.interval.end.epochSeconds,
                    count: line.count, seconds: line.seconds, amount: line.amount.microSU)
            }
                + pricing.unrated.map { item in
                    NaiveLine(
                        resource: item.resource.number, versions: nil,
                        from: item.interval.start.epochSeconds, to: item.interval.end.epochSeconds,
                        count: item.count, seconds: item.seconds)
                })
    }
}

private struct HoldAsker {
    let card: RateCard
    let usage: Usage

    func cost(_ seconds: Int64) -> HoldCost {
        let start = usage.interval.start
        return card.cost(
            of: usage.counts, cluster: usage.cluster, partition: usage.partition, qos: usage.qos,
            over: span(start.epochSeconds, start.epochSeconds + seconds))
    }

    func longest(_ amount: ServiceUnits, limitSeconds: Int64) -> Int64? {
        card.longestAffordable(
            usage.counts, cluster: usage.cluster, partition: usage.partition, qos: usage.qos,
            from: usage.interval.start, for: amount, limitSeconds: limitSeconds)
    }
}
