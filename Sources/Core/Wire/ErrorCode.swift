/// Why a request was not granted: a closed list, the table in `docs/protocol.md`.

/// Whether an error is a decision or a failure to decide.
package enum ErrorKind: String, Hashable, Sendable {
    /// Decided: the answer is no, and asking again gives the same while nothing changes.
    case refused
    /// Not decided: the message is wrong or the daemon can't answer now.
    case failed
}

package enum ErrorCode: String, Hashable, Sendable, CaseIterable {
    case insufficientCredit = "insufficient_credit"
    case capReached = "cap_reached"
    case noAllocation = "no_allocation"
    case unknownAccount = "unknown_account"
    case notAMember = "not_a_member"
    case inactive
    case outsideWindow = "outside_window"
    case notCovered = "not_covered"
    case noRate = "no_rate"
    case cannotEstimate = "cannot_estimate"
    case conflict
    case invalid
    case forbidden
    /// Of a change: no say in the job. Slurm's own words for that are to be shown.
    case noSay = "no_say"
    /// Also: not the caller's to see.
    case notFound = "not_found"
    case badRequest = "bad_request"
    case tooLong = "too_long"
    case unsupportedVersion = "unsupported_version"
    case unknownOp = "unknown_op"
    case busy
    case unavailable
    /// COMMIT itself failed: ask again with the same id.
    case outcomeUnknown = "outcome_unknown"

    package var kind: ErrorKind {
        switch self {
        case .insufficientCredit, .capReached, .noAllocation, .unknownAccount, .notAMember,
            .inactive, .outsideWindow, .notCovered, .noRate, .cannotEstimate, .conflict, .invalid,
            .forbidden, .noSay, .notFound:
            .refused
        case .badRequest, .tooLong, .unsupportedVersion, .unknownOp, .busy, .unavailable,
            .outcomeUnknown:
            .failed
        }
    }
}
