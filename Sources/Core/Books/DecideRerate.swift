/// A run's charge by the rates as they are known now: the difference is an entry, and the run is pinned
/// to the newer version of the card. All of its resources are priced, since it has one version
/// (money.md 1.3), and with `max` one rate decides which resource counts.

import Ledger
import Rates
import Registry
import Units

func decideRerate(_ id: RunID, _ facts: Facts, at now: Instant) -> Decision {
    guard let rerating = facts.rerating else { return Decision(entries: [], outcome: .nothing) }
    var rerater = Rerater(rerating, facts)
    if let left = rerater.whyLeft {
        var outcome = Rerated()
        outcome.left = left
        return Decision(entries: [], outcome: .rerated(outcome))
    }
    return rerater.decide(at: now)
}

private struct Rerater {
    private let facts: Facts
    private let it: RerateFacts

    init(_ it: RerateFacts, _ facts: Facts) { (self.it, self.facts) = (it, facts) }

    var whyLeft: Rerated.Left? {
        let run = it.run
        if run.state == .running { return .running }
        if run.isWaived { return .waived }
        if run.remark?.hasPrefix("free:") == true { return .free }
        return facts.pool == nil || run.allocation == nil ? .unplaced : nil
    }

    mutating func decide(at now: Instant) -> Decision {
        guard var pool = facts.pool, let dimensions = it.run.dimensions, let end = it.run.end else {
            return .nothing
        }
        var run = it.run
        var (lines, remark) = price(until: end, at: now)
        if !pool.canCharge(lines) {
            (remark, lines) = ("unrated: the charge is too large", [])
        }
        let difference = ChargeDifference(it, to: lines)
        run.charged = difference.charged
        run.refunded = difference.refunded
        run.remark = remark
        var outcome = Rerated()
        outcome.allocation = run.allocation.map(AllocationID.init)
        outcome.parts = difference.parts
        guard run != it.run || !difference.isNothing else {
            return Decision(entries: [], outcome: .rerated(outcome))
        }
        run.cardVersion = facts.card.version
        var (standing, paid) = (it.standing, it.paid)
        var rest = difference.back
        for (resource, most) in difference.less where rest > .zero {
            var part = dimensions
            part.resource = resource
            let amount = min(most, rest)
            pool.takeBack(amount, of: &standing, paid: &paid, for: part)
            rest -= amount
        }
        pool.takeBack(rest, of: &standing, paid: &paid, for: dimensions)
        let lastSecond = max(run.start, end.advanced(bySeconds: -1))
        pool.settlePast(difference.more, at: lastSecond, for: dimensions)
        outcome.isChanged = true
        let entry = EntryDraft(
            kind: .rerated, effectiveAt: end, changes: [.run(run)],
            postings: pool.takePostings())
        return Decision(entries: [entry], outcome: .rerated(outcome))
    }

    /// What it is to be charged, and what is to be said of it.
    private func price(until end: Instant, at now: Instant) -> (lines: [Line], remark: String?) {
        if let version = it.version {
            let lines = version.lines(less: it.inside, by: facts.card, at: now)
            return (lines, version.chargedRemark)
        }
        let pricing = price(until: end)
        let remark =
            facts.registry.unratedRemark(pricing) ?? facts.paidRemark(on: it.run, until: end)
        return (pricing.lines, remark)
    }

    private func price(until end: Instant) -> Pricing {
        let run = it.run
        guard let span = Interval(start: run.start, end: end) else {
            return Pricing(lines: [], unrated: [])
        }
        let usage = Usage(
            cluster: run.key.cluster, partition: run.partition, qos: run.qos, counts: run.counts,
            interval: span, suspendedSeconds: run.suspendedSeconds,
            suspensions: run.suspensions.intervals(until: end))
        let charged = facts.outsideOfPaid(run.reservation, span)
        guard charged != [span] else { return facts.card.price(usage) }
        let parts = charged.compactMap { usage.clipped(to: $0) }.map(facts.card.price)
        return Pricing(lines: parts.flatMap(\.lines), unrated: parts.flatMap(\.unrated))
    }
}

/// What has to move so that a run is charged for other lines than it was (money.md 4): what was
/// refunded of it stays so, but never more than what it is charged then.
private struct ChargeDifference {
    let charged: ServiceUnits
    let refunded: ServiceUnits
    let parts: [Rerated.Part]
    /// What is to be charged more, line by line.
    private(set) var more: [Line] = []
    /// What goes back in all, and for which resources at most.
    private(set) var back = ServiceUnits.zero
    let less: [(resource: ResourceID, amount: ServiceUnits)]

    var isNothing: Bool { more.isEmpty && back == .zero }

    init(_ it: RerateFacts, to lines: [Line]) {
        charged = lines.reduce(.zero) { $0 + $1.amount }
        refunded = min(it.run.refunded, charged)
        let wanted = Dictionary(grouping: lines, by: \.resource)
        let before = it.chargedFor.lowered(to: it.run.charged)
        parts = Set(wanted.keys).union(before.keys).sorted().map { resource in
            Rerated.Part(
                resource: resource, before: before[resource] ?? .zero,
                after: (wanted[resource] ?? []).reduce(.zero) { $0 + $1.amount })
        }
        less = parts.filter { $0.before > $0.after }.map { ($0.resource, $0.before - $0.after) }
        // What was refunded can't go back once more.
        let left = it.run.charged - it.run.refunded
        let net = (charged - refunded) - left
        back = min(less.reduce(.zero) { $0 + $1.amount }, left)
        if net + back < .zero { back = -net }
        var rest = net + back
        for part in parts where part.after > part.before && rest > .zero {
            guard let line = wanted[part.resource]?.last else { continue }
            let amount = min(part.after - part.before, rest)
            more.append(line.rest(amount))
            rest -= amount
        }
        if rest > .zero, let line = lines.last { more.append(line.rest(rest)) }
    }
}
