/// One request's place in the row of answers of its connection.
///
/// Answers are written into it on any thread and taken out on the connection's event loop when
/// their turn has come. It holds one line before its turn and `rowBytes` of rows in its turn;
/// who writes more waits. Invariant: `waiter` is set only while there is no room.

import Codec
import Synchronization
import Wire

final class AnswerSlot: AnswerOutlet {
    private let id: RequestID?
    private let rowBytes: Int
    /// Tells the connection that there is something to take; from any thread.
    private let wake: @Sendable () -> Void
    private let state = Mutex(State())

    private struct State {
        var lines: [UInt8] = []
        var isFinished = false
        var isGone = false
        var hasTurn = false
        /// The connection knows, and has not taken yet.
        var isAnnounced = false
        var waiter: CheckedContinuation<Void, Never>?

        func hasRoom(_ rowBytes: Int) -> Bool {
            isGone || lines.isEmpty || hasTurn && lines.count < rowBytes
        }

        mutating func announce() -> Bool {
            defer { isAnnounced = true }
            return !isAnnounced
        }
    }

    init(id: RequestID?, rowBytes: Int, wake: @escaping @Sendable () -> Void) {
        (self.id, self.rowBytes, self.wake) = (id, rowBytes, wake)
    }

    var isGone: Bool { state.withLock(\.isGone) }

    func finish(_ outcome: Answer.Outcome) {
        let isNews = state.withLock { state in
            precondition(!state.isFinished && state.waiter == nil, "an answer ends once")
            state.isFinished = true
            guard !state.isGone else { return false }
            Codec.encode(Answer(id: id, outcome), into: &state.lines)
            return state.announce()
        }
        if isNews { wake() }
    }

    func write(_ row: Row) async throws(ConnectionGone) {
        let (isNews, hasRoom) = state.withLock { state in
            precondition(!state.isFinished && state.waiter == nil, "rows come one at a time")
            guard !state.isGone else { return (false, true) }
            Codec.encode(Answer(id: id, .row(row)), into: &state.lines)
            return (state.announce(), state.hasRoom(rowBytes))
        }
        if isNews { wake() }
        if !hasRoom {
            await withCheckedContinuation { continuation in
                let isRoomNow = state.withLock { state in
                    if state.hasRoom(rowBytes) { return true }
                    state.waiter = continuation
                    return false
                }
                if isRoomNow { continuation.resume() }
            }
        }
        if isGone { throw ConnectionGone() }
    }

    /// It is this answer's turn: what there is of it, and whether that is all.
    func take() -> (lines: [UInt8], isFinished: Bool) {
        let (lines, isFinished, waiter) = state.withLock { state in
            state.hasTurn = true
            state.isAnnounced = false
            defer {
                state.lines = []
                state.waiter = nil
            }
            return (state.lines, state.isFinished, state.waiter)
        }
        waiter?.resume()
        return (lines, isFinished)
    }

    /// The connection is closed; who writes rows is told.
    func abandon() {
        let waiter = state.withLock { state in
            state.isGone = true
            state.lines = []
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }
}
