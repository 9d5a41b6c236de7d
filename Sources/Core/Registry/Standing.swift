/// Whether a user may use an allocation: the AND of three levels' status and windows.

import Rates
import Units

/// The level that says no.
package enum Level: String, Hashable, Sendable {
    case project, allocation, membership
}

package enum StandingProblem: Error, Hashable, Sendable {
    case inactive(Level, Status)
    /// The window has not begun, or ends at `until`, before what was asked for.
    case outsideWindow(Level, Interval)
    case notAMember
}

extension Registry {
    /// Computed whenever it is asked for, never cascaded (money.md 2.7).
    ///
    /// - Parameters:
    ///   - span: what must lie within the windows: now … now + limit, or only the moment.
    ///   - isAssociated: whether Slurm has an association of the user with the account.
    package func checkStanding(
        of user: UserID, in allocation: Allocation, over span: Interval, isAssociated: Bool
    ) throws(StandingProblem) {
        if let project = projects[allocation.project], project.status != .active {
            throw .inactive(.project, project.status)
        }
        guard allocation.status == .active else {
            throw .inactive(.allocation, allocation.status)
        }
        let membership = memberships[.init(allocation.id, user)]
        switch (membership, allocation.membersPolicy) {
        case (nil, .listed): throw .notAMember
        case (nil, .associations) where !isAssociated: throw .notAMember
        default: break
        }
        if let membership, membership.status != .active {
            throw .inactive(.membership, membership.status)
        }
        let needed = allocation.windowPolicy == .whole ? span : span.firstSecond
        guard allocation.window.contains(needed) else {
            throw .outsideWindow(.allocation, allocation.window)
        }
        if let window = membership?.window, !window.contains(needed) {
            throw .outsideWindow(.membership, window)
        }
    }

    /// What counts of an allocation: the worse of its own status and its project's.
    package func effectiveStatus(of allocation: Allocation) -> Status {
        .worst(of: [allocation.status, projects[allocation.project]?.status ?? .active])
    }

    /// What counts of a member: all three levels. Without a row of ours the other two.
    package func effectiveStatus(
        of membership: Membership?, in allocation: Allocation
    ) -> Status {
        .worst(of: [membership?.status ?? .active, effectiveStatus(of: allocation)])
    }

    /// The allocation of `project` that pays on `cluster` at `instant`.
    ///
    /// Of those that cover all of `resources` (else of all), the one whose window holds the
    /// instant, ACTIVE first; else the latest ended; else the first to come. Never a DELETED one.
    package func allocation(
        of project: ProjectID, on cluster: String, at instant: Instant,
        covering resources: Set<ResourceID> = []
    ) -> Allocation? {
        // One look at each, and no list of them: a history asks this for every run.
        var best: (allocation: Allocation, rank: (Int, Int, Int64))?
        for id in allocationIDs(of: project) {
            guard let allocation = allocations[id], allocation.status != .deleted,
                allocation.clusters.contains(cluster)
            else { continue }
            let rank = allocation.rank(at: instant, covering: resources)
            if best.map({ rank > $0.rank }) ?? true { best = (allocation, rank) }
        }
        return best?.allocation
    }
}

extension Allocation {
    /// How well it is placed to pay, the more the better: whether it covers all; how it stands at the
    /// instant; and by when it ended, or how soon it begins.
    fileprivate func rank(
        at instant: Instant, covering resources: Set<ResourceID>
    ) -> (Int, Int, Int64) {
        let covering = resources.allSatisfy(covers) ? 1 : 0
        if window.contains(instant) { return (covering, status == .active ? 3 : 2, 0) }
        let hasEnded = window.end <= instant
        return hasEnded
            ? (covering, 1, window.end.epochSeconds) : (covering, 0, -window.start.epochSeconds)
    }
}

extension Status {
    fileprivate static func worst(of levels: [Status]) -> Status {
        levels.contains(.deleted) ? .deleted : levels.contains(.inactive) ? .inactive : .active
    }
}

extension Interval {
    /// The first second alone.
    package var firstSecond: Interval {
        Interval(start: start, end: start.advanced(bySeconds: 1)) ?? self
    }
}
