/// What a run was charged for each resource, as its postings tell.

import Ledger
import Rates
import Units

extension [ResourceID: ServiceUnits] {
    /// In sum what the run says: where a later charge was lower than what was refunded, the postings come
    /// to more than the run by what could not go back.
    func lowered(to charged: ServiceUnits) -> Self {
        var sums = self
        var excess = values.reduce(.zero, +) - charged
        for (resource, amount) in sorted(by: { $0.key < $1.key }) where excess > .zero {
            let part = Swift.min(amount, excess)
            sums[resource] = amount - part
            excess -= part
        }
        return sums
    }
}
