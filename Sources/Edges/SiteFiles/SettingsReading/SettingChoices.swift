/// The closed choices of the daemon's settings, spelled as the file has them.

package enum LogLevel: String, Hashable, Sendable, CaseIterable {
    case trace, debug, info, notice, warning, error, critical
}

package enum LogFormat: String, Hashable, Sendable, CaseIterable {
    /// For people and the journal.
    case text
    /// One object a line.
    case json
}

/// How the threads that answer hooks get the CPU.
package enum HookPrecedence: String, Hashable, Sendable, CaseIterable {
    /// Before all that shares it fairly, where the system permits it.
    case realTime = "real-time"
    /// As everything else.
    case none
}

/// Whether a cluster has slurmdbd, where history and associations come from.
package enum Accounting: String, Hashable, Sendable, CaseIterable {
    /// Asked where the cluster's slurm.conf names one.
    case auto
    case on = "true"
    case off = "false"
}

/// What happens to a job that its allocation can't pay.
package enum InsufficientPolicy: String, Hashable, Sendable, CaseIterable {
    case refuse
    /// Admitted, with the figures said.
    case warn
}

/// What happens to a job of an account that no project has.
package enum UnknownAccountPolicy: String, Hashable, Sendable, CaseIterable {
    /// Admitted and not charged.
    case admit
    case refuse
}

/// When an answer may leave.
package enum Durability: String, Hashable, Sendable, CaseIterable {
    /// After what it says is safe on disk.
    case full
    /// A hold's may leave before: should the power go, the job itself says that it was held. What
    /// is charged, granted or changed is answered as with `full`.
    case rebuild
}

/// How many nodes a job is priced for where Slurm has a choice (money.md 3.2).
package enum NodesPolicy: String, Hashable, Sendable, CaseIterable {
    /// The fewest that fit; topped up at the start of a run that got more.
    case fewest
    /// The most that it may get.
    case strict
}

/// What of a reservation its owner pays for.
package enum ReservationPolicy: String, Hashable, Sendable, CaseIterable {
    /// Reserved less used: jobs inside pay for themselves.
    case idle
    /// All that is reserved: jobs inside are free.
    case all
    case none
}

/// The same for one cluster.
package enum ClusterReservationPolicy: String, Hashable, Sendable, CaseIterable {
    /// As `[reservations]` says.
    case `default`
    case idle, all, none
}

package enum PreemptedPolicy: String, Hashable, Sendable, CaseIterable {
    case charge
    case free
}

/// A final job state that a site may let go free; named as sacct(1) JOB STATE CODES has it.
///
/// COMPLETED is always charged, PREEMPTED has a setting of its own.
package enum FreeState: String, Hashable, Sendable, CaseIterable {
    case bootFail = "BOOT_FAIL"
    case cancelled = "CANCELLED"
    case deadline = "DEADLINE"
    case failed = "FAILED"
    case nodeFail = "NODE_FAIL"
    case outOfMemory = "OUT_OF_MEMORY"
    case timeout = "TIMEOUT"
}
