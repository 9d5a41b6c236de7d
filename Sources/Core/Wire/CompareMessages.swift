/// Comparing on the wire: raw use in the books, and why sreport counts another.

import Units

extension Request {
    /// For operators.
    package struct Compare: Hashable, Sendable {
        /// nil: the only one with slurmdbd.
        package var cluster: String?
        package var start: Instant
        package var end: Instant
        /// Up to where slurmdbd has rolled up; nil: not known.
        package var rolledUpTo: Instant?
        /// How far slurmdbd's time zone is off whole hours of UTC, 0 to 3,599.
        package var hourOffsetSeconds: Int64

        package init(
            cluster: String? = nil, start: Instant, end: Instant, rolledUpTo: Instant? = nil,
            hourOffsetSeconds: Int64 = 0
        ) {
            (self.cluster, self.start, self.end) = (cluster, start, end)
            (self.rolledUpTo, self.hourOffsetSeconds) = (rolledUpTo, hourOffsetSeconds)
        }
    }
}

/// An amount in unit-seconds: cores, MiB, GPUs times seconds.
package struct NamedUse: Hashable, Sendable {
    /// A TRES, or a cause.
    package var name: String
    package var unitSeconds: Int64

    package init(_ name: String, _ unitSeconds: Int64) {
        (self.name, self.unitSeconds) = (name, unitSeconds)
    }
}

extension Row {
    /// One TRES of one account and user.
    package struct Compared: Hashable, Sendable {
        package var account: String
        package var user: String
        package var tres: String
        /// Unit-seconds in the books.
        package var ours: Int64
        /// What sreport counts more, below zero less, by cause.
        package var causes: [NamedUse] = []
        /// So much of a suspension may lie on the other side of the window's ends.
        package var uncertain: Int64 = 0

        package init(account: String, user: String, tres: String, ours: Int64) {
            (self.account, self.user, self.tres, self.ours) = (account, user, tres, ours)
        }
    }
}

extension Reply {
    package struct Compare: Hashable, Sendable {
        package var cluster: String
        /// The whole hours that sreport is to be asked for.
        package var start: Instant
        package var end: Instant
        /// Runs without a row, which slurmdbd may have purged: taken as the books have them.
        package var purgedRuns: Int64 = 0

        package init(cluster: String, start: Instant, end: Instant) {
            (self.cluster, self.start, self.end) = (cluster, start, end)
        }
    }
}
