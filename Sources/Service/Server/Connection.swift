/// One client: its lines in, its answers out in the order of its requests.
///
/// All of it runs on the connection's event loop. Requests are read only while fewer than
/// `requestsUnderWay` are unanswered and the client takes what it is answered; so what a client
/// can make the daemon keep is bounded. `slots` are the requests under way, in their order.

import Codec
import Logging
import NIOCore
import Threads
import Wire

final class Connection: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What a connection still does with its client's lines.
    private enum Mode {
        case open
        /// The daemon stops: new requests are told so.
        case draining
        /// Nothing more is read; it closes when what is under way has been answered.
        case finishing
        /// It closes when the client has taken what was written.
        case closing
        case closed
    }

    private let peer: Peer
    private let limits: Limits
    private let handler: any RequestHandler
    private let logger: Logger
    /// Of hooks and operators; others' lines are worked on as everybody shares the CPU.
    private let precedence: Precedence?
    private let trusted: Bool
    private let greeting: WireError?
    private let onClose: () -> Void

    private var mode = Mode.open
    private var lines: LineSplitter
    private var slots = CircularBuffer<AnswerSlot>()
    private var deadlines: Deadlines
    private var timer: (task: Scheduled<Void>, at: NIODeadline)?
    private var context: ChannelHandlerContext?
    private var bytesWritten = 0
    private var isProcessing = false
    private var needsFlush = false
    private var wantsRead = false
    private var inputHasEnded = false

    /// - Parameter greeting: there is no place for this client; that is all it is told.
    init(
        peer: Peer, trusted: Bool, limits: Limits, handler: any RequestHandler, logger: Logger,
        precedence: Precedence?, greeting: WireError?, onClose: @escaping () -> Void
    ) {
        (self.trusted, self.precedence) = (trusted, precedence)
        (self.peer, self.limits, self.handler) = (peer, limits, handler)
        (self.logger, self.greeting, self.onClose) = (logger, greeting, onClose)
        lines = LineSplitter(limit: limits.lineBytes(trusted: trusted))
        deadlines = Deadlines(limits: limits, trusted: trusted, now: .now())
    }
}

// What the channel tells.
extension Connection {
    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelActive(context: ChannelHandlerContext) {
        if let greeting { refuse(greeting) }
        arm()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        guard isReading else { return }
        lines.append(&bytes)
        process()
    }

    func channelReadComplete(context: ChannelHandlerContext) { settle() }

    func channelWritabilityChanged(context: ChannelHandlerContext) { pump() }

    /// Reading goes on only while there is room for requests.
    func read(context: ChannelHandlerContext) {
        if isReading, isRoom { context.read() } else { wantsRead = true }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            // A client may say all it has to say and then wait for the answers.
            inputHasEnded = true
            pump()
        case is DrainEvent:
            if mode == .open { mode = .draining }
            settle()
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        mode = .closed
        timer?.task.cancel()
        timer = nil
        for slot in slots { slot.abandon() }
        slots.removeAll()
        onClose()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        logger.debug("a connection failed", metadata: ["error": "\(error)", "pid": "\(peer.pid)"])
        context.close(promise: nil)
    }
}

/// Told to every connection when the server stops.
struct DrainEvent: Sendable {}

// Requests.
extension Connection {
    private var isReading: Bool { mode == .open || mode == .draining }

    private var isRoom: Bool {
        slots.count < limits.requestsUnderWay && context?.channel.isWritable == true
    }

    /// Takes up the lines that have arrived, as far as there is room.
    private func process() {
        // A handler may answer at once, and that comes back here.
        guard !isProcessing else { return }
        isProcessing = true
        defer { isProcessing = false }
        while isReading, isRoom {
            switch lines.next() {
            case .line(let line):
                takeInTurn(line)
            case .tooLong:
                refuse(WireError(.tooLong, "a line is too long"))
            case .incomplete:
                if inputHasEnded { mode = .finishing }
                return
            }
        }
    }

