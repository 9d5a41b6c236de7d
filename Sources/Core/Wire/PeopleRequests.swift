/// What people ask at the command line: balances, statements, holds; and what operators change.

import Registry
import Units

extension Request {
    /// Balances of allocations; each field narrows, nil is everything the caller may see.
    package struct Balance: Hashable, Sendable {
        package var account: String?
        package var project: String?
        package var allocation: String?
        package var user: String?

        package init(
            account: String? = nil, project: String? = nil, allocation: String? = nil,
            user: String? = nil
        ) {
            (self.account, self.project) = (account, project)
            (self.allocation, self.user) = (allocation, user)
        }
    }

    /// The postings of one allocation, in the order they were recorded.
    package struct Statement: Hashable, Sendable {
        package var allocation: String
        /// Recorded at or after; nil: from the first.
        package var start: Instant?
        /// Recorded before; nil: to the last.
        package var end: Instant?
        package var user: String?

        package init(
            allocation: String, start: Instant? = nil, end: Instant? = nil, user: String? = nil
        ) {
            (self.allocation, self.start, self.end, self.user) = (allocation, start, end, user)
        }
    }

    /// Credit set aside now; each field narrows.
    package struct Holds: Hashable, Sendable {
        package var allocation: String?
        package var account: String?
        package var user: String?

        package init(allocation: String? = nil, account: String? = nil, user: String? = nil) {
            (self.allocation, self.account, self.user) = (allocation, account, user)
        }
    }

    /// Adds a lot to an allocation.
    package struct Grant: Hashable, Sendable {
        package var allocation: String
        package var amount: ServiceUnits
        /// When the lot opens; nil: now, or with the allocation if that is later.
        package var start: Instant?
        /// When it ends; nil: with the allocation.
        package var end: Instant?
        package var reason: String
        /// Say what would be, change nothing.
        package var dryRun: Bool

        package init(
            allocation: String, amount: ServiceUnits, start: Instant? = nil, end: Instant? = nil,
            reason: String, dryRun: Bool = false
        ) {
            (self.allocation, self.amount, self.start, self.end) = (allocation, amount, start, end)
            (self.reason, self.dryRun) = (reason, dryRun)
        }
    }

    /// Makes the books agree with a site file.
    package struct Apply: Hashable, Sendable {
        package var site: Site
        package var reason: String?
        package var dryRun: Bool
        /// Whether it may change what the past cost.
        package var backdate: Bool

        package init(
            site: Site, reason: String? = nil, dryRun: Bool = false, backdate: Bool = false
        ) {
            (self.site, self.reason, self.dryRun) = (site, reason, dryRun)
            self.backdate = backdate
        }
    }

    /// Rebuilds the tables from the entries and compares.
    package struct Verify: Hashable, Sendable {
        /// `SEQ:HASH` of a head that was noted earlier; an older copy of the journal lacks it.
        package var expect: String?

        package init(expect: String? = nil) { self.expect = expect }
    }
}
