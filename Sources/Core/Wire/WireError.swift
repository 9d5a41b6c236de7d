/// An error as it is answered: a code, a sentence for people, and the figures behind it.

import Units

package struct WireError: Error, Hashable, Sendable {
    package var code: ErrorCode
    /// What people are shown; several lines are joined by `\n`.
    package var message: String
    package var figures: Figures

    package init(_ code: ErrorCode, _ message: String, figures: Figures = Figures()) {
        (self.code, self.message, self.figures) = (code, message, figures)
    }

    /// Follows from the code.
    package var kind: ErrorKind { code.kind }

    /// What a refusal rests on, for programs; each nil where it doesn't apply.
    package struct Figures: Hashable, Sendable {
        /// What the job may cost.
        package var cost: ServiceUnits?
        package var available: ServiceUnits?
        package var granted: ServiceUnits?
        package var held: ServiceUnits?
        package var charged: ServiceUnits?
        /// The member's cap, and what of it is taken.
        package var cap: ServiceUnits?
        package var used: ServiceUnits?
        /// The longest time limit that would fit, in whole minutes.
        package var fitsMinutes: Int64?
        package var account: String?
        package var allocation: String?
        package var resource: String?
        package var level: StatusLevel?

        package init() {}
    }
}

/// Which of the three levels is not ACTIVE (money.md 2.7).
package enum StatusLevel: String, Hashable, Sendable, CaseIterable {
    case project, allocation, membership
}
