/// Where the polls leave the keeper's work: only the newest counts.

import Foundation

/// `@unchecked Sendable`: every access to the state is inside `condition`.
final class KeeperMailbox: @unchecked Sendable {
    private let condition = NSCondition()
    private var work: KeeperWork?
    private var closed = false

    func put(_ work: KeeperWork) { change { self.work = work } }
    func close() { change { closed = true } }

    var isClosed: Bool {
        condition.lock()
        defer { condition.unlock() }
        return closed
    }

    private func change(_ body: () -> Void) {
        condition.lock()
        defer { condition.unlock() }
        body()
        condition.broadcast()
    }

    /// Waits for work; nil once it is closed.
    func next() -> KeeperWork? {
        condition.lock()
        defer { condition.unlock() }
        while work == nil, !closed { condition.wait() }
        guard !closed else { return nil }
        defer { work = nil }
        return work
    }
}
