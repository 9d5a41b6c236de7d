/// What a row counts for beside a cutover: nothing before it, but for what was imported.

import Books
import Ledger
import Reconciliation
import Store
import Units

extension ReconcileDesk {
    private var cutover: Instant? { observing.policy.cutovers[pass.cluster] }

    /// A row that was over before the cutover, cut to no length, as what was seen of the run is.
    ///
    /// A run that was imported began before the cutover, too, and has its whole length in the books:
    /// it is compared as a whole.
    func counted(_ row: Recorded, for run: Run) -> Recorded {
        guard let cutover, let end = row.facts.end, end <= cutover else { return row }
        guard run.state == .running || run.isBeforeCutover || run.start >= cutover else {
            return row
        }
        // A row of no length says nothing, on whichever side of the cutover it lies.
        guard run.isBeforeCutover || end > row.facts.start else { return row }
        var row = row
        row.facts.clip(to: cutover)
        return row
    }
}
