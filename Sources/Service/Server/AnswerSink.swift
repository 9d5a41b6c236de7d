/// Where the answer to one request goes: once, from any thread.

import Synchronization
import Wire

/// The client has gone; nobody reads what is still written.
package struct ConnectionGone: Error, Hashable, Sendable {}

/// Where a sink's answer ends up: a connection, or a test.
protocol AnswerOutlet: Sendable {
    var isGone: Bool { get }
    func write(_ row: Row) async throws(ConnectionGone)
    func finish(_ outcome: Answer.Outcome)
}

/// The one place to answer a request at. A sink that is let go unanswered answers `unavailable`,
/// so that no client waits for an answer that nobody will give.
package final class AnswerSink: Sendable {
    private let outlet: any AnswerOutlet
    private let isAnswered = Atomic<Bool>(false)

    init(_ outlet: any AnswerOutlet) { self.outlet = outlet }

    /// For a handler that is called without a server: each line of the answer is handed over.
    package convenience init(id: RequestID, receiving receive: @escaping @Sendable (Answer) -> Void)
    {
        self.init(DirectOutlet(id: id, receive: receive))
    }

    /// The request is granted. Nothing comes after it.
    ///
    /// - Precondition: it isn't answered yet.
    package func done(_ reply: Reply) { finish(.done(reply)) }

    /// The request isn't granted. Nothing comes after it.
    ///
    /// - Precondition: it isn't answered yet.
    package func failed(_ error: WireError) { finish(.failed(error)) }

    /// One row; returns when there is room for the next. One at a time.
    ///
    /// Rows wait for their turn behind earlier requests of the connection and for the client to
    /// read, but never for ever: a client that doesn't read is cut off.
    package func write(_ row: Row) async throws(ConnectionGone) {
        precondition(!isAnswered.load(ordering: .relaxed), "a row after the answer's end")
        try await outlet.write(row)
    }

    /// Whether the client has gone, so that there is no need to go on.
    package var isGone: Bool { outlet.isGone }

    private func finish(_ outcome: Answer.Outcome) {
        let wasAnswered = isAnswered.exchange(true, ordering: .relaxed)
        precondition(!wasAnswered, "a request is answered once")
        outlet.finish(outcome)
    }

    deinit {
        guard !isAnswered.load(ordering: .relaxed) else { return }
        outlet.finish(.failed(WireError(.unavailable, "the request was dropped; ask again")))
    }
}

private struct DirectOutlet: AnswerOutlet {
    let id: RequestID
    let receive: @Sendable (Answer) -> Void

    var isGone: Bool { false }
    func write(_ row: Row) async throws(ConnectionGone) { receive(Answer(id: id, .row(row))) }
    func finish(_ outcome: Answer.Outcome) { receive(Answer(id: id, outcome)) }
}
