/// What only the daemon can say of the installation: how fast it answered, and that the journal's
/// head is sound.

import Glibc
import Server
import Store
import Synchronization
import Threads
import Units
import Wire

extension Handler {
    /// As many entries as are hashed within a moment.
    private static let headEntries = 1_000
    /// As many as are named.
    private static let mostMembers = 20

    func doctor(_ policy: Policy) throws -> Reply {
        let head = try store.verifyHead(last: Self.headEntries)
        let uid = geteuid()
        let name = getpwuid(uid).map { String(cString: $0.pointee.pw_name) }
        var reply = Reply.Doctor(
            version: Atolld.version, userID: Int64(uid), user: name ?? "\(uid)",
            processID: Int64(getpid()), journal: store.path,
            lateAfterMilliseconds: AdmissionTimes.lateAfterMilliseconds)
        reply.settings = settingsPath
        let seen = admissionTimes.seen
        (reply.admissions, reply.lateAdmissions) = (seen.count, seen.late)
        (reply.slowestMilliseconds, reply.lastLateAt) = (seen.slowestMilliseconds, seen.lastLateAt)
        (reply.checkedEntries, reply.finding) = (head.entries, head.finding)
        reply.warnings = policy.warnings
        reply.precedenceRefusal = precedence?.refusal
        reply.precedence =
            precedence.map { $0.refusal == nil ? "real-time" : "refused" } ?? "none"
        let unknown = try unknownMembers()
        reply.unknownMemberCount = Int64(unknown.count)
        reply.unknownMembers = Array(unknown.prefix(Self.mostMembers))
        return .doctor(reply)
    }
}

/// How long answers to submissions took, since the start.
final class AdmissionTimes: Sendable {
    /// As long as the plugin waits by its own default.
    static let lateAfterMilliseconds: Int64 = 100

    struct Seen: Sendable {
        var count: Int64 = 0
        var late: Int64 = 0
        var slowestMilliseconds: Int64?
        var lastLateAt: Instant?
    }

    private let state = Mutex(Seen())
    var seen: Seen { state.withLock { $0 } }

    /// A sink that notes when it is answered and hands the answer on.
    func timed(_ answer: AnswerSink, id: RequestID) -> AnswerSink {
        let begun = ContinuousClock.now
        return AnswerSink(id: id) { line in
            self.note((ContinuousClock.now - begun) / .milliseconds(1))
            switch line.outcome {
            case .done(let reply): answer.done(reply)
            case .failed(let error): answer.failed(error)
            case .row: preconditionFailure("an admission has no rows")
            }
        }
    }

    private func note(_ milliseconds: Double) {
        let whole = Int64(milliseconds.rounded(.up))
        state.withLock { seen in
            seen.count += 1
            seen.slowestMilliseconds = max(seen.slowestMilliseconds ?? 0, whole)
            guard whole > Self.lateAfterMilliseconds else { return }
            seen.late += 1
            seen.lastLateAt = .now
        }
    }
}
