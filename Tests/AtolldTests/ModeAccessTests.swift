import Bank
import Books
import Estimate
import Registry
import Server
import Store
import TestKit
import Testing
import Units
import Wire

@testable import atolld

/// Who may switch a mode, who sees what was let pass; and what a submission is told that can't even be
/// worked out.
@Suite(.serialized) struct ModeAccessTests {
    typealias Daemon = MoneyAccessTests.Daemon

    @Test func `only operators switch, and nothing that is not there`() async throws {
        let daemon = try await Daemon()
        defer { daemon.test.stopAndRemove() }
        let astro = Request.Operation.setMode(.init(account: "astro", mode: .warn, reason: "r"))
        for uid in [Daemon.pi, Daemon.member, Daemon.stranger] {
            #expect(await daemon.code(astro, uid: uid) == "forbidden")
        }
        let before = daemon.test.store.tip.seq
        for (request, answer) in [
            (Request.SetMode(account: "nobodys", mode: .warn, reason: "r"), "not_found"),
            (Request.SetMode(cluster: "elsewhere", mode: .warn, reason: "r"), "not_found"),
            (Request.SetMode(mode: .warn, reason: "r"), "invalid"),
            (Request.SetMode(account: "astro", mode: .warn, reason: "r", dryRun: true), "done"),
        ] {
            #expect(await daemon.code(.setMode(request), uid: 0, id: "n") == answer, "\(request)")
        }
        #expect(daemon.test.store.tip.seq == before)
        #expect(await daemon.code(astro, uid: 0, id: "y") == "done")
        #expect(daemon.test.bank.modes.mode(on: "reef", lineage: ["astro"]) == .warn)
    }

    @Test func `operators see all that was let pass, a PI the project's, others their own`()
        async throws
    {
        let daemon = try await Daemon()
        defer { daemon.test.stopAndRemove() }
        try await daemon.test.set(.observe)
        for (token, user, account) in [
            ("A", "uid:\(Daemon.member)", "astro"), ("B", "uid:\(Daemon.pi)", "astro"),
            ("C", "uid:\(Daemon.stranger)", "bio"),
        ] {
            _ = try await daemon.test.perform(
                .admit(.small(token: token, user: user, account: account, cpus: 9_000)), id: token)
        }
        for (uid, rows) in [
            (0, 3), (Daemon.pi, 2), (Daemon.member, 1), (Daemon.stranger, 1), (4_000_001_009, 0),
        ] {
            guard
                case .done(.wouldRefuse(let end)) = await daemon.ask(
                    .wouldRefuse(.init()), uid: uid, id: "q")
            else {
                Issue.record("no answer to \(uid)")
                return
            }
            #expect(end.rows == rows, "\(uid)")
        }
    }

    @Test(arguments: [Mode.enforce, .warn, .observe])
    func `a submission that can't be worked out is refused only where that is the mode`(
        mode: Mode
    ) async throws {
        let daemon = try await OddQuoteTests.Daemon()
        defer { daemon.stop() }
        try await daemon.test.set(mode)
        var job = JobRequest(userID: 1_001)
        (job.account, job.partition, job.numTasks) = ("astro", "cpu", 4)
        (job.timeLimitMinutes, job.arrayIndices) = (60, "0-")
        for request in [
            Request.Admit(cluster: "reef", job: job),
            Request.Admit(cluster: "reef", job: job, cut: ["array"]),
        ] {
            let answer = await daemon.ask(.admit(request), uid: 0)
            switch answer.outcome {
            case .failed(let error): #expect(mode == .enforce && error.code == .cannotEstimate)
            case .done(.admit(let it)):
                let says = it.message?.hasPrefix("atoll: warning: would be refused: ") ?? false
                #expect(mode != .enforce && says == (mode == .warn), "\(it)")
                #expect(it.held == .zero)
            default: Issue.record("\(answer)")
            }
        }
        // Of who is not watched nothing is known: the plugin decides.
        let other = await daemon.ask(.admit(.init(cluster: "lagoon", job: job)), uid: 0)
        guard case .failed(let error) = other.outcome else {
            Issue.record("\(other)")
            return
        }
        #expect(error.code == .unavailable && error.message.contains("cluster lagoon is not in"))
        let change = await daemon.ask(
            .modify(
                .init(
                    cluster: "lagoon", jobID: 7, jobName: "7", callerUID: 1_001, change: job)),
            uid: 0)
        guard case .failed(let error) = change.outcome else {
            Issue.record("\(change)")
            return
        }
        #expect(error.code == .unavailable)
    }
}
