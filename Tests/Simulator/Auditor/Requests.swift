/// Change requests: who may open and end them, and that an approval does what an operator's command
/// would do, no more and no less.

import Bank
import Books
import Registry
import Requests
import Units

struct AuditedRequest {
    let allocation: String
    let requester: String
    let wish: NamedWish
    var isPending = true
}

extension Auditor {
    func request(_ order: RequestOrder, _ answer: BankResult, at now: Instant) throws {
        switch order.action {
        case .open(let allocation, let wish):
            let problem = problem(of: wish, for: allocation, by: order.asker, at: now)
            switch answer {
            case .failure(.refused) where problem != nil: return
            case .success(.requested(let it)) where problem == nil && it.state == .pending:
                guard requests[it.id.number] == nil else { throw Finding("request \(it.id) twice") }
                requests[it.id.number] = AuditedRequest(
                    allocation: allocation, requester: order.asker.userName, wish: wish)
            default:
                throw Finding("a request, with \(problem ?? "no problem"): \(answer)")
            }
        case .step(let id, let step):
            guard let request = requests[id.number],
                problem(of: step, request, order) == nil
            else {
                guard case .failure(.refused) = answer else {
                    throw Finding("a step of request \(id) was answered \(answer)")
                }
                return
            }
            try take(step, id.number, request, order.asker, answer, at: now)
        }
    }

    /// Everybody of the simulator is a member everywhere but for strangers.
    private func mayAsk(_ asker: Asker) -> Bool {
        asker.isOperator || !asker.accountLineages.isEmpty
    }

    private func problem(
        of wish: NamedWish, for name: String, by asker: Asker, at now: Instant
    ) -> String? {
        guard mayAsk(asker), isLiving(name), let own = allocations[name]?.declared else {
            return "no living allocation of theirs"
        }
        switch wish {
        case .more(let amount), .less(let amount):
            return amount > .zero ? nil : "no amount"
        case .status(let status): return status == own.status ? "it is so already" : nil
        case .end(let end):
            return end > now && end > own.window.start && end != own.window.end
                ? nil : "no end to come"
        case .cap(let user, _):
            return user == asker.userName || asker.isOperator ? nil : "another's cap"
        }
    }

    private func problem(
        of step: RequestStep, _ request: AuditedRequest, _ order: RequestOrder
    ) -> String? {
        let isOwn = request.requester == order.asker.userName
        guard order.asker.isOperator || isOwn else { return "not theirs to see" }
        guard request.isPending else { return "it is over" }
        switch step {
        case .withdraw: return isOwn ? nil : "another's"
        case .reject: return order.asker.isOperator ? nil : "no operator"
        case .approve(let amount):
            guard order.asker.isOperator, !isOwn || order.approvesOwn else { return "may not" }
            guard let amount else { return nil }
            switch request.wish {
            case .more, .less: return amount > .zero ? nil : "no amount"
            case .cap: return nil
            case .status, .end: return "it is for no amount"
            }
        }
    }

    private func take(
        _ step: RequestStep, _ id: Int64, _ request: AuditedRequest, _ asker: Asker,
        _ answer: BankResult, at now: Instant
    ) throws {
        if case .approve(let amount) = step {
            switch request.wish.approved(amount) {
            case .more(let amount):
                let grant = GrantRequest(allocation: request.allocation, amount: amount)
                try self.grant(grant, asGrant(answer), at: now)
            case .less(let amount): try adjust(request.allocation, down: amount, answer)
            case let wish:
                guard let edit = wish.edit(of: request.allocation, isMember: isMember) else {
                    throw Finding("a wish for nothing: \(wish)")
                }
                try self.edit(edit, by: asker, answer, at: now)
            }
        } else if case .failure = answer {
            throw Finding("a step of request \(id) was answered \(answer)")
        }
        guard case .success(.requested(let it)) = answer else { return }
        guard it.state == step.state else { throw Finding("request \(id) is \(it.state)") }
        requests[id]?.isPending = false
    }

    private func isMember(_ user: String, of allocation: String) -> Bool {
        members[UseKey(allocation: allocation, user: user)] != nil
    }
}

extension NamedWish {
    /// For what was approved, where that is another amount.
    func approved(_ amount: ServiceUnits?) -> NamedWish {
        guard let amount else { return self }
        switch self {
        case .more: return .more(amount)
        case .less: return .less(amount)
        case .cap(let user, _): return .cap(user: user, amount)
        case .status, .end: return self
        }
    }

    /// The edit that it asks for; nil: for more or less credit.
    func edit(of allocation: String, isMember: (String, String) -> Bool) -> Edit? {
        var fields = AllocationFields(name: allocation)
        switch self {
        case .more, .less: return nil
        case .status(let status):
            return Edit(status == .active ? .enable : .disable, .allocation(fields))
        case .end(let end):
            fields.end = .set(end)
            return Edit(.modify, .allocation(fields))
        case .cap(let user, let cap):
            var member = MemberFields(allocation: allocation, user: user)
            member.cap = cap.map { .set($0) } ?? .clear
            return Edit(isMember(user, allocation) ? .modify : .add, .member(member))
        }
    }
}
