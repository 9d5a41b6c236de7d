/// Who waits at a prompt goes first: while submissions come in, long work rests most of the time.

import Glibc
import Synchronization

/// Says whether somebody has asked for something in the last moment. To be shared by threads.
package final class RightOfWay: Sendable {
    /// Nanoseconds that an asking counts: the next one of a crowd comes sooner.
    static let momentNanoseconds: Int64 = 50_000_000
    private let askedAt = Atomic<Int64>(.min / 2)

    package init() {}

    package func noteAsking() { noteAsking(at: Self.now) }
    func noteAsking(at now: Int64) { askedAt.store(now, ordering: .relaxed) }

    package var isInUse: Bool { isInUse(at: Self.now) }
    func isInUse(at now: Int64) -> Bool {
        now - askedAt.load(ordering: .relaxed) < Self.momentNanoseconds
    }

    /// Of a clock that nobody sets, in nanoseconds.
    static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
