/// A refund: choose the run → check the amount → give it back where it came from → mark the run
/// (money.md 4).

import Ledger
import Registry
import Units

func decideRefund(
    _ request: RefundRequest, _ facts: Facts, at now: Instant
) throws(Refusal) -> Decision {
    guard let refund = facts.refund else { throw .notFound("there is no job \(request.job).") }
    var run = try request.chooseRun(refund)
    let allocation = try allocation(of: run, facts.registry)
    guard var pool = facts.pool, let dimensions = run.dimensions else {
        throw allocation.hasNoBooks
    }
    let amount = try refundable(request.amount, of: run)
    if let into = request.into { try checkOpen(into, in: pool, of: allocation) }
    let parts: [LotPart]
    do {
        parts = try pool.refund(
            amount, of: refund.standing, paid: refund.paid, into: request.into, for: dimensions)
    } catch {
        throw .conflict(endedText(error, in: pool, of: allocation))
    }
    // What goes to another lot is granted there.
    try checkRoom(for: .zero, in: pool, of: allocation)
    run.refunded += amount
    run.isWaived = run.refunded == run.charged
    let entry = EntryDraft(
        kind: .refunded, effectiveAt: now, changes: [.run(run)], postings: pool.postings)
    return Decision(
        entries: [entry],
        outcome: .refunded(
            Refunded(
                run, allocation: allocation.name, amount: amount, parts: parts,
                available: pool.available(at: now))))
}

func allocation(of run: Run, _ registry: Registry) throws(Refusal) -> Allocation {
    guard run.state == .ended else {
        throw .conflict("job \(run.jobName) runs still; it is charged when it ends.")
    }
    guard let allocation = run.allocation.flatMap({ registry.allocations[AllocationID($0)] })
    else {
        throw .conflict("job \(run.jobName) was charged to no allocation: \(run.remark ?? "").")
    }
    return try registry.livingAllocation(named: allocation.name)
}

private func refundable(_ asked: ServiceUnits?, of run: Run) throws(Refusal) -> ServiceUnits {
    guard run.charged > .zero else {
        let why = run.remark.map { " (\($0))" } ?? ""
        throw .conflict("nothing was charged for job \(run.jobName)\(why).")
    }
    let left = run.charged - run.refunded
    guard left > .zero else {
        throw .conflict(
            "all of the \(run.charged) SU that job \(run.jobName) was charged are refunded "
                + "already.")
    }
    guard let asked else { return left }
    guard asked > .zero else { throw .invalid("a refund is more than 0 SU.") }
    guard asked <= left else {
        throw .invalid(
            "\(asked) SU are asked for, at most \(left) SU can be refunded: job \(run.jobName) was "
                + "charged \(run.charged) SU, refunded \(run.refunded) SU.")
    }
    return asked
}

func checkOpen(
    _ lot: LotID, in pool: Pool, of allocation: Allocation
) throws(Refusal) {
    guard let named = pool.lots[lot], named.kind == .grant else {
        throw .notFound("allocation \(allocation.name) has no lot \(lot).\(openLots(of: pool))")
    }
    guard named.state == .open else {
        throw .conflict(
            "lot \(lot) is valid \(named.window), not now.\(openLots(of: pool))")
    }
}

func endedText(_ lots: EndedLots, in pool: Pool, of allocation: Allocation) -> String {
    let parts = lots.parts.map { part in
        "\(part.amount) SU to lot \(part.lot), which ended "
            + "\(pool.lots[part.lot]?.window.end.description ?? "")"
    }
    return "of this would return \(parts.joined(separator: ", ")). "
        + "Name an open lot of \(allocation.name) with --into.\(openLots(of: pool))"
}

/// ` Open: 3 to 2027-01-01T00:00:00Z.`
private func openLots(of pool: Pool) -> String {
    let open = pool.lots.values.filter { $0.kind == .grant && $0.state == .open }
        .sorted { ($0.window.end, $0.id) < ($1.window.end, $1.id) }
    guard !open.isEmpty else { return " None is open now; grant one." }
    return " Open: "
        + open.map {
            "\($0.id)" + ($0.window.isOpenEnded ? "" : " to \($0.window.end)")
        }.joined(separator: ", ") + "."
}
