import Books
import Server
import TestKit
import Testing
import Units
import Wire

@testable import atolld

/// Whose job it is, who leads the project, and operators are told; to anybody else there is no such job.
@Suite(.serialized) struct WhyAccessTests {
    typealias Daemon = MoneyAccessTests.Daemon

    private func why(_ job: String) -> Request.Operation { .why(.init(job: job, cluster: "reef")) }

    @Test func `who may ask is answered, anybody else told that there is no such job`()
        async throws
    {
        let daemon = try await Daemon()
        let member = "uid:\(Daemon.member)"
        _ = try await daemon.test.perform(.admit(.small(token: "W", user: member)), id: "W")
        let job = JobObservation.small(job: 71, token: "W", user: member, at: daemon.test.clock.now)
        _ = try await daemon.test.perform(.observe(job.pending()))
        for (uid, answer) in [
            (0, "done"), (Daemon.pi, "done"), (Daemon.member, "done"),
            (Daemon.stranger, "not_found"),
        ] {
            #expect(await daemon.code(why("71"), uid: UInt32(uid)) == answer, "\(uid)")
            #expect(await daemon.code(why("71_3"), uid: UInt32(uid)) == answer, "\(uid)")
            #expect(await daemon.code(why("72"), uid: UInt32(uid)) == "not_found", "\(uid)")
            #expect(await daemon.code(why("seventy"), uid: UInt32(uid)) == "invalid", "\(uid)")
        }
        guard case .done(.why(let told)) = await daemon.ask(why("71"), uid: 0, id: "q") else {
            Issue.record("no answer")
            return
        }
        #expect(told.account?.held.description == "0.60" && told.account?.user == member)
        #expect(told.account?.waiting == 1 && told.account?.state == "bound")
        daemon.test.stopAndRemove()
    }

    @Test func `a refused change of a job that the books don't know is told to its owner`()
        async throws
    {
        let daemon = try await Daemon()
        let member = "uid:\(Daemon.member)"
        _ = try await daemon.test.perform(.admit(.small(token: "W", user: member)), id: "W")
        var asked = Modification(
            cluster: "reef", job: 72, ownerName: member, callerName: member)
        asked.timeLimitSeconds = 36_000_000
        #expect(try await daemon.test.refusal(of: .modify(asked)) != nil)
        for (uid, answer) in [
            (0, "done"), (Daemon.member, "done"), (Daemon.stranger, "not_found"),
        ] {
            #expect(await daemon.code(why("72"), uid: UInt32(uid)) == answer, "\(uid)")
        }
        daemon.test.stopAndRemove()
    }
}
