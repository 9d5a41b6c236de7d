/// What a run used: the question that a rate card answers.

import Units

/// One run's use of a fixed footprint. A run that changed its size is one usage for each size.
package struct Usage: Hashable, Sendable {
    package var cluster: String
    package var partition: String
    package var qos: String?
    /// What was allocated, in base units (sacct's AllocTRES).
    package var counts: TRESCounts
    /// From start to end by the wall clock, suspensions included.
    package var interval: Interval
    /// All seconds suspended (sacct's Suspended): what is charged is the interval's seconds less
    /// these, whatever was observed.
    package var suspendedSeconds: Int64
    /// Suspensions that were observed; they say where the suspended seconds lie.
    package var suspensions: [Interval]

    /// - Parameter suspendedSeconds: nil takes what `suspensions` come to within `interval`.
    package init(
        cluster: String, partition: String, qos: String?, counts: TRESCounts, interval: Interval,
        suspendedSeconds: Int64? = nil, suspensions: [Interval] = []
    ) {
        (self.cluster, self.partition, self.qos) = (cluster, partition, qos)
        (self.counts, self.interval, self.suspensions) = (counts, interval, suspensions)
        self.suspendedSeconds =
            suspendedSeconds ?? merged(suspensions, within: interval).reduce(0) { $0 + $1.seconds }
    }
}
