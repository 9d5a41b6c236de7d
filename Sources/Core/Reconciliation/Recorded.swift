/// What slurmdbd's record says of one run.

import Books
import Ledger
import Units

package struct Recorded: Hashable, Sendable {
    package var facts: RunFacts
    /// The id that all tasks of an array share.
    package var baseJobID: Int64
    package var account: String
    package var user: String
    /// Whether Slurm calls it over; its end may be missing all the same.
    package var isOver: Bool
    /// Its user, account or partition is left out of accounting.
    package var isExempt: Bool

    package init(
        _ facts: RunFacts, baseJobID: Int64, account: String, user: String, isOver: Bool,
        isExempt: Bool
    ) {
        self.baseJobID = baseJobID
        (self.facts, self.account, self.user) = (facts, account, user)
        (self.isOver, self.isExempt) = (isOver, isExempt)
    }

    package var key: RunKey { facts.key }

    /// Says nothing of how long it ran: `sacctmgr show runaway` sets the end to the start.
    package var isOfNoLength: Bool {
        isOver && !isBeforeCutover && facts.end.map { $0 <= facts.start } ?? false
    }

    /// Over before the cutover, and cut to no length for it.
    package var isBeforeCutover: Bool { facts.freeBecause == RunFacts.beforeCutover }
}

extension RunKey {
    /// The order in which records and books are walked together.
    package static func isBefore(_ a: RunKey, _ b: RunKey) -> Bool {
        (a.jobID, a.submit, a.resize) < (b.jobID, b.submit, b.resize)
    }
}
