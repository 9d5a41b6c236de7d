/// What the auditor writes down: allocations, lots, claims and runs, in plain numbers of micro-SU.

import Ledger
import Registry
import Units

/// Something in the books that the rules don't allow.
package struct Finding: Error, CustomStringConvertible {
    package let description: String
    /// What it is about, as commands name it: a token, a job. For finding the steps that matter.
    let words: [String]

    package init(_ description: String, about words: [String?] = []) {
        (self.description, self.words) = (description, words.compactMap { $0 })
    }
}

struct AuditedAllocation {
    var declared: SiteAllocation
    var project: String
}

struct AuditedLot {
    enum State: String { case pending, open, ended }
    var allocation: String
    var isOverdraft: Bool
    var window: Interval
    /// Its window was moved after it was made, so that older pins need not lie in it.
    var hasMoved = false
    var state: State
    var issued: Int64
    var withdrawn: Int64 = 0
    /// How the credit stands: as the books split it, once that was found to be right.
    var balances = Balances()
}

struct AuditedClaim {
    enum State: String { case unclaimed, bound, closed }
    /// What was asked for, as the provider showed it last.
    struct Request: Hashable {
        var footprint: TRESCounts
        var limitSeconds: Int64
        var partition: String
        var qos: String?
        /// Of what was shown.
        var concurrency: Int64?
    }

    /// Its number in the books, once it is known.
    var number: Int64?
    let token: String?
    let cluster: String
    var job: Int64?
    var allocation: String
    /// Slurm's.
    var account: String
    let user: String
    var request: Request
    var state: State
    var outstanding: Int64
    var concurrency: Int64?
    var amountPerTask: Int64
    var held: Int64
    var running: Int64 = 0
    /// When what was last recorded of it was seen.
    var seenAt: Instant?
    var shown: Request?
    /// What its start will ask for beyond its hold, since the rates rose.
    var dearerBy: Int64?
    /// Set of a provisional hold.
    var raise: AuditedRaise?

    /// How commands name it.
    var words: [String?] { [token.map { "\"\($0)\"" }, job.map { "jobID: \($0)," }] }
}

struct AuditedRun {
    let claim: Int?
    /// nil: it has no place to be charged to.
    var allocation: String?
    let user: String
    let partition: String
    var qos: String?
    var counts: TRESCounts
    var start: Instant
    /// nil while it runs.
    var end: Instant?
    var suspendedSeconds: Int64 = 0
    var limitSeconds: Int64
    var isRunning: Bool
    var share: Int64
    var charged: Int64 = 0
    var refunded: Int64 = 0
}

/// What one user has of one allocation.
struct AuditedUse: Hashable {
    var held: Int64 = 0
    var charged: Int64 = 0
    var refunded: Int64 = 0
}

struct UseKey: Hashable {
    let allocation, user: String
}

struct PullbackKey: Hashable {
    let allocation: String
    let at: Instant
}

struct JobKey: Hashable {
    let cluster: String
    let job: Int64
}

struct TokenKey: Hashable {
    let cluster, token: String
}
