/// Rates and factors against each other: no job rated twice over, nothing beyond exact arithmetic.

import Rates
import Registry
import Units

extension SiteDraft {
    func checkRates() {
        checkResources()
        checkFactorWindows()
        checkEffectiveRates()
    }

    /// Of two resources that count the same TRES, one has to be narrower where both apply.
    private func checkResources() {
        for (index, row) in resources.enumerated() {
            for earlier in resources[..<index]
            where row.value.tres == earlier.value.tres && row.value.name != earlier.value.name
                && row.value.scope.isAsNarrow(as: earlier.value.scope)
            {
                row.table.problem(
                    .resourceOverlap(
                        other: earlier.value.name, line: earlier.table.line, tres: row.value.tres),
                    at: "tres")
            }
        }
    }

    /// One factor at most for a QOS or partition at a time; one for all clusters counts for each.
    private func checkFactorWindows() {
        checkNoOverlap(factors, kind: "factor", window: \.window) { a, b in
            a.subject == b.subject && meet(a.cluster, b.cluster)
        }
    }

    /// A rate with its factors has to keep within what is computed exactly (money.md 1.2).
    private func checkEffectiveRates() {
        for (index, factor) in factors.enumerated() {
            let others = factors[..<index].filter { other in
                meet(other.value.cluster, factor.value.cluster)
                    && !isSameKind(other.value.subject, factor.value.subject)
            }
            var alone = factor.value
            alone.factor = .one
            let company = others.map(\.value) + [alone]
            let bad = resources.first { resource in
                company.contains { exceeds(resource.value, factor.value, $0) }
            }
            guard let bad else { continue }
            factor.table.problem(.rateTimesFactors(resource: bad.value.name), at: "factor")
        }
    }

    private func exceeds(_ resource: SiteResource, _ a: SiteFactor, _ b: SiteFactor) -> Bool {
        let applies = [a.cluster, b.cluster].allSatisfy { cluster in
            guard let cluster, let clusters = resource.scope.clusters else { return true }
            return clusters.contains(cluster)
        }
        guard applies, let window = a.window.intersection(b.window) else { return false }
        return resource.rates.contains { rate in
            guard rate.window.overlaps(window) else { return false }
            guard let once = try? rate.suPerHour.multiplied(by: a.factor) else { return true }
            return (try? once.multiplied(by: b.factor)) == nil
        }
    }
}

/// Whether two cluster names, nil for every cluster, can mean the same one.
private func meet(_ a: String?, _ b: String?) -> Bool { a == nil || b == nil || a == b }

private func isSameKind(_ a: FactorSubject, _ b: FactorSubject) -> Bool {
    switch (a, b) {
    case (.qos, .qos), (.partition, .partition): true
    default: false
    }
}
