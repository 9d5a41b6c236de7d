/// Change requests: what somebody asks for of an allocation, and what became of it.
///
/// A request decides nothing of money: once approved it becomes the command that it asks for, in the
/// same transaction as its own last step.

import Registry
import Units

package typealias ChangeRequestID = Identifier<ChangeRequest>

package struct ChangeRequest: Hashable, Sendable {
    package let id: ChangeRequestID
    package let allocation: AllocationID
    package let requester: UserID
    package let wish: Wish
    package var state: RequestState
    /// What an approval granted or took, where that is an amount: it may differ from the wish.
    package var approvedAmount: ServiceUnits?
    package let createdAt: Instant
    /// When and by whom it was approved, rejected or withdrawn.
    package var decidedAt: Instant?
    package var decidedBy: UserID?

    package init(
        id: ChangeRequestID, allocation: AllocationID, requester: UserID, wish: Wish,
        createdAt: Instant
    ) {
        (self.id, self.allocation, self.requester) = (id, allocation, requester)
        (self.wish, self.createdAt) = (wish, createdAt)
        state = .pending
    }
}

/// What may be asked for, with opaque numbers in place of names.
package enum Wish: Hashable, Sendable {
    /// More or less credit; more than 0.
    case more(ServiceUnits)
    case less(ServiceUnits)
    case status(Status)
    /// Another end of the allocation's window.
    case end(Instant)
    /// A member's cap; nil: none any more.
    case cap(UserID, ServiceUnits?)
}

extension Wish {
    /// The word for it: in tables, on the command line, on the wire.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case more, less, status, end, cap
    }

    package var kind: Kind {
        switch self {
        case .more: .more
        case .less: .less
        case .status: .status
        case .end: .end
        case .cap: .cap
        }
    }

    /// The amount that an approval may change; nil where the wish is for no amount of credit.
    package var amount: ServiceUnits? {
        switch self {
        case .more(let amount), .less(let amount): amount
        case .cap(_, let cap): cap
        case .status, .end: nil
        }
    }

    /// The same wish for another amount; nil where it is for none.
    package func with(amount: ServiceUnits) -> Wish? {
        switch self {
        case .more: .more(amount)
        case .less: .less(amount)
        case .cap(let user, _): .cap(user, amount)
        case .status, .end: nil
        }
    }
}

/// PENDING until somebody ends it, and then as it is.
package enum RequestState: String, Hashable, Sendable, CaseIterable {
    case pending = "PENDING"
    case approved = "APPROVED"
    case rejected = "REJECTED"
    case withdrawn = "WITHDRAWN"
}

/// One step of a request: who did what, when. Why stands with the entry, where it can be erased.
package struct RequestEvent: Hashable, Sendable {
    package let request: ChangeRequestID
    /// 1 for the first.
    package let number: Int64
    /// The state that the step left.
    package let state: RequestState
    package let at: Instant
    package let user: UserID
    package let amount: ServiceUnits?

    package init(
        request: ChangeRequestID, number: Int64, state: RequestState, at: Instant, user: UserID,
        amount: ServiceUnits?
    ) {
        (self.request, self.number, self.state) = (request, number, state)
        (self.at, self.user, self.amount) = (at, user, amount)
    }
}
