/// A change request opened, or taken its last step; an approval and what it brings about are one
/// decision, and so one transaction.

import Registry
import Requests
import Units

func decideRequest(
    _ order: RequestOrder, _ facts: Facts, at now: Instant
) throws(Refusal) -> Decision {
    switch order.action {
    case .open(let allocation, let wish):
        try open(wish, for: allocation, by: order.asker, facts, at: now)
    case .step(let id, let step): try take(step, of: id, order, facts, at: now)
    }
}

// MARK: Opening

private func open(
    _ wish: NamedWish, for name: String, by asker: Asker, _ facts: Facts, at now: Instant
) throws(Refusal) -> Decision {
    guard let allocation = facts.registry.allocation(named: name),
        role(of: asker, in: allocation, facts) > .stranger
    else { throw .notFound("there is no allocation \(name), or it is not yours to see.") }
    guard allocation.status != .deleted else {
        throw .conflict("allocation \(name) is DELETED; that is final.")
    }
    let wish = try numbered(wish, for: allocation, by: asker, facts, at: now)
    var facts = facts
    let request = ChangeRequest(
        id: ChangeRequestID(facts.next.take(\.request)), allocation: allocation.id,
        requester: facts.user(asker.userName), wish: wish, createdAt: now)
    return Decision(
        entries: [entry(.requested, request, event: 1, by: request.requester, at: now)],
        outcome: .requested(.init(id: request.id, allocation: name, state: request.state)))
}

/// Checks what can be known now; whether it can be done is decided when it is approved.
private func numbered(
    _ wish: NamedWish, for allocation: Allocation, by asker: Asker, _ facts: Facts,
    at now: Instant
) throws(Refusal) -> Wish {
    switch wish {
    case .more(let amount):
        try check(amount)
        return .more(amount)
    case .less(let amount):
        try check(amount)
        return .less(amount)
    case .status(let status):
        guard status != .deleted else {
            throw .invalid("a request asks for ACTIVE or INACTIVE; operators delete.")
        }
        guard status != allocation.status else {
            throw .conflict("allocation \(allocation.name) is \(status.rawValue) already.")
        }
        return .status(status)
    case .end(let end):
        guard end > now, end > allocation.window.start else {
            throw .invalid("the end has to be to come, and after the allocation begins.")
        }
        guard end != allocation.window.end else {
            throw .conflict("allocation \(allocation.name) ends then already.")
        }
        return .end(end)
    case .cap(let user, let cap):
        guard
            user == asker.userName
                || role(of: asker, in: allocation, facts) >= .principalInvestigator
        else { throw .forbidden("only the PI and operators ask for the cap of somebody else.") }
        if let cap, cap < .zero || cap.microSU >= ServiceUnits.lineLimit {
            throw .invalid("a cap is 0 or more, and less than 1,000,000,000,000 SU.")
        }
        return .cap(facts.user(user), cap)
    }
}

private func check(_ amount: ServiceUnits) throws(Refusal) {
    guard amount > .zero, amount.microSU < ServiceUnits.lineLimit else {
        throw .invalid("a request is for more than 0 and less than 1,000,000,000,000 SU.")
    }
}

// MARK: Ending

private func take(
    _ step: RequestStep, of id: ChangeRequestID, _ order: RequestOrder, _ facts: Facts,
    at now: Instant
) throws(Refusal) -> Decision {
    guard var request = facts.request, request.id == id,
        let allocation = facts.registry.allocations[request.allocation],
        isVisible(request, of: allocation, to: order.asker, facts)
    else { throw .notFound("there is no request \(id), or it is not yours to see.") }
    let user = facts.user(order.asker.userName)
    do {
        try request.take(
            step, by: user, isOperator: order.asker.isOperator, approvesOwn: order.approvesOwn,
            at: now)
    } catch { throw refusal(error, of: request) }
    let kind: EntryKind =
        switch step {
        case .approve: .approved
        case .reject: .rejected
        case .withdraw: .retracted
        }
    var entries = [entry(kind, request, event: 2, by: user, at: now)]
    var outcome = Requested(id: id, allocation: allocation.name, state: request.state)
    var people: [Person] = []
    if case .approve = step {
        let effect = try command(for: request, facts.registry, by: order.asker) {
            facts.userNames[$0]
        }
        let decision = try decide(effect, facts, at: now)
        entries += decision.entries
        people = decision.people
        outcome.effect = words(for: request.granted)
    }
    return Decision(entries: entries, outcome: .requested(outcome), people: people)
}

/// Who may know of it: operators, the PI, and who asked.
private func isVisible(
    _ request: ChangeRequest, of allocation: Allocation, to asker: Asker, _ facts: Facts
) -> Bool {
    role(of: asker, in: allocation, facts) >= .principalInvestigator
        || facts.users[asker.userName] == request.requester
}

private func role(of asker: Asker, in allocation: Allocation, _ facts: Facts) -> Role {
    guard let project = facts.registry.projects[allocation.project] else { return .stranger }
    return facts.registry.role(of: asker, user: facts.users[asker.userName], in: project)
}

private func refusal(_ problem: StepProblem, of request: ChangeRequest) -> Refusal {
    switch problem {
    case .over(let state):
        .conflict("request \(request.id) is \(state.rawValue) already; that is its last step.")
    case .notAnOperator: .forbidden("only operators approve and reject requests.")
    case .ownRequest:
        .forbidden(
            "nobody approves the own request; ask another operator, or see [access] "
                + "approve_own_requests in atolld's settings.")
    case .notTheRequester:
        .forbidden("only who asked takes a request back; operators reject it.")
    case .noAmount(let kind):
        .invalid("request \(request.id) asks for another \(kind.rawValue), not for an amount.")
    case .badAmount: .invalid("what is approved is more than 0; reject the request instead.")
    }
}

private func words(for wish: Wish) -> String {
    switch wish {
    case .more(let amount): "\(amount) SU granted"
    case .less(let amount): "\(amount) SU withdrawn"
    case .status(let status): "status \(status.rawValue)"
    case .end(let end): "ends \(end)"
    case .cap(_, let cap): cap.map { "cap \($0) SU" } ?? "no cap"
    }
}

private func entry(
    _ kind: EntryKind, _ request: ChangeRequest, event number: Int64, by user: UserID,
    at now: Instant
) -> EntryDraft {
    let event = RequestEvent(
        request: request.id, number: number, state: request.state, at: now, user: user,
        amount: request.approvedAmount)
    return EntryDraft(
        kind: kind, effectiveAt: now, changes: [.request(request), .requestEvent(event)])
}
