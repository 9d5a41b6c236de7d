/// The fields of each kind of thing as an edit names them; nil or `.keep` leaves one as it is.

import Rates
import Units

package struct OrganisationFields: Hashable, Sendable {
    package var name: String
    package var originatedID: FieldEdit<String>

    package init(name: String, originatedID: FieldEdit<String> = .keep) {
        (self.name, self.originatedID) = (name, originatedID)
    }
}

/// A user's name and what is known of the person; none of it stands in the journal.
package struct UserFields: Hashable, Sendable {
    /// As the kernel and Slurm know the user.
    package var name: String
    package var fullName = FieldEdit<String>.keep
    package var mail = FieldEdit<String>.keep
    /// By name.
    package var organisation = FieldEdit<String>.keep

    package init(name: String) { self.name = name }
}

package struct ProjectFields: Hashable, Sendable {
    package var name: String
    package var title = FieldEdit<String>.keep
    /// By name.
    package var organisation = FieldEdit<String>.keep
    /// The principal investigator's user name.
    package var pi = FieldEdit<String>.keep
    package var origination = FieldEdit<String>.keep
    package var originatedID = FieldEdit<String>.keep
    package var externalGroup = FieldEdit<String>.keep
    /// Slurm accounts that charge to it from now on, and those that do no longer.
    package var accounts: [String] = []
    package var droppedAccounts: [String] = []

    package init(name: String) { self.name = name }
}

package struct ClusterFields: Hashable, Sendable {
    /// Slurm's ClusterName.
    package var name: String
    package var title = FieldEdit<String>.keep
    package var combine: Combination?

    package init(name: String) { self.name = name }
}

/// What a resource counts and where is said when it is added, and does not change.
package struct ResourceFields: Hashable, Sendable {
    package var name: String
    package var type: String?
    package var tres: TRESName?
    package var scope: ResourceScope?
    /// How many units of it there are.
    package var units = FieldEdit<Int64>.keep
    /// Its first rate.
    package var rate: RateSpan?

    package init(name: String) { self.name = name }
}

/// A price and when it holds.
package struct RateSpan: Hashable, Sendable {
    package var suPerHour: Rational
    /// nil: from now on.
    package var start: Instant?
    /// nil: until another is set.
    package var end: Instant?

    package init(suPerHour: Rational, start: Instant? = nil, end: Instant? = nil) {
        (self.suPerHour, self.start, self.end) = (suPerHour, start, end)
    }
}

/// A rate supersedes whatever was in force in its window.
package struct RateFields: Hashable, Sendable {
    /// By name.
    package var resource: String
    package var span: RateSpan
    /// Whether it may change what the past cost.
    package var backdate: Bool

    package init(resource: String, span: RateSpan, backdate: Bool = false) {
        (self.resource, self.span, self.backdate) = (resource, span, backdate)
    }
}

package struct AllocationFields: Hashable, Sendable {
    package var name: String
    /// By name; said when it is added, and does not change.
    package var project: String?
    /// The first grant; said when it is added. More comes by grants.
    package var initial: ServiceUnits?
    package var clusters: [String]?
    /// By name; cleared, every resource is covered.
    package var resources = FieldEdit<[String]>.keep
    package var start: Instant?
    /// Cleared, it is open.
    package var end = FieldEdit<Instant>.keep
    package var overdraftLimit: ServiceUnits?
    package var holdPolicy: HoldPolicy?
    package var windowPolicy: WindowPolicy?
    package var membersPolicy: MembersPolicy?
    /// Rules that are set, and the dates of those that are taken back.
    package var pullbacks: [SitePullback] = []
    package var droppedPullbacks: [Instant] = []

    package init(name: String) { self.name = name }
}

package struct MemberFields: Hashable, Sendable {
    /// By name.
    package var allocation: String
    package var user: String
    /// Cleared, the member draws on the whole pool.
    package var cap = FieldEdit<ServiceUnits>.keep
    /// Of the member's own window; a bound that is cleared is the allocation's.
    package var start = FieldEdit<Instant>.keep
    package var end = FieldEdit<Instant>.keep

    package init(allocation: String, user: String) {
        (self.allocation, self.user) = (allocation, user)
    }
}
