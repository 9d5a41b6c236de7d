/// The charge of a version that has ended, once; a correction where jobs inside turn out to have been
/// others than it was worked out from; and the hold of one that goes on, less what jobs inside took.

import Ledger
import Rates
import Registry
import Units

func decideSettlement(_ facts: Facts, at now: Instant) -> Decision {
    guard let books = facts.reservation, let version = books.version else { return .nothing }
    var keeper = ReservationKeeper(
        cluster: version.cluster, name: version.name, facts, seenAt: version.observedAt, at: now)
    if version.state == .ended { keeper.charge(books) } else { keeper.fitHold() }
    return Decision(entries: keeper.entries, outcome: .nothing)
}

extension ReservationKeeper {
    /// Always an entry, so that the version is newer than the jobs it was fitted to.
    fileprivate mutating func fitHold() {
        guard let version, let held = claim else { return }
        let whole = wholePrice(version)
        let taken = facts.reservation?.taken(inside: version) ?? .zero
        setHold(to: held.state == .closed ? .zero : max(whole - taken, .zero))
        record(.reserved, at: now)
    }

    fileprivate mutating func charge(_ books: ReservationBooks) {
        guard let version, let held = claim, let pool = pools[held.allocation] else { return }
        var lines = version.lines(less: books.inside, by: facts.card, at: now)
        var run = books.run ?? newRun(version, held)
        (run.end, run.counts, run.cardVersion) = (version.end, version.counts, facts.card.version)
        run.remark = version.chargedRemark
        if !pool.canCharge(lines) {
            (lines, run.remark) = ([], "unrated: the charge is too large")
        }
        if books.run != nil {
            guard !run.isWaived else { return record(.corrected, at: now, [.run(run)]) }
            correct(&run, to: lines, books)
            return record(.corrected, at: version.end, [.run(run)])
        }
        run.charged = lines.reduce(.zero) { $0 + $1.amount }
        var dimensions = held.dimensions
        dimensions.run = run.id.number
        let last = lastSecond(of: version)
        pools[held.allocation]?.settle(lines, from: held.pins, at: last, for: dimensions)
        var closed = held
        (closed.pins, closed.outstandingTasks, closed.state) = (.none, 0, .closed)
        claim = closed
        self.version?.run = run.id
        record(.ended, at: version.end, [.run(run)])
    }

    private func lastSecond(of version: ReservationVersion) -> Instant {
        max(version.start, version.end.advanced(bySeconds: -1))
    }

    private mutating func newRun(_ version: ReservationVersion, _ held: Claim) -> Run {
        var run = Run(
            id: RunID(facts.next.take(\.run)), key: .reservation(version), jobName: version.name,
            claim: held.id, allocation: held.allocation, user: held.user, account: held.account,
            partition: version.partition, qos: nil, counts: version.counts, start: version.start,
            timeLimitSeconds: version.span.seconds)
        (run.state, run.outcome) = (.ended, "RESERVATION")
        return run
    }

    // MARK: Corrections

    /// Posts what the charge differs by, resource by resource (money.md 4).
    private mutating func correct(_ run: inout Run, to lines: [Line], _ books: ReservationBooks) {
        guard let allocation = run.allocation, var dimensions = run.dimensions else { return }
        let wanted = Dictionary(grouping: lines, by: \.resource)
        let before = books.chargedFor.lowered(to: run.charged)
        var more: [Line] = []
        var less: [(resource: ResourceID, amount: ServiceUnits)] = []
        for resource in Set(wanted.keys).union(before.keys).sorted() {
            let due = (wanted[resource] ?? []).reduce(ServiceUnits.zero) { $0 + $1.amount }
            let charged = before[resource] ?? .zero
            if due > charged, let last = wanted[resource]?.last {
                more.append(last.correcting(by: due - charged))
            } else if charged > due {
                less.append((resource, charged - due))
            }
        }
        var (standing, paid) = (books.standing, books.paid)
        for (resource, amount) in less {
            dimensions.resource = resource
            let left = standing.reduce(ServiceUnits.zero) { $0 + $1.left }
            let back = min(amount, left)
            pools[allocation]?.takeBack(
                back, of: &standing, paid: &paid, for: dimensions)
            run.charged -= back
        }
        run.charged += more.reduce(.zero) { $0 + $1.amount }
        run.refunded = min(run.refunded, run.charged)
        dimensions.resource = nil
        let last = max(run.start, (run.end ?? run.start).advanced(bySeconds: -1))
        pools[allocation]?.settle(more, from: .none, at: last, for: dimensions)
    }
}

extension ReservationVersion {
    var chargedRemark: String { "charged: \(charge.rawValue)" }

    /// Reserved less used by jobs inside, or all of it, priced stretch by stretch.
    func lines(less inside: [Run], by card: RateCard, at now: Instant) -> [Line] {
        guard !span.isEmpty else { return [] }
        let used = charge == .idle ? inside.compactMap { $0.used(until: now) } : []
        return idleStretches(of: counts, over: span, used: used).flatMap {
            card.price(
                Usage(
                    cluster: cluster, partition: partition, qos: nil, counts: $0.counts,
                    interval: $0.interval, suspendedSeconds: 0)
            ).lines
        }
    }
}

extension Run {
    /// What it took of a reservation: the seconds it is charged for, placed from its start on.
    fileprivate func used(until now: Instant) -> UsedInside? {
        let last = (end ?? max(now, start)).advanced(bySeconds: -suspendedSeconds)
        return Interval(start: start, end: max(start, last)).map {
            UsedInside(interval: $0, counts: counts)
        }
    }
}

extension Line {
    /// The same resource, rate and time for a difference; its seconds are counted already.
    func correcting(by amount: ServiceUnits) -> Line {
        Line(
            resource: resource, rate: rate, qosFactor: qosFactor,
            partitionFactor: partitionFactor, interval: interval, count: 0, seconds: 0,
            amount: amount)
    }
}
