/// Lists of standing things. Prices and clusters are everybody's to see; of projects, allocations,
/// members and people each sees the own ones.

import Bank
import Books
import Collector
import Ledger
import Rates
import Registry
import Server
import Store
import Units
import Wire

extension Handler {
    func list(_ request: Request.List, _ reader: Reader, _ sink: RowSink) throws -> Reply {
        let lister = Lister(
            request: request, reader: reader, handler: self,
            registry: bank.picture.tip.registry, people: try store.people())
        let rows = try lister.rows()
        if rows.isEmpty, let name = request.name {
            let what = request.kind.rawValue
            throw WireError(.notFound, "there is no \(what) \(name), or it is not yours to see.")
        }
        for row in rows { try sink.write(.entity(row)) }
        return .list(.init(rows: Int64(rows.count)))
    }
}

private struct Lister {
    let request: Request.List
    let reader: Reader
    let handler: Handler
    let registry: Registry
    let people: [UserID: Person]

    func rows() throws -> [Row.Entity] {
        switch request.kind {
        case .organisation: try organisations()
        case .user: try users()
        case .project: try projects(named: request.name).map { .project(declared($0)) }
        case .cluster: clusters()
        case .resource: resources()
        case .rate: try rates()
        case .allocation: try allocations().map { .allocation(row($0)) }
        case .member: try members(of: allocations()).map { .member($0) }
        }
    }

    private func isWanted(_ name: String) -> Bool { request.name.map { $0 == name } ?? true }

    /// What is DELETED shows only where it is asked for.
    private func isShown(_ status: Status) -> Bool {
        request.all || request.name != nil || status != .deleted
    }

    private func userName(_ id: UserID) -> String { people[id]?.name ?? "user \(id)" }

    // MARK: Everybody's

    private func clusters() -> [Row.Entity] {
        registry.clusters.values.filter { isWanted($0.name) }.sorted { $0.name < $1.name }.map {
            .cluster(SiteCluster(name: $0.name, title: $0.title, combine: $0.combine))
        }
    }

    private func resources() -> [Row.Entity] {
        registry.rateBook.resources.values.filter { isWanted($0.name) }
            .sorted { $0.name < $1.name }.map { it in
                let rates = registry.rateBook.rates(of: it.id)
                    .sorted { $0.window.start < $1.window.start }
                    .map { SiteRate(suPerHour: $0.suPerHour, window: $0.window) }
                return .resource(
                    SiteResource(
                        name: it.name, type: it.type, tres: it.tres, scope: it.scope,
                        units: it.units, rates: rates))
            }
    }

    private func rates() throws -> [Row.Entity] {
        let changes = reader.seesAll ? try handler.store.rateChanges() : [:]
        let book = registry.rateBook
        let all = book.rates.values.sorted { $0.id < $1.id }.compactMap { rate -> Row.Rate? in
            let isSuperseded = book.state(of: rate.id) == .superseded
            guard let resource = book.resources[rate.resource], isWanted(resource.name),
                request.all || !isSuperseded
            else { return nil }
            var row = Row.Rate(
                resource: resource.name, suPerHour: rate.suPerHour, window: rate.window,
                recordedAt: rate.recordedAt, isSuperseded: isSuperseded)
            let change = changes[rate.id]
            (row.changedAt, row.reason) = (change?.recordedAt, change?.reason)
            row.changedBy = change.map { actorName($0.actor) }
            return row
        }
        // In the order they were set, where they begin alike.
        let order = { (it: (offset: Int, element: Row.Rate)) in
            (it.element.resource, it.element.window.start, it.offset)
        }
        return all.enumerated().sorted { order($0) < order($1) }.map { .rate($0.element) }
    }

    // MARK: The reader's own

    private func allocations() throws -> [Allocation] {
        let name = request.kind == .allocation ? request.name : nil
        if let project = request.project, try projects(named: project).isEmpty {
            throw WireError(.notFound, "there is no project \(project), or it is not yours to see.")
        }
        return try handler.visible(
            reader, account: nil, allocation: name ?? request.allocation
        ).filter { it in
            (request.project.map { registry.projects[it.project]?.name == $0 } ?? true)
                && (isShown(it.status) || request.allocation != nil)
        }
    }

    /// Projects without an allocation are seen by operators and their PI.
    private func projects(named name: String?) throws -> [Project] {
        let user = handler.bank.picture.user(named: reader.name)
        let visible = Set(
            try handler.visible(reader, account: nil, allocation: nil).map(\.project))
        return registry.projects.values.filter { it in
            (name.map { $0 == it.name } ?? true) && (isShown(it.status) || name != nil)
                && (reader.seesAll || visible.contains(it.id) || (user != nil && it.pi == user))
        }.sorted { $0.name < $1.name }
    }

