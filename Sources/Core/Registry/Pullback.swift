/// A rule that takes unused credit back at a date, once.

import Units

package struct Pullback: Hashable, Sendable {
    package struct Key: Hashable, Sendable {
        package let allocation: AllocationID
        package let at: Instant
        package init(_ allocation: AllocationID, at: Instant) {
            (self.allocation, self.at) = (allocation, at)
        }
    }

    package enum State: String, Hashable, Sendable {
        case pending
        /// Carried out, or its date was past when it was declared.
        case done
        /// Taken back before its date; it may be set again.
        case dropped
    }

    package let key: Key
    /// What of the credit in open lots stays; what is unused beyond it is withdrawn.
    package var keep: Rational
    package var state: State

    package init(key: Key, keep: Rational, state: State = .pending) {
        (self.key, self.keep, self.state) = (key, keep, state)
    }

    /// `50%`, or `1/3` where no percentage is exact.
    package static func text(ofKept keep: Rational) -> String {
        guard let hundred = try? Rational(100, over: 1),
            let percent = try? keep.multiplied(by: hundred), !percent.description.contains("/")
        else { return keep.description }
        return "\(percent)%"
    }
}

/// As a site file declares it.
package struct SitePullback: Hashable, Sendable {
    package var at: Instant
    package var keep: Rational

    package init(at: Instant, keep: Rational) { (self.at, self.keep) = (at, keep) }
}

extension Registry {
    /// The pull-backs of an allocation whose date has come.
    package func duePullbacks(of allocation: AllocationID, at now: Instant) -> [Pullback] {
        (pullbacks[allocation] ?? [:]).values
            .filter { $0.state == .pending && $0.key.at <= now }
            .sorted { $0.key.at < $1.key.at }
    }
}
