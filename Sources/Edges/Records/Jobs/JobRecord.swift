package import Units

/// How long a run may last.
package enum TimeLimit: Equatable, Sendable {
    case seconds(Int64)
    /// `UNLIMITED` in sacct, INFINITE in `job_info_t.time_limit`.
    case unlimited
    /// `Partition_Limit`: the partition's MaxTime.
    case partitionLimit
}

/// One run of a job, or one array's pending tasks, as slurmctld or slurmdbd has it.
///
/// Nil means that the source does not say. Times are UTC. The fields' sources are named in
/// `JobColumn`; in brackets stands what only slurmctld or only slurmdbd knows.
package struct JobRecord: Equatable, Sendable {
    package var cluster: String
    /// As shown: `123`, `123_4`, `123_[1-9%2]`, `123+1`.
    package var jobID: String
    /// The job's own number (JobIDRaw); a pending array's is the array's.
    package var rawJobID: Int64
    package var arrayJobID: Int64?
    package var arrayTaskID: Int64?
    /// The tasks of a pending array's record (`1,3,5-9:2%3`).
    package var arrayTaskString: String?
    /// How many tasks of the array may run at once; told with the last task too, which has no list
    /// [slurmctld].
    package var arrayThrottle: Int64?
    /// The het job's leader; nil for a plain job.
    package var hetJobID: Int64?
    package var hetOffset: Int64?

    package var user: String?
    package var uid: Int64?
    /// Nil where the site has no accounting and the user named none.
    package var account: String?
    /// While pending it may be a list: `cpu,gpu`.
    package var partition: String
    package var qos: String?
    package var jobName: String?

    package var submit: Instant
    package var eligible: Instant?
    /// A prediction while the job is pending.
    package var start: Instant?
    /// A prediction until the run has ended (start and time limit).
    package var end: Instant?
    /// Seconds run, without those suspended [slurmdbd]; from Start and End of an ended run
    /// where the column is absent.
    package var elapsedSeconds: Int64?
    /// Seconds suspended so far [slurmdbd].
    package var suspendedSeconds: Int64?
    /// The last suspend or resume [slurmctld].
    package var suspendTime: Instant?
    /// Seconds run before the last suspend [slurmctld].
    package var preSuspendSeconds: Int64?
    /// The last change of size [slurmctld].
    package var resizeTime: Instant?
    package var status: JobStatus

    package var nodeCount: Int64?
    package var taskCount: Int64?
    /// The nodes it has or had; nil while pending, and of a job that gave all of its nodes to another
    /// one [slurmctld].
    package var nodeList: String?
    /// What is allocated, GPUs also where only `GresTotal` tells them, licences where only `Licenses`
    /// does; empty while pending.
    package var allocTRES: TRESCounts
    /// What was asked for, GPUs also where only `TresPer…` tells them.
    package var reqTRES: TRESCounts
    package var timeLimit: TimeLimit?
    /// The shortest span the user accepts (`--time-min`) [slurmctld].
    package var timeMinimumSeconds: Int64?
    /// 0: held [slurmctld].
    package var priority: Int64?
    /// The whole of its nodes is allocated (`--exclusive`) [slurmctld].
    package var isExclusive: Bool?

    package var reservation: String?
    /// [slurmdbd]
    package var reservationID: Int64?
    package var adminComment: String?
    package var comment: String?
    /// With the cluster the key of a run; all 64 bits are in use since Slurm 24.11 [slurmdbd].
    package var dbIndex: UInt64?
    /// How often the job was queued again [slurmctld].
    package var restarts: Int64?

    package init(
        cluster: String, jobID: String, rawJobID: Int64, partition: String, submit: Instant,
        status: JobStatus, allocTRES: TRESCounts = TRESCounts(), reqTRES: TRESCounts = TRESCounts()
    ) {
        self.cluster = cluster
        self.jobID = jobID
        self.rawJobID = rawJobID
        self.partition = partition
        self.submit = submit
        self.status = status
        self.allocTRES = allocTRES
        self.reqTRES = reqTRES
    }
}

extension JobRecord {
    package var state: JobState { status.state }
    package var flags: JobFlags { status.flags }

    /// Nil where there is no limit in seconds: not told, unlimited or the partition's.
    package var timeLimitSeconds: Int64? {
        guard case .seconds(let seconds) = timeLimit else { return nil }
        return seconds
    }
    package var isUnlimited: Bool { timeLimit == .unlimited }

    /// How many tasks this record stands for: 1, or a pending array's count. 0 for what is left of
    /// an array all of whose tasks were cancelled while pending; nil where the list of tasks was
    /// cut short.
    package var pendingTaskCount: Int64? {
        if let arrayTaskString { return ArrayTasks(parsing: arrayTaskString)?.count }
        return arrayJobID != nil && arrayTaskID == nil ? 0 : 1
    }
}