    private func declared(_ it: Project) -> SiteProject {
        let accounts = registry.accounts.filter { $0.value == it.id }.map(\.key).sorted()
        var project = SiteProject(name: it.name, accounts: accounts, allocations: [])
        project.title = it.title
        project.organisation = it.organisation.flatMap { registry.organisations[$0]?.name }
        project.pi = it.pi.map(userName)
        (project.origination, project.originatedID) = (it.origination, it.originatedID)
        (project.externalGroup, project.status) = (it.externalGroup, it.status)
        return project
    }

    private func row(_ it: Allocation) -> Row.Allocation {
        var declared = SiteAllocation(
            name: it.name, clusters: it.clusters.sorted(), initial: it.initial, window: it.window)
        declared.resources = it.resources?.compactMap {
            registry.rateBook.resources[$0]?.name
        }.sorted()
        declared.status = it.status
        declared.overdraftLimit = it.overdraftLimit
        declared.holdPolicy = it.holdPolicy
        declared.windowPolicy = it.windowPolicy
        declared.membersPolicy = it.membersPolicy
        declared.pullbacks = (registry.pullbacks[it.id] ?? [:]).values
            .filter { $0.state == .pending }
            .map { SitePullback(at: $0.key.at, keep: $0.keep) }.sorted { $0.at < $1.at }
        return Row.Allocation(
            project: registry.projects[it.project]?.name ?? "", declared: declared,
            effective: registry.effectiveStatus(of: it))
    }

    private func organisations() throws -> [Row.Entity] {
        let seen = reader.seesAll ? nil : Set(try projects(named: nil).compactMap(\.organisation))
        return registry.organisations.values
            .filter { isWanted($0.name) && (seen?.contains($0.id) ?? true) }
            .sorted { $0.name < $1.name }
            .map { .organisation(SiteOrganisation(name: $0.name, originatedID: $0.originatedID)) }
    }

    // MARK: People

    /// Members by rows of ours, and whoever has used something.
    private func members(of allocations: [Allocation]) throws -> [Row.Use] {
        let uses = try handler.store.memberUses()
        let keys = Set(registry.memberships.keys).union(uses.keys)
        return allocations.flatMap { allocation -> [Row.Use] in
            let seesOthers = handler.seesOthers(reader, allocation)
            return keys.filter { $0.allocation == allocation.id }.compactMap { key in
                let name = userName(key.user)
                let membership = registry.memberships[key]
                guard seesOthers || name == reader.name,
                    request.user.map({ $0 == name }) ?? true,
                    request.kind != .member || isWanted(name),
                    isShown(membership?.status ?? .active)
                else { return nil }
                return Row.Use(
                    project: registry.projects[allocation.project]?.name ?? "",
                    allocation: allocation.name, user: name,
                    membership: membership.map {
                        SiteMember(user: name, cap: $0.cap, window: $0.window, status: $0.status)
                    }, effective: registry.effectiveStatus(of: membership, in: allocation),
                    used: uses[key]?.used ?? .zero)
            }.sorted { $0.user < $1.user }
        }
    }

    /// Operators see everybody, a PI the own members, others themselves.
    private func users() throws -> [Row.Entity] {
        let uses = Dictionary(grouping: try members(of: allocations()), by: \.user)
        let leads = Dictionary(
            grouping: registry.projects.values.filter { $0.status != .deleted },
            by: { $0.pi.map(userName) ?? "" })
        let isNarrowed = request.project != nil || request.allocation != nil
        return people.values.sorted { $0.name < $1.name }.compactMap { person in
            let isTheirs =
                reader.seesAll || person.name == reader.name || uses[person.name] != nil
            guard isWanted(person.name), isTheirs, !isNarrowed || uses[person.name] != nil else {
                return nil
            }
            return .user(
                Row.User(
                    known: SiteUser(
                        name: person.name, fullName: person.fullName, mail: person.mail,
                        organisation: person.organisation.flatMap {
                            registry.organisations[$0]?.name
                        }),
                    leads: (leads[person.name] ?? []).map(\.name).sorted(),
                    uses: uses[person.name] ?? []))
        }
    }
}

/// `uid:1001` as a user's name where the uid has one; asks the name service.
func actorName(_ actor: String) -> String {
    guard actor.hasPrefix("uid:"), let uid = UInt32(actor.dropFirst(4)) else { return actor }
    return nameService(uid) ?? actor
}
