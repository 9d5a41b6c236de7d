/// A feed's record carried out: that it came and what it brings about are one decision, and so one
/// transaction.

import Registry
import Requests
import Units

func decideFeed(
    _ order: FeedOrder, _ facts: Facts, at now: Instant
) throws(Refusal) -> Decision {
    guard order.asker.isOperator else {
        throw .forbidden("only operators deliver a feed; \(order.asker.userName) is none.")
    }
    let record = order.record
    try record.refuseNonsense()
    let target = try record.target(in: facts.registry)
    if case .extension(let end) = record.change, let allocation = target.allocation {
        try refuseEarlier(end, than: allocation)
    }
    let decision = try decide(record.command(for: target, by: order.asker), facts, at: now)
    let arrival = FeedArrival(
        record, project: target.project.id, allocation: target.allocation?.id,
        other: target.other?.id, by: facts.user(order.asker.userName), at: now)
    let fed = EntryDraft(kind: .fed, effectiveAt: now, changes: [.feed(arrival)])
    return Decision(
        entries: [fed] + decision.entries,
        outcome: .fed(
            Fed(
                project: target.project.name, allocation: target.allocation?.name,
                effect: words(for: record.change, target, decision.outcome), at: now)),
        people: decision.people)
}

extension FeedRecord {
    func refuseNonsense() throws(Refusal) {
        for (what, text) in [("source", source), ("record", id), ("project", project)] {
            if let problem = nameProblem(text) { throw .invalid("\(what): \(problem).") }
        }
        switch change {
        case .supplement(let amount, _, _), .transfer(let amount, _, _, _):
            guard amount > .zero, amount.microSU < ServiceUnits.lineLimit else {
                throw .invalid(
                    "su: a \(change.kind.rawValue) is of more than 0 and less than "
                        + "1,000,000,000,000 SU.")
            }
        case .adjustment(let amount):
            guard amount != .zero, amount.microSU.magnitude < UInt64(ServiceUnits.lineLimit) else {
                throw .invalid(
                    "su: an adjustment is by some SU, up or down, less than 1,000,000,000,000.")
            }
        case .extension, .inactivation, .reactivation: break
        }
    }
}

private func refuseEarlier(_ end: Instant, than allocation: Allocation) throws(Refusal) {
    guard !allocation.window.isOpenEnded else {
        throw .conflict("allocation \(allocation.name) has no end; there is nothing to extend.")
    }
    guard end >= allocation.window.end else {
        throw .invalid(
            "an extension ends later: allocation \(allocation.name) ends \(allocation.window.end), "
                + "the record says \(end). What makes it shorter is: atoll allocation modify "
                + "\(allocation.name) --end …")
    }
}

private func words(for change: FeedChange, _ target: FeedTarget, _ outcome: Outcome) -> String {
    let name = target.allocation?.name ?? target.project.name
    var already = ""
    if case .applied(let changes) = outcome, changes.isEmpty { already = " already" }
    switch change {
    case .supplement(let amount, _, _): return "\(amount) SU granted to \(name)"
    case .extension(let end): return "\(name) ends \(end)\(already)"
    case .transfer(let amount, let direction, _, _):
        let other = target.other?.name ?? ""
        let (from, to) = direction == .to ? (name, other) : (other, name)
        return "\(amount) SU transferred from \(from) to \(to)"
    case .adjustment(let amount) where amount < .zero: return "\(-amount) SU withdrawn from \(name)"
    case .adjustment(let amount): return "\(amount) SU granted to \(name)"
    case .inactivation: return "\(level(target)) \(name) is INACTIVE\(already)"
    case .reactivation: return "\(level(target)) \(name) is ACTIVE\(already)"
    }
}

private func level(_ target: FeedTarget) -> String {
    (target.allocation == nil ? FeedLevel.project : .allocation).rawValue
}
