import Dispatch
import Estimate
import Server
import Synchronization
import Units
import Wire

/// Answers each operation in another manner, so that the tests can choose one.
///
/// - quote: at once. nudge "MS": so many milliseconds later, from another thread.
/// - statement "N": N rows, then the end. status: who asks. verify: lets the sink go.
/// - balance: keeps the sink until it is let go. void: refuses.
final class TestHandler: RequestHandler {
    let trusted: Bool
    private let kept = Mutex<[AnswerSink]>([])
    /// Rows written by all statements, and how many statements lost their client.
    private let written = Atomic<Int>(0)
    private let gone = Atomic<Int>(0)

    var rowsWritten: Int { written.load(ordering: .relaxed) }
    var clientsGone: Int { gone.load(ordering: .relaxed) }

    init(trusted: Bool = false) { self.trusted = trusted }

    func trusts(_ peer: Peer) -> Bool { trusted }

    func handle(_ request: Request, from peer: Peer, answer: AnswerSink) {
        switch request.operation {
        case .quote(let quote): answer.done(.quote(Self.reply(to: quote)))
        case .nudge(let nudge):
            let delay = DispatchTimeInterval.milliseconds(Int(nudge.cluster) ?? 0)
            DispatchQueue.global().asyncAfter(deadline: .now() + delay) { answer.done(.nudge) }
        case .statement(let statement):
            Task { await self.writeRows(Int64(statement.allocation) ?? 0, to: answer) }
        case .status:
            answer.done(
                .status(.init(version: "\(peer.uid) \(peer.gid) \(peer.pid)", uptimeSeconds: 0)))
        case .balance: kept.withLock { $0.append(answer) }
        case .void: answer.failed(WireError(.notFound, "no such token"))
        default: break
        }
    }

    /// Waits until a request is kept; on a busy machine it takes its time to come.
    func untilKept() async throws {
        while kept.withLock(\.isEmpty) { try await Task.sleep(for: .milliseconds(5)) }
    }

    func answerKept() {
        let sinks = kept.withLock { kept in
            defer { kept = [] }
            return kept
        }
        for sink in sinks { sink.done(.balance(.init(rows: 0))) }
    }

    static func reply(to quote: Request.Quote) -> Reply.Quote {
        Reply.Quote(
            message: "atoll: 1.00 SU", account: quote.job.account ?? "none", allocation: "a",
            cost: .init(microSU: 1_000_000), available: .init(microSU: 2_000_000), fits: true,
            lines: [])
    }

    private func writeRows(_ count: Int64, to answer: AnswerSink) async {
        do {
            for seq in 0..<count {
                let row = Row.Statement(
                    seq: seq, recordedAt: .init(epochSeconds: seq),
                    effectiveAt: .init(epochSeconds: seq), kind: "charge", amount: .zero,
                    balance: .zero)
                try await answer.write(.statement(row))
                written.add(1, ordering: .relaxed)
            }
            answer.done(.statement(.init(rows: count, opening: .zero, closing: .zero)))
        } catch {
            gone.add(1, ordering: .relaxed)
            answer.failed(WireError(.unavailable, "nobody is there"))
        }
    }
}
