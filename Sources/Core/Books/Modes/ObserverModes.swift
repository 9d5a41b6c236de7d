/// What is seen in a mode that refuses nothing: held where there is credit for it, while it waits; forced
/// once it runs, for then it is used (decision 24).

import Ledger
import Registry
import Units

extension Observer {
    var refuses: Bool {
        facts.registry.modes.mode(
            on: observation.cluster, lineage: observation.accountLineage
        ).refuses
    }

    /// A hold that is to grow beyond the credit stays as it is.
    func tempered(_ claim: Claim, before: Claim, tasks: Int64) -> Claim {
        guard !refuses else { return claim }
        let more = target(of: claim, tasks: tasks) - before.pins.total
        guard more > .zero, !fits(more, before) else { return claim }
        var kept = claim
        (kept.amountPerTask, kept.extra) = (before.amountPerTask, before.extra)
        // More tasks than were known of: then nothing is held for those that wait.
        let still = target(of: kept, tasks: tasks) - before.pins.total
        if still > .zero, !fits(still, before) { (kept.amountPerTask, kept.extra) = (.zero, .zero) }
        kept.remark = Self.noting(Self.short, on: claim.remark)
        return kept
    }

    /// Stands on a claim while it holds less than it may cost.
    static let short = "not all of it is held: there was too little credit"

    static func noting(_ note: String, on remark: String?) -> String {
        [remark.flatMap(withoutNote), note].compactMap(\.self).joined(separator: between)
    }
}
