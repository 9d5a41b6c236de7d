/// Change requests on the wire: opened, ended, and looked at.

import Registry
import Units

extension Request {
    /// One step of one change request.
    package struct ChangeRequest: Hashable, Sendable {
        package enum Action: Hashable, Sendable {
            case open(allocation: String, WishMessage)
            case approve(id: Int64, amount: ServiceUnits?)
            case reject(id: Int64)
            case withdraw(id: Int64)
        }

        package var action: Action
        package var reason: String?
        /// Say what would be done, and do nothing.
        package var dryRun: Bool

        package init(_ action: Action, reason: String?, dryRun: Bool = false) {
            (self.action, self.reason, self.dryRun) = (action, reason, dryRun)
        }
    }

    /// The requests that the caller may see; each field narrows.
    package struct ChangeRequests: Hashable, Sendable {
        /// One alone, with its steps.
        package var id: Int64?
        package var allocation: String?
        /// PENDING, APPROVED, REJECTED, WITHDRAWN; nil: all.
        package var state: String?

        package init(id: Int64? = nil, allocation: String? = nil, state: String? = nil) {
            (self.id, self.allocation, self.state) = (id, allocation, state)
        }
    }
}

/// What is asked for.
package enum WishMessage: Hashable, Sendable {
    case more(ServiceUnits)
    case less(ServiceUnits)
    case status(Status)
    case end(Instant)
    /// nil: no cap any more.
    case cap(user: String, ServiceUnits?)
}

extension Row {
    package struct ChangeRequest: Hashable, Sendable {
        package var id: Int64
        package var allocation: String
        /// Who asked.
        package var user: String
        package var wish: WishMessage
        package var state: String
        package var approvedAmount: ServiceUnits?
        package var createdAt: Instant
        package var decidedAt: Instant?
        package var reason: String?
        /// Only where one request was asked for.
        package var events: [RequestEventMessage]

        package init(
            id: Int64, allocation: String, user: String, wish: WishMessage, state: String,
            createdAt: Instant, events: [RequestEventMessage] = []
        ) {
            (self.id, self.allocation, self.user, self.wish) = (id, allocation, user, wish)
            (self.state, self.createdAt, self.events) = (state, createdAt, events)
        }
    }
}

/// One step: who, when, why.
package struct RequestEventMessage: Hashable, Sendable {
    package var number: Int64
    /// The state that it left.
    package var state: String
    package var at: Instant
    package var user: String
    package var amount: ServiceUnits?
    package var reason: String?

    package init(
        number: Int64, state: String, at: Instant, user: String, amount: ServiceUnits?,
        reason: String?
    ) {
        (self.number, self.state, self.at, self.user) = (number, state, at, user)
        (self.amount, self.reason) = (amount, reason)
    }
}

extension Reply {
    /// A change request as it stands now.
    package struct ChangeRequest: Hashable, Sendable {
        package var id: Int64
        package var allocation: String
        package var state: String
        /// What an approval brought about, in words.
        package var effect: String?
        package var message: String
        /// What may not be what was meant.
        package var warnings: [String] = []

        package init(
            id: Int64, allocation: String, state: String, effect: String?, message: String
        ) {
            (self.id, self.allocation, self.state) = (id, allocation, state)
            (self.effect, self.message) = (effect, message)
        }
    }

    package struct ChangeRequests: Hashable, Sendable {
        package var rows: Int64
        package init(rows: Int64) { self.rows = rows }
    }
}
