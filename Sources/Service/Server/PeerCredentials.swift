/// The one place that asks the kernel who is at the other end.

import NIOCore

/// The kernel's `struct ucred` (unix(7), SO_PEERCRED); Glibc's is not visible to Swift.
private struct Credentials: Sendable {
    var pid: Int32
    var uid: UInt32
    var gid: UInt32
}

extension Peer {
    private static let optionName: CInt = 17  // SO_PEERCRED

    /// Fails for a channel that isn't a connected Unix socket.
    static func of(_ channel: any Channel) -> EventLoopFuture<Peer> {
        guard let provider = channel as? any SocketOptionProvider else {
            return channel.eventLoop.makeFailedFuture(ChannelError.operationUnsupported)
        }
        let credentials: EventLoopFuture<Credentials> = provider.unsafeGetSocketOption(
            level: .socket, name: .init(rawValue: optionName))
        return credentials.map { Peer(pid: $0.pid, uid: $0.uid, gid: $0.gid) }
    }
}
