/// Automated changes: what an allocation programme such as ACCESS decided of a grant, record by record.
///
/// A record decides nothing of money: it becomes the command that an operator would have given.

import Registry
import Units

/// A record as it came, with names.
package struct FeedRecord: Hashable, Sendable {
    /// The feed that it comes from; record ids are its own.
    package var source: String
    package var id: String
    /// The project's originated id.
    package var project: String
    /// Whose id that is; nil: the source's.
    package var origination: String?
    /// By name; nil: the project's only one.
    package var allocation: String?
    package var change: FeedChange

    package init(
        source: String, id: String, project: String, origination: String? = nil,
        allocation: String? = nil, _ change: FeedChange
    ) {
        (self.source, self.id, self.project) = (source, id, project)
        (self.origination, self.allocation, self.change) = (origination, allocation, change)
    }
}

package enum FeedChange: Hashable, Sendable {
    /// More credit, with a window of its own where one is named.
    case supplement(ServiceUnits, start: Instant?, end: Instant?)
    /// A later end of the allocation.
    case `extension`(end: Instant)
    /// Credit to or from an allocation of the project with that originated id.
    case transfer(ServiceUnits, FeedDirection, project: String, allocation: String?)
    /// More credit until the allocation's end, or, where it is negative, less.
    case adjustment(ServiceUnits)
    case inactivation(FeedLevel)
    case reactivation(FeedLevel)
}

package enum FeedDirection: Hashable, Sendable { case to, from }

/// What is switched off and on.
package enum FeedLevel: String, Hashable, Sendable, CaseIterable { case project, allocation }

/// The word for a change: in records, in tables, on the wire.
package enum FeedKind: String, Hashable, Sendable, CaseIterable {
    case supplement
    case `extension`
    case transfer, adjustment, inactivation, reactivation
}

extension FeedChange {
    package var kind: FeedKind {
        switch self {
        case .supplement: .supplement
        case .extension: .extension
        case .transfer: .transfer
        case .adjustment: .adjustment
        case .inactivation: .inactivation
        case .reactivation: .reactivation
        }
    }
}

/// A record that was carried out, with opaque numbers in place of names.
package struct FeedArrival: Hashable, Sendable {
    package let source: String
    package let id: String
    package let kind: FeedKind
    package let project: ProjectID
    /// nil: the project itself was switched.
    package var allocation: AllocationID?
    /// The other one of a transfer.
    package var other: AllocationID?
    /// What came to the allocation; negative: what went.
    package var amount: ServiceUnits?
    package var start: Instant?
    package var end: Instant?
    /// Who delivered it.
    package let user: UserID
    package let at: Instant

    package init(
        _ record: FeedRecord, project: ProjectID, allocation: AllocationID?, other: AllocationID?,
        by user: UserID, at: Instant
    ) {
        (source, id, kind) = (record.source, record.id, record.change.kind)
        (self.project, self.allocation, self.other) = (project, allocation, other)
        (self.user, self.at) = (user, at)
        switch record.change {
        case .supplement(let amount, let start, let end):
            (self.amount, self.start, self.end) = (amount, start, end)
        case .extension(let end): self.end = end
        case .transfer(let amount, let direction, _, _):
            self.amount = direction == .to ? -amount : amount
        case .adjustment(let amount): self.amount = amount
        case .inactivation, .reactivation: break
        }
    }

    package init(
        source: String, id: String, kind: FeedKind, project: ProjectID, user: UserID, at: Instant
    ) {
        (self.source, self.id, self.kind) = (source, id, kind)
        (self.project, self.user, self.at) = (project, user, at)
    }
}