    /// A site file of some MiB is nothing that a submission waits for, either.
    private func takeInTurn(_ line: [UInt8]) {
        let mayPrecede = trusted && line.count <= limits.lineBytes
        if let precedence, !mayPrecede {
            precedence.sharing { take(line) }
        } else {
            take(line)
        }
    }

    private func take(_ line: [UInt8]) {
        deadlines.active(at: .now())
        do {
            let request = try Codec.decodeRequest(line)
            let sink = AnswerSink(addSlot(for: request.id))
            if mode == .draining {
                sink.failed(WireError(.unavailable, "atolld is stopping"))
            } else {
                handler.handle(request, from: peer, answer: sink)
            }
        } catch {
            addSlot(for: error.id).finish(.failed(error.error))
        }
    }

    /// Answers what no request asked, after what is under way, and closes.
    private func refuse(_ error: WireError) {
        mode = .finishing
        addSlot(for: nil).finish(.failed(error))
    }

    private func addSlot(for id: RequestID?) -> AnswerSlot {
        guard let context else { preconditionFailure("requests come through a channel") }
        let loop = context.eventLoop
        let connection = NIOLoopBound(self, eventLoop: loop)
        let slot = AnswerSlot(id: id, rowBytes: limits.rowBytes) {
            if loop.inEventLoop {
                connection.value.pump()
            } else {
                loop.execute { connection.value.pump() }
            }
        }
        slots.append(slot)
        return slot
    }
}

// Answers.
extension Connection {
    /// Writes out what has its turn; goes on reading when there is room again.
    private func pump() {
        guard let context, context.channel.isActive, mode != .closed else { return }
        while let slot = slots.first, context.channel.isWritable {
            let (lines, isFinished) = slot.take()
            if !lines.isEmpty {
                bytesWritten += lines.count
                needsFlush = true
                context.write(wrapOutboundOut(ByteBuffer(bytes: lines)), promise: nil)
            }
            guard isFinished else { break }
            _ = slots.popFirst()
        }
        guard !isProcessing else { return }
        process()
        settle()
    }

    /// Flushes, closes when all is done, and sees to the deadlines.
    private func settle() {
        guard let context, mode != .closed, !isProcessing else { return }
        if needsFlush {
            needsFlush = false
            context.flush()
            if slots.isEmpty { deadlines.active(at: .now()) }
        }
        if mode == .finishing || mode == .draining, slots.isEmpty { closeWhenTaken() }
        noteOutput()
        arm()
        if wantsRead, isReading, isRoom {
            wantsRead = false
            context.read()
        }
    }

    /// An empty write is done when all before it are.
    private func closeWhenTaken() {
        guard let context else { return }
        mode = .closing
        let channel = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in
            channel.value.close(promise: nil)
        }
    }

    private func noteOutput() {
        let option = ChannelOptions.Types.BufferedWritableBytesOption()
        let waiting = (try? context?.channel.syncOptions?.getOption(option)) ?? 0
        deadlines.output(taken: bytesWritten - waiting, waiting: waiting, at: .now())
    }
}

// Time.
extension Connection {
    /// Sees to it that the next deadline is looked at in time. Deadlines mostly move on, and then
    /// the timer that is set finds nothing due and sets the next.
    private func arm() {
        guard let context, mode != .closed,
            let next = deadlines.next(isAnswering: !slots.isEmpty)
        else { return }
        if let timer {
            guard next < timer.at else { return }
            timer.task.cancel()
        }
        let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
        let task = context.eventLoop.scheduleTask(deadline: next) { connection.value.timeIsUp() }
        timer = (task, next)
    }

    private func timeIsUp() {
        timer = nil
        noteOutput()
        guard let verdict = deadlines.verdict(at: .now(), isAnswering: !slots.isEmpty) else {
            return arm()
        }
        logger.debug("a connection is cut", metadata: ["why": "\(verdict)", "pid": "\(peer.pid)"])
        switch verdict {
        case .noFirstLine where isReading:
            refuse(WireError(.badRequest, "no whole line arrived in time"))
        case .noFirstLine, .idle, .notReading:
            context?.close(promise: nil)
        }
    }
}
