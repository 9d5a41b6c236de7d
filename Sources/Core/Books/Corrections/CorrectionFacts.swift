/// What a correction is decided on.

import Ledger
import Rates
import Registry
import Units

package struct CorrectionFacts: Sendable {
    /// The card that the run's charge pinned.
    package var pinned: RateCard
    /// What the run was charged and given back in each lot.
    package var standing: [RunInLot] = []
    /// What each lot of its allocation has paid of the overdraft.
    package var paid: [LotID: ServiceUnits] = [:]
    /// Charged and corrected by resource, refunds left out.
    package var chargedFor: [ResourceID: ServiceUnits] = [:]

    package init(pinned: RateCard) { self.pinned = pinned }

    package var left: ServiceUnits { standing.reduce(.zero) { $0 + $1.left } }
}

extension Run {
    /// Usage that had no price when it was charged.
    package var isUnrated: Bool { remark?.hasPrefix("unrated") ?? false }

    /// Why it was free, by the site's policy or because it was held back.
    package var isFree: Bool { remark?.hasPrefix("free: ") ?? false }

    /// The run as a record has it.
    ///
    /// A TRES that the record doesn't track is no sign that it was not used: that count stays.
    package func restated(by shown: RunFacts) -> Run {
        var run = self
        run.counts = counts.updated(by: shown.counts)
        (run.start, run.end) = (shown.start, shown.end)
        run.suspendedSeconds = shown.suspendedSeconds
        run.partition = shown.partition.isEmpty ? partition : shown.partition
        run.qos = shown.qos ?? qos
        run.outcome = shown.state
        run.reservation = shown.reservation ?? reservation
        return run
    }
}

extension TRESCounts {
    /// These, with the counts that `newer` tells.
    package func updated(by newer: TRESCounts) -> TRESCounts {
        guard newer != self else { return self }
        var counts = self
        for (name, count) in newer.sorted { counts[name] = count }
        return counts
    }
}
