/// When the next poll is due: the interval, what slurmctld can bear, nudges, and pauses after failures.

import Foundation

/// `@unchecked Sendable`: every access to the state is inside `condition`.
final class WatchTimer: @unchecked Sendable {
    private let condition = NSCondition()
    private let pollSeconds: Double
    private let share: Double
    private var isNudged = false
    private var isStopped = false
    private var failures = 0
    /// Longest pause after failures.
    static let longestPauseSeconds = 300.0
    static let betweenNudgesSeconds = 1.0

    init(pollSeconds: Int, share: Double) {
        (self.pollSeconds, self.share) = (Double(pollSeconds), share)
    }

    func nudge() {
        condition.lock()
        defer { condition.unlock() }
        isNudged = true
        condition.broadcast()
    }

    func stop() {
        condition.lock()
        defer { condition.unlock() }
        isStopped = true
        condition.broadcast()
    }

    /// Waits for the next poll; false when there is none any more.
    ///
    /// - Parameter spentSeconds: how long the last poll was in slurmctld.
    func waitForNext(spentSeconds: Double, failed: Bool) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        failures = failed ? failures + 1 : 0
        // At most `share` of all time: even a nudge waits for that.
        let least = max(Self.betweenNudgesSeconds, spentSeconds * (1 / share - 1))
        let backoff = pollSeconds * Double(1 << min(failures, 8))
        let most = failed ? min(backoff, Self.longestPauseSeconds) : pollSeconds
        let begun = Date()
        let earliest = begun.addingTimeInterval(failed ? min(most, max(least, pollSeconds)) : least)
        let latest = begun.addingTimeInterval(max(most, least))
        while !isStopped {
            let now = Date()
            if now >= latest || (isNudged && now >= earliest) { break }
            let next = isNudged ? earliest : latest
            _ = condition.wait(until: next)
        }
        isNudged = false
        return !isStopped
    }
}
