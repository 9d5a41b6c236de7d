/// One command over a real socket: what it sends and shows is what the other tests see without one.

import Foundation
import Logging
import Registry
import Server
import Testing
import Units
import Wire

@testable import atoll

private struct CannedHandler: RequestHandler {
    func trusts(_ peer: Peer) -> Bool { true }

    func handle(_ request: Request, from peer: Peer, answer: AnswerSink) {
        switch request.operation {
        case .balance(let balance):
            Task { await writeBalance(balance.allocation ?? "", to: answer) }
        case .statement(let statement):
            Task { await write(rows: 2_000, of: statement.allocation, to: answer) }
        default: answer.failed(WireError(.forbidden, "atoll: not for \(peer.uid)"))
        }
    }

    private func writeBalance(_ allocation: String, to answer: AnswerSink) async {
        guard let window = Interval(start: Instant(epochSeconds: 0), end: nil) else { return }
        var row = Row.Balance(
            project: "tide", allocation: allocation, status: .active, window: window)
        row.held = ServiceUnits(microSU: 5_000_000)
        try? await answer.write(.balance(row))
        answer.done(.balance(.init(rows: 1)))
    }

    private func write(rows: Int64, of allocation: String, to answer: AnswerSink) async {
        do {
            for seq in 1...rows {
                var row = Row.Statement(
                    seq: seq, recordedAt: Instant(epochSeconds: 1_767_225_600 + seq),
                    effectiveAt: Instant(epochSeconds: 1_767_225_600), kind: "charge",
                    amount: ServiceUnits(microSU: -1), balance: ServiceUnits(microSU: -seq))
                row.detail = allocation
                try await answer.write(.statement(row))
            }
            answer.done(
                .statement(
                    .init(rows: rows, opening: .zero, closing: ServiceUnits(microSU: -rows))))
        } catch {
            answer.failed(WireError(.unavailable, "the client has gone"))
        }
    }
}

@Suite struct SocketTests {
    private func screen(_ words: [String]) async throws -> Screen {
        try await Folder.usingAsync { folder in
            let path = folder.path + "/s"
            var limits = Limits()
            // A busy machine ends no connection.
            (limits.firstLine, limits.idle, limits.unread) = (
                .seconds(120), .seconds(120), .seconds(120)
            )
            let server = SocketServer(
                path: path, limits: limits, handler: CannedHandler(),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            try await server.start()
            // On a thread of its own, not one of the few that run tests.
            let screen = await withCheckedContinuation { continuation in
                Thread.detachNewThread {
                    var (out, complaints) = ("", "")
                    var surroundings = Surroundings.ofProcess
                    surroundings.out = { out += $0 }
                    surroundings.complain = { complaints += $0 }
                    surroundings.environment = ["ATOLL_SOCKET": path]
                    surroundings.clock = LocalClock(now: surroundings.clock.now)
                    let status = Atoll.execute(words, in: surroundings)
                    continuation.resume(
                        returning: Screen(status: status, out: out, complaints: complaints))
                }
            }
            await server.stop(within: .seconds(1))
            return screen
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `a long answer comes through whole`() async throws {
        let screen = try await screen([
            "statement", "zoë-2026", "-P", "-n", "-o", "Entry,Detail,Balance", "--timeout", "120",
        ])
        let lines = screen.out.split(separator: "\n")
        #expect(screen.status == 0 && lines.count == 2_003)
        #expect(lines.first == "||0" && lines[1] == "1|zoë-2026|-0.000001")
        #expect(lines.last == "||5")
    }

    @Test(.timeLimit(.minutes(5)))
    func `a refusal comes through with its words`() async throws {
        let screen = try await screen(["verify"])
        #expect(
            screen
                == Screen(status: 1, out: "", complaints: "atoll: not for \(getuid())\n"))
    }
}
