/// A feed's record as a command, and its answer.

import Registry
import Requests
import Units

package struct FeedOrder: Hashable, Sendable {
    package var record: FeedRecord
    /// Who delivers it.
    package var asker: Asker

    package init(_ record: FeedRecord, by asker: Asker) {
        (self.record, self.asker) = (record, asker)
    }
}

/// What became of a record.
package struct Fed: Hashable, Sendable {
    /// By name.
    package var project: String
    /// nil: the project itself was switched.
    package var allocation: String?
    /// In words: `500.00 SU granted to astro-2026`.
    package var effect: String
    package var at: Instant
    /// Whether it had come before, and changed nothing now.
    package var isRepeat = false

    package init(project: String, allocation: String?, effect: String, at: Instant) {
        (self.project, self.allocation, self.effect, self.at) = (project, allocation, effect, at)
    }
}

extension Outcome {
    /// The same answer, given again.
    package var again: Outcome {
        switch self {
        case .fed(var fed):
            fed.isRepeat = true
            return .fed(fed)
        case .modified(var modified):
            // What it brought about was done then.
            modified.isPassedOver = false
            return .modified(modified)
        default: return self
        }
    }
}
