/// A user who is to be forgotten: the journal keeps a number, what is known of the person goes
/// (money.md 5.2, docs/decisions/0015).

import Ledger
import Registry
import Units

package struct ErasureRequest: Hashable, Sendable {
    package var userName: String
    package var asker: Asker

    package init(userName: String, by asker: Asker) {
        (self.userName, self.asker) = (userName, asker)
    }
}

/// What still binds somebody who is to be erased.
package struct ErasureFacts: Sendable {
    /// nil: the books don't know the name.
    package var user: UserID?
    /// Claims that are not closed, and runs that go on without one.
    package var openHolds: Int64 = 0
    /// In them.
    package var held = ServiceUnits.zero

    package init(user: UserID?) { self.user = user }
}

/// That a user was erased: the number is nobody's any more, and is not given out again.
package struct Erasure: Hashable, Sendable {
    package let user: UserID
    package let at: Instant

    package init(user: UserID, at: Instant) { (self.user, self.at) = (user, at) }
}

/// The answer; it names nobody.
package struct Erased: Hashable, Sendable {
    package var user: UserID
    /// That were ended with it.
    package var memberships: Int64

    package init(user: UserID, memberships: Int64) {
        (self.user, self.memberships) = (user, memberships)
    }
}

func decideErasure(
    _ request: ErasureRequest, _ facts: Facts, at now: Instant
) throws(Refusal) -> Decision {
    guard request.asker.isOperator else {
        throw .forbidden("only operators may do this; \(request.asker.userName) is none.")
    }
    let name = request.userName
    guard let erasure = facts.erasure, let user = erasure.user else {
        throw .notFound("the books know no user \(name).")
    }
    if name == reservationUserName || name == "root" {
        throw .conflict("\(name) is no person: there is nothing to forget.")
    }
    try refuseBound(user, name, erasure, facts.registry)
    var applier = Applier(facts, backdate: false, at: now)
    try applier.endMemberships(of: user)
    let erased = EntryDraft(
        kind: .erased, effectiveAt: now, changes: [.erasure(Erasure(user: user, at: now))])
    return Decision(
        entries: applier.entries + [erased],
        outcome: .erased(Erased(user: user, memberships: Int64(applier.entries.count))),
        forgotten: Forgotten(user: user, name: name))
}

/// A job that waits or runs would be taken for somebody new's when it is seen next, and a project
/// would be led by nobody.
private func refuseBound(
    _ user: UserID, _ name: String, _ facts: ErasureFacts, _ registry: Registry
) throws(Refusal) {
    guard facts.openHolds == 0 else {
        let holds = facts.openHolds == 1 ? "1 open hold" : "\(facts.openHolds) open holds"
        throw .conflict(
            "\(name) has \(holds) with \(facts.held) SU in all for jobs that wait or run; see atoll "
                + "holds -u \(name). Disable the memberships, and erase when the jobs have ended.")
    }
    let led = registry.projects.values.filter { $0.pi == user && $0.status != .deleted }
        .map(\.name).sorted()
    guard led.isEmpty else {
        throw .conflict(
            "\(name) leads \(led.joined(separator: ", ")); name another PI first: atoll project "
                + "modify \(led[0]) --pi …")
    }
}

extension Applier {
    fileprivate mutating func endMemberships(of user: UserID) throws(Refusal) {
        let standing = registry.memberships.values
            .filter { $0.key.user == user && $0.status != .deleted }
            .sorted { $0.key.allocation < $1.key.allocation }
        for var membership in standing {
            guard let allocation = registry.allocations[membership.key.allocation],
                allocation.status != .deleted
            else { continue }
            membership.status = .deleted
            try put(membership, named: "user \(user)", of: allocation)
        }
    }
}
