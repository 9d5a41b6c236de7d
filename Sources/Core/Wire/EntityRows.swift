/// Rows of lists: standing things as they are declared, with what only the books know.

import Registry
import Units

extension Row {
    package enum Entity: Hashable, Sendable {
        case organisation(SiteOrganisation)
        case user(User)
        /// Without its allocations, which are a list of their own.
        case project(SiteProject)
        case cluster(SiteCluster)
        case resource(SiteResource)
        case rate(Rate)
        case allocation(Allocation)
        case member(Use)
    }

    /// An allocation without its members.
    package struct Allocation: Hashable, Sendable {
        package var project: String
        package var declared: SiteAllocation
        /// What counts: the project's status and its own together.
        package var effective: Status

        package init(project: String, declared: SiteAllocation, effective: Status) {
            (self.project, self.declared, self.effective) = (project, declared, effective)
        }
    }

    /// What a user may and did use of an allocation.
    package struct Use: Hashable, Sendable {
        package var project: String
        package var allocation: String
        package var user: String
        /// nil: by Slurm's associations alone.
        package var membership: SiteMember?
        /// What counts: all three levels' status together.
        package var effective: Status
        /// Held and charged, less refunded.
        package var used: ServiceUnits

        package init(
            project: String, allocation: String, user: String, membership: SiteMember?,
            effective: Status, used: ServiceUnits
        ) {
            (self.project, self.allocation, self.user) = (project, allocation, user)
            (self.membership, self.effective, self.used) = (membership, effective, used)
        }
    }

    package struct User: Hashable, Sendable {
        package var known: SiteUser
        /// The projects it leads.
        package var leads: [String]
        package var uses: [Use]

        package init(known: SiteUser, leads: [String] = [], uses: [Use] = []) {
            (self.known, self.leads, self.uses) = (known, leads, uses)
        }
    }

    /// One version of a rate.
    package struct Rate: Hashable, Sendable {
        package var resource: String
        package var suPerHour: Rational
        package var window: Interval
        /// When it was set.
        package var recordedAt: Instant
        package var isSuperseded: Bool
        /// Who set it, or superseded it where it is, when and why; for operators.
        package var changedBy: String?
        package var changedAt: Instant?
        package var reason: String?

        package init(
            resource: String, suPerHour: Rational, window: Interval, recordedAt: Instant,
            isSuperseded: Bool
        ) {
            (self.resource, self.suPerHour, self.window) = (resource, suPerHour, window)
            (self.recordedAt, self.isSuperseded) = (recordedAt, isSuperseded)
        }
    }
}

extension Row {
    /// What one entry changed of one thing.
    package struct Diff: Hashable, Sendable {
        package var seq: Int64
        package var recordedAt: Instant
        package var effectiveAt: Instant
        /// A user's name, `uid:N` where it has none, or `clock`, `collector`.
        package var actor: String
        /// The ledger's word for it: `registered`, `granted`, …
        package var kind: String
        /// `project`, `allocation`, `member`, `account`, `lot`.
        package var what: String
        package var name: String
        package var changes: [FieldChange]
        package var reason: String?

        package init(
            seq: Int64, recordedAt: Instant, effectiveAt: Instant, actor: String, kind: String,
            what: String, name: String, changes: [FieldChange], reason: String? = nil
        ) {
            (self.seq, self.recordedAt, self.effectiveAt) = (seq, recordedAt, effectiveAt)
            (self.actor, self.kind, self.what, self.name) = (actor, kind, what, name)
            (self.changes, self.reason) = (changes, reason)
        }
    }
}
