import Logging
import Synchronization
import TestKit
import Testing
import Units
import Wire

@testable import atolld

/// What of reconciliations atolld's log tells: events, and no questions.
@Suite struct ReconcileLogTests {
    /// Keeps what is logged.
    private struct Kept: LogHandler {
        final class Lines: Sendable {
            let all = Mutex<[String]>([])
        }
        let lines: Lines
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { lines.all.withLock { $0.append("\(event.message)") } }
    }

    @Test func `to ask for the last one leaves no word in the log, to fail at one does`()
        async throws
    {
        let lines = Kept.Lines()
        let daemon = try await OddQuoteTests.Daemon(
            script: SlurmOperatorTests.script, hasAccounting: true,
            logger: Logger(label: "test") { _ in Kept(lines: lines) })
        defer { daemon.stop() }
        func told(_ request: Request.Reconcile) async throws -> (code: String, lines: Int) {
            let answer = await daemon.ask(.reconcile(request), uid: 0)
            guard case .failed(let error) = answer.outcome else { return ("done", 0) }
            let count = lines.all.withLock { lines in
                lines.count { $0 == "a cluster was not reconciled" }
            }
            return (error.code.rawValue, count)
        }
        let asked = try await told(.init(last: true))
        #expect(asked.code == "not_found" && asked.lines == 0)
        let at = daemon.test.clock.now
        let backwards = Request.Reconcile(start: at, end: at.advanced(bySeconds: -60))
        #expect(try await told(backwards).lines == 1)
    }
}
