/// Edits of projects, allocations and members: the three levels of status among them.

import Ledger
import Registry
import Units

extension Edit.Verb {
    /// The status that it leaves, where it says one.
    fileprivate func status(after before: Status?) -> Status {
        switch self {
        case .add: .active
        case .modify: before ?? .active
        case .disable: .inactive
        case .enable: .active
        case .delete: .deleted
        }
    }
}

extension Applier {
    mutating func carryOut(_ verb: Edit.Verb, _ fields: ProjectFields) throws(Refusal) {
        let before = registry.project(named: fields.name)
        try refuse(verb, of: .project, fields.name, isThere: before != nil)
        if verb == .modify, before?.status == .deleted {
            throw .conflict("project \(fields.name) is DELETED; that is final.")
        }
        var project =
            before ?? Project(id: ProjectID(facts.next.take(\.project)), name: fields.name)
        project.status = verb.status(after: before?.status)
        project.title = fields.title.applied(to: project.title)
        switch fields.organisation {
        case .keep: break
        case .clear: project.organisation = nil
        case .set(let name):
            project.organisation = try organisation(name, of: "project \(fields.name)")
        }
        switch fields.pi {
        case .keep: break
        case .clear: project.pi = nil
        case .set(let name):
            if let problem = nameProblem(name) { throw .invalid("PI: \(problem).") }
            project.pi = facts.user(name)
        }
        project.origination = fields.origination.applied(to: project.origination)
        project.originatedID = fields.originatedID.applied(to: project.originatedID)
        project.externalGroup = fields.externalGroup.applied(to: project.externalGroup)
        try put(project)
        try refuseOpenAllocations(of: project)
        for account in fields.accounts {
            if let problem = nameProblem(account) { throw .invalid("account: \(problem).") }
            if verb == .add { try refuseOwned(account) }
            put(account, of: project)
        }
        for account in fields.droppedAccounts { try drop(account, of: project) }
    }

    /// A new project takes nothing from another by the way.
    private func refuseOwned(_ account: String) throws(Refusal) {
        guard let owner = registry.accounts[account].flatMap({ registry.projects[$0] }),
            owner.status != .deleted
        else { return }
        throw .conflict(
            "account \(account) charges to project \(owner.name); to take it from there: atoll "
                + "project modify \(owner.name) --drop-account \(account)")
    }

    private mutating func drop(_ account: String, of project: Project) throws(Refusal) {
        guard registry.accounts[account] == project.id else {
            throw .notFound("project \(project.name) has no account \(account).")
        }
        record(
            .account(account, nil),
            as: .init(.change, "account", account, "charges to project \(project.name) no longer"))
    }

    mutating func carryOut(_ verb: Edit.Verb, _ fields: AllocationFields) throws(Refusal) {
        let before = registry.allocation(named: fields.name)
        try refuse(verb, of: .allocation, fields.name, isThere: before != nil)
        var allocation = if let before { before } else { try newAllocation(fields) }
        guard let project = registry.projects[allocation.project] else {
            throw .notFound("allocation \(fields.name) has no project.")
        }
        if let name = fields.project, name != project.name {
            throw .conflict("allocation \(fields.name) belongs to project \(project.name).")
        }
        guard project.status != .deleted || before != nil else {
            throw .conflict("project \(project.name) is DELETED; that is final.")
        }
        allocation.status = verb.status(after: before?.status)
        allocation.clusters = try clusters(fields) ?? allocation.clusters
        switch fields.resources {
        case .keep: break
        case .clear: allocation.resources = nil
        case .set(let names): allocation.resources = try resources(names, of: fields.name)
        }
        allocation.window = try window(of: fields, before: allocation.window)
        // What differs from the first grant is told by the rule for it.
        allocation.initial = fields.initial ?? allocation.initial
        allocation.overdraftLimit = fields.overdraftLimit ?? allocation.overdraftLimit
        allocation.holdPolicy = fields.holdPolicy ?? allocation.holdPolicy
        allocation.windowPolicy = fields.windowPolicy ?? allocation.windowPolicy
        allocation.membersPolicy = fields.membersPolicy ?? allocation.membersPolicy
        try put(allocation, of: project)
        if allocation != before { try refuseOverlap(allocation, in: project) }
        try carryOutPullbacks(fields, of: allocation)
    }

    private mutating func newAllocation(_ fields: AllocationFields) throws(Refusal) -> Allocation {
        guard let name = fields.project else {
            throw .invalid("allocation \(fields.name): name its project.")
        }
        guard let project = registry.project(named: name) else {
            throw .notFound("there is no project \(name); use: atoll project add \(name) …")
        }
        guard let clusters = fields.clusters, !clusters.isEmpty else {
            throw .invalid("allocation \(fields.name): name the clusters it is for.")
        }
        guard fields.end != .keep else {
            throw .invalid("allocation \(fields.name): say when it ends.")
        }
        let window = Interval(start: fields.start ?? now, end: fields.end.value)
        guard let window else {
            throw .invalid("allocation \(fields.name) would end before it begins.")
        }
        return Allocation(
            id: AllocationID(facts.next.take(\.allocation)), project: project.id,
            name: fields.name, clusters: Set(clusters), window: window)
    }

    private func clusters(_ fields: AllocationFields) throws(Refusal) -> Set<String>? {
        guard let names = fields.clusters else { return nil }
        for name in names where registry.clusters[name] == nil {
            throw .notFound(
                "allocation \(fields.name): there is no cluster \(name); use: atoll cluster add "
                    + "\(name) …")
        }
        return Set(names)
    }

    private func window(
        of fields: AllocationFields, before: Interval
    ) throws(Refusal) -> Interval {
        let end = fields.end.applied(to: before.isOpenEnded ? nil : before.end)
        guard let window = Interval(start: fields.start ?? before.start, end: end) else {
            throw .invalid("allocation \(fields.name) would end before it begins.")
        }
        return window
    }

    // MARK: Members

    mutating func carryOut(_ verb: Edit.Verb, _ fields: MemberFields) throws(Refusal) {
        guard let allocation = registry.allocation(named: fields.allocation) else {
            throw .notFound("there is no allocation \(fields.allocation).")
        }
        guard allocation.status != .deleted else {
            throw .conflict("allocation \(allocation.name) is DELETED; that is final.")
        }
        let key = Membership.Key(allocation.id, facts.user(fields.user))
        let before = registry.memberships[key]
        try refuse(
            verb, of: .member, fields.user,
            commandName: "\(allocation.name) \(fields.user)", isThere: before != nil)
        if verb == .modify, before?.status == .deleted {
            throw .conflict(
                "member \(fields.user) of \(allocation.name) is DELETED; that is final.")
        }
        let membership = Membership(
            key: key, cap: fields.cap.applied(to: before?.cap),
            window: try window(of: fields, before: before?.window, in: allocation),
            status: verb.status(after: before?.status))
        try put(membership, named: fields.user, of: allocation)
    }

    /// A bound that a member's window leaves out is the allocation's.
    private func window(
        of fields: MemberFields, before: Interval?, in allocation: Allocation
    ) throws(Refusal) -> Interval? {
        let (start, end) = (
            fields.start.applied(to: before?.start), fields.end.applied(to: before?.end)
        )
        guard fields.start != .keep || fields.end != .keep else { return before }
        guard start != nil || end != nil else { return nil }
        let window = Interval(
            start: start ?? allocation.window.start, end: end ?? allocation.window.end)
        guard let window, !window.isEmpty else {
            throw .invalid("member \(fields.user): the window would end before it begins.")
        }
        return window
    }
}
