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

/// Runs without a row, one after another by their ends, for as long as no row ends among them.
///
/// A gap may begin in one window and end windows later. So what reaches a window's end stays open until a
/// row ends, or there are no more windows; and as it may be a million runs long, of more than a few
/// only their number, both ends and their sum are kept.
package struct MissingStretch: Hashable, Sendable {
    package let first: Instant
    package private(set) var last: Instant
    package private(set) var count: Int64 = 0
    package private(set) var charged = ServiceUnits.zero
    /// All of them while they are too few for a gap, then none.
    package private(set) var few: [Run] = []

    package init(of run: Run, at end: Instant) {
        (first, last) = (end, end)
        append(run, at: end)
    }

    /// One that was kept: what was too few for a gap is given run by run.
    package init(
        count: Int64, first: Instant, last: Instant, charged: ServiceUnits
    ) {
        precondition(count >= gapLeastRuns)
        (self.count, self.first, self.last, self.charged) = (count, first, last, charged)
    }

    package mutating func append(_ run: Run, at end: Instant) {
        count += 1
        last = end
        charged += run.charged
        if count < gapLeastRuns { few.append(run) } else { few = [] }
    }

    /// One finding for a gap, one a run for fewer.
    package func findings(_ comparing: Comparing) -> [Finding] {
        guard count >= gapLeastRuns else { return few.compactMap(comparing.missing) }
        var gap = Finding(
            .gap, job: "",
            "slurmdbd has no row of \(count) runs that ended from \(first) to \(last); "
                + "what they were charged stands")
        gap.at = first
        gap.before = charged
        gap.remedy =
            "sacct -aXD -S \(first.epochSeconds) -E \(last.epochSeconds); restore what was purged "
            + "or lost, or atoll settle JOB for each"
        return [gap]
    }
}

/// The runs without a row of one window.
///
/// - Parameter stretch: open from the windows before; what reaches the end of this one is left in it.
package func missingRows(
    among endings: [Ending], after stretch: inout MissingStretch?, _ comparing: Comparing
) -> [Finding] {
    var found: [Finding] = []
    // An ending is large, and there are as many as the window has runs: places are sorted, not they.
    let order = endings.indices
        .map { (at: endings[$0].at, run: endings[$0].missing?.id.number ?? 0, place: $0) }
        .sorted { ($0.at, $0.run, $0.place) < ($1.at, $1.run, $1.place) }
    for (_, _, place) in order {
        let ending = endings[place]
        guard let run = ending.missing else {
            found += stretch?.findings(comparing) ?? []
            stretch = nil
            continue
        }
        guard comparing.missing(run) != nil else { continue }
        if stretch == nil {
            stretch = MissingStretch(of: run, at: ending.at)
        } else {
            stretch?.append(run, at: ending.at)
        }
    }
    return found
}
