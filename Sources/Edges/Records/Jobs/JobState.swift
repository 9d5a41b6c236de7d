/// Where a run of a job stands, in sacct's words (slurm.h `enum job_states` and state flags).
///
/// slurmctld and slurmdbd keep a base state and flags; sacct shows a few of the flags in the
/// state's place. `requeued`, `resizing`, `revoked` and `completing` are such.
package enum JobState: String, Sendable, Hashable, CaseIterable {
    case pending = "PENDING"
    case running = "RUNNING"
    case suspended = "SUSPENDED"
    case completed = "COMPLETED"
    case cancelled = "CANCELLED"
    case failed = "FAILED"
    case timeout = "TIMEOUT"
    case nodeFail = "NODE_FAIL"
    case preempted = "PREEMPTED"
    case bootFail = "BOOT_FAIL"
    case deadline = "DEADLINE"
    case outOfMemory = "OUT_OF_MEMORY"
    /// This run ended and the job went back to the queue; its next run has a row of its own.
    case requeued = "REQUEUED"
    /// This row ended because the job changed its size; the next row goes on.
    case resizing = "RESIZING"
    /// A federated sibling ran elsewhere.
    case revoked = "REVOKED"
    /// Ended, its epilog still going on; how it ended is not told.
    case completing = "COMPLETING"

    /// Whether the run has ended, so that Start and End are what happened and not predictions.
    package var isFinished: Bool {
        switch self {
        case .pending, .running, .suspended: false
        default: true
        }
    }

    /// Whether the run has nodes now. A suspended job keeps them.
    package var isStarted: Bool { self == .running || self == .suspended }
}

/// What stands beside the base state (slurm.h `JOB_STATE_FLAGS`), by the flags' names there.
package struct JobFlags: OptionSet, Sendable, Hashable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let launchFailed = JobFlags(rawValue: 1 << 8)
    package static let updateDB = JobFlags(rawValue: 1 << 9)
    /// To be queued again once it has completed.
    package static let requeue = JobFlags(rawValue: 1 << 10)
    package static let requeueHold = JobFlags(rawValue: 1 << 11)
    package static let specialExit = JobFlags(rawValue: 1 << 12)
    package static let resizing = JobFlags(rawValue: 1 << 13)
    /// Allocated, its nodes still booting or its prolog running.
    package static let configuring = JobFlags(rawValue: 1 << 14)
    /// Waiting for the epilog.
    package static let completing = JobFlags(rawValue: 1 << 15)
    package static let stopped = JobFlags(rawValue: 1 << 16)
    package static let reconfigFail = JobFlags(rawValue: 1 << 17)
    package static let powerUpNode = JobFlags(rawValue: 1 << 18)
    package static let revoked = JobFlags(rawValue: 1 << 19)
    package static let requeueFed = JobFlags(rawValue: 1 << 20)
    package static let reservationDeletedHold = JobFlags(rawValue: 1 << 21)
    package static let signaling = JobFlags(rawValue: 1 << 22)
    package static let stageOut = JobFlags(rawValue: 1 << 23)

    /// Each flag's word, as sacct shows it in the state's place.
    package static let words: [(word: String, flag: JobFlags)] = [
        ("LAUNCH_FAILED", .launchFailed), ("UPDATE_DB", .updateDB), ("REQUEUED", .requeue),
        ("REQUEUE_HOLD", .requeueHold), ("SPECIAL_EXIT", .specialExit), ("RESIZING", .resizing),
        ("CONFIGURING", .configuring), ("COMPLETING", .completing), ("STOPPED", .stopped),
        ("RECONFIG_FAIL", .reconfigFail), ("POWER_UP_NODE", .powerUpNode), ("REVOKED", .revoked),
        ("REQUEUE_FED", .requeueFed), ("RESV_DEL_HOLD", .reservationDeletedHold),
        ("SIGNALING", .signaling), ("STAGE_OUT", .stageOut),
    ]
}

/// The State column taken apart.
package struct JobStatus: Sendable, Hashable {
    package var state: JobState
    package var flags: JobFlags
    /// Who cancelled it, of `CANCELLED by 423120`.
    package var cancelledByUID: Int64?

    package init(_ state: JobState, flags: JobFlags = [], cancelledByUID: Int64? = nil) {
        self.state = state
        self.flags = flags
        self.cancelledByUID = cancelledByUID
    }

    /// Reads sacct's State; nil for a word that is not known.
    package init?(parsing text: String) {
        let words = text.split(separator: " ").map(String.init)
        guard let word = words.first else { return nil }
        let canceller = words.count == 3 && words[1] == "by" ? Int64(words[2]) : nil
        let flag = JobFlags.words.first { $0.word == word }?.flag
        if let state = JobState(rawValue: word) {
            self.init(state, flags: flag ?? [], cancelledByUID: canceller)
        } else if let flag {
            self.init(Self.state(shownAs: flag), flags: flag)
        } else {
            return nil
        }
    }

    /// The state behind a flag that sacct shows in its place.
    private static func state(shownAs flag: JobFlags) -> JobState {
        switch flag {
        case .configuring, .powerUpNode, .stopped, .signaling, .updateDB: .running
        case .reservationDeletedHold: .pending
        case .launchFailed: .failed
        case .stageOut: .completing
        default: .requeued
        }
    }

    /// As sacct shows it: `CANCELLED by 423120`.
    package var text: String {
        state.rawValue + (cancelledByUID.map { " by \($0)" } ?? "")
    }
}
