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

    /// One factor at most for a QOS or partition at a time; one that names its cluster goes before
    /// one for all, so those two may overlap.
    private func checkFactorWindows() {
        checkNoOverlap(factors, kind: "factor", window: \.window) { a, b in
            a.subject == b.subject && a.cluster == b.cluster
        }
    }

    /// A rate with any QOS's and any partition's factor keeps within what is computed exactly
    /// (money.md 1.2), whenever and wherever they hold: windows and scopes may change later.
    private func checkEffectiveRates() {
        for (index, row) in factors.enumerated() {
            let company = factors[..<index].map(\.value)
                .filter { !isSameKind($0.subject, row.value.subject) }.map(\.factor)
            let bad = resources.first { resource in
                (company + [.one]).contains { other in
                    resource.value.rates.contains {
                        exceedsBounds($0.suPerHour, row.value.factor, other)
                    }
                }
            }
            guard let bad else { continue }
            row.table.problem(.rateTimesFactors(resource: bad.value.name), at: "factor")
        }
    }
}

private func exceedsBounds(_ rate: Rational, _ a: Rational, _ b: Rational) -> Bool {
    (try? rate.multiplied(by: a).multiplied(by: b)) == nil
}

private func isSameKind(_ a: FactorSubject, _ b: FactorSubject) -> Bool {
    switch (a, b) {
    case (.qos, .qos), (.partition, .partition): true
    default: false
    }
}
