/// Runs of the past: what an import hands over, and what became of it.

import Ledger
import Rates
import Registry
import Units

/// Some ended runs of one cluster, recorded in one entry.
package struct ImportBatch: Hashable, Sendable {
    package var cluster: String
    package var runs: [ImportedRun]

    package init(cluster: String, runs: [ImportedRun]) {
        (self.cluster, self.runs) = (cluster, runs)
    }
}

package struct ImportedRun: Hashable, Sendable {
    /// With an end.
    package var facts: RunFacts
    /// The user's name, or `uid:N` where the uid has none.
    package var userName: String
    /// The account and its ancestors, nearest first.
    package var accountLineage: [String]

    package init(facts: RunFacts, userName: String, accountLineage: [String]) {
        (self.facts, self.userName, self.accountLineage) = (facts, userName, accountLineage)
    }
}

/// What an import is decided on, run by run.
package struct ImportFacts: Sendable {
    /// A run as the books have it.
    package struct Known: Hashable, Sendable {
        package var isRunning: Bool
        package var start: Instant
        package var end: Instant?
        /// Recorded with no allocation to charge, and left so by nobody: it may have a place by now.
        package var unplaced: Run?

        package init(isRunning: Bool, start: Instant, end: Instant?) {
            (self.isRunning, self.start, self.end) = (isRunning, start, end)
        }
    }

    package var known: [RunKey: Known] = [:]
    /// Runs that were over before the cutover, and count from now on; they are not among `known`.
    package var uncounted: [RunKey: Run] = [:]
    /// Where each run belongs; nil: unplaced.
    package var allocations: [AllocationID?] = []
    /// Of the facts' card, with what it has looked up already; nil: another is made.
    package var pricer: Pricer?

    package init() {}
}

/// How runs of a dump stand in the books already, by another clock: it was read in the wrong time zone.
package struct ImportShift: Hashable, Sendable {
    /// The books' times less the dump's.
    package var seconds: Int64
    /// How many stand there so, and of how many that were looked at.
    package var runs, count: Int

    package init(seconds: Int64, runs: Int, of count: Int) {
        (self.seconds, self.runs, self.count) = (seconds, runs, count)
    }

    package var refusal: Refusal {
        let minutes = abs(seconds) / 60
        let apart =
            minutes % 60 == 0 ? "\(minutes / 60) h" : "\(minutes / 60) h \(minutes % 60) min"
        return .conflict(
            "\(runs) of \(count) runs looked at stand in the books already, each \(apart) "
                + "\(seconds > 0 ? "later" : "earlier"): the dump was read in another time zone than "
                + "it was written in. Say --time-zone as on the machine where sacct ran (UTC, "
                + "Europe/Berlin, ...).")
    }
}

/// What became of the runs of a batch, in their order.
package struct Imported: Hashable, Sendable {
    package enum Fate: Hashable, Sendable {
        case charged, free, unrated
        /// Recorded, and charged to nobody.
        case unplaced
        case known
        /// It runs still, as far as the books know: its end is the collector's to see.
        case live
        /// In the books with other times.
        case differs(from: Instant, to: Instant?)
    }

    package struct Run: Hashable, Sendable {
        package var fate: Fate
        package var allocation: AllocationID?
        /// Charged; of an unplaced run what it would have cost.
        package var amount: ServiceUnits
        /// In the books before, with no allocation to charge.
        package var wasUnplaced = false

        package init(fate: Fate, allocation: AllocationID? = nil, amount: ServiceUnits = .zero) {
            (self.fate, self.allocation, self.amount) = (fate, allocation, amount)
        }
    }

    package var runs: [Run] = []
    package init() {}
}

extension Registry {
    /// Where a run of the past belongs (money.md 2.6): usage older than any allocation is unplaced.
    package func placePast(
        accountLineage: [String], cluster: String, touching resources: [ResourceID],
        at start: Instant
    ) -> Allocation? {
        let found = placeUnheld(
            accountLineage: accountLineage, cluster: cluster, touching: resources, at: start)
        return found.flatMap { $0.window.start <= start ? $0 : nil }
    }
}
