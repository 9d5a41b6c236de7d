/// Declared projects, their accounts, allocations and members.

import Ledger
import Rates
import Registry
import Units

extension Applier {
    mutating func apply(_ declared: SiteProject) throws(Refusal) {
        let id = registry.project(named: declared.name)?.id
        var project = Project(
            id: id ?? ProjectID(facts.next.take(\.project)), name: declared.name,
            status: declared.status)
        project.title = declared.title
        project.organisation = try organisation(
            declared.organisation, of: "project \(declared.name)")
        project.pi = declared.pi.map(facts.user)
        project.origination = declared.origination
        project.originatedID = declared.originatedID
        project.externalGroup = declared.externalGroup
        try put(project)
        for account in declared.accounts { put(account, of: project) }
        for allocation in declared.allocations { try apply(allocation, of: project) }
        try refuseOverlaps(of: declared.allocations, in: project)
        try refuseOpenAllocations(of: project)
    }

    mutating func put(_ project: Project) throws(Refusal) {
        let before = registry.projects[project.id]
        if let before, before.status == .deleted, project.status != .deleted {
            throw .conflict("project \(project.name) is DELETED; that is final.")
        }
        let pi = project.pi.map { Naming(registry, users: facts.userNames).user($0) }
        put(
            .project(project), before: before.map { .project($0) }, "project", project.name,
            added: "status \(project.status.rawValue)" + (pi.map { ", PI \($0)" } ?? ""))
    }

    /// DELETED leaves nothing behind (money.md 2.7): a project's allocations go first, each by its rules.
    func refuseOpenAllocations(of project: Project) throws(Refusal) {
        guard project.status == .deleted,
            facts.registry.projects[project.id]?.status != .deleted
        else { return }
        let open = registry.allocations(of: project.id).filter { $0.status != .deleted }
        guard open.isEmpty else {
            throw .conflict(
                "project \(project.name) has allocations that are not DELETED: "
                    + open.map(\.name).sorted().joined(separator: ", ")
                    + ". Delete them first; a project that is disabled stops them meanwhile.")
        }
    }

    mutating func put(_ account: String, of project: Project) {
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
        let id = registry.allocation(named: declared.name)?.id
        var allocation = Allocation(
            id: id ?? AllocationID(facts.next.take(\.allocation)), project: project.id,
            name: declared.name, clusters: Set(declared.clusters), window: declared.window)
        allocation.resources = try resources(declared.resources, of: declared.name)
        allocation.initial = declared.initial
        allocation.status = declared.status
        allocation.overdraftLimit = declared.overdraftLimit
        allocation.holdPolicy = declared.holdPolicy
        allocation.windowPolicy = declared.windowPolicy
        allocation.membersPolicy = declared.membersPolicy
        try put(allocation, of: project)
        for member in declared.members {
            let membership = Membership(
                key: .init(allocation.id, facts.user(member.user)), cap: member.cap,
                window: member.window, status: member.status)
            try put(membership, named: member.user, of: allocation)
        }
        for pullback in declared.pullbacks { try apply(pullback, of: allocation) }
    }

    /// The numbers of resources, for the allocation that covers them; nil: all there are.
    func resources(_ names: [String]?, of allocation: String) throws(Refusal) -> Set<ResourceID>? {
        guard let names else { return nil }
        var ids: Set<ResourceID> = []
        for name in names {
            guard let resource = registry.rateBook.resource(named: name) else {
                throw .notFound("allocation \(allocation): there is no resource \(name).")
            }
            ids.insert(resource.id)
        }
        return ids
    }

    /// Whether it overlaps another is the caller's to see to, when all of the project is as it will be.
    mutating func put(_ allocation: Allocation, of project: Project) throws(Refusal) {
        let before = registry.allocations[allocation.id]
        if let before { try refuseFinal(before, allocation) }
        guard allocation != before else { return }
        try refuseOutOfBounds(allocation)
        let withdrawn = try withdrawRest(of: allocation, before)
        put(
            .allocation(allocation), before: before.map { .allocation($0) }, "allocation",
            allocation.name, added: "status \(allocation.status.rawValue), \(allocation.window)",
            note: withdrawn.text, postings: withdrawn.postings)
        if let before {
            followWindow(from: before, to: allocation)
        } else {
            issueInitial(allocation)
        }
    }

    private func refuseOutOfBounds(_ allocation: Allocation) throws(Refusal) {
        guard !allocation.window.isEmpty else {
            throw .invalid("allocation \(allocation.name) would be over when it begins.")
        }
        guard !allocation.clusters.isEmpty else {
            throw .invalid("allocation \(allocation.name) would be for no cluster; name one.")
        }
        for amount in [allocation.initial, allocation.overdraftLimit] {
            guard amount >= .zero, amount.microSU < ServiceUnits.lineLimit else {
                throw .invalid(
                    "allocation \(allocation.name): amounts are 0 to less than "
                        + "1,000,000,000,000 SU.")
            }
        }
    }

    private func refuseFinal(
        _ before: Allocation, _ allocation: Allocation
    ) throws(Refusal) {
        guard before.project == allocation.project else {
            throw .conflict("allocation \(allocation.name) belongs to another project.")
        }
        guard before.status != .deleted || allocation.status == .deleted else {
            throw .conflict("allocation \(allocation.name) is DELETED; that is final.")
        }
        guard before.initial == allocation.initial else {
            throw .conflict(
                "allocation \(allocation.name) was made with \(before.initial) SU and not with "
                    + "\(allocation.initial). What was granted stays; more comes with: atoll grant "
                    + "\(allocation.name) AMOUNT --reason …")
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

    mutating func put(
        _ membership: Membership, named user: String, of allocation: Allocation
    ) throws(Refusal) {
        let before = registry.memberships[membership.key]
        guard membership != before else { return }
        let name = "\(user) of \(allocation.name)"
        if let cap = membership.cap, cap < .zero || cap.microSU >= ServiceUnits.lineLimit {
            throw .invalid("member \(name): a cap is 0 to less than 1,000,000,000,000 SU.")
        }
        if let window = membership.window, window.intersection(allocation.window) == nil {
            throw .invalid(
                "member \(name): \(window) is outside of the allocation's \(allocation.window).")
        }
        try refuseFinal(before, membership, name)
        put(
            .membership(membership), before: before.map { .membership($0) }, "member", name,
            added: "status \(membership.status.rawValue), "
                + (membership.cap.map { "cap \($0) SU" } ?? "no cap"))
    }

    /// DELETED is final and needs no open hold (money.md 2.7).
    private func refuseFinal(
        _ before: Membership?, _ membership: Membership, _ name: String
    ) throws(Refusal) {
        if before?.status == .deleted, membership.status != .deleted {
            throw .conflict("member \(name) is DELETED; that is final.")
        }
        guard membership.status == .deleted, before?.status != .deleted,
            let held = facts.memberUses[membership.key]?.held, held > .zero
        else { return }
        throw .conflict(
            "member \(name) still holds \(held) SU for jobs that wait or run. Disable the member "
                + "now, and delete when they have ended; `atoll holds` shows them.")
    }
}
