package import Units

/// What the price of a run follows from, and nothing else of its row. The fields are those of
/// `JobRecord`.
package struct RunRecord: Equatable, Sendable {
    package var cluster: String
    package var rawJobID: Int64
    package var user: String?
    package var account: String?
    package var partition: String
    package var qos: String?
    package var submit: Instant
    package var start: Instant?
    package var end: Instant?
    /// 0 where it is not told.
    package var suspendedSeconds: Int64
    package var state: JobState
    package var allocTRES: TRESCounts
}

extension RunRecord {
    package init(_ job: JobRecord) {
        self.init(
            cluster: job.cluster, rawJobID: job.rawJobID, user: job.user, account: job.account,
            partition: job.partition, qos: job.qos, submit: job.submit, start: job.start,
            end: job.end, suspendedSeconds: job.suspendedSeconds ?? 0, state: job.state,
            allocTRES: job.allocTRES)
    }
}
