/// What a usage costs: lines, each rounded once, and what could not be priced.

import Units

/// One run × one resource × one segment of constant rate, factors and footprint (money.md 1.4).
package struct Line: Hashable, Sendable {
    package let resource: ResourceID
    package let rate: RateID
    package let qosFactor: FactorID?
    package let partitionFactor: FactorID?
    /// By the wall clock, suspensions included.
    package let interval: Interval
    /// Base units: MiB of memory, ones of everything else.
    package let count: Int64
    /// Seconds used within `interval`, suspensions left out; more than 0.
    package let seconds: Int64
    /// Half-even for a charge, up for a hold.
    package let amount: ServiceUnits

    package init(
        resource: ResourceID, rate: RateID, qosFactor: FactorID?, partitionFactor: FactorID?,
        interval: Interval, count: Int64, seconds: Int64, amount: ServiceUnits
    ) {
        (self.resource, self.rate, self.qosFactor) = (resource, rate, qosFactor)
        (self.partitionFactor, self.interval) = (partitionFactor, interval)
        (self.count, self.seconds, self.amount) = (count, seconds, amount)
    }

    /// Base units × seconds; passes 64 bits within the bounds, so it is not kept as one number.
    package var raw: Int128 { Int128(count) * Int128(seconds) }
}

/// Usage that a resource rates but that has no price: recorded raw and shown by every report.
package struct Unrated: Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// No rate of the resource was in force.
        case noRate
        /// Beyond 10¹⁰ base units, 4·10⁹ seconds or 10¹⁸ micro-SU (money.md 1.2).
        case tooLarge
    }

    package let tres: TRESName
    package let resource: ResourceID
    package let interval: Interval
    package let count: Int64
    package let seconds: Int64
    package let reason: Reason

    package init(
        tres: TRESName, resource: ResourceID, interval: Interval, count: Int64, seconds: Int64,
        reason: Reason
    ) {
        (self.tres, self.resource, self.interval) = (tres, resource, interval)
        (self.count, self.seconds, self.reason) = (count, seconds, reason)
    }

    /// Base units × seconds.
    package var raw: Int128 { Int128(count) * Int128(seconds) }
}

/// A usage's price.
package struct Pricing: Hashable, Sendable {
    /// `sum`: by resource name, then time. `max`: by time.
    package let lines: [Line]
    package let unrated: [Unrated]
    /// Suspended seconds that were spread over several segments because nobody saw where they
    /// lay; such a run is listed (money.md 1.5).
    package let spreadSeconds: Int64

    package init(lines: [Line], unrated: [Unrated] = [], spreadSeconds: Int64 = 0) {
        (self.lines, self.unrated, self.spreadSeconds) = (lines, unrated, spreadSeconds)
    }

    /// Sum of the lines in micro-SU.
    package var totalMicroSU: Int128 { lines.reduce(0) { $0 + Int128($1.amount.microSU) } }
    /// The same; nil where it does not fit 64 bits.
    package var total: ServiceUnits? { ServiceUnits(exactly: totalMicroSU) }
}

/// What a hold has to set aside.
package struct HoldCost: Hashable, Sendable {
    /// Each rounded up.
    package let lines: [Line]
    /// Any here and the amount is not the whole cost: admission refuses, by the resource's name.
    package let unpriced: [Unrated]
    /// Every resource that rates some of it, by number: what coverage has to be checked for.
    package let touched: [ResourceID]

    /// Sum of the lines in micro-SU.
    package var totalMicroSU: Int128 { lines.reduce(0) { $0 + Int128($1.amount.microSU) } }
    /// The whole cost; nil where some of it has no price or it does not fit 64 bits.
    package var total: ServiceUnits? {
        unpriced.isEmpty ? ServiceUnits(exactly: totalMicroSU) : nil
    }
}
