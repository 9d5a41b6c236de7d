/// What is asked about standing things: changes, lists and histories.

import Registry
import Units

extension Request {
    /// Changes one standing thing.
    package struct Change: Hashable, Sendable {
        package var edit: Edit
        package var reason: String?
        /// Say what would be, change nothing.
        package var dryRun: Bool

        package init(_ edit: Edit, reason: String? = nil, dryRun: Bool = false) {
            (self.edit, self.reason, self.dryRun) = (edit, reason, dryRun)
        }
    }

    /// The standing things of one kind that the caller may see; each field narrows.
    package struct List: Hashable, Sendable {
        package var kind: ThingKind
        /// Only this one, be it DELETED or superseded; of rates the resource's name.
        package var name: String?
        package var project: String?
        package var allocation: String?
        package var user: String?
        /// What is DELETED or superseded, too.
        package var all: Bool

        package init(
            _ kind: ThingKind, name: String? = nil, project: String? = nil,
            allocation: String? = nil, user: String? = nil, all: Bool = false
        ) {
            (self.kind, self.name, self.project) = (kind, name, project)
            (self.allocation, self.user, self.all) = (allocation, user, all)
        }
    }

    /// What became of an allocation, its project, its members and its credit.
    package struct History: Hashable, Sendable {
        package var allocation: String
        /// Recorded at or after; nil: from the first.
        package var start: Instant?
        /// Recorded before; nil: to the last.
        package var end: Instant?

        package init(allocation: String, start: Instant? = nil, end: Instant? = nil) {
            (self.allocation, self.start, self.end) = (allocation, start, end)
        }
    }
}

extension Reply {
    /// Under the changes that an edit made, or would make.
    package typealias Edit = Apply

    /// Under a list or a history.
    package struct List: Hashable, Sendable {
        package var rows: Int64

        package init(rows: Int64) { self.rows = rows }
    }
    package typealias History = List
}
