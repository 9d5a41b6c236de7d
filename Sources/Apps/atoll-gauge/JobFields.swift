import Records
import Slurm
import Units

/// A `SlurmJob` as the columns of `jobs` and `history`.
struct JobFields {
    let job: SlurmJob
    let cluster: String
    /// What slurmctld leaves to the reader: the user's name by uid.
    let user: String?
    /// What slurmdbd numbers: the QOS by name and the TRES by name.
    let qos: String?
    let allocatedTRES: String?
    let requestedTRES: String?
    let isRun: Bool
    /// Whether licences are told as a text: where a slurmdbd counts them, they are TRES or nothing.
    var countsLicences = false

    func value(_ column: JobColumn) -> FieldValue {
        switch column {
        case .jobID: .text(shownID)
        case .jobIDRaw: .integer(job.jobID)
        case .cluster: .text(job.cluster ?? cluster)
        case .arrayJobID: FieldValue(job.arrayJobID)
        case .arrayTaskID: FieldValue(isArray ? job.arrayTaskID : nil)
        case .arrayTaskString: FieldValue(job.arrayTaskString)
        case .arrayThrottle: FieldValue(job.arrayThrottle)
        case .hetJobID: FieldValue(job.hetJobID)
        case .hetJobOffset: FieldValue(job.hetJobOffset)
        case .user: FieldValue(job.user ?? user)
        case .uid: .integer(job.uid)
        case .account: FieldValue(job.account)
        case .partition: FieldValue(job.partition)
        case .qos: FieldValue(job.qos ?? qos)
        case .submit: instant(job.submit)
        case .eligible: instant(job.eligible)
        case .start: instant(job.start)
        case .end: instant(job.end)
        case .elapsedRaw: FieldValue(job.elapsedSeconds)
        case .suspended: FieldValue(job.suspendedSeconds)
        case .suspendTime: instant(job.suspendTime)
        case .preSuspended: FieldValue(job.preSuspendSeconds)
        case .resizeTime: instant(job.resizeTime)
        case .state: .text(stateText)
        case .stateFlags: FieldValue(flagWords)
        case .nodes: FieldValue(job.nodes)
        case .tasks: FieldValue(job.tasks)
        case .allocTRES: FieldValue(allocatedTRES ?? job.allocatedTRES)
        case .reqTRES: FieldValue(requestedTRES ?? job.requestedTRES)
        case .gresTotal: FieldValue(job.gresTotal)
        case .tresPerJob: FieldValue(job.tresPerJob)
        case .tresPerNode: FieldValue(job.tresPerNode)
        case .tresPerTask: FieldValue(job.tresPerTask)
        case .nodeList: FieldValue(job.nodeList)
        case .licenses: FieldValue(countsLicences ? job.licenses : nil)
        case .timeLimitRaw: timeLimit
        case .timeMinimum: FieldValue(job.timeMinimumMinutes)
        case .priority: FieldValue(job.priority)
        case .exclusive: FieldValue(job.isExclusive)
        case .reservation: FieldValue(job.reservation)
        case .reservationID: FieldValue(job.reservationID)
        case .adminComment: FieldValue(job.adminComment)
        case .comment: FieldValue(job.comment)
        case .dbIndex: FieldValue(job.dbIndex.map { String($0) })
        case .restarts: FieldValue(job.restarts)
        case .jobName: FieldValue(job.name)
        case .elapsed, .timeLimit: .nothing
        }
    }

    private var isArray: Bool { job.arrayJobID != nil }

    /// As sacct shows it: `123`, `123_4`, `123_[1-9%2]`, `123+1`.
    private var shownID: String {
        if let leader = job.hetJobID { return "\(leader)+\(job.hetJobOffset ?? 0)" }
        guard let array = job.arrayJobID else { return String(job.jobID) }
        if let tasks = job.arrayTaskString { return "\(array)_[\(tasks)]" }
        return job.arrayTaskID.map { "\(array)_\($0)" } ?? String(job.jobID)
    }

    private func instant(_ epochSeconds: Int64?) -> FieldValue {
        FieldValue(epochSeconds.map { Instant(epochSeconds: $0) })
    }

    private var flags: JobFlags {
        JobFlags(rawValue: UInt32(truncatingIfNeeded: job.state) & 0xffff_ff00)
    }

    private var flagWords: String? {
        let words = JobFlags.words.filter { flags.contains($0.flag) }.map(\.word)
        return words.isEmpty ? nil : words.joined(separator: ",")
    }

    /// slurm.h `enum job_states`.
    private static let states: [JobState] = [
        .pending, .running, .suspended, .completed, .cancelled, .failed, .timeout, .nodeFail,
        .preempted, .bootFail, .deadline, .outOfMemory,
    ]

    /// In slurmdbd a flag says how a run ended; in slurmctld a flag is what goes on beside the
    /// state, so there the base state stands.
    private var stateText: String {
        if flags.contains(.revoked) { return JobState.revoked.rawValue }
        if isRun, flags.contains(.requeue) { return JobState.requeued.rawValue }
        if isRun, flags.contains(.resizing) { return JobState.resizing.rawValue }
        let base = Int(job.state & 0xff)
        // A state newer than this list is passed on for the reader to complain about.
        guard base < Self.states.count else { return "STATE_\(base)" }
        let state = Self.states[base]
        return JobStatus(
            state, cancelledByUID: state == .cancelled ? job.cancelledByUID : nil
        ).text
    }

    private var timeLimit: FieldValue {
        switch job.timeLimitMinutes {
        case .notSet: isRun ? .text("Partition_Limit") : .nothing
        case .unlimited: .text("UNLIMITED")
        case .value(let minutes): .integer(minutes)
        }
    }
}
