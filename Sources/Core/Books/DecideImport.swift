/// Runs of the past become charges: the same prices as live history, each run once by its key. Nothing
/// is refused here, for it has happened already.

import Ledger
import Rates
import Registry
import Units

func decideImport(_ batch: ImportBatch, _ facts: Facts) -> Decision {
    var importer = Importer(facts)
    for (place, run) in batch.runs.enumerated() { importer.take(run, at: place) }
    return importer.decision
}

private struct Importer {
    private var facts: Facts
    private var known: [RunKey: ImportFacts.Known]
    private let uncounted: [RunKey: Run]
    private let allocations: [AllocationID?]
    private var pricer: Pricer
    private var changes: [Change] = []
    private var latest: Instant?
    private var outcome = Imported()

    init(_ facts: Facts) {
        self.facts = facts
        let importing = facts.importing ?? ImportFacts()
        (known, allocations) = (importing.known, importing.allocations)
        uncounted = importing.uncounted
        pricer = importing.pricer ?? Pricer(facts.card)
    }

    /// One entry for all: what it leaves and what it moves is told run by run.
    var decision: Decision {
        guard let latest else { return Decision(entries: [], outcome: .imported(outcome)) }
        let postings = facts.pools.keys.sorted().flatMap { facts.pools[$0]?.postings ?? [] }
        return Decision(
            entries: [
                EntryDraft(
                    kind: .imported, effectiveAt: latest, changes: changes, postings: postings)
            ], outcome: .imported(outcome))
    }

    mutating func take(_ shown: ImportedRun, at place: Int) {
        let key = shown.facts.key
        guard let end = shown.facts.end else {
            return outcome.runs.append(.init(fate: .live))
        }
        if let before = known[key] {
            let isSame = before.start == shown.facts.start && before.end == end
            if isSame, let run = before.unplaced, let allocation = allocations[place] {
                known[key]?.unplaced = nil
                return self.place(run, shown, until: end, in: allocation)
            }
            return outcome.runs.append(
                .init(
                    fate: before.isRunning
                        ? .live
                        : isSame ? .known : .differs(from: before.start, to: before.end)))
        }
        known[key] = .init(isRunning: false, start: shown.facts.start, end: end)
        record(shown, until: end, in: allocations[place])
    }

    private mutating func record(
        _ shown: ImportedRun, until end: Instant, in allocation: AllocationID?
    ) {
        let it = shown.facts
        // What was seen of it before the cutover stands at no length: that is the run to charge.
        let seen = uncounted[it.key]
        var run = Run(
            id: seen?.id ?? RunID(facts.next.take(\.run)), key: it.key, jobName: it.jobName,
            claim: seen?.claim, allocation: allocation?.number,
            user: seen?.user ?? facts.user(shown.userName).number,
            account: shown.accountLineage.first ?? "", partition: it.partition, qos: it.qos,
            counts: it.counts, start: it.start, timeLimitSeconds: it.timeLimitSeconds)
        (run.state, run.end, run.outcome) = (.ended, end, it.state)
        (run.suspendedSeconds, run.reservation) = (it.suspendedSeconds, it.reservation)
        note(charge(&run, shown, until: end), of: run)
    }

    /// What was recorded without an allocation has found one: it is charged as it would have been.
    private mutating func place(
        _ before: Run, _ shown: ImportedRun, until end: Instant, in allocation: AllocationID
    ) {
        var run = before
        run.allocation = allocation.number
        var came = charge(&run, shown, until: end)
        came.wasUnplaced = true
        note(came, of: run)
    }

    private mutating func charge(
        _ run: inout Run, _ shown: ImportedRun, until end: Instant
    ) -> Imported.Run {
        let it = shown.facts
        run.cardVersion = facts.card.version
        let pricing = price(run, until: end)
        var lines = it.freeBecause == nil ? pricing.lines : []
        let unrated = facts.registry.unratedRemark(pricing)
        run.remark = it.freeBecause ?? unrated ?? facts.paidRemark(on: run, until: end)
        var fate = Imported.Fate.charged
        if it.freeBecause != nil {
            fate = .free
        } else if unrated != nil {
            fate = .unrated
        }
        guard let number = run.allocation, let dimensions = run.dimensions,
            let canCharge = facts.pools[number]?.canCharge(lines)
        else {
            run.allocation = nil
            run.remark = Run.unplacedRemark(of: run.account)
            let worth = ServiceUnits(
                exactly: lines.reduce(Int128(0)) { $0 + Int128($1.amount.microSU) })
            return .init(fate: .unplaced, amount: worth ?? .zero)
        }
        if !canCharge {
            (run.remark, lines, fate) = ("unrated: the charge is too large", [], .unrated)
        }
        run.charged = lines.reduce(.zero) { $0 + $1.amount }
        let lastSecond = max(run.start, end.advanced(bySeconds: -1))
        facts.pools[number]?.settlePast(lines, at: lastSecond, for: dimensions)
        return .init(fate: fate, allocation: AllocationID(number), amount: run.charged)
    }

    private mutating func note(_ came: Imported.Run, of run: Run) {
        changes.append(.run(run))
        outcome.runs.append(came)
        latest = max(latest ?? run.start, run.end ?? run.start)
    }

    private mutating func price(_ run: Run, until end: Instant) -> Pricing {
        guard let span = Interval(start: run.start, end: end) else {
            return Pricing(lines: [], unrated: [])
        }
        let usage = Usage(
            cluster: run.key.cluster, partition: run.partition, qos: run.qos, counts: run.counts,
            interval: span, suspendedSeconds: run.suspendedSeconds,
            suspensions: run.suspensions.intervals(until: end))
        let charged = facts.outsideOfPaid(run.reservation, span)
        guard charged != [span] else { return pricer.price(usage) }
        let parts = charged.compactMap { usage.clipped(to: $0) }.map { pricer.price($0) }
        return Pricing(lines: parts.flatMap(\.lines), unrated: parts.flatMap(\.unrated))
    }
}

extension Registry {
    /// Why some of a run's usage has no price; nil: all of it has.
    func unratedRemark(_ pricing: Pricing) -> String? {
        guard let first = pricing.unrated.first else { return nil }
        let name = rateBook.resources[first.resource]?.name ?? "\(first.tres)"
        return "unrated: \(name): " + (first.reason == .noRate ? "no rate" : "too large")
    }
}

extension Run {
    static func unplacedRemark(of account: String) -> String {
        "unplaced: account \(account) has no allocation here"
    }
}
