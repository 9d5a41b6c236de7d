/// Long work lets others onto its core.

import Glibc

/// Gives way every few steps of work that nobody waits for at a prompt.
///
/// Who becomes ready while all cores are busy gets one at the kernel's next tick, or when somebody gives
/// way. On a core of its own it costs nothing that could be measured.
package struct Courtesy {
    private static let steps = 32
    private var step = 0

    package init() {}

    /// To be called at each step, of some microseconds.
    package mutating func pause() {
        step += 1
        guard step == Self.steps else { return }
        step = 0
        sched_yield()
    }
}
