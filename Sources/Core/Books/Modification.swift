/// A change of a job that somebody wants Slurm to make, as far as it may change what the job costs.

import Ledger
import Registry
import Units

package struct Modification: Hashable, Sendable {
    package var cluster: String
    /// The base job id.
    package var job: Int64
    package var part: JobPart
    /// The job's owner as slurmctld says; what the books say of a job they know goes before it.
    package var ownerName: String
    package var callerName: String
    /// For what is told of who asked; nil: not known.
    package var callerID: Int64?
    /// When the operators and coordinators were read of Slurm; nil: not known.
    package var ranksReadAt: Instant?
    /// How many polls of the cluster have begun.
    package var pollsBegun: Int64 = 0
    /// What polls up to this one have shown is recorded.
    package var pollsShown: Int64 = 0
    /// Root, SlurmUser or an operator.
    package var callerMayAll: Bool
    /// Slurm accounts that the caller coordinates.
    package var coordinated: Set<String> = []
    /// Slurm's tree: an account's parent.
    package var parents: [String: String] = [:]
    /// Whether Slurm associates the owner with the account the job would have.
    package var ownerIsAssociated = true

    // What changes; nil: stays.
    package var timeLimitSeconds: Int64?
    /// When what runs is to end (`EndTime`).
    package var endsAt: Instant?
    /// One partition or a comma-separated list.
    package var partition: String?
    package var qos: String?
    /// How many tasks of the array may run at once, 0 for any number.
    package var tasksAtOnce: Int64?
    /// The account and its ancestors, nearest first.
    package var accountLineage: [String]?
    /// Another size was asked for: nodes, tasks, memory, GPUs …
    package var changesSize = false
    /// What a task may use then, one a partition; nil: as it is, or it can't be told.
    package var options: [Admission.Option]?

    /// Allowed even where credit is missing (`when_insufficient = "warn"`).
    package var admitsShort = false
    /// An account that no project has is not accounted for; else it is refused.
    package var admitsUnknownAccount = false
    /// The change in words: `71: time limit 02:00:00`.
    package var wish: String

    package init(
        cluster: String, job: Int64, part: JobPart = .whole, ownerName: String,
        callerName: String, callerMayAll: Bool = false, wish: String = "a change"
    ) {
        (self.cluster, self.job, self.part) = (cluster, job, part)
        (self.ownerName, self.callerName) = (ownerName, callerName)
        (self.callerMayAll, self.wish) = (callerMayAll, wish)
    }
}

/// What a change is decided on: the claims that it may concern.
package struct ModificationFacts: Sendable {
    package struct Subject: Sendable {
        package var claim: Claim
        /// Those that go on.
        package var runs: [Run]
        /// Not settled yet.
        package var raises: [Claim]

        package init(claim: Claim, runs: [Run], raises: [Claim]) {
            (self.claim, self.runs, self.raises) = (claim, runs, raises)
        }
    }

    package var subjects: [Subject] = []
    /// No poll has shown the job yet: these are its owner's claims that still wait for their jobs,
    /// and it is one of them.
    package var isGuess = false

    package init() {}
}

/// What came of a change that was allowed.
package struct Modified: Hashable, Sendable {
    /// Set aside until Slurm shows the change; zero where it costs no more.
    package var held: ServiceUnits
    /// nil: nothing was set aside.
    package var allocation: String?
    /// Available there afterwards.
    package var left: ServiceUnits
    /// The allocation does not cover it.
    package var isShort: Bool
    /// It would have been refused, and is not.
    package var tolerated: Tolerated?
    /// It would cost more if Slurm did it, and its asker has no such say as far as it is known.
    package var isPassedOver = false

    package init(
        held: ServiceUnits = .zero, allocation: String? = nil, left: ServiceUnits = .zero,
        isShort: Bool = false
    ) {
        (self.held, self.allocation, self.left) = (held, allocation, left)
        self.isShort = isShort
    }
}
