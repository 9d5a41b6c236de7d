/// One change that somebody asks for of one standing thing: what `atoll project modify` and its like
/// say. What it comes to is decided in Books, by the rules that hold for a declared site, too.

import Rates
import Units

package struct Edit: Hashable, Sendable {
    package enum Verb: String, Hashable, Sendable, CaseIterable {
        /// Of what is not there yet.
        case add
        /// Only of the fields that are named.
        case modify
        /// INACTIVE, ACTIVE and DELETED, the last for good (money.md 2.7).
        case disable, enable, delete
    }

    package enum Thing: Hashable, Sendable {
        case organisation(OrganisationFields)
        case user(UserFields)
        case project(ProjectFields)
        case cluster(ClusterFields)
        case resource(ResourceFields)
        case rate(RateFields)
        case allocation(AllocationFields)
        case member(MemberFields)
    }

    package var verb: Verb
    package var thing: Thing

    package init(_ verb: Verb, _ thing: Thing) { (self.verb, self.thing) = (verb, thing) }
}

/// The kinds of standing things, as commands and the protocol name them.
package enum ThingKind: String, Hashable, Sendable, CaseIterable {
    case organisation, user, project, cluster, resource, rate, allocation, member

    /// `a project`, `an allocation`.
    package var withArticle: String {
        ["a", "o"].contains(rawValue.first) ? "an \(rawValue)" : "a \(rawValue)"
    }

    /// Whether it is one of the three levels that can be switched off.
    package var hasStatus: Bool { [.project, .allocation, .member].contains(self) }
}

extension Edit.Thing {
    package var kind: ThingKind {
        switch self {
        case .organisation: .organisation
        case .user: .user
        case .project: .project
        case .cluster: .cluster
        case .resource: .resource
        case .rate: .rate
        case .allocation: .allocation
        case .member: .member
        }
    }

    /// As messages name it: `astro-2026`, `ben of astro-2026`.
    package var name: String {
        switch self {
        case .organisation(let it): it.name
        case .user(let it): it.name
        case .project(let it): it.name
        case .cluster(let it): it.name
        case .resource(let it): it.name
        case .rate(let it): it.resource
        case .allocation(let it): it.name
        case .member(let it): "\(it.user) of \(it.allocation)"
        }
    }

    /// What the command line calls it by: `astro-2026`, `astro-2026 ben`.
    package var commandName: String {
        if case .member(let it) = self { "\(it.allocation) \(it.user)" } else { name }
    }
}

/// What is done to one field.
package enum FieldEdit<Value: Hashable & Sendable>: Hashable, Sendable {
    case keep
    /// There is none any more.
    case clear
    case set(Value)

    /// The field's value afterwards.
    package func applied(to before: Value?) -> Value? {
        switch self {
        case .keep: before
        case .clear: nil
        case .set(let value): value
        }
    }

    package var value: Value? { if case .set(let value) = self { value } else { nil } }
}
