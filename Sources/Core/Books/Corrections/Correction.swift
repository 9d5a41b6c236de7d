/// Corrections: a run as slurmdbd's record has it, against the books (decision 21).

import Ledger
import Units

/// What a record says of one run that has ended.
package struct Correction: Hashable, Sendable {
    /// Of this one run; its token is never read: others write into AdminComment when a job ends.
    package var observation: JobObservation
    /// Whether the run goes to where its account belongs now, if that is another project's.
    package var movesAccount = true
    /// What was found, for `atoll why`.
    package var finding = ""

    package init(_ observation: JobObservation) {
        self.observation = observation
        self.observation.token = nil
        (self.observation.pending, self.observation.showsPending) = (nil, false)
    }
}

/// What a person says of a run that no record settles.
package struct Settlement: Hashable, Sendable {
    package var request: RefundRequest
    /// When a run ended that goes on in the books; nil: it has ended, and its charge stands.
    package var end: Instant?

    package init(job: String, cluster: String? = nil, run: RunID? = nil, end: Instant? = nil) {
        request = RefundRequest(job: job, cluster: cluster, run: run)
        self.end = end
    }
}

/// A run before and after a correction.
package struct Corrected: Hashable, Sendable {
    package var run: RunID
    package var job: String
    package var cluster: String
    /// nil: unplaced, charged to nobody.
    package var allocation: String?
    package var before: ServiceUnits
    package var after: ServiceUnits
    package var remark: String?
    /// Whether anything was recorded.
    package var isChanged: Bool
    /// Where its account belongs now, where it could not be moved there.
    package var elsewhere: String?

    package init(
        run: RunID, job: String, cluster: String, allocation: String?, before: ServiceUnits,
        after: ServiceUnits, remark: String?, isChanged: Bool
    ) {
        (self.run, self.job, self.cluster) = (run, job, cluster)
        (self.allocation, self.before, self.after) = (allocation, before, after)
        (self.remark, self.isChanged) = (remark, isChanged)
    }

    init(_ run: Run, allocation: String?, before: ServiceUnits, isChanged: Bool) {
        self.init(
            run: run.id, job: run.jobName, cluster: run.key.cluster, allocation: allocation,
            before: before, after: run.charged, remark: run.remark, isChanged: isChanged)
    }
}
