/// Records of feeds on the wire: delivered one by one, and looked at afterwards.

import Requests
import Units

extension Request {
    /// One record. Its source and id are what makes it unique; the request's own id is not.
    package struct Feed: Hashable, Sendable {
        package var record: FeedRecord
        /// What its source says of it; no part of what is compared when it comes again.
        package var comment: String?
        /// Say what would be done, and do nothing.
        package var dryRun: Bool

        package init(record: FeedRecord, comment: String? = nil, dryRun: Bool = false) {
            (self.record, self.comment, self.dryRun) = (record, comment, dryRun)
        }
    }

    /// The records that were carried out; each field narrows.
    package struct FeedRecords: Hashable, Sendable {
        package var source: String?
        /// Recorded at or after, and before.
        package var start: Instant?
        package var end: Instant?

        package init(source: String? = nil, start: Instant? = nil, end: Instant? = nil) {
            (self.source, self.start, self.end) = (source, start, end)
        }
    }
}

extension Reply {
    /// What became of a record.
    package struct Feed: Hashable, Sendable {
        package var project: String
        package var allocation: String?
        /// In words.
        package var effect: String
        /// When it was carried out: earlier, where it had come before.
        package var at: Instant
        package var isRepeat: Bool

        package init(
            project: String, allocation: String?, effect: String, at: Instant, isRepeat: Bool
        ) {
            (self.project, self.allocation, self.effect) = (project, allocation, effect)
            (self.at, self.isRepeat) = (at, isRepeat)
        }
    }

    package struct FeedRecords: Hashable, Sendable {
        package var rows: Int64
        package init(rows: Int64) { self.rows = rows }
    }
}

extension Row {
    /// A record that was carried out.
    package struct FeedRecord: Hashable, Sendable {
        package var source: String
        package var record: String
        package var kind: FeedKind
        package var project: String
        package var allocation: String?
        /// The other one of a transfer.
        package var other: String?
        /// What came to the allocation; negative: what went.
        package var amount: ServiceUnits?
        package var start: Instant?
        package var end: Instant?
        package var recordedAt: Instant
        /// The first of its entries.
        package var entry: Int64
        /// Who delivered it.
        package var user: String
        package var reason: String?

        package init(
            source: String, record: String, kind: FeedKind, project: String,
            allocation: String? = nil, recordedAt: Instant, entry: Int64, user: String
        ) {
            (self.source, self.record, self.kind) = (source, record, kind)
            (self.project, self.allocation) = (project, allocation)
            (self.recordedAt, self.entry, self.user) = (recordedAt, entry, user)
        }
    }
}
