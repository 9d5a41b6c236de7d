/// Long work lets others onto its core.

import Glibc

/// Gives way every few steps of work that nobody waits for at a prompt.
///
/// Who becomes ready while all cores are busy gets one at the kernel's next tick, or when somebody gives
/// way. On a core of its own it costs nothing that could be measured. While somebody has the right of way
/// it rests twice as long as it has worked: what it keeps busy, slurmdbd and its database, rests with it.
package struct Courtesy {
    private static let steps = 32
    /// Nanoseconds of work between two rests, at least; and of a rest, at most.
    private static let stretch: Int64 = 2_000_000
    private static let longestRest: Int64 = 20_000_000
    private let way: RightOfWay?
    private var step = 0
    private var since: Int64

    package init(to way: RightOfWay? = nil) {
        self.way = way
        since = way == nil ? 0 : RightOfWay.now
    }

    /// To be called at each step, of some microseconds.
    package mutating func pause() {
        step += 1
        guard step == Self.steps else { return }
        step = 0
        sched_yield()
        rest()
    }

    /// The same after a long step.
    package mutating func rest() {
        guard let way else { return }
        let worked = RightOfWay.now - since
        guard worked >= Self.stretch else { return }
        let rest = Self.rest(after: worked, isInUse: way.isInUse)
        if rest > 0 {
            var time = timespec(tv_sec: 0, tv_nsec: Int(rest))
            nanosleep(&time, nil)
        }
        since = RightOfWay.now
    }

    /// Nanoseconds of a rest after so many of work, or of waiting for what is worked on.
    static func rest(after worked: Int64, isInUse: Bool) -> Int64 {
        guard worked >= stretch, isInUse else { return 0 }
        return min(2 * worked, longestRest)
    }
}
