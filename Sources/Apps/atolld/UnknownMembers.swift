/// Members whom Slurm does not know in the accounts of their project. They are told and never refused: a
/// user may be made in Slurm later; but a name that is mistyped would do nothing, and nobody would know.

import Bank
import Books
import Collector
import Estimate
import Ledger
import Registry
import Requests
import Store
import Units
import Wire

/// An allocation as Slurm's associations can be held against it.
struct MembersPlace {
    var allocation: String
    var accounts: Set<String>
    var clusters: [String]
}

extension Handler {
    /// Warnings about members that an edit named.
    func warnings(of edit: Edit) -> [String] {
        guard case .member(let member) = edit.thing, [.add, .modify, .enable].contains(edit.verb),
            let place = place(of: member.allocation)
        else { return [] }
        return warnings(of: [(member.user, place)])
    }

    /// Warnings about the member whose cap is asked for, or approved: who is none yet becomes one.
    func warnings(of action: Request.ChangeRequest.Action, _ done: Requested) -> [String] {
        guard let place = place(of: done.allocation) else { return [] }
        switch action {
        case .open(_, .cap(let user, _)): return warnings(of: [(user, place)])
        case .approve: return member(of: done).map { warnings(of: [($0, place)]) } ?? []
        case .open, .reject, .withdraw: return []
        }
    }

    /// Whose cap a request is about; nil: it is about something else.
    private func member(of done: Requested) -> String? {
        let allocation = bank.picture.tip.registry.allocation(named: done.allocation)
        guard let allocation else { return nil }
        let found = try? store.changeRequests(of: [allocation.id], id: done.id)
        guard case .cap(let user, _)? = found?.first?.request.wish else { return nil }
        return (try? store.userNames())?[user]
    }

    /// Warnings about the members that a site file brought or changed.
    func warnings(of site: Site, _ changes: [AppliedChange]) -> [String] {
        let changed = Set(changes.filter { $0.what == "member" }.map(\.name))
        guard !changed.isEmpty else { return [] }
        var members: [(user: String, place: MembersPlace)] = []
        for project in site.projects {
            for allocation in project.allocations {
                // In a dry run the books have none of it.
                let known = place(of: allocation.name)?.accounts ?? []
                let place = MembersPlace(
                    allocation: allocation.name, accounts: known.union(project.accounts),
                    clusters: allocation.clusters)
                members += allocation.members.filter {
                    $0.status == .active && changed.contains("\($0.user) of \(allocation.name)")
                }.map { ($0.user, place) }
            }
        }
        return warnings(of: members)
    }

    /// `USER of ALLOCATION` of each active member that Slurm doesn't know.
    func unknownMembers() throws -> [String] {
        let registry = bank.picture.tip.registry
        let names = try store.userNames()
        var places: [AllocationID: MembersPlace] = [:]
        let found = registry.memberships.values.compactMap { member -> String? in
            let (id, user) = (member.key.allocation, member.key.user)
            guard member.status == .active, let allocation = registry.allocations[id],
                allocation.status == .active, allocation.window.end > .now, let name = names[user]
            else { return nil }
            let place = places[id] ?? self.place(of: allocation.name)
            places[id] = place
            guard let place, isUnknown(name, in: place) != nil else { return nil }
            return "\(name) of \(allocation.name)"
        }
        return found.sorted()
    }

    // MARK: Slurm's word

    private func place(of name: String) -> MembersPlace? {
        let registry = bank.picture.tip.registry
        guard let allocation = registry.allocation(named: name) else { return nil }
        let accounts = registry.accounts.filter { $0.value == allocation.project }.map(\.key)
        return MembersPlace(
            allocation: name, accounts: Set(accounts), clusters: Array(allocation.clusters))
    }

    /// The associations of the clusters that were asked and have not the user; nil: some have, or none
    /// is known.
    private func isUnknown(_ user: String, in place: MembersPlace) -> [Associations]? {
        guard !place.accounts.isEmpty else { return nil }
        let known = place.clusters.compactMap { collector.view(of: $0)?.associations }
            .filter { !$0.isEmpty }
        guard !known.isEmpty,
            !known.contains(where: { $0.includes(user: user, beneath: place.accounts) })
        else { return nil }
        return known
    }

    /// Of very many the first ones.
    private static let mostWarnings = 20

    private func warnings(of members: [(user: String, place: MembersPlace)]) -> [String] {
        var all: [String] = []
        var left = 0
        for (user, place) in members {
            guard let known = isUnknown(user, in: place) else { continue }
            guard all.count < Self.mostWarnings else {
                left += 1
                continue
            }
            let accounts = place.accounts.sorted()
            var text =
                "Slurm has no association of \(user) with \(accounts.joined(separator: ", ")), so no "
                + "job of \(user)'s comes to \(place.allocation) until there is one"
            let others = Set(known.flatMap { $0.users(beneath: place.accounts) }).sorted()
            if let near = nearest(to: user, among: others) { text += "; is \(near) meant?" }
            all.append(
                text + (text.hasSuffix("?") ? " Else" : ":")
                    + " sacctmgr add user \(user) account=\(accounts[0])")
        }
        return left > 0 ? all + ["and \(left) more like these: atoll doctor"] : all
    }
}
