/// Declared projects, their accounts, allocations and members.

import Ledger
import Rates
import Registry
import Units

extension Applier {
    mutating func apply(_ declared: SiteProject) throws(Refusal) {
        let before = registry.project(named: declared.name)
        if let before, before.status == .deleted, declared.status != .deleted {
            throw .conflict("project \(declared.name) is DELETED; that is final.")
        }
        var project = Project(
            id: before?.id ?? ProjectID(facts.next.take(\.project)), name: declared.name,
            status: declared.status)
        project.title = declared.title
        project.organisation = try declared.organisation.map { name throws(Refusal) in
            guard let found = registry.organisations.values.first(where: { $0.name == name })
            else { throw .notFound("project \(declared.name): there is no organisation \(name).") }
            return found.id
        }
        project.pi = declared.pi.map(facts.user)
        project.origination = declared.origination
        project.originatedID = declared.originatedID
        project.externalGroup = declared.externalGroup
        if project != before {
            record(
                .project(project),
                as: .init(
                    before == nil ? .add : .change, "project", declared.name,
                    "status \(declared.status.rawValue)" + (declared.pi.map { ", PI \($0)" } ?? "")
                ))
        }
        for account in declared.accounts { apply(account, of: project) }
        for allocation in declared.allocations { try apply(allocation, of: project) }
        try refuseOverlaps(of: declared.allocations, in: project)
    }

    private mutating func apply(_ account: String, of project: Project) {
        let before = registry.accounts[account]
        guard before != project.id else { return }
        let from = before.flatMap { registry.projects[$0]?.name }
        record(
            .account(account, project.id),
            as: .init(
                before == nil ? .add : .change, "account", account,
                "charges to project \(project.name)" + (from.map { ", before to \($0)" } ?? "")))
    }

    private mutating func apply(
        _ declared: SiteAllocation, of project: Project
    ) throws(Refusal) {
        let before = registry.allocation(named: declared.name)
        if let before { try refuseFinal(before, declared, project) }
        var allocation = Allocation(
            id: before?.id ?? AllocationID(facts.next.take(\.allocation)), project: project.id,
            name: declared.name, clusters: Set(declared.clusters), window: declared.window)
        allocation.resources = try declared.resources.map { names throws(Refusal) in
            var ids: Set<ResourceID> = []
            for name in names {
                guard let resource = registry.rateBook.resource(named: name) else {
                    throw .notFound(
                        "allocation \(declared.name): there is no resource \(name).")
                }
                ids.insert(resource.id)
            }
            return ids
        }
        allocation.initial = declared.initial
        allocation.status = declared.status
        allocation.overdraftLimit = declared.overdraftLimit
        allocation.holdPolicy = declared.holdPolicy
        allocation.windowPolicy = declared.windowPolicy
        allocation.membersPolicy = declared.membersPolicy
        if allocation != before {
            let withdrawn = try withdrawRest(of: allocation, before)
            record(
                .allocation(allocation),
                as: .init(
                    before == nil ? .add : .change, "allocation", declared.name,
                    "status \(declared.status.rawValue), \(declared.window)"
                        + withdrawn.text),
                postings: withdrawn.postings)
        }
        if let before {
            followWindow(from: before, to: allocation)
        } else {
            issueInitial(allocation)
        }
        for member in declared.members { apply(member, of: allocation) }
        for pullback in declared.pullbacks { try apply(pullback, of: allocation) }
    }

    private func refuseFinal(
        _ before: Allocation, _ declared: SiteAllocation, _ project: Project
    ) throws(Refusal) {
        guard before.project == project.id else {
            throw .conflict("allocation \(declared.name) belongs to another project.")
        }
        guard before.status != .deleted || declared.status == .deleted else {
            throw .conflict("allocation \(declared.name) is DELETED; that is final.")
        }
        guard before.initial == declared.initial else {
            throw .conflict(
                "allocation \(declared.name) was made with \(before.initial) SU, the file says "
                    + "\(declared.initial). Leave su as it is and use: atoll grant \(declared.name) "
                    + "AMOUNT --reason …")
        }
    }

    /// Credit that was to last as long as the allocation lasts as long as it does now.
    private mutating func followWindow(from before: Allocation, to allocation: Allocation) {
        guard before.window != allocation.window,
            var pool = facts.rewindowed[allocation.id]
        else { return }
        pool.follow(from: before.window, to: allocation.window, at: now)
        guard !pool.restated.isEmpty else { return }
        entries.append(
            EntryDraft(
                kind: .registered, effectiveAt: now, changes: pool.restated.map(Change.lot)))
    }

    /// A new allocation's overdraft lot and its first grant.
    private mutating func issueInitial(_ allocation: Allocation) {
        let number = allocation.id.number
        let overdraft = Lot(
            id: LotID(facts.next.take(\.lot)), allocation: number, kind: .overdraft,
            window: allocation.window, state: .open)
        var pool = Pool(
            allocation: number, overdraftLimit: allocation.overdraftLimit, lots: [overdraft])
        var lots = [overdraft]
        // One that is declared DELETED has been; what it had is not given again.
        if allocation.initial > .zero, allocation.status != .deleted {
            let first = Lot(
                id: LotID(facts.next.take(\.lot)), allocation: number, kind: .grant,
                window: allocation.window,
                state: allocation.window.start <= now ? .open : .pending)
            pool.issue(allocation.initial, as: first, for: Dimensions(allocation: number))
            lots.append(first)
            applied.append(
                .init(.add, "grant", allocation.name, "\(allocation.initial) SU"))
        }
        entries.append(
            EntryDraft(
                kind: .granted, effectiveAt: allocation.window.start,
                changes: lots.map(Change.lot), postings: pool.postings))
    }

    private mutating func apply(_ declared: SiteMember, of allocation: Allocation) {
        let key = Membership.Key(allocation.id, facts.user(declared.user))
        let membership = Membership(
            key: key, cap: declared.cap, window: declared.window, status: declared.status)
        let before = registry.memberships[key]
        guard membership != before else { return }
        record(
            .membership(membership),
            as: .init(
                before == nil ? .add : .change, "member", "\(declared.user) of \(allocation.name)",
                "status \(declared.status.rawValue), "
                    + (declared.cap.map { "cap \($0) SU" } ?? "no cap")))
    }
}
