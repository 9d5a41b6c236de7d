/// What the server is given: somebody who answers requests.

import Wire

/// Who is at the other end of a connection, as the kernel says (SO_PEERCRED): the process that
/// connected, with the ids it had then.
package struct Peer: Hashable, Sendable {
    package var pid: Int32
    package var uid: UInt32
    package var gid: UInt32

    package init(pid: Int32, uid: UInt32, gid: UInt32) {
        (self.pid, self.uid, self.gid) = (pid, uid, gid)
    }
}

package protocol RequestHandler: Sendable {
    /// Answers one request, now or later.
    ///
    /// Called on an event loop, which serves other connections too: it must not block. What is
    /// known at once (a quote) is answered at once, without a change of thread; the rest is handed
    /// on together with the sink.
    func handle(_ request: Request, from peer: Peer, answer: AnswerSink)

    /// Whether the peer may act as a hook or an operator, and so has the larger limits. Asked once
    /// a connection, on an event loop: it must not block.
    func trusts(_ peer: Peer) -> Bool
}
