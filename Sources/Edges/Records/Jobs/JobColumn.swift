/// The columns of `jobs` and `history`. Where sacct has a column of that name it means the same and
/// sacct's own spellings are read too. Beside each: the fields of `job_info_t` (slurmctld) and
/// `slurmdb_job_rec_t` (slurmdbd).
package enum JobColumn: Int, RecordColumn {
    case jobID  // made from the ids below
    case jobIDRaw  // job_id; jobid
    case cluster  // ClusterName; cluster
    case arrayJobID  // array_job_id, where not 0
    case arrayTaskID  // array_task_id, where not NO_VAL
    case arrayTaskString  // array_task_str
    case arrayThrottle  // array_max_tasks, where not 0; -
    case hetJobID  // het_job_id, where not 0
    case hetJobOffset  // het_job_offset, where het_job_id is set
    case user  // user_name or by uid; user
    case uid  // user_id; uid
    case account  // account
    case partition  // partition
    case qos  // qos; qosid, by name
    case submit  // submit_time; submit. Epoch seconds, as all times
    case eligible  // eligible_time; eligible
    case start  // start_time; start
    case end  // end_time; end
    case elapsed  // sacct only: [D-]HH:MM:SS
    case elapsedRaw  // -; elapsed, seconds
    case suspended  // -; suspended, seconds
    case suspendTime  // suspend_time; -
    case preSuspended  // pre_sus_time, seconds; -
    case resizeTime  // resize_time; -
    case state  // job_state, requid: the base state, or REQUEUED and RESIZING
    case stateFlags  // job_state: JobFlags.words, comma-separated
    case nodes  // num_nodes; alloc_nodes
    case tasks  // num_tasks; -
    case allocTRES  // tres_alloc_str
    case reqTRES  // tres_req_str
    case gresTotal  // gres_total: "gpu:2", "gres:gpu:h200:2"; -
    case tresPerJob  // tres_per_job; -
    case tresPerNode  // tres_per_node; -
    case tresPerTask  // tres_per_task; -
    case nodeList  // nodes; -
    case licenses  // licenses, where no slurmdbd counts them as TRES; -
    case timeLimit  // sacct only: [D-]HH:MM:SS, UNLIMITED, Partition_Limit
    case timeLimitRaw  // time_limit; timelimit, minutes, UNLIMITED, Partition_Limit
    case timeMinimum  // time_min, minutes; -
    case priority  // priority
    case exclusive  // shared, 1 where it is 0 (JOB_SHARED_NONE); -
    case reservation  // resv_name
    case reservationID  // -; resvid
    case adminComment  // admin_comment
    case comment  // comment; derived_es
    case dbIndex  // -; db_index
    case restarts  // restart_cnt; -
    case jobName  // name; jobname. Last: in a plain dump it may hold anything

    package static let kinds: [RecordKind] = [.jobs, .history]

    package var name: String {
        switch self {
        case .jobID: "JobID"
        case .jobIDRaw: "JobIDRaw"
        case .cluster: "Cluster"
        case .arrayJobID: "ArrayJobID"
        case .arrayTaskID: "ArrayTaskID"
        case .arrayTaskString: "ArrayTaskStr"
        case .arrayThrottle: "ArrayTaskThrottle"
        case .hetJobID: "HetJobID"
        case .hetJobOffset: "HetJobOffset"
        case .user: "User"
        case .uid: "UID"
        case .account: "Account"
        case .partition: "Partition"
        case .qos: "QOS"
        case .submit: "Submit"
        case .eligible: "Eligible"
        case .start: "Start"
        case .end: "End"
        case .elapsed: "Elapsed"
        case .elapsedRaw: "ElapsedRaw"
        case .suspended: "Suspended"
        case .suspendTime: "SuspendTime"
        case .preSuspended: "PreSuspended"
        case .resizeTime: "ResizeTime"
        case .state: "State"
        case .stateFlags: "StateFlags"
        case .nodes: "NNodes"
        case .tasks: "NTasks"
        case .allocTRES: "AllocTRES"
        case .reqTRES: "ReqTRES"
        case .gresTotal: "GresTotal"
        case .tresPerJob: "TresPerJob"
        case .tresPerNode: "TresPerNode"
        case .tresPerTask: "TresPerTask"
        case .nodeList: "NodeList"
        case .licenses: "Licenses"
        case .timeLimit: "Timelimit"
        case .timeLimitRaw: "TimelimitRaw"
        case .timeMinimum: "TimeMinRaw"
        case .priority: "Priority"
        case .exclusive: "Exclusive"
        case .reservation: "Reservation"
        case .reservationID: "ReservationId"
        case .adminComment: "AdminComment"
        case .comment: "Comment"
        case .dbIndex: "DBIndex"
        case .restarts: "Restarts"
        case .jobName: "JobName"
        }
    }

    /// What the gauge writes: all but sacct's two spellings of what another column says.
    package static let written = allCases.filter { $0 != .elapsed && $0 != .timeLimit }

    /// Of these, what slurmdbd has: those of slurmctld alone would be empty in each row.
    package static let recorded = written.filter { !ofSlurmctld.contains($0) }

    private static let ofSlurmctld: Set<JobColumn> = [
        .suspendTime, .preSuspended, .resizeTime, .tasks, .gresTotal, .tresPerJob, .tresPerNode,
        .tresPerTask, .nodeList, .licenses, .timeMinimum, .exclusive, .restarts, .arrayThrottle,
    ]

    /// What a reconciliation looks at, and no more: it reads rows by the million.
    package static let compared: [JobColumn] = [
        .jobID, .jobIDRaw, .arrayJobID, .user, .uid, .account, .partition, .qos, .submit, .start,
        .end, .suspended, .state, .stateFlags, .allocTRES, .timeLimitRaw, .reservation,
    ]
}
