/// What slurmdbd purges (`PurgeJobAfter`) nobody can compare: what was charged for it stands, and a pass
/// says so where that has kept anything from it.

import Ledger
import Reconciliation
import Units

struct PurgedPast {
    private let purgeAfter: PurgeSpan?
    /// What was submitted before may be gone. Without a purge: the beginning of time.
    let horizon: Instant
    /// Runs of the books that would have been compared and ended before the horizon; and those that
    /// ended later, were submitted before it and have no row any more.
    var earlierRuns = 0
    var laterRuns = 0
    /// Somebody named a time before the horizon.
    var wasAsked = false

    init(_ standing: AccountingStanding, at now: Instant) {
        (purgeAfter, horizon) = (standing.purgeAfter, standing.horizon(at: now))
    }

    /// nil: it has kept nothing from the pass.
    var finding: Finding? {
        guard let purgeAfter, wasAsked || earlierRuns + laterRuns > 0 else { return nil }
        var left: [String] = []
        if earlierRuns > 0 { left.append("\(earlierRuns) that ended before") }
        if laterRuns > 0 { left.append("\(laterRuns) that ended later and have no row") }
        let runs = left.isEmpty ? "none" : left.joined(separator: ", ")
        var finding = Finding(
            .purged, job: "",
            "slurmdbd purges jobs after \(purgeAfter) (PurgeJobAfter): of what was submitted before "
                + "\(horizon) its rows say nothing. Runs of the books left out: \(runs); what they "
                + "were charged stands")
        finding.at = horizon
        return finding
    }

    /// To be said where neither side has a run that goes on in the books.
    func mayHave(_ run: Run) -> String {
        guard let purgeAfter, run.key.submit < horizon else { return "" }
        return ", which purges jobs after \(purgeAfter)"
    }

    /// Why no time is left to compare.
    func outside(_ settled: Instant, _ settleSeconds: Int64) -> String {
        let purge =
            purgeAfter.map {
                "of what was submitted before \(horizon) it knows nothing for certain, as it purges "
                    + "jobs after \($0) (PurgeJobAfter); "
            } ?? ""
        return "of what ended after \(settled) slurmdbd may still learn ([reconcile] "
            + "settle_seconds = \(settleSeconds) in atoll.toml); \(purge)--start lies before --end, "
            + "both within."
    }
}
