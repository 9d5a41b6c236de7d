/// Listens on a Unix socket and gives every client its connection.

import Glibc
import Logging
import NIOCore
import NIOPosix
import Synchronization
import Threads
import Wire

package final class SocketServer: Sendable {
    private let path: String
    private let limits: Limits
    private let handler: any RequestHandler
    private let logger: Logger
    private let census: Census
    private let group: MultiThreadedEventLoopGroup
    private let precedence: Precedence?
    private let listener = Mutex<Listener?>(nil)

    private struct Listener: ~Copyable {
        let channel: any Channel
        /// Nil when systemd made the socket: then the file is systemd's.
        let file: SocketFile?
    }

    /// - Parameters:
    ///   - path: of the socket file; unused when systemd hands over a listening socket.
    ///   - precedence: of what hooks ask; nil: it is not wanted.
    package init(
        path: String, limits: Limits = Limits(), precedence: Precedence? = nil,
        handler: any RequestHandler, logger: Logger
    ) {
        (self.path, self.limits, self.handler, self.logger) = (path, limits, handler, logger)
        self.precedence = precedence
        census = Census(limits: limits)
        group = MultiThreadedEventLoopGroup(numberOfThreads: limits.threads)
    }

    /// Returns when clients can connect. Once only.
    ///
    /// - Throws: `SocketFileError`, or an `IOError` when the socket can't be listened on.
    package func start() async throws {
        takePrecedence()
        do {
            if let descriptor = InheritedSocket.fromSystemd() {
                let channel = try await listen(on: descriptor)
                listener.withLock { $0 = Listener(channel: channel, file: nil) }
                logger.info("listening on the socket from systemd")
            } else {
                let file = try SocketFile(binding: path)
                let channel = try await listen(on: file.descriptor)
                keep(channel, file)
                logger.info("listening", metadata: ["socket": "\(path)"])
            }
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    private func takePrecedence() {
        guard let precedence else { return }
        for loop in group.makeIterator() {
            loop.execute { [logger] in
                guard let reason = precedence.take() else { return }
                logger.notice(
                    "what hooks ask is answered with no precedence; systemd's LimitRTPRIO=1 gives it",
                    metadata: ["why": "\(reason)"])
            }
        }
    }

    private func keep(_ channel: any Channel, _ file: consuming SocketFile) {
        var file: SocketFile? = consume file
        listener.withLock { $0 = Listener(channel: channel, file: file.take()) }
    }

    private func listen(on descriptor: Int32) async throws -> any Channel {
        let high = limits.unreadBytes
        let channel = try await ServerBootstrap(group: group)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(
                .writeBufferWaterMark,
                value: .init(low: high / 4, high: high)
            )
            .childChannelInitializer { channel in self.welcome(channel) }
            .withBoundSocket(descriptor)
            .get()
        // NIO listens with a backlog of its own for a socket that it didn't make.
        Glibc.listen(descriptor, limits.backlog)
        return channel
    }

    private func welcome(_ channel: any Channel) -> EventLoopFuture<Void> {
        Peer.of(channel).flatMapThrowing { peer in
            let trusted = self.handler.trusts(peer)
            let hasPlace = self.census.enter(channel, peer: peer, trusted: trusted)
            let connection = Connection(
                peer: peer, trusted: trusted, limits: self.limits, handler: self.handler,
                logger: self.logger, precedence: self.precedence,
                greeting: hasPlace ? nil : WireError(.busy, "too many connections; ask again"),
                onClose: { self.census.leave(channel, peer: peer) })
            try channel.pipeline.syncOperations.addHandler(connection)
        }
    }

    /// Stops listening, lets what is under way be answered for that long, and closes the rest.
    package func stop(within grace: Duration) async {
        let (channel, hadFile) = takeListener()
        guard let channel else { return }
        try? await channel.close()
        logger.info("no longer listening", metadata: ["file removed": "\(hadFile)"])
        let connections = census.stop()
        for connection in connections {
            connection.pipeline.fireUserInboundEventTriggered(DrainEvent())
        }
        let deadline = NIODeadline.now() + TimeAmount(grace)
        for connection in connections {
            let cut = connection.eventLoop.scheduleTask(deadline: deadline) {
                connection.close(promise: nil)
            }
            try? await connection.closeFuture.get()
            cut.cancel()
        }
        try? await group.shutdownGracefully()
    }

    /// The file goes first, so that no client finds a socket that nobody listens on.
    private func takeListener() -> (channel: (any Channel)?, hadFile: Bool) {
        listener.withLock { listener in
            guard let taken = listener.take() else { return (nil, false) }
            let channel = taken.channel
            guard let file = taken.file else { return (channel, false) }
            file.remove()
            return (channel, true)
        }
    }
}
