/// Past runs: imported from records, and priced anew.

import Units

extension Request {
    /// Runs of the past, as records of the gauge's own form: a first line, a header, the rows and a
    /// last line. Each message stands for itself and may come again: runs that are in stay as they are.
    package struct Import: Hashable, Sendable {
        /// Whether the runs stand in the books already by another clock, and who looks.
        package enum Check: String, Hashable, Sendable, CaseIterable {
            /// The daemon, at this message alone, before any of it is recorded.
            case each
            /// The daemon, and no more than that: nothing is recorded.
            case only
            /// The client has had all of its messages looked at.
            case done
        }

        package var cluster: String
        package var records: String
        package var reason: String?
        /// Say what would be done, and do nothing.
        package var dryRun: Bool
        package var check: Check

        package init(
            cluster: String, records: String, reason: String? = nil, dryRun: Bool = false,
            check: Check = .each
        ) {
            (self.cluster, self.records) = (cluster, records)
            (self.reason, self.dryRun, self.check) = (reason, dryRun, check)
        }
    }

    /// Prices the runs anew that used a resource in a window.
    package struct Rerate: Hashable, Sendable {
        package var resource: String
        package var start: Instant
        package var end: Instant
        package var reason: String
        package var dryRun: Bool

        package init(
            resource: String, start: Instant, end: Instant, reason: String, dryRun: Bool = false
        ) {
            (self.resource, self.start, self.end) = (resource, start, end)
            (self.reason, self.dryRun) = (reason, dryRun)
        }
    }
}

extension Reply {
    /// What became of the rows of an import.
    package struct Import: Hashable, Sendable {
        package var counts = ImportCounts()
        package var sums: [ImportSum] = []
        package var rejected: [RejectedRow] = []
        /// The books hold no run at all: nothing can stand there by another clock.
        package var areBooksEmpty = false
        package init() {}
    }

    package struct Rerate: Hashable, Sendable {
        package var runs: Int64
        /// Of these, those whose charge is another now.
        package var changed: Int64
        /// Runs that belong to no allocation, or were waived: nothing is charged for them.
        package var left: Int64
        /// Runs that stayed as they were because pricing them anew breaks a rule of the books: a row
        /// each says why.
        package var setAside: Int64
        package var message: String

        package init(
            runs: Int64, changed: Int64, left: Int64, setAside: Int64 = 0, message: String
        ) {
            (self.runs, self.changed, self.left) = (runs, changed, left)
            (self.setAside, self.message) = (setAside, message)
        }
    }
}

extension Row {
    /// What an allocation was charged for a resource by runs that were priced anew.
    package struct Rerated: Hashable, Sendable {
        package var allocation: String
        package var resource: String
        package var runs: Int64
        package var before: ServiceUnits
        package var after: ServiceUnits

        package init(
            allocation: String, resource: String, runs: Int64, before: ServiceUnits,
            after: ServiceUnits
        ) {
            (self.allocation, self.resource, self.runs) = (allocation, resource, runs)
            (self.before, self.after) = (before, after)
        }
    }
}

extension Row {
    /// A run that could not be priced anew; those behind it were.
    package struct SetAside: Hashable, Sendable {
        package var cluster: String
        package var job: String
        package var run: Int64
        package var why: String

        package init(cluster: String, job: String, run: Int64, why: String) {
            (self.cluster, self.job, self.run, self.why) = (cluster, job, run, why)
        }
    }
}

/// Rows of an import by what became of them. Each row is in one, but for `placed`.
package struct ImportCounts: Hashable, Sendable {
    /// Recorded and charged; an amount of 0 counts here, too.
    package var charged: Int64 = 0
    /// Recorded and free by the state policy.
    package var free: Int64 = 0
    /// Recorded, with usage that no rate prices yet.
    package var unrated: Int64 = 0
    /// Recorded, with no allocation to charge.
    package var unplaced: Int64 = 0
    /// Of those recorded: in the books before, with no allocation to charge.
    package var placed: Int64 = 0
    /// In the books already.
    package var known: Int64 = 0
    /// The collector's to record: it runs, or has just ended.
    package var live: Int64 = 0
    /// Not ended yet, by the row itself.
    package var open: Int64 = 0
    package var neverRan: Int64 = 0
    package var exempt: Int64 = 0
    /// Recording it breaks a rule of the books; it is among the rejected, too.
    package var setAside: Int64 = 0

    package init() {}

    package static func += (sum: inout ImportCounts, more: ImportCounts) {
        sum.charged += more.charged
        sum.free += more.free
        sum.unrated += more.unrated
        sum.unplaced += more.unplaced
        sum.placed += more.placed
        sum.known += more.known
        sum.live += more.live
        sum.open += more.open
        sum.neverRan += more.neverRan
        sum.exempt += more.exempt
        sum.setAside += more.setAside
    }
}

/// What the runs of an account came to that were recorded.
package struct ImportSum: Hashable, Sendable {
    package var account: String
    /// nil: they are unplaced, and `amount` is what they would have cost.
    package var allocation: String?
    package var runs: Int64
    package var amount: ServiceUnits

    package init(account: String, allocation: String?, runs: Int64, amount: ServiceUnits) {
        (self.account, self.allocation) = (account, allocation)
        (self.runs, self.amount) = (runs, amount)
    }
}

package struct RejectedRow: Hashable, Sendable {
    /// Of the message's rows, from 0.
    package var row: Int64
    package var reason: String

    package init(row: Int64, reason: String) { (self.row, self.reason) = (row, reason) }
}
