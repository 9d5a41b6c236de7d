import Collector
import Estimate
import Foundation
import Store
import TestKit
import Testing
import Units
import Wire

@testable import atolld

/// Whom slurmdbd's AdminLevel makes an operator may change any job, and is asked about as root is.
@Suite struct SlurmOperatorTests {
    /// Job 71 waits and job 72 runs, a core and a minute each. slurmdbd knows their owner and one
    /// operator.
    static let script = OddQuoteTests.Daemon.script.replacing(
        """
        *) t jobs; echo 'JobIDRaw|User|Account|Partition|Submit|Start|End|State|AllocTRES'
          echo '#end rows=0';;
        """,
        with: """
            associations) t $1; echo 'Cluster|Account|User|ParentAccount|IsDefault|Operators'
              echo 'reef|root|||0|root,uid:4001002'; echo 'reef|astro||root|0|'
              echo 'reef|astro|uid:4001001||1|'; echo '#end rows=3';;
            *reserv*) t $1
              echo 'ReservationName|Start|End|Nodes|TRES|Accounts|Partition'; echo '#end rows=0';;
            *) t $1
              echo 'JobIDRaw|User|Account|Partition|Submit|Start|End|State|AllocTRES|ReqTRES|TimelimitRaw'
              [ $1 = jobs ] || { echo '#end rows=0'; exit; }
              echo "71|uid:4001001|astro|cpu|1780272000|||PENDING||cpu=1,node=1|1"
              echo "72|uid:4001001|astro|cpu|1780272000|$(date +%s)||RUNNING|cpu=1,node=1|cpu=1,node=1|1"
              echo '#end rows=2';;
            """)

    private struct Case: CustomTestStringConvertible, Sendable {
        let caller: UInt32
        let job: Int64
        var hasAccounting = true
        /// Whether the raise is looked at: set aside where it fits, refused where it does not.
        let isAskedAbout: Bool

        var testDescription: String {
            "\(caller) raises \(job)\(hasAccounting ? "" : ", no slurmdbd"): \(isAskedAbout)"
        }
    }

    private static let (owner, slurmOperator, other) = (
        UInt32(4_001_001), UInt32(4_001_002), UInt32(4_001_003)
    )

    @Test(arguments: [
        Case(caller: owner, job: 71, isAskedAbout: true),
        // Slurm lets only its operators raise what runs.
        Case(caller: owner, job: 72, isAskedAbout: false),
        Case(caller: slurmOperator, job: 71, isAskedAbout: true),
        Case(caller: slurmOperator, job: 72, isAskedAbout: true),
        Case(caller: slurmOperator, job: 71, hasAccounting: false, isAskedAbout: false),
        Case(caller: other, job: 71, isAskedAbout: false),
        Case(caller: other, job: 72, isAskedAbout: false),
    ])
    private func `a raise is asked about as Slurm lets its caller`(one: Case) async throws {
        let daemon = try await OddQuoteTests.Daemon(
            script: Self.script, hasAccounting: one.hasAccounting)
        defer { daemon.stop() }
        let both = ServiceUnits(microSU: 1_200_000)
        for _ in 0..<500 where try daemon.test.figures().held != both {
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(try daemon.test.figures().held == both)
        for (minutes, fits) in [(6_000, false), (2, true)] as [(Int64, Bool)] {
            var change = JobRequest(userID: Self.owner)
            change.timeLimitMinutes = minutes
            let asked = Request.Modify(
                cluster: "reef", jobID: one.job, jobName: "\(one.job)", callerUID: one.caller,
                change: change)
            let answer = await daemon.ask(.modify(asked), uid: 0)
            switch answer.outcome {
            case .done(.modify): #expect(fits)
            case .failed(let error):
                // To whom has no such say in the job no figures are told.
                #expect(!fits && error.code == (one.isAskedAbout ? .insufficientCredit : .noSay))
                #expect(one.isAskedAbout || error.figures == .init())
                #expect(one.isAskedAbout || !error.message.contains(" SU"))
            default: #expect(Bool(false), "\(answer)")
            }
        }
        let more = one.isAskedAbout ? ServiceUnits(microSU: 600_000) : .zero
        #expect(try daemon.test.figures().held == both + more)
    }

    /// slurmdbd is read once a minute; who asks for what only an operator may has it read at once.
    @Test func `who became an operator after the last look is asked about from the next change on`()
        async throws
    {
        let flag = FileManager.default.temporaryDirectory.path + "/operator-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: flag) }
        let script = Self.script.replacing(
            "echo 'reef|root|||0|root,uid:4001002'",
            with: "echo \"reef|root|||0|root$([ -e \(flag) ] && echo ,uid:4001002)\"")
        let daemon = try await OddQuoteTests.Daemon(script: script, hasAccounting: true)
        defer { daemon.stop() }
        let both = ServiceUnits(microSU: 1_200_000)
        for _ in 0..<500 where try daemon.test.figures().held != both {
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(FileManager.default.createFile(atPath: flag, contents: nil))
        // Not within ten seconds of the last look, by the daemon's clock.
        daemon.test.clock.advance(bySeconds: 15)
        var change = JobRequest(userID: Self.owner)
        change.timeLimitMinutes = 2
        let asked = Request.Modify(
            cluster: "reef", jobID: 72, jobName: "72", callerUID: Self.slurmOperator,
            change: change)
        guard case .done(.modify) = await daemon.ask(.modify(asked), uid: 0).outcome else {
            return #expect(Bool(false), "a stranger is answered yes")
        }
        #expect(try daemon.test.figures().held == both)
        let told = try daemon.test.store.notices(ofJob: 72, tokens: [], cluster: "reef")
        #expect(told.map(\.kind) == ["modify_passed_over"])
        #expect(told.first?.text.contains("for uid 4001002 has no such say") == true)
        func isKnown() -> Bool {
            daemon.collector.view(of: "reef")?.associations.operators.contains("uid:4001002")
                ?? false
        }
        for _ in 0..<1_000 where !isKnown() { try await Task.sleep(for: .milliseconds(20)) }
        #expect(isKnown())
        guard case .done(.modify) = await daemon.ask(.modify(asked), uid: 0).outcome else {
            return #expect(Bool(false), "it fits")
        }
        #expect(try daemon.test.figures().held == both + ServiceUnits(microSU: 600_000))
    }
}
