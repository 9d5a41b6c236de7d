/// Reconciliation on the wire: a pass over slurmdbd's record, what it finds, and a person's answer.

import Units

extension Request {
    /// For operators. Rows come as the pass goes on; a connection that is closed ends it there.
    package struct Reconcile: Hashable, Sendable {
        /// nil: every cluster with slurmdbd.
        package var cluster: String?
        /// nil: since the last clean pass, at least a day.
        package var start: Instant?
        /// nil: as far as slurmdbd's record has settled.
        package var end: Instant?
        package var dryRun: Bool
        /// Nothing is done: the last pass is told again.
        package var last: Bool

        package init(
            cluster: String? = nil, start: Instant? = nil, end: Instant? = nil,
            dryRun: Bool = false, last: Bool = false
        ) {
            (self.cluster, self.start, self.end) = (cluster, start, end)
            (self.dryRun, self.last) = (dryRun, last)
        }
    }

    /// What a person says of a run that no record settles: its charge stands, or it ended then.
    package struct Settle: Hashable, Sendable {
        package var job: String
        package var cluster: String?
        package var run: Int64?
        /// Of a run that goes on in the books alone.
        package var ended: Instant?
        package var reason: String
        package var dryRun: Bool

        package init(
            job: String, cluster: String? = nil, run: Int64? = nil, ended: Instant? = nil,
            reason: String, dryRun: Bool = false
        ) {
            (self.job, self.cluster, self.run, self.ended) = (job, cluster, run, ended)
            (self.reason, self.dryRun) = (reason, dryRun)
        }
    }
}

extension Row {
    /// Something that was found, or how far the pass has come.
    package enum Reconciled: Hashable, Sendable {
        case finding(Finding)
        case progress(ReconcileProgress)
    }

    package struct Finding: Hashable, Sendable {
        package var cluster: String
        /// As `docs/cli.md` lists them: `never_seen`, `charged_too_much`, …
        package var kind: String
        /// Empty of a gap.
        package var job: String
        package var run: Int64?
        package var user: String?
        package var account: String?
        package var allocation: String?
        package var at: Instant?
        package var before: ServiceUnits?
        package var after: ServiceUnits?
        package var what: String
        /// The command that would settle it; nil: it is corrected.
        package var remedy: String?

        package init(cluster: String, kind: String, job: String, what: String) {
            (self.cluster, self.kind, self.job, self.what) = (cluster, kind, job, what)
        }
    }

    package struct ReconcileProgress: Hashable, Sendable {
        package var cluster: String
        package var start: Instant
        package var end: Instant
        package var reached: Instant
        package var records: Int64

        package init(
            cluster: String, start: Instant, end: Instant, reached: Instant, records: Int64
        ) {
            (self.cluster, self.start, self.end) = (cluster, start, end)
            (self.reached, self.records) = (reached, records)
        }
    }
}

extension Reply {
    package struct Reconcile: Hashable, Sendable {
        /// One a cluster.
        package struct Pass: Hashable, Sendable {
            package var cluster: String
            package var start: Instant
            package var end: Instant
            package var begunAt: Instant
            /// nil: it was ended before its end.
            package var endedAt: Instant?
            package var dryRun = false
            package var records: Int64 = 0
            package var runs: Int64 = 0
            package var corrected: Int64 = 0
            package var person: Int64 = 0
            package var more = ServiceUnits.zero
            package var less = ServiceUnits.zero
            /// `SEQ:HASH` of the journal at its end.
            package var head: String?

            package init(cluster: String, start: Instant, end: Instant, begunAt: Instant) {
                (self.cluster, self.start, self.end) = (cluster, start, end)
                self.begunAt = begunAt
            }
        }

        /// A cluster of several that was not gone through; the others were.
        package struct Failed: Hashable, Sendable {
            package var cluster: String
            package var error: WireError

            package init(cluster: String, error: WireError) {
                (self.cluster, self.error) = (cluster, error)
            }
        }

        package var passes: [Pass]
        package var failed: [Failed]

        package init(passes: [Pass], failed: [Failed] = []) {
            (self.passes, self.failed) = (passes, failed)
        }
    }

    package struct Settle: Hashable, Sendable {
        package var run: Int64
        package var job: String
        package var cluster: String
        package var allocation: String?
        package var charged: ServiceUnits
        package var message: String

        package init(
            run: Int64, job: String, cluster: String, allocation: String?,
            charged: ServiceUnits, message: String
        ) {
            (self.run, self.job, self.cluster) = (run, job, cluster)
            (self.allocation, self.charged, self.message) = (allocation, charged, message)
        }
    }
}
