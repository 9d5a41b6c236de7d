/// The journal's postings for other programs: hledger, beancount.

import Units

extension Request {
    /// All entries that moved credit; for operators.
    package struct Export: Hashable, Sendable {
        /// nil: of every allocation.
        package var allocation: String?

        package init(allocation: String? = nil) { self.allocation = allocation }
    }
}

extension Row {
    /// One entry of the journal with its postings.
    package struct Entry: Hashable, Sendable {
        package var seq: Int64
        package var recordedAt: Instant
        package var effectiveAt: Instant
        package var kind: String
        package var actor: String
        package var reason: String?
        package var postings: [ExportedPosting]

        package init(
            seq: Int64, recordedAt: Instant, effectiveAt: Instant, kind: String, actor: String,
            reason: String?, postings: [ExportedPosting]
        ) {
            (self.seq, self.recordedAt, self.effectiveAt) = (seq, recordedAt, effectiveAt)
            (self.kind, self.actor, self.reason) = (kind, actor, reason)
            self.postings = postings
        }
    }
}

/// An amount moved between two accounts of an allocation.
package struct ExportedPosting: Hashable, Sendable {
    package var allocation: String
    /// nil: credit that is issued.
    package var from: LedgerAccount?
    package var to: LedgerAccount
    /// More than zero.
    package var amount: ServiceUnits
    package var user: String?
    package var job: String?
    package var resource: String?

    package init(
        allocation: String, from: LedgerAccount?, to: LedgerAccount, amount: ServiceUnits
    ) {
        (self.allocation, self.from, self.to, self.amount) = (allocation, from, to, amount)
    }
}

/// One of a lot's five accounts.
package struct LedgerAccount: Hashable, Sendable {
    package var lot: Int64
    /// `available`, `held`, `charged`, `expired` or `withdrawn`.
    package var bucket: String

    package init(lot: Int64, bucket: String) { (self.lot, self.bucket) = (lot, bucket) }
}

/// What stands in a lot's accounts after the last entry that was told.
package struct ExportedLot: Hashable, Sendable {
    package var lot: Int64
    package var allocation: String
    /// `grant` or `overdraft`.
    package var kind: String
    package var available: ServiceUnits
    package var held: ServiceUnits
    package var charged: ServiceUnits
    package var expired: ServiceUnits
    package var withdrawn: ServiceUnits

    package init(
        lot: Int64, allocation: String, kind: String, available: ServiceUnits, held: ServiceUnits,
        charged: ServiceUnits, expired: ServiceUnits, withdrawn: ServiceUnits
    ) {
        (self.lot, self.allocation, self.kind) = (lot, allocation, kind)
        (self.available, self.held, self.charged) = (available, held, charged)
        (self.expired, self.withdrawn) = (expired, withdrawn)
    }

    /// Its accounts by name, in the order of a credit's life.
    package var balances: [(bucket: String, amount: ServiceUnits)] {
        [
            ("available", available), ("held", held), ("charged", charged), ("expired", expired),
            ("withdrawn", withdrawn),
        ]
    }
}

extension Reply {
    /// Under the entries: where they end, and the balances of every lot there.
    package struct Export: Hashable, Sendable {
        package var entries: Int64
        /// `SEQ:HASH` of the journal's last entry that was looked at.
        package var head: String
        package var lots: [ExportedLot]

        package init(entries: Int64, head: String, lots: [ExportedLot]) {
            (self.entries, self.head, self.lots) = (entries, head, lots)
        }
    }
}
