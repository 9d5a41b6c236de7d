/// How limits are kept in slurmdbd, what is seen of them, and what of slurm.conf they depend on.

import Books
import Units

package struct BackstopRules: Sendable {
    /// nil: none is written; what was written stays until it is cleared.
    package var kind: BackstopKind?
    /// How seldom a limit that need not be raised is written again.
    package var everySeconds: Int64 = 3_600
    /// Of what an account may still use.
    package var margin: Rational = .zero
    package var isStrict = false
    /// Why nothing is written though it is asked for.
    package var standsStillBecause: String?

    package init() {}

    var isKept: Bool { kind != nil && standsStillBecause == nil }
}

/// One limit of one account as it was last looked at.
package struct BackstopSight: Sendable {
    package let cluster: String
    package let account: String
    package var project: String?
    package let limit: BackstopLimit
    package var standing: Int64?
    package var written: Int64?
    package var wanted: Int64?
    package var used: Int64?
    package var left: ServiceUnits?
    package var writtenAt: Instant?
    /// When it is written next.
    package var dueAt: Instant?
    package var state: State
    package var why: String?

    package enum State: String, Sendable {
        case right, waits, failed, foreign, skipped, leftover, cleared, open
        case wouldClear = "would_clear"
    }

    init(_ cluster: String, _ account: String, _ limit: BackstopLimit, _ state: State) {
        (self.cluster, self.account, self.limit) = (cluster, account, limit)
        self.state = state
    }
}

/// All that was last looked at.
package struct BackstopPicture: Sendable {
    package var lookedAt: Instant?
    package var rows: [BackstopSight] = []
    /// What an operator should know of slurm.conf.
    package var notes: [String] = []
    package var problem: String?
}

/// What slurm.conf says that the limits depend on.
struct BackstopConfig: Sendable {
    /// Why limits would stop nobody; nil: they do.
    let problem: String?
    let notes: [String]

    /// - Parameter settings: by their names in slurm.conf(5), as `scontrol show config` has them.
    init(_ settings: [String: String], kind: BackstopKind) {
        let enforced = Set(
            (settings["AccountingStorageEnforce"] ?? "").lowercased().split(separator: ",")
                .map(String.init))
        let halfLife = settings["PriorityDecayHalfLife"] ?? "7-00:00:00"
        let reset = settings["PriorityUsageResetPeriod"] ?? "NONE"
        if !(settings["AccountingStorageType"] ?? "").hasSuffix("slurmdbd") {
            problem = "[backstop] needs slurmdbd: the cluster has none."
        } else if enforced.isDisjoint(with: ["limits", "safe", "all"]) {
            problem =
                "[backstop] stops nobody: AccountingStorageEnforce of slurm.conf lacks limits "
                + "(or safe)."
        } else if kind == .tresMinutes,
            settings["PriorityType"] != "priority/multifactor"
        {
            problem =
                "[backstop] GrpTRESMins stops nobody: without PriorityType=priority/multifactor "
                + "slurmctld counts no usage; take GrpSubmitJobs."
        } else {
            problem = nil
        }
        var notes: [String] = []
        if kind == .tresMinutes {
            if halfLife != "00:00:00", halfLife != "0" {
                notes.append(
                    "PriorityDecayHalfLife is \(halfLife): while atolld is gone, used minutes "
                        + "come back at that pace; 0 keeps the limits exact.")
            }
            if reset.uppercased() != "NONE" {
                notes.append(
                    "PriorityUsageResetPeriod is \(reset): a reset while atolld is gone gives "
                        + "all used minutes back at once.")
            }
            if !enforced.contains("safe"), !enforced.contains("all") {
                notes.append(
                    "AccountingStorageEnforce lacks safe: Slurm starts jobs until a limit is "
                        + "reached, and ends those that run when it is.")
            }
        }
        self.notes = notes
    }
}
