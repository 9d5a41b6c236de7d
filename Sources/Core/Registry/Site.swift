/// A site as an operator declares it in one file: what there should be, not how to get there.
///
/// `atoll apply` compares it with what the books hold and changes only what differs. Names are the
/// keys; a thing that the file leaves out is left as it is.

import Rates
import Units

package struct Site: Hashable, Sendable {
    package var clusters: [SiteCluster] = []
    package var resources: [SiteResource] = []
    package var factors: [SiteFactor] = []
    package var organisations: [SiteOrganisation] = []
    package var users: [SiteUser] = []
    package var projects: [SiteProject] = []

    package init() {}
}

package struct SiteCluster: Hashable, Sendable {
    /// Slurm's ClusterName.
    package var name: String
    package var title: String?
    /// How the costs of several resources make one price: their sum (default) or the dearest.
    package var combine: Combination

    package init(name: String, title: String? = nil, combine: Combination = .sum) {
        (self.name, self.title, self.combine) = (name, title, combine)
    }
}

package struct SiteResource: Hashable, Sendable {
    package var name: String
    /// What statements group by: "CPU", "GPU".
    package var type: String
    package var tres: TRESName
    package var scope: ResourceScope
    /// How many units of it there are; nil where nobody said.
    package var units: Int64?
    package var rates: [SiteRate]

    package init(
        name: String, type: String, tres: TRESName, scope: ResourceScope, units: Int64? = nil,
        rates: [SiteRate]
    ) {
        (self.name, self.type, self.tres, self.scope, self.rates) = (name, type, tres, scope, rates)
        self.units = units
    }
}

package struct SiteRate: Hashable, Sendable {
    package var suPerHour: Rational
    package var window: Interval

    package init(suPerHour: Rational, window: Interval) {
        (self.suPerHour, self.window) = (suPerHour, window)
    }
}

/// A multiplier on every rate for a QOS or a partition, dated like a rate.
package struct SiteFactor: Hashable, Sendable {
    package var subject: FactorSubject
    package var cluster: String?
    package var factor: Rational
    package var window: Interval

    package init(subject: FactorSubject, cluster: String?, factor: Rational, window: Interval) {
        (self.subject, self.cluster, self.factor, self.window) = (subject, cluster, factor, window)
    }
}

package struct SiteOrganisation: Hashable, Sendable {
    package var name: String
    package var originatedID: String?

    package init(name: String, originatedID: String? = nil) {
        (self.name, self.originatedID) = (name, originatedID)
    }
}

/// What is known of a person; never part of the journal.
package struct SiteUser: Hashable, Sendable {
    /// As the kernel and Slurm know the user.
    package var name: String
    package var fullName: String?
    package var mail: String?
    package var organisation: String?

    package init(
        name: String, fullName: String? = nil, mail: String? = nil, organisation: String? = nil
    ) {
        (self.name, self.fullName) = (name, fullName)
        (self.mail, self.organisation) = (mail, organisation)
    }
}

package struct SiteProject: Hashable, Sendable {
    package var name: String
    package var title: String?
    package var organisation: String?
    /// The principal investigator's user name.
    package var pi: String?
    /// "ACCESS", "NAIRR", …
    package var origination: String?
    package var originatedID: String?
    /// A group of the site's identity provider.
    package var externalGroup: String?
    package var status: Status
    /// Slurm accounts that charge to this project.
    package var accounts: [String]
    package var allocations: [SiteAllocation]

    package init(name: String, accounts: [String], allocations: [SiteAllocation]) {
        (self.name, self.accounts, self.allocations) = (name, accounts, allocations)
        status = .active
    }
}

package struct SiteAllocation: Hashable, Sendable {
    package var name: String
    package var clusters: [String]
    /// Names of the resources covered; nil covers every resource.
    package var resources: [String]?
    /// The first grant; later grants are `atoll grant`.
    package var initial: ServiceUnits
    package var window: Interval
    package var status: Status
    package var overdraftLimit: ServiceUnits
    package var holdPolicy: HoldPolicy
    package var windowPolicy: WindowPolicy
    package var membersPolicy: MembersPolicy
    package var members: [SiteMember]
    package var pullbacks: [SitePullback] = []

    package init(
        name: String, clusters: [String], initial: ServiceUnits, window: Interval,
        members: [SiteMember] = []
    ) {
        (self.name, self.clusters, self.initial, self.window) = (name, clusters, initial, window)
        self.members = members
        status = .active
        overdraftLimit = .zero
        holdPolicy = .submit
        windowPolicy = .whole
        membersPolicy = .associations
    }
}

package struct SiteMember: Hashable, Sendable {
    package var user: String
    /// The most this member may hold and be charged; nil draws on the whole pool.
    package var cap: ServiceUnits?
    /// nil: the allocation's own.
    package var window: Interval?
    package var status: Status

    package init(
        user: String, cap: ServiceUnits? = nil, window: Interval? = nil, status: Status = .active
    ) {
        (self.user, self.cap, self.window, self.status) = (user, cap, window, status)
    }
}
