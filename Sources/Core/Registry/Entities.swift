/// The standing facts a decision reads: who may use what, where and when.

import Rates
import Units

/// One Slurm cluster, a resource provider; its key is Slurm's ClusterName.
package struct Cluster: Hashable, Sendable {
    package let name: String
    package var title: String?
    package var combine: Combination

    package init(name: String, title: String? = nil, combine: Combination = .sum) {
        (self.name, self.title, self.combine) = (name, title, combine)
    }
}

package struct Organisation: Hashable, Sendable {
    package let id: OrganisationID
    package var name: String
    package var originatedID: String?

    package init(id: OrganisationID, name: String, originatedID: String?) {
        (self.id, self.name, self.originatedID) = (id, name, originatedID)
    }
}

package struct Project: Hashable, Sendable {
    package let id: ProjectID
    package var name: String
    package var title: String?
    package var organisation: OrganisationID?
    /// The principal investigator.
    package var pi: UserID?
    package var origination: String?
    package var originatedID: String?
    package var externalGroup: String?
    package var status: Status

    package init(id: ProjectID, name: String, status: Status = .active) {
        (self.id, self.name, self.status) = (id, name, status)
    }
}

/// An SU budget of a project: clusters, resources covered, window, status, and how it is held.
package struct Allocation: Hashable, Sendable {
    package let id: AllocationID
    package let project: ProjectID
    package var name: String
    package var clusters: Set<String>
    /// The resources covered; nil covers every resource.
    package var resources: Set<ResourceID>?
    /// The first grant's amount; what is granted later stands in the lots.
    package var initial: ServiceUnits
    package var window: Interval
    package var status: Status
    /// How far charges and holds may go below zero before new ones are refused.
    package var overdraftLimit: ServiceUnits
    package var holdPolicy: HoldPolicy
    package var windowPolicy: WindowPolicy
    package var membersPolicy: MembersPolicy

    package init(
        id: AllocationID, project: ProjectID, name: String, clusters: Set<String>, window: Interval
    ) {
        (self.id, self.project, self.name) = (id, project, name)
        (self.clusters, self.window) = (clusters, window)
        initial = .zero
        status = .active
        overdraftLimit = .zero
        holdPolicy = .submit
        windowPolicy = .whole
        membersPolicy = .associations
    }

    package func covers(_ resource: ResourceID) -> Bool { resources?.contains(resource) ?? true }
}

/// A user's access to an allocation.
package struct Membership: Hashable, Sendable {
    package struct Key: Hashable, Sendable {
        package let allocation: AllocationID
        package let user: UserID
        package init(_ allocation: AllocationID, _ user: UserID) {
            (self.allocation, self.user) = (allocation, user)
        }
    }

    package let key: Key
    /// The most the member may hold and be charged; nil draws on the whole pool.
    package var cap: ServiceUnits?
    /// nil: as long as the allocation's own.
    package var window: Interval?
    package var status: Status

    package init(key: Key, cap: ServiceUnits?, window: Interval?, status: Status) {
        (self.key, self.cap, self.window, self.status) = (key, cap, window, status)
    }
}
