/// What a request may use in one partition: TRES, tasks, time. The caller prices it.

import Units

/// Times in seconds, memory in MiB. Source: AllocTRES as scontrol(1) and sacct(1) show it.
package struct Footprint: Hashable, Sendable {
    /// The account named, or the user's default one.
    package var account: String
    /// The partition this footprint is for, one of those asked for.
    package var partition: String
    /// The QOS named, or the association's default; nil where neither is known.
    package var qos: String?
    /// Array tasks; 1 for a plain job.
    package var tasks: Int64
    /// `%N` of an array: how many tasks may run at once; nil: all.
    package var concurrentTasks: Int64?
    /// What one task may run, whole minutes as Slurm counts them.
    package var timeLimitSeconds: Int64
    /// AllocTRES of one task: cpu, mem (MiB), node, billing, gres/… typed and untyped, license/….
    package var perTask: TRESCounts
    /// `--begin`: no start before it.
    package var begin: Instant?
    /// How the figures came about, in order.
    package var notes: [EstimateNote]
    /// Slurm has no choice: what is allocated will be exactly this.
    package var isExact: Bool
    /// The submit line looks like `--test-only`: only a hint.
    package var testOnlyHint: Bool

    package init(
        account: String, partition: String, qos: String? = nil, tasks: Int64 = 1,
        concurrentTasks: Int64? = nil, timeLimitSeconds: Int64, perTask: TRESCounts,
        begin: Instant? = nil, notes: [EstimateNote] = [], isExact: Bool = true,
        testOnlyHint: Bool = false
    ) {
        (self.account, self.partition, self.qos) = (account, partition, qos)
        (self.tasks, self.concurrentTasks) = (tasks, concurrentTasks)
        (self.timeLimitSeconds, self.perTask, self.begin) = (timeLimitSeconds, perTask, begin)
        (self.notes, self.isExact, self.testOnlyHint) = (notes, isExact, testOnlyHint)
    }

    /// The tasks that may run at the same time.
    package var tasksAtOnce: Int64 { min(tasks, concurrentTasks ?? tasks) }
    /// The notes as a person reads them.
    package var explanation: [String] { notes.map(\.description) }
}

/// Where Slurm has a choice.
package struct EstimateOptions: Hashable, Sendable {
    /// How to reckon where the request leaves Slurm several ways.
    package enum Bound: String, Hashable, Sendable, CaseIterable {
        /// The fewest nodes that fit and the least they give; topped up at start if it becomes more.
        case least
        /// The most the request allows Slurm to give.
        case strict
    }

    /// `.least` unless the site wants certainty.
    package var bound: Bound

    package init(bound: Bound = .least) { self.bound = bound }
}
