/// Change requests as commands: opened by those who may see the allocation, ended by operators or by
/// who asked.

import Registry
import Requests
import Units

/// A wish as people write it, with names.
package enum NamedWish: Hashable, Sendable {
    case more(ServiceUnits)
    case less(ServiceUnits)
    case status(Status)
    case end(Instant)
    /// nil: no cap any more.
    case cap(user: String, ServiceUnits?)
}

package struct RequestOrder: Hashable, Sendable {
    package enum Action: Hashable, Sendable {
        case open(allocation: String, NamedWish)
        case step(ChangeRequestID, RequestStep)
    }

    package var action: Action
    package var asker: Asker
    /// Whether the settings let operators approve what they asked for themselves.
    package var approvesOwn: Bool

    package init(_ action: Action, by asker: Asker, approvesOwn: Bool = false) {
        (self.action, self.asker, self.approvesOwn) = (action, asker, approvesOwn)
    }
}

/// A request as it stands after a command, and what an approval brought about.
package struct Requested: Hashable, Sendable {
    package var id: ChangeRequestID
    package var allocation: String
    package var state: RequestState
    /// In words: `500.00 SU granted`; nil where nothing was changed.
    package var effect: String?

    package init(
        id: ChangeRequestID, allocation: String, state: RequestState, effect: String? = nil
    ) {
        (self.id, self.allocation, self.state, self.effect) = (id, allocation, state, effect)
    }
}
