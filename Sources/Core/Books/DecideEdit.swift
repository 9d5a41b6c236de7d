/// One edit of one standing thing: who may, whether it is there, and what it is from now on.
///
/// The rules of what may stand are the Applier's, as for a declared site.

import Ledger
import Rates
import Registry
import Units

func decideEdit(
    _ edit: Edit, by asker: Asker, _ facts: Facts, at now: Instant
) throws(Refusal) -> Decision {
    try refuseUnlessAllowed(edit, asker, facts)
    try refuseWrongVerb(edit)
    var backdate = false
    if case .rate(let fields) = edit.thing { backdate = fields.backdate }
    var applier = Applier(facts, backdate: backdate, at: now)
    try applier.carryOut(edit)
    return applier.decision
}

// MARK: Who may

/// Operators may all; a PI may change who uses the own allocations, and how far.
private func refuseUnlessAllowed(
    _ edit: Edit, _ asker: Asker, _ facts: Facts
) throws(Refusal) {
    guard !asker.isOperator else { return }
    guard let place = edit.place else { throw forbidden(to: asker) }
    let project = place.project(in: facts.registry)
    let role = project.map {
        facts.registry.role(of: asker, user: facts.users[asker.userName], in: $0)
    }
    switch role {
    // Whether it is there is not theirs to know.
    case nil, .stranger:
        throw .notFound("there is no \(place.kind) \(place.name), or it is not yours to see.")
    case .principalInvestigator where edit.thing.kind == .member && edit.verb != .delete: return
    case .principalInvestigator:
        throw .forbidden(
            "only operators may do this; as PI you may add, modify, disable and enable the members "
                + "of your allocations.")
    case .member where edit.thing.kind == .member && edit.verb != .delete:
        throw .forbidden(
            "only the project's PI and operators may do this; \(asker.userName) is neither. What "
                + "may be asked for: atoll request new --help")
    case .member, .operator: throw forbidden(to: asker)
    }
}

private func forbidden(to asker: Asker) -> Refusal {
    .forbidden("only operators may do this; \(asker.userName) is none.")
}

/// The standing thing by which an edit belongs to a project.
private struct EditPlace {
    var kind: ThingKind
    var name: String

    func project(in registry: Registry) -> Project? {
        switch kind {
        case .project: registry.project(named: name)
        case .allocation:
            registry.allocation(named: name).flatMap { registry.projects[$0.project] }
        default: nil
        }
    }
}

extension Edit {
    /// nil: it belongs to no project, or is to be new.
    fileprivate var place: EditPlace? {
        switch thing {
        case .member(let it): EditPlace(kind: .allocation, name: it.allocation)
        case .project(let it) where verb != .add: EditPlace(kind: .project, name: it.name)
        case .allocation(let it) where verb != .add: EditPlace(kind: .allocation, name: it.name)
        case .allocation(let it): it.project.map { EditPlace(kind: .project, name: $0) }
        default: nil
        }
    }
}

// MARK: What

private func refuseWrongVerb(_ edit: Edit) throws(Refusal) {
    let kind = edit.thing.kind
    switch edit.verb {
    case .add: break
    case .modify where kind == .rate:
        throw .invalid("a rate is never edited: add one, and it supersedes what is in force then.")
    case .modify: break
    case .disable, .enable, .delete:
        guard kind.hasStatus else {
            throw .invalid(
                "\(kind.withArticle) has no status; projects, allocations and members have one.")
        }
    }
}

extension Applier {
    fileprivate mutating func carryOut(_ edit: Edit) throws(Refusal) {
        let verb = edit.verb
        switch edit.thing {
        case .organisation(let fields): try carryOut(verb, fields)
        case .user(let fields): try carryOut(verb, fields)
        case .cluster(let fields): try carryOut(verb, fields)
        case .project(let fields): try carryOut(verb, fields)
        case .allocation(let fields): try carryOut(verb, fields)
        case .member(let fields): try carryOut(verb, fields)
        case .resource(let fields):
            try carryOut(verb, fields)
            try refuseContradiction()
        case .rate(let fields):
            try carryOut(fields)
            try refuseContradiction()
        }
    }

    /// Holds the verb against what is there: `add` wants nothing, the others want something.
    ///
    /// - Parameter name: nil: of `thing` itself.
    func refuse(
        _ verb: Edit.Verb, of kind: ThingKind, _ name: String, commandName: String? = nil,
        isThere: Bool
    ) throws(Refusal) {
        let command = { (verb: String) in
            "atoll \(kind == .organisation ? "org" : kind.rawValue) \(verb) \(commandName ?? name)"
        }
        switch (verb, isThere) {
        case (.add, false):
            if let problem = nameProblem(name) { throw .invalid("\(problem).") }
        case (.add, true):
            throw .conflict(
                "there is \(kind.withArticle) \(name) already; use: \(command("modify")) …")
        case (_, false):
            throw .notFound("there is no \(kind.rawValue) \(name); use: \(command("add")) …")
        case (_, true): break
        }
    }

    private mutating func carryOut(
        _ verb: Edit.Verb, _ fields: OrganisationFields
    ) throws(Refusal) {
        let before = registry.organisation(named: fields.name)
        try refuse(verb, of: .organisation, fields.name, isThere: before != nil)
        put(
            Organisation(
                id: before?.id ?? OrganisationID(facts.next.take(\.organisation)),
                name: fields.name,
                originatedID: fields.originatedID.applied(to: before?.originatedID)))
    }

    private mutating func carryOut(_ verb: Edit.Verb, _ fields: ClusterFields) throws(Refusal) {
        let before = registry.clusters[fields.name]
        try refuse(verb, of: .cluster, fields.name, isThere: before != nil)
        put(
            Cluster(
                name: fields.name, title: fields.title.applied(to: before?.title),
                combine: fields.combine ?? before?.combine ?? .sum))
    }

    private mutating func carryOut(_ verb: Edit.Verb, _ fields: UserFields) throws(Refusal) {
        let before = facts.people[fields.name]
        try refuse(verb, of: .user, fields.name, isThere: before != nil)
        // "user 3" is how somebody is called who was erased, "(reservation)" whose use is nobody's.
        if verb == .add, fields.name.contains(where: { " ()".contains($0) }) {
            throw .invalid("a user is named as the system does: \(fields.name) is no such name.")
        }
        var person = before ?? Person(id: facts.user(fields.name), name: fields.name)
        person.fullName = fields.fullName.applied(to: person.fullName)
        person.mail = fields.mail.applied(to: person.mail)
        switch fields.organisation {
        case .keep: break
        case .clear: person.organisation = nil
        case .set(let name):
            person.organisation = try organisation(name, of: "user \(fields.name)")
        }
        put(person)
    }
}
