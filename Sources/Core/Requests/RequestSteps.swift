/// The steps a request may take, and who may take them.

import Registry
import Units

package enum RequestStep: Hashable, Sendable {
    /// `amount`: another than was asked for; nil: as asked.
    case approve(amount: ServiceUnits?)
    case reject
    case withdraw

    package var state: RequestState {
        switch self {
        case .approve: .approved
        case .reject: .rejected
        case .withdraw: .withdrawn
        }
    }
}

/// Why a step is not taken.
package enum StepProblem: Error, Hashable, Sendable {
    /// Only a pending request can be ended.
    case over(RequestState)
    /// Operators approve and reject.
    case notAnOperator
    /// Nobody approves the own request, unless the settings say so.
    case ownRequest
    /// Only who asked may take it back.
    case notTheRequester
    /// The wish is not for an amount.
    case noAmount(Wish.Kind)
    case badAmount
}

extension ChangeRequest {
    /// Takes a step; nothing changes where it throws.
    ///
    /// - Parameter approvesOwn: whether operators may approve what they asked for themselves.
    package mutating func take(
        _ step: RequestStep, by user: UserID, isOperator: Bool, approvesOwn: Bool, at now: Instant
    ) throws(StepProblem) {
        switch step {
        case .approve, .reject: guard isOperator else { throw .notAnOperator }
        case .withdraw: guard user == requester else { throw .notTheRequester }
        }
        guard state == .pending else { throw .over(state) }
        if case .approve(let amount) = step {
            guard user != requester || approvesOwn else { throw .ownRequest }
            if let amount {
                guard wish.with(amount: amount) != nil else { throw .noAmount(wish.kind) }
                guard amount > .zero || wish.kind == .cap, amount >= .zero else {
                    throw .badAmount
                }
            }
            approvedAmount = amount ?? wish.amount
        }
        (state, decidedAt, decidedBy) = (step.state, now, user)
    }

    /// What an approval brings about: the wish, for the amount that was approved.
    package var granted: Wish {
        approvedAmount.flatMap(wish.with(amount:)) ?? wish
    }
}
