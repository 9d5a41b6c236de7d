/// Rows from a thread that may wait: each is written when there is room for it.

import Dispatch
import Server
import Synchronization
import Wire

/// The client has gone; nobody reads what is still found.
struct ReaderGone: Error {}

struct RowSink: Sendable {
    private let answer: AnswerSink
    init(_ answer: AnswerSink) { self.answer = answer }

    /// Blocks until the row is taken; never on an event loop.
    func write(_ row: Row) throws(ReaderGone) {
        let done = DispatchSemaphore(value: 0)
        let box = GoneBox()
        Task {
            do { try await answer.write(row) } catch { box.gone.store(true, ordering: .releasing) }
            done.signal()
        }
        done.wait()
        if box.gone.load(ordering: .acquiring) { throw ReaderGone() }
    }

    private final class GoneBox: Sendable {
        let gone = Atomic<Bool>(false)
    }
}
