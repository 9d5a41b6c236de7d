/// A run is restated by its record: find it → place it → price it → post the difference.
///
/// What has not been seen goes the way of every observation. Nothing is refused: it has happened.

import Ledger
import Rates
import Registry
import Units

func decideCorrection(
    _ correction: Correction, _ facts: Facts, at now: Instant
) -> Decision {
    guard let shown = correction.observation.runs.first, shown.end != nil else { return .nothing }
    guard let known = facts.runs[shown.key], known.state == .ended else {
        return decideUnseen(correction.observation, facts, at: now)
    }
    // A person has said what stands, whatever a record says later.
    guard !known.isKept, var walk = CorrectionWalk(known, shown, facts) else {
        return Decision(
            entries: [], outcome: .corrected(facts.corrected(known, from: known.charged, false)))
    }
    walk.restate(movesTo: correction.movesAccount ? correction.observation.accountLineage : nil)
    return walk.decision(telling: correction)
}

/// A run that ended unseen, or that goes on in the books.
private func decideUnseen(
    _ observation: JobObservation, _ facts: Facts, at now: Instant
) -> Decision {
    var observer = Observer(observation, facts, at: now)
    let end = observation.runs.first?.end ?? now
    // What waits was counted since: this run's task is not among those that are held for.
    observer.takesShares = facts.claim?.observedAt.map { $0 < end } ?? true
    observer.meetClaim()
    for run in observation.runs { observer.take(run) }
    var last: Run?
    for case .run(let run) in observer.entries.flatMap(\.changes) { last = run }
    guard let run = last else { return .nothing }
    return Decision(
        entries: observer.entries, outcome: .corrected(facts.corrected(run, from: .zero, true)))
}

extension Facts {
    fileprivate func corrected(
        _ run: Run, from before: ServiceUnits, _ isChanged: Bool
    ) -> Corrected {
        let name = run.allocation.flatMap { registry.allocations[AllocationID($0)]?.name }
        return Corrected(run, allocation: name, before: before, isChanged: isChanged)
    }
}

/// One ended run on its way to what its record says.
private struct CorrectionWalk {
    let before: Run
    let shown: RunFacts
    let facts: Facts
    let books: CorrectionFacts
    var run: Run
    /// Where it was charged, and where its account belongs now.
    var pool: Pool?
    var target: Pool?
    /// Where it belongs and can't go.
    var elsewhere: String?
    /// All of it by the newest card.
    private var isPricedAnew = false

    init?(_ known: Run, _ shown: RunFacts, _ facts: Facts) {
        guard let books = facts.correction else { return nil }
        (before, self.shown, self.facts, self.books) = (known, shown, facts, books)
        run = known.restated(by: shown)
        (pool, target) = (facts.pool, facts.target)
    }

    mutating func restate(movesTo lineage: [String]?) {
        let isMoved = takePlace(lineage)
        let isAlike = run.hasSameUse(as: before) && whyFree == wasFree && !isMoved
        isPricedAnew = before.allocation == nil || hasNewPrice
        guard !isAlike || before.isUnrated && isPricedAnew else {
            run = before
            return
        }
        // All was given back: nothing is charged for it any more (money.md 4).
        guard !before.isWaived, run.allocation != nil else { return }
        let pricing = price()
        run.remark =
            whyFree ?? remark(on: pricing) ?? stillUnrated ?? (before.isFree ? nil : keptRemark)
        var lines = whyFree == nil ? pricing.lines : []
        if target?.canCharge(lines) == false || pool?.canCharge(lines) == false {
            run.remark = Self.tooLarge
            lines = []
        }
        let sum = lines.reduce(ServiceUnits.zero) { $0 + $1.amount }
        guard !isAlike || run.remark != before.remark || sum != before.charged else {
            run = before
            return
        }
        // What has another card's price is charged by that card from here on (money.md 1.3).
        if isPricedAnew { run.cardVersion = facts.card.version }
        if isMoved { move(to: lines) } else { post(lines) }
    }

    // MARK: Where

