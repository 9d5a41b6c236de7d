/// How long an allocation's credit lasts for a steady footprint; asked, never recorded.

import Ledger
import Rates
import Registry
import Units

package struct DeadlineRequest: Hashable, Sendable {
    package var allocation: String
    /// nil: the allocation's only one.
    package var cluster: String?
    package var footprint: TRESCounts
    package var partition: String?
    package var qos: String?
    /// nil: now.
    package var from: Instant?

    package init(
        allocation: String, cluster: String? = nil, footprint: TRESCounts,
        partition: String? = nil, qos: String? = nil, from: Instant? = nil
    ) {
        (self.allocation, self.cluster, self.footprint) = (allocation, cluster, footprint)
        (self.partition, self.qos, self.from) = (partition, qos, from)
    }
}

extension Registry {
    /// Where the footprint would be charged, and from when: refused where it could not be.
    ///
    /// Rates are those of a hold: the last one goes on (money.md 1.6), each line is rounded up.
    package func deadline(
        _ request: DeadlineRequest, of pool: Pool, card: RateCard, at now: Instant
    ) throws(Refusal) -> Deadline {
        let allocation = try livingAllocation(
            named: request.allocation, suggesting: false)
        let cluster = try cluster(of: request, in: allocation)
        let start = max(request.from ?? now, now)
        guard allocation.window.contains(start) else {
            throw .outsideWindow(
                level: .allocation, name: allocation.name, window: allocation.window,
                fitsSeconds: nil)
        }
        guard request.footprint.sorted.contains(where: { $0.count > 0 }),
            request.footprint.sorted.allSatisfy({ $0.count >= 0 })
        else { throw .invalid("a footprint has more than nothing, such as cpu=64,mem=256G.") }
        for name in request.footprint.names where !name.isRateable {
            throw .invalid("\(name) is no TRES that can be rated; write \(TRESName.forms).")
        }
        var pricer = Pricer(card)
        let costs = { (pricer: inout Pricer, until: Instant) -> HoldCost in
            pricer.cost(
                of: request.footprint, cluster: cluster, partition: request.partition ?? "",
                qos: request.qos, over: Interval(start: start, end: until) ?? start.second)
        }
        let first = costs(&pricer, start.second.end)
        if let missing = first.touched.first(where: { !allocation.covers($0) }) {
            throw notCovered(missing, by: allocation, on: cluster)
        }
        if let unpriced = first.unpriced.first(where: { $0.reason == .noRate }) {
            throw .noRate(resource: rateBook.resources[unpriced.resource]?.name ?? "a resource")
        }
        let rules = (pullbacks[allocation.id] ?? [:]).values
            .filter { $0.state == .pending && start <= $0.key.at }
        return pool.deadline(
            from: start, within: allocation.window,
            pullbacks: Dictionary(uniqueKeysWithValues: rules.map { ($0.key.at, $0.keep) })
        ) { until in
            let cost = costs(&pricer, until)
            return cost.unpriced.isEmpty ? cost.totalMicroSU : nil
        }
    }

    private func cluster(
        of request: DeadlineRequest, in allocation: Allocation
    ) throws(Refusal) -> String {
        if let named = request.cluster {
            guard allocation.clusters.contains(named) else {
                throw .invalid("allocation \(allocation.name) has no cluster \(named).")
            }
            return named
        }
        guard allocation.clusters.count == 1, let only = allocation.clusters.first else {
            let clusters = allocation.clusters.sorted().joined(separator: " and ")
            throw .invalid(
                "allocation \(allocation.name) is of \(clusters); name one with --cluster.")
        }
        return only
    }
}

extension Instant {
    fileprivate var second: Interval { Interval(start: self, end: advanced(bySeconds: 1))! }
}
