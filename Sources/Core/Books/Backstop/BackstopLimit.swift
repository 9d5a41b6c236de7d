/// Limits of an association in slurmdbd by which Slurm stops who overspends while atolld is gone
/// (decision 16); which of them Atoll keeps, and what stands there of its own.

import Units

/// One limit of one account.
package enum BackstopLimit: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// GrpSubmitJobs; Atoll writes only 0.
    case submitJobs
    /// GrpTRESMins of one TRES: minutes of one unit, memory in MB.
    case tresMinutes(TRESName)

    /// As it is recorded and shown: `GrpTRESMins=cpu`.
    package var description: String {
        switch self {
        case .submitJobs: "GrpSubmitJobs"
        case .tresMinutes(let tres): "GrpTRESMins=\(tres)"
        }
    }

    package init?(_ text: String) {
        if text == "GrpSubmitJobs" {
            self = .submitJobs
        } else if text.hasPrefix("GrpTRESMins="), text.utf8.count > 12 {
            self = .tresMinutes(TRESName(String(text.dropFirst(12))))
        } else {
            return nil
        }
    }

    package static func < (a: Self, b: Self) -> Bool { a.description < b.description }
}

/// Which limits are kept.
package enum BackstopKind: String, Hashable, Sendable {
    case tresMinutes = "GrpTRESMins"
    case submitJobs = "GrpSubmitJobs"
}

/// What Atoll wrote to one limit, as it was recorded.
package struct BackstopRecord: Hashable, Sendable {
    package let account: String
    package let limit: BackstopLimit
    /// What slurmdbd was told; nil: nothing was confirmed yet.
    package var value: Int64?
    /// What was about to be written or cleared when this was recorded: it may stand there or not.
    package var intended: Intention?
    package var at: Instant

    package enum Intention: Hashable, Sendable {
        case write(Int64)
        case clear
    }

    package init(
        account: String, limit: BackstopLimit, value: Int64?, intended: Intention?, at: Instant
    ) {
        (self.account, self.limit, self.value) = (account, limit, value)
        (self.intended, self.at) = (intended, at)
    }

    /// Whether what stands in slurmdbd is ours. nil: no limit stands there.
    package func isOurs(_ standing: Int64?) -> Bool {
        switch intended {
        case nil: standing == value
        case .write(let value): standing == value || standing == self.value
        case .clear: standing == nil || standing == value
        }
    }
}