    /// Whether it goes to another allocation; one that was unplaced may have found one.
    private mutating func takePlace(_ lineage: [String]?) -> Bool {
        guard let target, target.allocation != before.allocation else {
            if before.allocation != nil, let lineage, lineage.first != before.account,
                facts.registry.project(ofAccountLineage: lineage)?.id != project
            {
                elsewhere = "account \(lineage.first ?? ""), which has no allocation here"
            }
            return false
        }
        guard before.allocation != nil else {
            run.allocation = target.allocation
            return true
        }
        let owner = facts.registry.allocations[AllocationID(target.allocation)]
        guard let lineage, let owner, owner.project != project else { return false }
        // Credit given back stands where it was charged: a person has to say where it belongs.
        guard before.refunded == .zero else {
            elsewhere = owner.name
            return false
        }
        (run.allocation, run.account) = (target.allocation, lineage.first ?? run.account)
        return true
    }

    private var project: ProjectID? {
        before.allocation.flatMap { facts.registry.allocations[AllocationID($0)]?.project }
    }

    // MARK: How much

    private var whyFree: String? {
        shown.freeBecause ?? (before.remark == HeldBack.free ? HeldBack.free : nil)
    }
    private var wasFree: String? { before.isFree ? before.remark : nil }

    /// What a reservation pays for stays said.
    private var keptRemark: String? {
        before.remark.flatMap { $0.hasPrefix("unrated") || $0.hasPrefix("unplaced") ? nil : $0 }
    }

    /// Whether what had no price, or some of it, has one now.
    private var hasNewPrice: Bool {
        guard before.isUnrated else { return false }
        guard before.remark != Self.tooLarge else { return true }
        let now = price { [($0, facts.card)] }
        guard !now.unrated.isEmpty else { return true }
        let had = Set(price { [($0, books.pinned)] }.lines.map(\.resource))
        return now.lines.contains { !had.contains($0.resource) }
    }

    private static let tooLarge = "unrated: the charge is too large"

    /// The card that it was charged by may not know any more what it had no price for.
    private var stillUnrated: String? {
        guard before.isUnrated, !isPricedAnew else { return nil }
        return remark(on: price { [($0, facts.card)] })
    }

    /// The seconds it was charged for by the card they were charged with, new ones by the newest
    /// (money.md 1.3); where what had no price has one now, all by the newest.
    private func price() -> Pricing {
        let old =
            isPricedAnew ? nil : before.end.flatMap { Interval(start: before.start, end: $0) }
        return price { pieces(of: $0, old) }
    }

    private func price(
        by cards: (Interval) -> [(span: Interval, card: RateCard)]
    ) -> Pricing {
        guard let end = run.end, let span = Interval(start: run.start, end: end) else {
            return Pricing(lines: [], unrated: [])
        }
        let usage = Usage(
            cluster: run.key.cluster, partition: run.partition, qos: run.qos,
            counts: run.counts, interval: span, suspendedSeconds: run.suspendedSeconds,
            suspensions: run.suspensions.intervals(until: end))
        var (lines, unrated): ([Line], [Unrated]) = ([], [])
        for part in facts.outsideOfPaid(run.reservation, span) {
            for piece in cards(part) {
                guard let used = usage.clipped(to: piece.span) else { continue }
                let pricing = piece.card.price(used)
                lines += pricing.lines
                unrated += pricing.unrated
            }
        }
        return Pricing(lines: lines, unrated: unrated)
    }

    private func pieces(
        of part: Interval, _ old: Interval?
    ) -> [(span: Interval, card: RateCard)] {
        guard let old else { return [(part, facts.card)] }
        // Where both are one card a line is not cut in two, and is rounded once.
        guard books.pinned.version != facts.card.version else { return [(part, facts.card)] }
        let known = part.intersection(old).map { [($0, books.pinned)] } ?? []
        return known + part.less([old]).map { ($0, facts.card) }
    }

    private func remark(on pricing: Pricing) -> String? {
        guard let first = pricing.unrated.first else { return nil }
        let name = facts.registry.rateBook.resources[first.resource]?.name ?? "\(first.tres)"
        return "unrated: \(name): " + (first.reason == .noRate ? "no rate" : "too large")
    }

    // MARK: Postings

    private var lastSecond: Instant {
        max(run.start, (run.end ?? run.start).advanced(bySeconds: -1))
    }

