/// A job that Atoll keeps from starting, as the books know it: why, and how far it got.
///
/// "Held" says credit everywhere else in these rooms; a job that Slurm is to hold is *held back*.
/// One row a job, by cluster and raw job id; exactly those are let go when they may start again.

import Ledger
import Rates
import Registry
import Units

package struct HeldBack: Hashable, Sendable {
    package enum State: String, Hashable, Sendable {
        /// Its start was refused; Slurm has not been seen holding it yet.
        case asked
        /// Slurm holds it because Atoll said so.
        case held
        /// It started, was let go, or is gone; `ending` says which.
        case over
    }

    /// Who noticed.
    package enum Source: String, Hashable, Sendable {
        /// PrologSlurmctld, before anything of the job ran.
        case hook
        /// The collector, a while after its start.
        case poll
    }

    /// What stands against a start; a program's word for it.
    package enum Cause: String, Hashable, Sendable {
        case credit, cap, status, window, membership, coverage, rate, allocation, other

        package init(_ refusal: Refusal) {
            switch refusal {
            case .insufficientCredit, .notFree: self = .credit
            case .capReached: self = .cap
            case .inactive: self = .status
            case .outsideWindow: self = .window
            case .notAMember: self = .membership
            case .notCovered: self = .coverage
            case .noRate: self = .rate
            case .noAllocation, .unknownAccount: self = .allocation
            case .tooLarge, .conflict, .idTaken, .forbidden, .invalid, .notFound, .noSay:
                self = .other
            }
        }
    }

    /// The run whose start was refused; its submit time is the run's own.
    package let run: RunKey
    /// `123`, `123_4`, `123+1`.
    package let jobName: String
    /// The id that all tasks of an array share.
    package let baseJobID: Int64
    package var claim: ClaimID?
    /// The allocation's number; nil where the project has none.
    package var allocation: Int64?
    package let user: Int64
    /// What it was to start with.
    package let counts: TRESCounts
    package var state: State
    package let source: Source
    package var cause: Cause
    /// In words, figures first; for `scontrol show job` and `atoll holds`.
    package var reason: String
    /// When its start was refused.
    package let at: Instant
    /// Whether Slurm held it: then nothing of the refused run ran.
    package var wasHeld = false
    /// How it came to be over.
    package var ending: String?

    package init(
        run: RunKey, jobName: String, baseJobID: Int64, claim: ClaimID?, allocation: Int64?,
        user: Int64, counts: TRESCounts, state: State, source: Source, cause: Cause,
        reason: String, at: Instant
    ) {
        (self.run, self.jobName, self.baseJobID) = (run, jobName, baseJobID)
        (self.claim, self.allocation, self.user) = (claim, allocation, user)
        (self.counts, self.state, self.source) = (counts, state, source)
        (self.cause, self.reason, self.at) = (cause, reason, at)
    }

    /// Whether `shown` is the run that was refused and came back into the queue: nothing of it ran.
    func excuses(_ shown: RunFacts) -> Bool {
        source == .hook && (wasHeld || state == .asked)
            && run == shown.key && shown.state == "REQUEUED"
    }

    static let free = "free: held back at its start"
}
