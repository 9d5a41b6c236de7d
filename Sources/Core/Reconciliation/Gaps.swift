/// Gaps in slurmdbd: many runs in a row that only the books have.

import Ledger
import Units

/// One run by its end, with or without a row in slurmdbd.
package struct Ending: Hashable, Sendable {
    package let at: Instant
    /// nil: it has a row.
    package let missing: Run?

    package init(at: Instant, missing: Run?) { (self.at, self.missing) = (at, missing) }
}

/// So many runs in a row are no accident.
package let gapLeastRuns = 5

/// The runs without a row: stretches of `gapLeastRuns` and more in which no row ends as one finding
/// each, the others alone.
package func missingRows(
    among endings: [Ending], _ comparing: Comparing
) -> [Finding] {
    var found: [Finding] = []
    var stretch: [Run] = []
    func close() {
        defer { stretch = [] }
        guard stretch.count >= gapLeastRuns, let first = stretch.first?.end,
            let last = stretch.last?.end
        else {
            found += stretch.compactMap(comparing.missing)
            return
        }
        var gap = Finding(
            .gap, job: "",
            "slurmdbd has no row of \(stretch.count) runs that ended from \(first) to \(last); "
                + "what they were charged stands")
        gap.at = first
        gap.before = stretch.reduce(.zero) { $0 + $1.charged }
        gap.remedy =
            "sacct -aXD -S \(first.epochSeconds) -E \(last.epochSeconds); restore what was purged "
            + "or lost, or atoll settle JOB for each"
        found.append(gap)
    }
    for ending in endings.sorted(by: {
        ($0.at, $0.missing?.id.number ?? 0) < ($1.at, $1.missing?.id.number ?? 0)
    }) {
        if let run = ending.missing {
            if comparing.missing(run) != nil { stretch.append(run) }
        } else {
            close()
        }
    }
    close()
    return found
}
