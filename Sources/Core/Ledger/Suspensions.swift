/// Where a run's suspended seconds lie, as far as somebody saw it (money.md 1.5).

import Units

/// The last suspend or resume of a run, as its provider shows it while the run goes on.
package struct SuspensionSight: Hashable, Sendable {
    /// Whether it was suspended at `at`, or resumed.
    package var isSuspended: Bool
    package var at: Instant
    /// Seconds that it ran, from its start to the last suspend.
    package var ranSeconds: Int64

    package init(isSuspended: Bool, at: Instant, ranSeconds: Int64) {
        (self.isSuspended, self.at, self.ranSeconds) = (isSuspended, at, ranSeconds)
    }
}

package struct Suspensions: Hashable, Sendable {
    /// Those that are over: in order, without overlaps.
    package private(set) var intervals: [Interval]
    /// Since when it has been suspended; nil: it runs.
    package private(set) var since: Instant?

    package static let none = Suspensions()

    package init(intervals: [Interval] = [], since: Instant? = nil) {
        (self.intervals, self.since) = (intervals, since)
    }

    package var isEmpty: Bool { intervals.isEmpty && since == nil }
    /// Suspended seconds of those that are over.
    package var seconds: Int64 { intervals.reduce(0) { $0 + $1.seconds } }

    /// All of them, the one that goes on cut at `end`.
    package func intervals(until end: Instant) -> [Interval] {
        intervals + [since.flatMap { Interval(start: $0, end: end) }].compactMap { $0 }
    }

    /// Adds what a sight tells of a run that began at `start`; an older one tells nothing new.
    ///
    /// The provider tells of the last suspend or resume and of the seconds run before it, so a
    /// suspension is placed even where its beginning or its end was not seen. Of several between two
    /// looks only the sum is known: what can't be placed stays for pricing to spread.
    package mutating func take(_ sight: SuspensionSight, ofRunFrom start: Instant) {
        let known = since ?? intervals.last?.end ?? start
        guard sight.at >= known else { return }
        let suspendedBefore = sight.at.seconds(since: start) - sight.ranSeconds
        let missing = max(suspendedBefore - seconds, 0)
        if let begun = since {
            guard sight.at > begun else {
                // Suspended and resumed in one second, or seen once more.
                if !sight.isSuspended { since = nil }
                return
            }
            add(from: begun, to: min(begun.advanced(bySeconds: missing), sight.at))
        } else if !sight.isSuspended {
            add(from: max(sight.at.advanced(bySeconds: -missing), known), to: sight.at)
        }
        since = sight.isSuspended ? sight.at : nil
    }

    private mutating func add(from start: Instant, to end: Instant) {
        guard end > start, let interval = Interval(start: start, end: end) else { return }
        intervals.append(interval)
    }
}
