/// A run: one execution of a job, charged once by its own key.

import Rates
import Units

package struct RunID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let number: Int64
    package init(_ number: Int64) { self.number = number }
    package static func < (a: Self, b: Self) -> Bool { a.number < b.number }
    package var description: String { String(number) }
}

/// What tells runs apart, in slurmctld, slurmdbd and `sacct -P` alike (money.md 3.5).
package struct RunKey: Hashable, Sendable {
    package let cluster: String
    /// The raw job id, an array task's own.
    package let jobID: Int64
    package let submit: Instant
    /// 0, and one more for each time the job was resized while running.
    package let resize: Int64

    package init(cluster: String, jobID: Int64, submit: Instant, resize: Int64 = 0) {
        (self.cluster, self.jobID, self.submit, self.resize) = (cluster, jobID, submit, resize)
    }

    /// By what nearly always tells keys apart: a history looks up millions of them.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(jobID)
        hasher.combine(submit)
    }
}

package enum RunState: String, Hashable, Sendable {
    case running
    /// Over, and charged where there is anything to charge.
    case ended
}

package struct Run: Hashable, Sendable {
    package let id: RunID
    package let key: RunKey
    /// How people name the job: `123`, `123_4`, `123+1`.
    package let jobName: String
    /// nil where no hold stood for it.
    package var claim: ClaimID?
    /// The allocation's number; nil while the run is *unplaced*.
    package var allocation: Int64?
    package let user: Int64
    package var account: String
    package var partition: String
    package var qos: String?
    package var state: RunState
    package var counts: TRESCounts
    package var start: Instant
    package var end: Instant?
    package var suspendedSeconds: Int64
    /// Where those seconds lie, as far as that was seen.
    package var suspensions = Suspensions.none
    /// The job's, as Slurm shows it: it counts from the job's start.
    package var timeLimitSeconds: Int64
    /// How much of the limit was over when this run began: in another size, or before a cutover.
    package var limitSpentSeconds: Int64 = 0
    /// Slurm's state at the end: `COMPLETED`, `TIMEOUT`, …
    package var outcome: String?
    /// The share of the hold that stands for it while it runs.
    package var share: Pins
    /// The version of the rate card that priced it.
    package var cardVersion: Int64?
    package var charged: ServiceUnits
    package var refunded: ServiceUnits
    /// All of it was refunded: nothing is charged for it any more, by corrections neither.
    package var isWaived = false
    /// A person has said that it stands as it is: no record corrects it any more.
    package var isKept = false
    /// Why some of its usage has no price yet, or why it was free.
    package var remark: String?
    /// The reservation that the job ran in.
    package var reservation: String?

    package init(
        id: RunID, key: RunKey, jobName: String, claim: ClaimID?, allocation: Int64?, user: Int64,
        account: String, partition: String, qos: String?, counts: TRESCounts, start: Instant,
        timeLimitSeconds: Int64
    ) {
        (self.id, self.key, self.jobName) = (id, key, jobName)
        (self.claim, self.allocation, self.user) = (claim, allocation, user)
        (self.account, self.partition, self.qos) = (account, partition, qos)
        (self.counts, self.start, self.timeLimitSeconds) = (counts, start, timeLimitSeconds)
        state = .running
        suspendedSeconds = 0
        share = .none
        charged = .zero
        refunded = .zero
    }

    /// What of a limit of the job is left to this run from its start; 0: nothing bounds it.
    package func seconds(leftOf limit: Int64) -> Int64 {
        limit > 0 ? max(limit - limitSpentSeconds, 1) : 0
    }

    /// What polls saw of its suspensions, where nobody else tells.
    package func suspendedSecondsSeen(until end: Instant) -> Int64 {
        let seen = suspensions.intervals(until: end).reduce(0) { $0 + $1.seconds }
        return min(max(seen, suspendedSeconds), max(end.seconds(since: start), 0))
    }

    package var dimensions: Dimensions? {
        allocation.map {
            Dimensions(
                allocation: $0, user: user, claim: claim?.number, run: id.number,
                cluster: key.cluster)
        }
    }
}

/// What a user has of an allocation: the fold that a cap is compared with (money.md 2.4).
package struct MemberUse: Hashable, Sendable {
    package var held: ServiceUnits
    package var charged: ServiceUnits
    package var refunded: ServiceUnits

    package init(
        held: ServiceUnits = .zero, charged: ServiceUnits = .zero, refunded: ServiceUnits = .zero
    ) {
        (self.held, self.charged, self.refunded) = (held, charged, refunded)
    }

    /// held + charged − refunded.
    package var used: ServiceUnits { held + charged - refunded }
}
