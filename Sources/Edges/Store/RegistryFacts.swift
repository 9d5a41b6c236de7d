/// The facts of what changes standing things: declared sites and single edits.

import Books
import GRDB
import Ledger
import Registry

extension StoreTransaction {
    func load(_ facts: inout Facts, for site: Site) throws {
        for user in site.users { facts.people[user.name] = try person(named: user.name) }
        for name in site.userNames { facts.users[name] = try userID(named: name) }
        for project in site.projects {
            try nameLead(of: registry.project(named: project.name), in: &facts)
            for declared in project.allocations {
                guard let allocation = registry.allocation(named: declared.name) else { continue }
                if allocation.window != declared.window {
                    facts.rewindowed[allocation.id] = try pool(allocation)
                }
                if declared.status == .deleted, allocation.status != .deleted {
                    facts.closing[allocation.id] = try closing(allocation)
                }
                for member in declared.members where member.status == .deleted {
                    let key = Membership.Key(allocation.id, facts.user(member.user))
                    facts.memberUses[key] = try use(of: key.user, in: key.allocation)
                }
            }
        }
        nameUsers(in: &facts)
    }

    func load(_ facts: inout Facts, for edit: Edit, by asker: Asker) throws {
        // Who asks gets no number by asking.
        facts.users[asker.userName] = try person(named: asker.userName)?.id
        switch edit.thing {
        case .organisation, .cluster, .resource, .rate: break
        case .user(let fields):
            facts.people[fields.name] = try person(named: fields.name)
            facts.users[fields.name] = try userID(named: fields.name)
        case .project(let fields):
            try nameLead(of: registry.project(named: fields.name), in: &facts)
            if let pi = fields.pi.value { facts.users[pi] = try userID(named: pi) }
        case .allocation(let fields):
            if let allocation = registry.allocation(named: fields.name) {
                facts.rewindowed[allocation.id] = try pool(allocation)
                if edit.verb == .delete { facts.closing[allocation.id] = try closing(allocation) }
            }
        case .member(let fields):
            let user = try userID(named: fields.user)
            facts.users[fields.user] = user
            if let allocation = registry.allocation(named: fields.allocation) {
                let key = Membership.Key(allocation.id, user)
                facts.memberUses[key] = try use(of: user, in: allocation.id)
            }
        }
        nameUsers(in: &facts)
    }

    /// The PI there was is told beside the one there is.
    private func nameLead(of project: Project?, in facts: inout Facts) throws {
        guard let pi = project?.pi else { return }
        let statement = try db.cachedStatement(sql: "SELECT name FROM users WHERE id = ?")
        facts.userNames[pi] = try String.fetchOne(statement, arguments: [pi.number])
    }

    private func nameUsers(in facts: inout Facts) {
        for (name, id) in facts.users { facts.userNames[id] = name }
    }

    // MARK: People

    private func person(named name: String) throws -> Person? {
        let statement = try db.cachedStatement(sql: "SELECT * FROM users WHERE name = ?")
        return try Row.fetchOne(statement, arguments: [name]).map(Person.init)
    }

    /// Keeps what is known of a person whose number is given out.
    package func keep(_ person: Person) throws {
        try db.execute(
            sql: "UPDATE users SET full_name = ?, mail = ?, organisation = ? WHERE id = ?",
            arguments: [
                person.fullName, person.mail, person.organisation?.number, person.id.number,
            ])
    }
}

extension Person {
    init(_ row: Row) {
        self.init(id: UserID(row["id"]), name: row["name"])
        (fullName, mail) = (row["full_name"], row["mail"])
        organisation = (row["organisation"] as Int64?).map(OrganisationID.init)
    }
}

extension Site {
    /// Everybody it names.
    var userNames: Set<String> {
        Set(
            users.map(\.name)
                + projects.flatMap { project in
                    [project.pi].compactMap { $0 }
                        + project.allocations.flatMap { $0.members.map(\.user) }
                })
    }
}
