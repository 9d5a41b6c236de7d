import Books
import Estimate
import TestKit
import Testing
import Units
import Wire

@testable import atolld

/// `scontrol update` of an array's task by the job id of its own, as the plugin passes it on.
@Suite struct RawTaskTests {
    private static let uid: UInt32 = 4_001_001
    /// Task 1 of array 71 was changed before, so it is job 72; the others are 71.
    private static let script = OddQuoteTests.Daemon.script.replacing(
        """
        *) t jobs; echo 'JobIDRaw|User|Account|Partition|Submit|Start|End|State|AllocTRES'
          echo '#end rows=0';;
        """,
        with: """
            *) t jobs
              echo 'JobID|JobIDRaw|ArrayJobID|ArrayTaskStr|User|Account|Partition|Submit|Start|End|State|AllocTRES|ReqTRES|TimelimitRaw'
              echo '71_[2-3]|71|71|2-3|uid:4001001|astro|cpu|1780272000|||PENDING||cpu=1,node=1|1'
              echo '71_1|72|71||uid:4001001|astro|cpu|1780272000|||PENDING||cpu=1,node=1|1'
              echo '#end rows=2';;
            """)

    private func daemon() async throws -> OddQuoteTests.Daemon {
        let daemon = try await OddQuoteTests.Daemon(script: Self.script)
        for _ in 0..<500 where try daemon.test.figures().held == .zero {
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(try daemon.test.figures().held == ServiceUnits(microSU: 1_800_000))
        return daemon
    }

    private func raise(_ name: String?, id: Int64, toMinutes minutes: Int64) -> Request.Modify {
        var change = JobRequest(userID: Self.uid)
        change.timeLimitMinutes = minutes
        return Request.Modify(
            cluster: "reef", jobID: id, jobName: name, callerUID: Self.uid, change: change)
    }

    @Test(arguments: [("72", 72), (nil, 72), ("71_1", 71)] as [(String?, Int64)])
    func `a task's raise is refused beyond the credit and set aside within it, by any name`(
        name: String?, id: Int64
    ) async throws {
        let daemon = try await daemon()
        defer { daemon.stop() }
        let tooMuch = await daemon.ask(.modify(raise(name, id: id, toMinutes: 6_000)), uid: 0)
        guard case .failed(let error) = tooMuch.outcome else {
            return #expect(Bool(false), "\(tooMuch)")
        }
        #expect(error.code == .insufficientCredit)
        let twoMinutes = await daemon.ask(.modify(raise(name, id: id, toMinutes: 2)), uid: 0)
        guard case .done(.modify) = twoMinutes.outcome else {
            return #expect(Bool(false), "\(twoMinutes)")
        }
        // One task's more, not all three tasks'.
        #expect(try daemon.test.figures().held == ServiceUnits(microSU: 2_400_000))
    }
}
