/// Threads that a submission waits for, before all that shares the CPU fairly.

import Glibc
import Synchronization

/// A right that each of some threads takes for itself, and lays down while it does other work.
///
/// It is SCHED_RR at its lowest priority, as sched(7) has it: once there is something to do, the thread
/// takes the CPU from whatever has no real-time priority, at once and not at the next tick. The kernel
/// keeps a share for the others. What the threads start, threads and processes, doesn't inherit it.
package final class Precedence: Sendable {
    /// Beside a policy: what the thread starts has none of it.
    private static let resetOnFork: Int32 = 0x4000_0000
    private let isTaken = Atomic<Bool>(false)
    private let refused = Mutex<String?>(nil)

    package init() {}

    /// Why the system refused it to a thread that wanted it; nil: it never did.
    package var refusal: String? { refused.withLock { $0 } }

    /// Takes it for the calling thread.
    ///
    /// - Returns: why the system doesn't give it; nil: it does.
    package func take() -> String? {
        var priority = sched_param(sched_priority: sched_get_priority_min(SCHED_RR))
        guard sched_setscheduler(0, SCHED_RR | Self.resetOnFork, &priority) == 0 else {
            let reason = String(cString: strerror(errno))
            refused.withLock { $0 = reason }
            return reason
        }
        isTaken.store(true, ordering: .relaxed)
        return nil
    }

    /// Works as everybody else does, for what nobody's submission waits for. On a thread that took it.
    package func sharing<Result, Failure>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard isTaken.load(ordering: .relaxed) else { return try body() }
        var priority = sched_param(sched_priority: 0)
        sched_setscheduler(0, SCHED_OTHER | Self.resetOnFork, &priority)
        defer { _ = take() }
        return try body()
    }
}
