/// What a feed's record comes to: the project and allocation that it means, and the command that an
/// operator would have given.

import Ledger
import Registry
import Requests
import Units

/// What a record is about.
struct FeedTarget {
    var project: Project
    /// nil: the project itself is switched.
    var allocation: Allocation?
    /// The other one of a transfer.
    var other: Allocation?
}

extension FeedRecord {
    /// - Throws: where the grant is unknown, which allocation is meant, or a figure is out of bounds.
    package func command(_ registry: Registry, by asker: Asker) throws(Refusal) -> Command {
        try refuseNonsense()
        return command(for: try target(in: registry), by: asker)
    }

    func command(for target: FeedTarget, by asker: Asker) -> Command {
        let name = target.allocation?.name ?? ""
        switch change {
        case .supplement(let amount, let start, let end):
            return .grant(
                GrantRequest(allocation: name, amount: amount, start: start, end: end))
        case .extension(let end):
            var fields = AllocationFields(name: name)
            fields.end = .set(end)
            return .edit(Edit(.modify, .allocation(fields)), by: asker)
        case .transfer(let amount, let direction, _, _):
            let other = target.other?.name ?? ""
            let (from, to) = direction == .to ? (name, other) : (other, name)
            return .transfer(TransferRequest(from: from, to: to, amount: amount))
        case .adjustment(let amount) where amount < .zero:
            return .withdraw(WithdrawRequest(allocation: name, amount: -amount))
        case .adjustment(let amount):
            return .grant(GrantRequest(allocation: name, amount: amount))
        case .inactivation: return .edit(Edit(.disable, target.switched), by: asker)
        case .reactivation: return .edit(Edit(.enable, target.switched), by: asker)
        }
    }

    func target(in registry: Registry) throws(Refusal) -> FeedTarget {
        let origination = origination ?? source
        let project = try registry.project(originatedID: self.project, of: origination)
        switch change {
        case .inactivation(.project), .reactivation(.project):
            guard allocation == nil else {
                throw .invalid("a record at the level of the project names no allocation.")
            }
            return FeedTarget(project: project)
        case .transfer(_, let direction, let otherProject, let otherName):
            let other = try registry.project(originatedID: otherProject, of: origination)
            let field = direction == .to ? "to_allocation" : "from_allocation"
            return FeedTarget(
                project: project,
                allocation: try registry.allocation(allocation, of: project, "allocation"),
                other: try registry.allocation(otherName, of: other, field))
        default:
            return FeedTarget(
                project: project,
                allocation: try registry.allocation(allocation, of: project, "allocation"))
        }
    }
}

extension FeedTarget {
    fileprivate var switched: Edit.Thing {
        if let allocation { return .allocation(AllocationFields(name: allocation.name)) }
        return .project(ProjectFields(name: project.name))
    }
}

extension Registry {
    /// The living project of a grant; originations are compared whatever their case.
    fileprivate func project(
        originatedID: String, of origination: String
    ) throws(Refusal) -> Project {
        let known = projects.values.filter { $0.originatedID == originatedID }
        let found = known.filter { $0.origination?.lowercased() == origination.lowercased() }
            .sorted { $0.id < $1.id }
        let living = found.filter { $0.status != .deleted }
        if living.count == 1 { return living[0] }
        guard living.isEmpty else {
            throw .conflict(
                "projects \(living.map(\.name).joined(separator: " and ")) both have the originated "
                    + "id \(originatedID) of \(origination); change one with: atoll project modify."
            )
        }
        if let gone = found.first {
            throw .conflict("project \(gone.name) is DELETED; that is final.")
        }
        throw .notFound(
            unknown(originatedID, of: origination, near: known.min { $0.id < $1.id }))
    }

    /// - Parameter near: a project with that id, but not of that origination.
    private func unknown(
        _ originatedID: String, of origination: String, near: Project?
    ) -> String {
        let sum = "no project has the originated id \(originatedID) of \(origination)"
        guard let near else {
            return sum + "; say which one it is with: atoll project modify NAME "
                + "--origination \(origination) --originated-id \(originatedID)"
        }
        let whose = near.origination.map { "of \($0)" } ?? "without an origination"
        return sum + "; project \(near.name) has that id, \(whose). Where it is meant: atoll "
            + "project modify \(near.name) --origination \(origination)"
    }

    /// - Parameter field: the record's, that names one.
    fileprivate func allocation(
        _ name: String?, of project: Project, _ field: String
    ) throws(Refusal) -> Allocation {
        let living = allocations(of: project.id).filter { $0.status != .deleted }
        let there = living.map { "\($0.name) (\($0.window))" }.joined(separator: ", ")
        guard let name else {
            if living.count == 1 { return living[0] }
            guard !living.isEmpty else {
                throw .notFound(
                    "project \(project.name) has no allocation; use: atoll allocation add NAME "
                        + "--project \(project.name) …")
            }
            throw .conflict(
                "project \(project.name) has \(living.count) allocations; the record has to name one "
                    + "in \"\(field)\": \(there).")
        }
        guard let found = living.first(where: { $0.name == name }) else {
            throw .notFound(
                "project \(project.name) has no allocation \(name)"
                    + (living.isEmpty ? "." : "; there is \(there)."))
        }
        return found
    }
}
