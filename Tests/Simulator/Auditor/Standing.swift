/// Who may use what: the auditor's own registry, from the sites that were applied.

import Bank
import Books
import Rates
import Registry
import Units

extension Auditor {
    func apply(_ site: Site, _ backdate: Bool, _ answer: BankResult, at now: Instant) throws {
        let clash = backdate ? nil : backdated(site, at: now)
        let problem = clash ?? overlap(in: site)
        switch answer {
        case .failure(.refused(.conflict)) where problem != nil: return
        case .success(.applied) where problem == nil: break
        default: throw Finding("apply, with \(problem ?? "no problem"), was answered \(answer)")
        }
        for cluster in site.clusters { rates.combine[cluster.name] = cluster.combine }
        for resource in site.resources {
            rates.resources.removeAll { $0.name == resource.name }
            rates.resources.append(resource)
        }
        // Declared as a whole, or not at all.
        if !site.factors.isEmpty { rates.factors = site.factors }
        for project in site.projects {
            projects[project.name] = project
            for account in project.accounts { accounts[account] = project.name }
            for allocation in project.allocations { apply(allocation, of: project.name, at: now) }
        }
    }

    func apply(_ declared: SiteAllocation, of project: String, at now: Instant) {
        let before = allocations[declared.name]?.declared
        allocations[declared.name] = AuditedAllocation(declared: declared, project: project)
        for member in declared.members {
            members[UseKey(allocation: declared.name, user: member.user)] = member
        }
        guard let before else {
            allocationNames.append(declared.name)
            let state: AuditedLot.State = declared.window.start <= now ? .open : .pending
            newLots.append(
                AuditedLot(
                    allocation: declared.name, isOverdraft: true, window: declared.window,
                    state: .open, issued: 0))
            guard declared.initial > .zero else { return }
            newLots.append(
                AuditedLot(
                    allocation: declared.name, isOverdraft: false, window: declared.window,
                    state: state, issued: declared.initial.microSU))
            return
        }
        // Credit that was to last as long as the allocation lasts as long as it does now.
        for id in lotsOf[declared.name] ?? [] where standing.contains(id) {
            guard let lot = lots[id] else { continue }
            let start =
                lot.window.start == before.window.start
                ? declared.window.start : lot.window.start
            let end = lot.window.end == before.window.end ? declared.window.end : lot.window.end
            guard let window = Interval(start: start, end: end), window != lot.window else {
                continue
            }
            touchedLots.insert(id)
            lots[id]?.window = window
            lots[id]?.hasMoved = true
            if lot.state == .pending, window.start <= now { lots[id]?.state = .open }
        }
    }

    /// What the site changes of prices before `now`.
    private func backdated(_ site: Site, at now: Instant) -> String? {
        func past(_ prices: [(Rational, Interval)]) -> Set<String> {
            Set(
                prices.compactMap { value, window in
                    Interval(start: Instant(epochSeconds: 0), end: now)
                        .flatMap(window.intersection).map { "\(value) \($0)" }
                })
        }
        for resource in site.resources {
            guard let before = rates.resources.first(where: { $0.name == resource.name }),
                !before.rates.isEmpty
            else { continue }
            let (old, new) = (before.rates, resource.rates)
            if past(old.map { ($0.suPerHour, $0.window) })
                != past(new.map { ($0.suPerHour, $0.window) })
            {
                return "past prices of \(resource.name)"
            }
        }
        guard !site.factors.isEmpty else { return nil }
        struct Subject: Hashable {
            let subject: FactorSubject
            let cluster: String?
        }
        let old = Dictionary(grouping: rates.factors) {
            Subject(subject: $0.subject, cluster: $0.cluster)
        }
        let new = Dictionary(grouping: site.factors) {
            Subject(subject: $0.subject, cluster: $0.cluster)
        }
        for (subject, before) in old {
            let after = new[subject] ?? []
            if past(before.map { ($0.factor, $0.window) })
                != past(after.map { ($0.factor, $0.window) })
            {
                return "past factors"
            }
        }
        return nil
    }

    /// Two allocations of a project that would both be charged (money.md 2.6).
    private func overlap(in site: Site) -> String? {
        for project in site.projects {
            var standing = allocations.values.filter { $0.project == project.name }.map(\.declared)
            for declared in project.allocations {
                for other in standing where other.name != declared.name {
                    if overlaps(declared, other, site) {
                        return "\(declared.name) overlaps \(other.name)"
                    }
                }
                standing.removeAll { $0.name == declared.name }
                standing.append(declared)
            }
        }
        return nil
    }

    func overlaps(_ a: SiteAllocation, _ b: SiteAllocation, _ site: Site) -> Bool {
        guard a.status != .deleted, b.status != .deleted, a.window.overlaps(b.window) else {
            return false
        }
        let resources =
            rates.resources.filter { known in
                !site.resources.contains { $0.name == known.name }
            } + site.resources
        return Set(a.clusters).intersection(b.clusters).contains { cluster in
            func tres(_ names: [String]?) -> [TRESName]? {
                names.map { names in
                    resources.filter {
                        names.contains($0.name) && $0.scope.clusters?.contains(cluster) ?? true
                    }.map(\.tres)
                }
            }
            switch (tres(a.resources), tres(b.resources)) {
            case (nil, nil): return true
            case (nil, let some?), (let some?, nil): return !some.isEmpty
            case (let mine?, let theirs?):
                return mine.contains { one in
                    theirs.contains {
                        one == $0 || one.untyped == $0 || $0.untyped == one
                    }
                }
            }
        }
    }

    // MARK: Where usage is charged

    /// The project of the nearest account that has one.
    func project(of lineage: [String]) -> String? {
        for account in lineage {
            if let project = accounts[account] { return project }
        }
        return nil
    }

    /// The allocation in force at `instant` that covers all of `touched`, ACTIVE before INACTIVE;
    /// else the latest that ended; else the first to come. Where none covers all, of all.
    func allocation(
        of project: String, on cluster: String, touching touched: Set<String>, at instant: Instant
    ) -> String? {
        let here = allocationNames.compactMap { allocations[$0] }.filter {
            $0.project == project && $0.declared.clusters.contains(cluster)
                && $0.declared.status != .deleted
        }.map(\.declared)
        let covering = here.filter { covers($0, touched) }
        let candidates = covering.isEmpty ? here : covering
        let valid = candidates.filter { $0.window.contains(instant) }
        if let found = valid.first(where: { $0.status == .active }) ?? valid.first {
            return found.name
        }
        let ended = candidates.filter { $0.window.end <= instant }
        if let found = ended.max(by: { $0.window.end < $1.window.end }) { return found.name }
        return candidates.min { $0.window.start < $1.window.start }?.name
    }

    func covers(_ allocation: SiteAllocation, _ touched: Set<String>) -> Bool {
        allocation.resources.map { touched.isSubset(of: $0) } ?? true
    }
}
