/// All standing facts in memory, as the fold of the entries that changed them.
///
/// A value: a transaction works on its own copy, and throws it away when it is undone.

import Rates
import Units

package struct Registry: Sendable {
    package private(set) var clusters: [String: Cluster] = [:]
    package private(set) var organisations: [OrganisationID: Organisation] = [:]
    package private(set) var projects: [ProjectID: Project] = [:]
    /// Slurm account → the project it charges to.
    package private(set) var accounts: [String: ProjectID] = [:]
    package private(set) var allocations: [AllocationID: Allocation] = [:]
    package private(set) var memberships: [Membership.Key: Membership] = [:]
    package private(set) var rateBook = RateBook()
    package private(set) var pullbacks: [AllocationID: [Instant: Pullback]] = [:]
    package private(set) var modes = ModeBook()

    private var projectNamed: [String: ProjectID] = [:]
    private var allocationNamed: [String: AllocationID] = [:]
    private var allocationsOfProject: [ProjectID: [AllocationID]] = [:]

    package init() {}
}

/// One standing fact as it is from an entry on.
package enum RegistryChange: Hashable, Sendable {
    case cluster(Cluster)
    case organisation(Organisation)
    case project(Project)
    /// nil: the account charges to no project any more.
    case account(String, ProjectID?)
    case allocation(Allocation)
    case membership(Membership)
    case pullback(Pullback)
    case mode(ModeRule)
    case resource(Resource)
    case rate(RateVersion, state: RateState)
    case factor(FactorVersion, state: RateState)
}

extension Registry {
    /// Takes a change in. `entry` is its number in the journal, which versions the rate card.
    package mutating func fold(_ change: RegistryChange, entry: Int64) {
        switch change {
        case .cluster(let cluster):
            clusters[cluster.name] = cluster
            rateBook.setCombination(cluster.combine, for: cluster.name, entry: entry)
        case .organisation(let organisation):
            organisations[organisation.id] = organisation
        case .project(let project):
            projects[project.id] = project
            projectNamed[project.name] = project.id
        case .account(let account, let project):
            accounts[account] = project
        case .allocation(let allocation):
            if allocations[allocation.id] == nil {
                allocationsOfProject[allocation.project, default: []].append(allocation.id)
            }
            allocations[allocation.id] = allocation
            allocationNamed[allocation.name] = allocation.id
        case .membership(let membership):
            memberships[membership.key] = membership
        case .pullback(let pullback):
            pullbacks[pullback.key.allocation, default: [:]][pullback.key.at] = pullback
        case .mode(let rule):
            modes.take(rule, entry: entry)
        case .resource(let resource):
            rateBook.define(resource, entry: entry)
        case .rate(let rate, let state):
            rateBook.take(rate, state: state, entry: entry)
        case .factor(let factor, let state):
            rateBook.take(factor, state: state, entry: entry)
        }
    }

    package func organisation(named name: String) -> Organisation? {
        organisations.values.first { $0.name == name }
    }

    package func project(named name: String) -> Project? {
        projectNamed[name].flatMap { projects[$0] }
    }

    package func allocation(named name: String) -> Allocation? {
        allocationNamed[name].flatMap { allocations[$0] }
    }

    package func allocations(of project: ProjectID) -> [Allocation] {
        allocationIDs(of: project).compactMap { allocations[$0] }
    }

    func allocationIDs(of project: ProjectID) -> [AllocationID] {
        allocationsOfProject[project] ?? []
    }

    /// The project of the first account in `lineage` that has one: an account without a project
    /// belongs to its nearest ancestor's (money.md 2.6).
    package func project(ofAccountLineage lineage: [String]) -> Project? {
        lineage.lazy.compactMap { self.accounts[$0] }.first.flatMap { projects[$0] }
    }
}
