/// Rows that say what happened: statements, changes, the progress of a verification.

import Units

extension Row {
    /// One posting of a statement.
    package struct Statement: Hashable, Sendable {
        /// The entry it belongs to.
        package var seq: Int64
        package var recordedAt: Instant
        package var effectiveAt: Instant
        /// The ledger's word for it: `grant`, `charge`, `refund`, …
        package var kind: String
        package var user: String?
        package var job: String?
        package var resource: String?
        package var detail: String?
        /// Negative takes from what is available.
        package var amount: ServiceUnits
        /// After this row.
        package var balance: ServiceUnits

        package init(
            seq: Int64, recordedAt: Instant, effectiveAt: Instant, kind: String,
            amount: ServiceUnits, balance: ServiceUnits
        ) {
            (self.seq, self.recordedAt, self.effectiveAt) = (seq, recordedAt, effectiveAt)
            (self.kind, self.amount, self.balance) = (kind, amount, balance)
        }
    }

    /// One thing that a site file changes.
    package struct Change: Hashable, Sendable {
        /// `create`, `change`, …
        package var action: String
        /// `project`, `allocation`, `rate`, …
        package var what: String
        package var name: String
        package var detail: String

        package init(action: String, what: String, name: String, detail: String) {
            (self.action, self.what, self.name, self.detail) = (action, what, name, detail)
        }
    }

    /// How far a verification is.
    package struct Progress: Hashable, Sendable {
        /// Entries read so far.
        package var entries: Int64
        /// Entries there were when it began.
        package var total: Int64

        package init(entries: Int64, total: Int64) {
            (self.entries, self.total) = (entries, total)
        }
    }
}
