/// What was used, and what it comes to.

import Units

/// One run's use of a cluster: TRES × (elapsed − suspended).
package struct Usage: Hashable, Sendable {
    package var cluster: String
    package var partition: String
    package var qos: String?
    /// What was allocated, in base units.
    package var counts: TRESCounts
    package var interval: Interval
    /// Seconds of the interval that were suspended, the observed ones among them.
    package var suspendedSeconds: Int64
    /// Suspensions whose time is known; they place their seconds.
    package var suspensions: [Interval]

    package init(
        cluster: String, partition: String, qos: String?, counts: TRESCounts, interval: Interval,
        suspendedSeconds: Int64 = 0, suspensions: [Interval] = []
    ) {
        (self.cluster, self.partition, self.qos) = (cluster, partition, qos)
        (self.counts, self.interval) = (counts, interval)
        (self.suspendedSeconds, self.suspensions) = (suspendedSeconds, suspensions)
    }
}

/// One run × one resource × one segment of constant rate version, factors and footprint; rounded
/// half-even once (money.md 1.4).
package struct Line: Hashable, Sendable {
    package let resource: ResourceID
    package let rate: RateID
    /// From the segment's first second to its last; `seconds` of it were used.
    package let interval: Interval
    /// Base units: MiB of memory, ones of everything else.
    package let count: Int64
    package let seconds: Int64
    package let amount: ServiceUnits

    package init(
        resource: ResourceID, rate: RateID, interval: Interval, count: Int64, seconds: Int64,
        amount: ServiceUnits
    ) {
        (self.resource, self.rate, self.interval) = (resource, rate, interval)
        (self.count, self.seconds, self.amount) = (count, seconds, amount)
    }

    /// The raw amount: base units × seconds; within 4·10¹⁹ by the bounds, so nil beyond 64 bits.
    package var unitSeconds: Int64? {
        let (product, overflow) = count.multipliedReportingOverflow(by: seconds)
        return overflow ? nil : product
    }
}

/// Usage of a rated resource that has no price: recorded raw, shown by every report.
package struct Unrated: Hashable, Sendable {
    package enum Reason: String, Hashable, Sendable {
        case noRate = "no rate"
        case tooLarge = "too large"
    }
    package let tres: TRESName
    package let resource: ResourceID
    package let interval: Interval
    package let count: Int64
    package let seconds: Int64
    package let reason: Reason
}

package struct Pricing: Hashable, Sendable {
    package var lines: [Line]
    package var unrated: [Unrated]

    package init(lines: [Line], unrated: [Unrated]) {
        (self.lines, self.unrated) = (lines, unrated)
    }

    /// The sum of the lines in micro-SU.
    package var totalMicroSU: Int128 { lines.reduce(0) { $0 + Int128($1.amount.microSU) } }
}

/// What a footprint costs over a span: for holds, each line rounded up.
package struct HoldCost: Hashable, Sendable {
    /// nil where it is beyond what can be accounted for.
    package var amount: ServiceUnits?
    package var lines: [Line]
    /// The resources that rate some of it.
    package var resources: [ResourceID]
    /// Those of them without a rate for some of the span.
    package var withoutRate: [ResourceID]
}
