internal import CSlurm

/// A job of slurmctld's or a run of slurmdbd's, as the library told it; see `JobColumn` in Records
/// for which field each value is. Nil: not told. Times in epoch seconds.
package struct SlurmJob: Sendable {
    package let jobID: Int64
    package let arrayJobID: Int64?
    package let arrayTaskID: Int64?
    package let arrayTaskString: String?
    package let arrayThrottle: Int64?
    package let hetJobID: Int64?
    package let hetJobOffset: Int64?
    package let uid: Int64
    package let qosID: Int64?
    package let submit: Int64?
    package let eligible: Int64?
    package let start: Int64?
    package let end: Int64?
    package let suspendTime: Int64?
    package let resizeTime: Int64?
    package let elapsedSeconds: Int64?
    package let suspendedSeconds: Int64?
    package let preSuspendSeconds: Int64?
    package let timeLimitMinutes: SlurmLimit
    package let timeMinimumMinutes: Int64?
    /// The base state in the low eight bits, flags above.
    package let state: Int64
    package let cancelledByUID: Int64?
    package let nodes: Int64?
    package let tasks: Int64?
    package let priority: Int64?
    package let restarts: Int64?
    package let isExclusive: Bool?
    package let reservationID: Int64?
    package let dbIndex: UInt64?
    package let cluster: String?
    package let user: String?
    package let account: String?
    package let partition: String?
    package let qos: String?
    package let name: String?
    /// Names from slurmctld (`cpu=1`), numbers from slurmdbd (`1=1`).
    package let allocatedTRES: String?
    package let requestedTRES: String?
    package let gresTotal: String?
    package let tresPerJob: String?
    package let tresPerNode: String?
    package let tresPerTask: String?
    package let nodeList: String?
    package let licenses: String?
    package let reservation: String?
    package let adminComment: String?
    package let comment: String?

    init(_ job: csl_job) {
        jobID = job.job_id
        arrayJobID = number(job.array_job_id)
        arrayTaskID = number(job.array_task_id)
        arrayTaskString = text(job.array_task_string)
        arrayThrottle = number(job.array_throttle)
        hetJobID = number(job.het_job_id)
        hetJobOffset = number(job.het_job_offset)
        uid = job.uid
        qosID = number(job.qos_id)
        submit = epoch(job.submit)
        eligible = epoch(job.eligible)
        start = epoch(job.start)
        end = epoch(job.end)
        suspendTime = epoch(job.suspend_time)
        resizeTime = epoch(job.resize_time)
        elapsedSeconds = number(job.elapsed)
        suspendedSeconds = number(job.suspended)
        preSuspendSeconds = number(job.pre_suspended)
        timeLimitMinutes = SlurmLimit(job.time_limit)
        timeMinimumMinutes = number(job.time_minimum)
        state = job.state
        cancelledByUID = number(job.cancelled_by)
        nodes = number(job.nodes)
        tasks = number(job.tasks)
        priority = number(job.priority)
        restarts = number(job.restarts)
        isExclusive = number(job.exclusive).map { $0 != 0 }
        reservationID = number(job.reservation_id)
        dbIndex = job.db_index == .max ? nil : job.db_index
        cluster = text(job.cluster)
        user = text(job.user)
        account = text(job.account)
        partition = text(job.partition)
        qos = text(job.qos)
        name = text(job.name)
        allocatedTRES = text(job.tres_allocated)
        requestedTRES = text(job.tres_requested)
        gresTotal = text(job.gres_total)
        tresPerJob = text(job.tres_per_job)
        tresPerNode = text(job.tres_per_node)
        tresPerTask = text(job.tres_per_task)
        nodeList = text(job.node_list)
        licenses = text(job.licenses)
        reservation = text(job.reservation)
        adminComment = text(job.admin_comment)
        comment = text(job.comment)
    }
}

/// Jobs or runs, handed out one after another and freed on the way.
///
/// `@unchecked Sendable`: nobody else has the handle, and it goes from thread to thread as a whole.
package struct SlurmJobs: ~Copyable, @unchecked Sendable {
    private let handle: OpaquePointer

    init(_ handle: OpaquePointer) { self.handle = handle }

    /// All of slurmctld's jobs, those of hidden partitions included.
    package init() throws(SlurmError) {
        var loaded: OpaquePointer?
        let code = csl_jobs_load(&loaded)
        guard code == 0, let loaded else { throw .controller("slurmctld's jobs", code: code) }
        handle = loaded
    }

    /// One job of slurmctld's; where the id is an array's or a het job's, all of that.
    package init(job id: UInt32) throws(SlurmError) {
        var loaded: OpaquePointer?
        let code = csl_job_load(id, &loaded)
        guard code == 0, let loaded else { throw .controller("job \(id)", code: code) }
        handle = loaded
    }

    deinit { csl_jobs_free(handle) }

    /// Nil behind the last one.
    package mutating func next() -> SlurmJob? {
        var job = csl_job()
        return csl_jobs_next(handle, &job) == 1 ? SlurmJob(job) : nil
    }
}
