/// When the next poll is due: what `PollPause` says, nudges, and the end.

import Glibc

/// `@unchecked Sendable`: every access to the state is inside `lock`.
final class WatchTimer: @unchecked Sendable {
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let pollSeconds: Double
    private let share: Double
    private var isNudged = false
    private var isStopped = false
    private var failures = 0

    init(pollSeconds: Int, share: Double) {
        (self.pollSeconds, self.share) = (Double(pollSeconds), share)
        pthread_mutex_init(lock, nil)
        // Foundation's conditions wait by the wall clock: one that is set back would stop the polls.
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(changed, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(lock)
        changed.deallocate()
        lock.deallocate()
    }

    func nudge() { change { isNudged = true } }
    func stop() { change { isStopped = true } }

    var hasStopped: Bool {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return isStopped
    }

    private func change(_ body: () -> Void) {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        body()
        pthread_cond_broadcast(changed)
    }

    /// Waits for the next poll; false when there is none any more.
    ///
    /// - Parameters:
    ///   - readSeconds: what of the last poll counts as work of who was asked.
    ///   - tell: is told the seconds until the next poll, where nobody asks for one sooner.
    func waitForNext(
        readSeconds: Double, failed: Bool, isUnreachable: Bool = false,
        tell: (_ mostSeconds: Double) -> Void = { _ in }
    ) -> Bool {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        failures = failed ? failures + 1 : 0
        let pause = PollPause(
            pollSeconds: pollSeconds, share: share, readSeconds: readSeconds, failures: failures,
            isUnreachable: isUnreachable)
        tell(pause.mostSeconds)
        let begun = Self.monotonicSeconds()
        while !isStopped {
            let due = begun + (isNudged ? pause.leastSeconds : pause.mostSeconds)
            guard Self.monotonicSeconds() < due else { break }
            var at = timespec()
            at.tv_sec = Int(due)
            at.tv_nsec = Int((due - due.rounded(.down)) * 1e9)
            pthread_cond_timedwait(changed, lock, &at)
        }
        isNudged = false
        return !isStopped
    }

    private static func monotonicSeconds() -> Double {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
    }
}
