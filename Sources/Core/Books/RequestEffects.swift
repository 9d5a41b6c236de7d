/// What an approved wish comes to: the command that an operator would have given.

import Ledger
import Registry
import Requests
import Units

/// - Parameter userName: a user's name; nil where it was erased.
package func command(
    for request: ChangeRequest, _ registry: Registry, by asker: Asker,
    userName: (UserID) -> String?
) throws(Refusal) -> Command {
    guard let allocation = registry.allocations[request.allocation] else {
        throw .notFound("the allocation of request \(request.id) is not there.")
    }
    let name = allocation.name
    switch request.granted {
    case .more(let amount): return .grant(GrantRequest(allocation: name, amount: amount))
    case .less(let amount): return .withdraw(WithdrawRequest(allocation: name, amount: amount))
    case .status(let status):
        let fields = AllocationFields(name: name)
        return .edit(
            Edit(status == .active ? .enable : .disable, .allocation(fields)), by: asker)
    case .end(let end):
        var fields = AllocationFields(name: name)
        fields.end = .set(end)
        return .edit(Edit(.modify, .allocation(fields)), by: asker)
    case .cap(let user, let cap):
        guard let member = userName(user) else {
            throw .notFound("the member of request \(request.id) is not known by name any more.")
        }
        var fields = MemberFields(allocation: name, user: member)
        fields.cap = cap.map { .set($0) } ?? .clear
        let isMember = registry.memberships[.init(allocation.id, user)] != nil
        return .edit(Edit(isMember ? .modify : .add, .member(fields)), by: asker)
    }
}
