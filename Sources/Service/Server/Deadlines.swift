/// When a connection has been silent for too long: pure, the clock's readings are handed in.

import NIOCore

struct Deadlines {
    enum Verdict: Equatable {
        case noFirstLine, idle, notReading
    }

    private let firstLine: TimeAmount
    private let idle: TimeAmount
    private let unread: TimeAmount
    private var hasLine = false
    /// Connected, last line read or last answer done.
    private var lastActivity: NIODeadline
    /// Since when nothing more than `taken` was taken; nil while nothing waits.
    private var unreadSince: NIODeadline?
    private var taken = 0

    init(limits: Limits, trusted: Bool, now: NIODeadline) {
        firstLine = TimeAmount(limits.firstLine)
        idle = TimeAmount(limits.idle(trusted: trusted))
        unread = TimeAmount(limits.unread)
        lastActivity = now
    }

    /// A whole line was read, or an answer is done.
    mutating func active(at now: NIODeadline) {
        hasLine = true
        lastActivity = now
    }

    /// How many bytes the client has taken since it connected, and how many wait for it.
    mutating func output(taken: Int, waiting: Int, at now: NIODeadline) {
        if waiting == 0 {
            unreadSince = nil
        } else if unreadSince == nil || taken != self.taken {
            unreadSince = now
        }
        self.taken = taken
    }

    /// The next moment at which the connection may be over; nil while an answer is being made.
    func next(isAnswering: Bool) -> NIODeadline? {
        if let unreadSince { return unreadSince + unread }
        guard hasLine else { return lastActivity + firstLine }
        return isAnswering ? nil : lastActivity + idle
    }

    func verdict(at now: NIODeadline, isAnswering: Bool) -> Verdict? {
        guard let next = next(isAnswering: isAnswering), next <= now else { return nil }
        if unreadSince != nil { return .notReading }
        return hasLine ? .idle : .noFirstLine
    }
}
