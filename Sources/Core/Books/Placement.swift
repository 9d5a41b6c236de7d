/// Where usage is to be placed: its project, its price, and the allocation that pays.

import Rates
import Registry
import Units

package struct Placement: Hashable, Sendable {
    package var allocation: Allocation
    package var partition: String
    package var footprint: TRESCounts
    /// What one task costs over the span asked about, rounded up.
    package var costPerTask: ServiceUnits
    /// How `costPerTask` comes about.
    package var lines: [Line]

    package init(
        allocation: Allocation, partition: String, footprint: TRESCounts,
        costPerTask: ServiceUnits, lines: [Line]
    ) {
        (self.allocation, self.partition) = (allocation, partition)
        (self.footprint, self.costPerTask, self.lines) = (footprint, costPerTask, lines)
    }
}

extension Registry {
    /// Places a submission: the dearest of its options, in the allocation that covers it.
    ///
    /// - Parameter pricer: of the card in force; it looks up each partition and QOS but once.
    package func place(
        _ admission: Admission, pricer: inout Pricer, at now: Instant
    ) throws(Refusal) -> Placement {
        guard let project = project(ofAccountLineage: admission.accountLineage) else {
            throw .unknownAccount(admission.accountLineage.first ?? "(none)")
        }
        let span = admission.span(from: now)
        var dearest: (option: Admission.Option, cost: HoldCost, amount: ServiceUnits)?
        for option in admission.options {
            let cost = pricer.cost(
                of: option.footprint, cluster: admission.cluster, partition: option.partition,
                qos: admission.qos, over: span)
            let amount = try priced(cost)
            if dearest.map({ amount > $0.amount }) ?? true { dearest = (option, cost, amount) }
        }
        guard let dearest else { throw .invalid("the submission names no partition to price.") }
        guard
            let allocation = allocation(
                of: project.id, on: admission.cluster, at: span.start,
                covering: Set(dearest.cost.touched))
        else { throw .noAllocation(project: project.name, cluster: admission.cluster) }
        if let missing = dearest.cost.touched.first(where: { !allocation.covers($0) }) {
            throw notCovered(missing, by: allocation, on: admission.cluster)
        }
        return Placement(
            allocation: allocation, partition: dearest.option.partition,
            footprint: dearest.option.footprint, costPerTask: dearest.amount,
            lines: dearest.cost.lines)
    }

    /// Where a job that nobody held credit for belongs (money.md 2.6); nil: unplaced.
    package func placeUnheld(
        accountLineage: [String], cluster: String, touching resources: [ResourceID],
        at start: Instant
    ) -> Allocation? {
        project(ofAccountLineage: accountLineage).flatMap {
            allocation(of: $0.id, on: cluster, at: start, covering: Set(resources))
        }
    }

    /// Names the allocation of the same project that covers it, where there is one.
    func notCovered(
        _ missing: ResourceID, by allocation: Allocation, on cluster: String
    ) -> Refusal {
        let other = allocations(of: allocation.project).filter { it in
            it.status != .deleted && it.clusters.contains(cluster) && it.covers(missing)
        }.map(\.name).min()
        return .notCovered(
            resource: rateBook.resources[missing]?.name ?? "a resource",
            allocation: allocation.name, other: other)
    }

    func priced(_ cost: HoldCost) throws(Refusal) -> ServiceUnits {
        if let unpriced = cost.unpriced.first(where: { $0.reason == .noRate }) {
            throw .noRate(resource: rateBook.resources[unpriced.resource]?.name ?? "a resource")
        }
        guard let amount = cost.total else { throw .tooLarge("the cost of this job") }
        return amount
    }
}

extension Admission {
    /// now (or `--begin`) … and the time limit on.
    package func span(from now: Instant) -> Interval {
        let start = max(begin ?? now, now)
        return Interval(start: start, end: start.advanced(bySeconds: max(timeLimitSeconds, 1)))!
    }
}
