/// `[[project]]`, `[[project.allocation]]` and `[[project.allocation.member]]`.

import Registry
import Units

extension TableReader {
    func project(allocations: [SiteAllocation]) -> SiteProject? {
        expect([
            "name", "title", "organisation", "pi", "origination", "originated_id",
            "external_group", "status", "accounts", "allocation",
        ])
        let name = required("name", example: #"name = "astro""#, Interpret.name)
        let accounts =
            fields["accounts"] == nil
            ? missing(
                "accounts", example: #"accounts = ["astro"], the Slurm accounts that charge to it"#)
            : list("accounts", Interpret.name)
        var project = SiteProject(
            name: name ?? "", accounts: accounts ?? [], allocations: allocations)
        project.title = optional("title", Interpret.string)
        project.organisation = optional("organisation", Interpret.name)
        project.pi = optional("pi", Interpret.name)
        project.origination = optional("origination", Interpret.string)
        project.originatedID = optional("originated_id", Interpret.string)
        project.externalGroup = optional("external_group", Interpret.string)
        project.status = optional("status", Interpret.word(Status.self)) ?? .active
        return name == nil || accounts == nil ? nil : project
    }

    func allocation() -> Placed<SiteAllocation>? {
        expect([
            "name", "clusters", "resources", "su", "start", "end", "status", "overdraft_limit",
            "hold", "window", "members_policy", "member", "pullback",
        ])
        let window = window(endRequired: true)
        let name = required("name", example: #"name = "astro-2026""#, Interpret.name)
        let clusters =
            fields["clusters"] == nil
            ? missing("clusters", example: #"clusters = ["reef"]"#)
            : names("clusters", orLeftOut: false)
        let initial = required("su", example: #"su = "1000""#, Interpret.amount)
        let resources = names("resources")
        let overdraftLimit = optional("overdraft_limit", Interpret.amount)
        let status = optional("status", Interpret.word(Status.self))
        let hold = optional("hold", Interpret.word(HoldPolicy.self))
        let windowPolicy = optional("window", Interpret.word(WindowPolicy.self))
        let members = optional("members_policy", Interpret.word(MembersPolicy.self))
        let rows = tables("member").compactMap { $0.member(of: window) }
        checkEachOnce(rows.map(\.table), key: "user", kind: "member")
        let pullbacks = pullbacks(of: window)
        guard let name, let clusters, let initial, let window else { return nil }
        var allocation = SiteAllocation(
            name: name, clusters: clusters, initial: initial, window: window,
            members: rows.map(\.value))
        allocation.resources = resources
        allocation.pullbacks = pullbacks
        allocation.overdraftLimit = overdraftLimit ?? allocation.overdraftLimit
        allocation.status = status ?? allocation.status
        allocation.holdPolicy = hold ?? allocation.holdPolicy
        allocation.windowPolicy = windowPolicy ?? allocation.windowPolicy
        allocation.membersPolicy = members ?? allocation.membersPolicy
        return Placed(value: allocation, table: self)
    }

    private func member(of allocation: Interval?) -> Placed<SiteMember>? {
        expect(["user", "cap", "start", "end", "status"])
        let cap = optional("cap", Interpret.amount)
        let window = window(within: allocation)
        let status = optional("status", Interpret.word(Status.self)) ?? .active
        guard let user = required("user", example: #"user = "ben""#, Interpret.name) else {
            return nil
        }
        return Placed(
            value: SiteMember(user: user, cap: cap, window: window, status: status), table: self)
    }

    /// The string at `key`, silently nil where there is none.
    func text(at key: String) -> String? {
        guard case .string(let text)? = fields[key]?.value else { return nil }
        return text
    }

    /// Notes each table whose `key` names what an earlier one named.
    func checkEachOnce(_ tables: [TableReader], key: String, kind: String) {
        var lines: [String: Int] = [:]
        for table in tables {
            guard let name = table.text(at: key) else { continue }
            if let line = lines[name] {
                table.problem(.duplicate(kind: kind, name: name, line: line), at: key)
            } else {
                lines[name] = table.fields[key]?.place.line ?? table.line
            }
        }
    }
}