    /// All of it goes back where it was charged and is charged where it belongs.
    private mutating func move(to lines: [Line]) {
        if var dimensions = before.dimensions, pool != nil {
            var (standing, paid) = (books.standing, books.paid)
            for (resource, amount) in books.chargedFor.sorted(by: { $0.key < $1.key }) {
                dimensions.resource = resource
                let left = standing.reduce(ServiceUnits.zero) { $0 + $1.left }
                pool?.takeBack(min(amount, left), of: &standing, paid: &paid, for: dimensions)
            }
        }
        guard let dimensions = run.dimensions else { return }
        run.charged = lines.reduce(.zero) { $0 + $1.amount }
        let last = lastSecond
        target?.settlePast(lines, at: last, for: dimensions)
    }

    /// Posts what the charge differs by, resource by resource; in sum it is compared with what was
    /// charged, never with what is left of it (money.md 4).
    private mutating func post(_ lines: [Line]) {
        guard var dimensions = run.dimensions else { return }
        var difference = Difference(from: chargedFor, to: lines)
        let left = books.left
        // What was given back can't be taken back again: it is set off against what is charged more,
        // and lowers what counts as refunded.
        var short = max(difference.less - left, .zero)
        let spared = difference.spare(short)
        short -= spared
        var (standing, paid) = (books.standing, books.paid)
        for (resource, amount) in difference.takenBack {
            dimensions.resource = resource
            let rest = standing.reduce(ServiceUnits.zero) { $0 + $1.left }
            pool?.takeBack(min(amount, rest), of: &standing, paid: &paid, for: dimensions)
        }
        dimensions.resource = nil
        run.charged = lines.reduce(.zero) { $0 + $1.amount }
        run.refunded = before.refunded - short
        let last = lastSecond
        pool?.settlePast(difference.more, at: last, for: dimensions)
    }

    /// By resource, in sum what the run says: a correction that lowered *refunded* posted less.
    private var chargedFor: [ResourceID: ServiceUnits] {
        books.chargedFor.lowered(to: before.charged)
    }

    mutating func decision(telling correction: Correction) -> Decision {
        var done = facts.corrected(run, from: before.charged, run != before)
        done.elsewhere = elsewhere
        guard run != before else { return Decision(entries: [], outcome: .corrected(done)) }
        var postings = pool?.takePostings() ?? []
        postings += target?.takePostings() ?? []
        let entry = EntryDraft(
            kind: .corrected, effectiveAt: run.end ?? run.start, changes: [.run(run)],
            postings: postings)
        return Decision(
            entries: [entry], outcome: .corrected(done),
            notices: [notice(of: correction)])
    }

    private func notice(of correction: Correction) -> Notice {
        let seen = correction.observation
        let what = correction.finding.isEmpty ? "" : ": \(correction.finding)"
        var notice = Notice(
            .corrected, cluster: run.key.cluster, job: seen.jobID, token: nil,
            userName: seen.userName,
            "job \(run.jobName): charged \(run.charged) SU instead of \(before.charged) SU\(what).")
        notice.figures = [
            .init("run", .number(run.id.number)), .init("before", .amount(before.charged)),
            .init("after", .amount(run.charged)),
        ]
        return notice
    }
}

/// What of each resource is charged more, and what less.
private struct Difference {
    private(set) var more: [Line] = []
    private(set) var takenBack: [(resource: ResourceID, amount: ServiceUnits)] = []

    init(from charged: [ResourceID: ServiceUnits], to lines: [Line]) {
        let wanted = Dictionary(grouping: lines, by: \.resource)
        for resource in Set(wanted.keys).union(charged.keys).sorted() {
            let due = (wanted[resource] ?? []).reduce(ServiceUnits.zero) { $0 + $1.amount }
            let before = charged[resource] ?? .zero
            if due > before, let last = wanted[resource]?.last {
                more.append(last.correcting(by: due - before))
            } else if before > due {
                takenBack.append((resource, before - due))
            }
        }
    }

    var less: ServiceUnits { takenBack.reduce(.zero) { $0 + $1.amount } }

    /// Charges up to `amount` less than it would; returns how much.
    mutating func spare(_ amount: ServiceUnits) -> ServiceUnits {
        var rest = amount
        more = more.compactMap { line in
            let part = min(line.amount, rest)
            rest -= part
            return part == line.amount ? nil : line.correcting(by: line.amount - part)
        }
        return amount - rest
    }
}

extension Run {
    /// Whether a price would come out the same for both.
    fileprivate func hasSameUse(as other: Run) -> Bool {
        start == other.start && end == other.end && counts == other.counts
            && suspendedSeconds == other.suspendedSeconds && partition == other.partition
            && qos == other.qos && reservation == other.reservation
    }
}
