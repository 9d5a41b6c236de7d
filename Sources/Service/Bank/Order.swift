/// What is handed to the Bank, and what comes back.

import Books
import Store
import Units

/// One command with who sent it. An order with an id is carried out once, however often it comes.
package struct Order: Sendable {
    /// Names the sender's id space: `uid:1001`, `collector`.
    package var caller: String
    /// The command id; nil for the collector's facts, whose own keys make them idempotent.
    package var id: String?
    /// SHA-256 of what was asked; another content under the same id is refused.
    package var digest: [UInt8]
    package var reason: String?
    /// Decided in full and then undone.
    package var isDryRun: Bool
    /// Set of one of very many that nobody waits for at a prompt: how many runs it is about.
    package var bulkWeight: Int?
    package var command: Command
    /// Whether what it records could be recorded again from what Slurm shows, so that its answer need
    /// not wait for the disk.
    package var isRebuildable = false
    /// What a pass of reconciliation has to report of what was recorded; kept in the same transaction.
    package var finding: (@Sendable (Outcome) -> PassFinding?)?

    var lane: OrderLane {
        // The collector tells what has happened: nobody waits for its answer.
        bulkWeight != nil ? .bulk : caller == Self.collector ? .usual : .urgent
    }
    /// How much work it is to record, against a submission's.
    var weight: Int { bulkWeight ?? command.weight }
    /// The caller of what the collector tells.
    package static let collector = "collector"

    package init(
        caller: String, id: String? = nil, digest: [UInt8] = [], reason: String? = nil,
        isDryRun: Bool = false, command: Command
    ) {
        (self.caller, self.id, self.digest) = (caller, id, digest)
        (self.reason, self.isDryRun, self.command) = (reason, isDryRun, command)
    }
}

/// A finding, and the number of its pass.
package struct PassFinding: Sendable {
    package var pass: Int64
    package var finding: KeptFinding

    package init(_ finding: KeptFinding, of pass: Int64) {
        (self.pass, self.finding) = (pass, finding)
    }
}

package enum BankError: Error, Sendable {
    case refused(Refusal)
    /// Nothing was recorded; ask again.
    case unavailable(String)
    /// It broke an invariant: nothing was recorded, and asking again would do the same.
    case setAside(String)
    /// COMMIT failed: ask again with the same id.
    case outcomeUnknown(String)
}

extension BankError {
    /// Whether the same command may yet be recorded.
    package var mayPass: Bool {
        switch self {
        case .unavailable, .outcomeUnknown: true
        case .refused, .setAside: false
        }
    }
}

package typealias BankResult = Result<Outcome, BankError>

/// A command that broke an invariant: set aside, shown in `status`, and the others go on.
package struct Quarantined: Sendable {
    package let at: Instant
    package let caller: String
    package let command: String
    package let problem: String
}

extension Command {
    /// Whether slurmctld waits for the answer, and with it all of its users.
    var isAskedByHooks: Bool {
        switch self {
        case .admit, .modify, .start, .void: true
        default: false
        }
    }

    /// How much work it is to record, against a submission's.
    var weight: Int {
        guard case .observe(let observation) = self else { return 1 }
        return max(observation.runs.count, 1)
    }
}
