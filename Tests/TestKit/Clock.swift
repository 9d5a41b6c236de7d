/// A clock that only moves when it is told to.

import Synchronization
import Units

package final class TestClock: Sendable {
    private let state: Mutex<Instant>
    package init(_ start: String = "2026-06-01T00:00:00Z") throws {
        state = Mutex(try Instant(parsing: start))
    }

    package var now: Instant { state.withLock { $0 } }
    package func advance(bySeconds seconds: Int64) {
        state.withLock { $0 = $0.advanced(bySeconds: seconds) }
    }
}
