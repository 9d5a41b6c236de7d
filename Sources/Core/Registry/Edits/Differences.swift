/// A standing fact before and after, field by field: what a change is shown as.

import Rates
import Units

/// One field that is different now.
package struct FieldChange: Hashable, Sendable {
    /// As the site file names it.
    package var field: String
    /// nil: there was, or is, none.
    package var before: FieldValue?
    package var after: FieldValue?

    package init(_ field: String, _ before: FieldValue?, _ after: FieldValue?) {
        (self.field, self.before, self.after) = (field, before, after)
    }
}

package enum FieldValue: Hashable, Sendable, CustomStringConvertible {
    case text(String)
    case amount(ServiceUnits)
    case time(Instant)

    /// Times in UTC.
    package var description: String {
        switch self {
        case .text(let text): text
        case .amount(let amount): "\(amount) SU"
        case .time(let instant): instant.description
        }
    }
}

extension FieldChange: CustomStringConvertible {
    /// `cap 5.00 SU → none`
    package var description: String {
        "\(field) \(before?.description ?? "none") → \(after?.description ?? "none")"
    }
}

/// The names of what other things are keyed by.
package struct Naming {
    package var registry: Registry
    package var users: [UserID: String]

    package init(_ registry: Registry, users: [UserID: String]) {
        (self.registry, self.users) = (registry, users)
    }

    package func user(_ id: UserID) -> String { users[id] ?? "user \(id)" }

    fileprivate func resource(_ id: ResourceID) -> String {
        registry.rateBook.resources[id]?.name ?? "resource \(id.number)"
    }
}

extension RegistryChange {
    /// What is different from `before`, which is the same thing earlier, or nil: then all that it says.
    package func changes(from before: RegistryChange?, _ naming: Naming) -> [FieldChange] {
        let old = Dictionary(
            uniqueKeysWithValues: (before?.fields(naming) ?? []).map { ($0.name, $0.value) })
        return fields(naming).compactMap { field in
            let was = old[field.name] ?? nil
            return was == field.value ? nil : FieldChange(field.name, was, field.value)
        }
    }

    private typealias Field = (name: String, value: FieldValue?)

    private func fields(_ naming: Naming) -> [Field] {
        switch self {
        case .cluster(let it): [("title", text(it.title)), ("combine", .text(it.combine.rawValue))]
        case .organisation(let it): [("originated_id", text(it.originatedID))]
        case .project(let it): Self.fields(of: it, naming)
        case .account(_, let project):
            [("project", text(project.flatMap { naming.registry.projects[$0]?.name }))]
        case .allocation(let it): Self.fields(of: it, naming)
        case .membership(let it):
            [
                ("cap", it.cap.map { .amount($0) }), ("start", it.window.map { .time($0.start) }),
                ("end", it.window.flatMap(end)), ("status", .text(it.status.rawValue)),
            ]
        case .pullback(let it):
            [
                ("keep", .text(Pullback.text(ofKept: it.keep))),
                ("state", .text(it.state.rawValue)),
            ]
        case .mode(let it): [("mode", text(it.mode?.rawValue))]
        case .resource(let it):
            [
                ("type", text(it.type)), ("tres", text(it.tres.description)),
                ("clusters", list(it.scope.clusters)),
                ("partitions", list(it.scope.partitions)), ("qos", list(it.scope.qos)),
                ("units", text(it.units.map(String.init))),
            ]
        case .rate(let it, let state):
            price("su_per_hour", it.suPerHour, it.window) + [("state", .text(state.rawValue))]
        case .factor(let it, let state):
            price("factor", it.factor, it.window) + [("state", .text(state.rawValue))]
        }
    }

    private static func fields(of it: Project, _ naming: Naming) -> [Field] {
        [
            ("title", text(it.title)),
            (
                "organisation",
                text(it.organisation.flatMap { naming.registry.organisations[$0]?.name })
            ),
            ("pi", text(it.pi.map(naming.user))), ("origination", text(it.origination)),
            ("originated_id", text(it.originatedID)),
            ("external_group", text(it.externalGroup)), ("status", .text(it.status.rawValue)),
        ]
    }

    private static func fields(of it: Allocation, _ naming: Naming) -> [Field] {
        [
            ("clusters", list(it.clusters)),
            ("resources", list(it.resources.map { Set($0.map(naming.resource)) }) ?? .text("all")),
            ("su", .amount(it.initial)), ("start", .time(it.window.start)),
            ("end", end(it.window)), ("status", .text(it.status.rawValue)),
            ("overdraft_limit", .amount(it.overdraftLimit)),
            ("hold", .text(it.holdPolicy.rawValue)),
            ("window", .text(it.windowPolicy.rawValue)),
            ("members_policy", .text(it.membersPolicy.rawValue)),
        ]
    }

    private func price(_ name: String, _ value: Rational, _ window: Interval) -> [Field] {
        [
            (name, .text(value.description)), ("start", .time(window.start)),
            ("end", end(window)),
        ]
    }
}

private func text(_ text: String?) -> FieldValue? { text.map { .text($0) } }
private func end(_ window: Interval) -> FieldValue? {
    window.isOpenEnded ? nil : .time(window.end)
}
private func list(_ names: Set<String>?) -> FieldValue? {
    names.map { .text($0.sorted().joined(separator: ", ")) }
}
