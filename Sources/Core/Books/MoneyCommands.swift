/// What operators move between budgets, and what they give back; with the answers.

import Ledger
import Registry
import Units

package struct WithdrawRequest: Hashable, Sendable {
    package var allocation: String
    package var amount: ServiceUnits
    /// Only from this one; nil: the latest-ending first.
    package var lot: LotID?

    package init(allocation: String, amount: ServiceUnits, lot: LotID? = nil) {
        (self.allocation, self.amount, self.lot) = (allocation, amount, lot)
    }
}

package struct TransferRequest: Hashable, Sendable {
    package var from: String
    package var to: String
    package var amount: ServiceUnits
    /// Only from this one; nil: the latest-ending first.
    package var lot: LotID?

    package init(from: String, to: String, amount: ServiceUnits, lot: LotID? = nil) {
        (self.from, self.to, self.amount, self.lot) = (from, to, amount, lot)
    }
}

package struct RefundRequest: Hashable, Sendable {
    /// As Slurm names it: `123`, an array task `123_4`, a het component `123+1`.
    package var job: String
    package var cluster: String?
    /// Which run of it; nil: the only one.
    package var run: RunID?
    /// nil: all that is not refunded yet.
    package var amount: ServiceUnits?
    /// Where the part goes that was charged to lots which have ended.
    package var into: LotID?

    package init(
        job: String, cluster: String? = nil, run: RunID? = nil, amount: ServiceUnits? = nil,
        into: LotID? = nil
    ) {
        (self.job, self.cluster, self.run) = (job, cluster, run)
        (self.amount, self.into) = (amount, into)
    }
}

// MARK: Answers

package struct Withdrawn: Hashable, Sendable {
    package var parts: [LotPart]
    /// In the allocation, after it.
    package var available: ServiceUnits

    package init(parts: [LotPart], available: ServiceUnits) {
        (self.parts, self.available) = (parts, available)
    }
}

package struct Transferred: Hashable, Sendable {
    package struct Leg: Hashable, Sendable {
        package let from: LotID
        /// New, with the same window.
        package let to: LotID
        package let amount: ServiceUnits

        package init(from: LotID, to: LotID, amount: ServiceUnits) {
            (self.from, self.to, self.amount) = (from, to, amount)
        }
    }

    package var legs: [Leg]
    /// In each of the two allocations, after it.
    package var available: ServiceUnits
    package var targetAvailable: ServiceUnits

    package init(legs: [Leg], available: ServiceUnits, targetAvailable: ServiceUnits) {
        (self.legs, self.available, self.targetAvailable) = (legs, available, targetAvailable)
    }
}

package struct Refunded: Hashable, Sendable {
    package var run: RunID
    package var job: String
    package var cluster: String
    package var allocation: String
    package var amount: ServiceUnits
    /// What the run was charged, and what of it is refunded by now.
    package var charged: ServiceUnits
    package var refunded: ServiceUnits
    package var isWaived: Bool
    /// Where the credit went.
    package var parts: [LotPart]
    /// In the allocation, after it.
    package var available: ServiceUnits

    package init(
        _ run: Run, allocation: String, amount: ServiceUnits, parts: [LotPart],
        available: ServiceUnits
    ) {
        self.run = run.id
        (job, cluster) = (run.jobName, run.key.cluster)
        (self.allocation, self.amount) = (allocation, amount)
        (charged, refunded, isWaived) = (run.charged, run.refunded, run.isWaived)
        (self.parts, self.available) = (parts, available)
    }

    package init(
        run: RunID, job: String, cluster: String, allocation: String, amount: ServiceUnits,
        charged: ServiceUnits, refunded: ServiceUnits, isWaived: Bool, parts: [LotPart],
        available: ServiceUnits
    ) {
        (self.run, self.job, self.cluster, self.allocation) = (run, job, cluster, allocation)
        (self.amount, self.charged, self.refunded) = (amount, charged, refunded)
        (self.isWaived, self.parts, self.available) = (isWaived, parts, available)
    }
}
