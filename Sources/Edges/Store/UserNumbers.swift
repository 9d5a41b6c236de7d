/// Which number each name has, as the writer has met them: asked for with every run and submission.

import Registry
import Synchronization

/// What a savepoint or a transaction undid is not in it; a name that isn't in it may have a number.
final class UserNumbers: Sendable {
    private struct State {
        var known: [String: UserID] = [:]
        /// Given out in the transaction that is under way.
        var fresh: [String] = []
    }

    private static let limit = 100_000
    private let state = Mutex(State())

    func number(of name: String) -> UserID? { state.withLock { $0.known[name] } }

    func note(_ number: UserID, of name: String, isFresh: Bool) {
        state.withLock { state in
            if state.known.count >= Self.limit { state.known = [:] }
            state.known[name] = number
            if isFresh { state.fresh.append(name) }
        }
    }

    func forget(_ name: String) { state.withLock { $0.known[name] = nil } }

    /// After COMMIT.
    func settle() { state.withLock { $0.fresh = [] } }

    /// After a savepoint was undone, and what came with it: another name may get the number. What came
    /// before it in the transaction may be undone yet, however often it is looked up meanwhile.
    func undoSavepoint() {
        state.withLock { state in
            for name in state.fresh { state.known[name] = nil }
        }
    }

    /// After the transaction was undone.
    func undoAll() {
        undoSavepoint()
        settle()
    }
}
