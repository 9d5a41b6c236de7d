/// How far Atoll goes, set and shown; and what it would have refused.

import Registry
import Units

extension Request {
    /// Operators'.
    package struct SetMode: Hashable, Sendable {
        /// nil: with an account on every cluster; alone the only one there is.
        package var cluster: String?
        package var account: String?
        /// nil: none of its own any more.
        package var mode: Mode?
        package var reason: String
        package var dryRun: Bool

        package init(
            cluster: String? = nil, account: String? = nil, mode: Mode?, reason: String,
            dryRun: Bool = false
        ) {
            (self.cluster, self.account, self.mode) = (cluster, account, mode)
            (self.reason, self.dryRun) = (reason, dryRun)
        }
    }

    package struct Modes: Hashable, Sendable {
        package var cluster: String?
        /// What counts for this account; nil: all that is set.
        package var account: String?

        package init(cluster: String? = nil, account: String? = nil) {
            (self.cluster, self.account) = (cluster, account)
        }
    }

    /// Each field narrows.
    package struct WouldRefuse: Hashable, Sendable {
        package var cluster: String?
        package var account: String?
        package var user: String?
        package var start: Instant?
        package var end: Instant?

        package init(
            cluster: String? = nil, account: String? = nil, user: String? = nil,
            start: Instant? = nil, end: Instant? = nil
        ) {
            (self.cluster, self.account, self.user) = (cluster, account, user)
            (self.start, self.end) = (start, end)
        }
    }
}

extension Row {
    package struct ModeSetting: Hashable, Sendable {
        /// nil: every cluster.
        package var cluster: String?
        /// nil: the whole cluster.
        package var account: String?
        package var mode: Mode
        /// The setting that counts: `cluster reef`, `account physics`, `default`.
        package var rule: String
        package var since: Instant?
        package var by: String?
        package var reason: String?

        package init(
            cluster: String?, account: String?, mode: Mode, rule: String,
            since: Instant? = nil, by: String? = nil, reason: String? = nil
        ) {
            (self.cluster, self.account) = (cluster, account)
            (self.mode, self.rule) = (mode, rule)
            (self.since, self.by, self.reason) = (since, by, reason)
        }
    }

    /// A job, or a change of one, that would have been refused.
    package struct WouldRefuse: Hashable, Sendable {
        package var at: Instant
        package var cluster: String
        /// nil: none has been seen with its token yet.
        package var job: String?
        package var user: String?
        package var account: String?
        package var allocation: String?
        /// `submission`, `change` or `start`.
        package var stage: String
        /// `credit`, `cap`, `status`, `window`, `membership`, `coverage`, `rate`, `allocation`, `other`.
        package var cause: String
        package var cost: ServiceUnits?
        /// By how much it was too little.
        package var short: ServiceUnits?
        package var fitsMinutes: Int64?
        package var mode: String
        /// How often one after another, the last time `at`.
        package var times: Int64
        /// The refusal's words.
        package var text: String

        package init(
            at: Instant, cluster: String, job: String?, stage: String, cause: String,
            mode: String, times: Int64 = 1, text: String
        ) {
            (self.at, self.cluster, self.job) = (at, cluster, job)
            (self.stage, self.cause, self.mode) = (stage, cause, mode)
            (self.times, self.text) = (times, text)
        }
    }
}

extension Reply {
    /// Under what was changed.
    package typealias SetMode = Apply

    package struct Modes: Hashable, Sendable {
        package var rows: Int64
        package init(rows: Int64) { self.rows = rows }
    }

    package struct WouldRefuse: Hashable, Sendable {
        package var rows: Int64
        /// Since when such rows are kept.
        package var keptSince: Instant

        package init(rows: Int64, keptSince: Instant) {
            (self.rows, self.keptSince) = (rows, keptSince)
        }
    }
}
