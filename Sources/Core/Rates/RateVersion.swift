/// Rates and factors as they were set: never edited, only superseded (money.md 1.3).

import Units

/// One version of one rate.
package struct RateID: Hashable, Comparable, Sendable {
    package let number: Int64
    package init(_ number: Int64) { self.number = number }
    package static func < (a: Self, b: Self) -> Bool { a.number < b.number }
}

/// What a resource costs in a window.
package struct RateVersion: Hashable, Sendable {
    package let id: RateID
    package var resource: ResourceID
    /// Half-open, UTC; one resource's windows in one card may not overlap.
    package var window: Interval
    /// SU for one unit during one hour; memory: one GiB.
    package var suPerHour: Rational
    package var recordedAt: Instant

    package init(
        id: RateID, resource: ResourceID, window: Interval, suPerHour: Rational,
        recordedAt: Instant
    ) {
        (self.id, self.resource, self.window) = (id, resource, window)
        (self.suPerHour, self.recordedAt) = (suPerHour, recordedAt)
    }
}

/// One version of one factor.
package struct FactorID: Hashable, Comparable, Sendable {
    package let number: Int64
    package init(_ number: Int64) { self.number = number }
    package static func < (a: Self, b: Self) -> Bool { a.number < b.number }
}

/// Whose jobs a factor multiplies the rates of.
package enum FactorSubject: Hashable, Sendable {
    case qos(String)
    case partition(String)
}

/// A multiplier on every rate for a QOS or a partition in a window; outside of it the factor is 1.
package struct FactorVersion: Hashable, Sendable {
    package let id: FactorID
    package var subject: FactorSubject
    /// nil: on every cluster.
    package var cluster: String?
    package var factor: Rational
    /// Half-open, UTC; one subject's windows in one card may not overlap on one cluster.
    package var window: Interval
    package var recordedAt: Instant

    package init(
        id: FactorID, subject: FactorSubject, cluster: String?, factor: Rational,
        window: Interval, recordedAt: Instant
    ) {
        (self.id, self.subject, self.cluster) = (id, subject, cluster)
        (self.factor, self.window, self.recordedAt) = (factor, window, recordedAt)
    }
}
