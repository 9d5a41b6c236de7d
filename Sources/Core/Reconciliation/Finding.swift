/// What a reconciliation finds: the closed list of kinds, and what becomes of each.

import Books
import Ledger
import Units

package enum FindingKind: String, Hashable, Sendable, CaseIterable {
    /// A run that the books have nothing of.
    case neverSeen = "never_seen"
    case chargedTooMuch = "charged_too_much"
    case chargedTooLittle = "charged_too_little"
    /// Another end, size or place, at the same price.
    case changed = "changed_after_end"
    case wrongAllocation = "wrong_allocation"
    case unrated
    case holdWithoutJob = "hold_without_job"
    case jobWithoutHold = "job_without_hold"
    /// Usage of an account that no project has.
    case stranger
    case unownedReservation = "unowned_reservation"
    /// Open in slurmdbd and gone from slurmctld.
    case runaway
    /// A record without an end, or without any length, of a run that was charged.
    case openRow = "open_row"
    case zeroLengthRow = "zero_length_row"
    case missingRow = "missing_row"
    /// A stretch of time of which slurmdbd has nothing.
    case gap
    /// What is not compared because slurmdbd has purged it: told, and nobody has to do anything.
    case purged

    /// In a few words, for a table.
    package var title: String {
        switch self {
        case .neverSeen: "never seen"
        case .chargedTooMuch: "charged too much"
        case .chargedTooLittle: "charged too little"
        case .changed: "changed after its end"
        case .wrongAllocation: "wrong allocation"
        case .unrated: "unrated"
        case .holdWithoutJob: "hold without a job"
        case .jobWithoutHold: "job without a hold"
        case .stranger: "stranger's usage"
        case .unownedReservation: "reservation without an owner"
        case .runaway: "runaway"
        case .openRow: "row without an end"
        case .zeroLengthRow: "row of no length"
        case .missingRow: "row missing"
        case .gap: "gap in slurmdbd"
        case .purged: "purged in slurmdbd"
        }
    }
}

package struct Finding: Hashable, Sendable {
    package var kind: FindingKind
    /// As people name the job; a reservation's name; of a gap empty.
    package var job: String
    package var run: RunID?
    package var user: String?
    package var account: String?
    package var allocation: String?
    /// When the run ended; of what goes on when it began.
    package var at: Instant?
    /// What was charged before and after the correction, where there was one.
    package var before: ServiceUnits?
    package var after: ServiceUnits?
    /// One sentence; with a correction the reason of its entry.
    package var what: String
    /// The command that would settle it, where it takes a person.
    package var remedy: String?

    package init(_ kind: FindingKind, job: String, _ what: String) {
        (self.kind, self.job, self.what) = (kind, job, what)
    }

    package var takesPerson: Bool { remedy != nil }

    /// How the charge changed; what is known only once it was made names the kind.
    package mutating func settle(_ done: Corrected) {
        (run, allocation) = (done.run, done.allocation)
        (before, after) = (done.before, done.after)
        guard [.changed, .chargedTooMuch, .chargedTooLittle].contains(kind) else { return }
        kind =
            done.after == done.before
            ? .changed : done.after < done.before ? .chargedTooMuch : .chargedTooLittle
    }
}
