import Books
import Registry
import Server
import Synchronization
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

    private func told(_ job: String, by daemon: Daemon) async throws -> Reply.Why {
        let outcome = await daemon.ask(why(job), uid: 0, id: "q")
        guard case .done(.why(let told)) = outcome else {
            Issue.record("\(job): \(outcome)")
            return Reply.Why(rows: 0, job: job, cluster: "")
        }
        return told
    }

    @Test func `of an array's task its own figures are told`() async throws {
        let daemon = try await Daemon()
        let member = "uid:\(Daemon.member)"
        _ = try await daemon.test.perform(
            .admit(.small(token: "A", user: member, tasks: 3)), id: "A")
        let now = daemon.test.clock.now
        let array = JobObservation.small(job: 50, token: "A", user: member, at: now)
        var seen = array.run(raw: 51, submit: now, start: now).pending(tasks: 2)
        seen.runs[0].jobName = "50_1"
        _ = try await daemon.test.perform(.observe(seen))
        daemon.test.clock.advance(bySeconds: 60)
        var ended = array.run(raw: 51, submit: now, start: now, end: now.advanced(bySeconds: 60))
            .pending(tasks: 2)
        ended.at = daemon.test.clock.now
        ended.runs[0].jobName = "50_1"
        _ = try await daemon.test.perform(.observe(ended))
        let whole = try #require(try await told("50", by: daemon).account)
        #expect(whole.waiting == 2 && whole.ended == 1)
        #expect(whole.held == whole.perTask + whole.perTask && whole.charged > .zero)
        let first = try #require(try await told("50_1", by: daemon).account)
        #expect(first.waiting == 0 && first.ended == 1 && first.state == "closed")
        #expect(first.held == .zero && first.charged == whole.charged)
        let second = try #require(try await told("50_2", by: daemon).account)
        #expect(second.waiting == 1 && second.ended == 0 && second.state == "bound")
        #expect(second.held == whole.perTask && second.charged == .zero)
        daemon.test.stopAndRemove()
    }

    @Test func `a het job is told with all its components`() async throws {
        let daemon = try await Daemon()
        let member = "uid:\(Daemon.member)"
        for (offset, cpus) in [(Int64(0), Int64(1)), (1, 2)] {
            _ = try await daemon.test.perform(
                .admit(.small(token: "H\(offset)", user: member, cpus: cpus)), id: "H\(offset)")
            var seen = JobObservation.small(
                job: 80 + offset, token: "H\(offset)", user: member, at: daemon.test.clock.now)
            seen.hetName = "80+\(offset)"
            _ = try await daemon.test.perform(.observe(seen.pending(cpus: cpus)))
        }
        let whole = try await told("80", by: daemon)
        #expect(whole.account?.component == "80+0")
        #expect(whole.components.map(\.component) == ["80+1"])
        let one = try await told("80+1", by: daemon)
        #expect(one.account?.component == "80+1" && one.components.isEmpty)
        #expect(one.account?.held == whole.components.first?.held)
        daemon.test.stopAndRemove()
    }

    @Test func `of a job that is held back the reason is told that holds shows`() async throws {
        let daemon = try await Daemon()
        let member = "uid:\(Daemon.member)"
        _ = try await daemon.test.perform(.admit(.small(token: "B", user: member)), id: "B")
        let now = daemon.test.clock.now
        let job = JobObservation.small(job: 90, token: "B", user: member, at: now)
        _ = try await daemon.test.perform(.observe(job.pending()))
        var site = daemon.site
        site.projects[0].allocations[0].status = .inactive
        _ = try await daemon.test.perform(.apply(site, backdate: false), id: "off")
        let words = try await daemon.test.start(
            .small(job: 90, token: "B", user: member, submit: now, at: now))
        #expect(words.contains("INACTIVE"))
        let held = try #require(try await told("90", by: daemon).account?.heldBack)
        #expect(held == "90: \(words)")
        daemon.test.stopAndRemove()
    }

    /// A member has a hold, and raises a job that the books don't know beyond all credit.
    private func refuseRaise(of job: Int64, _ daemon: Daemon) async throws {
        let member = "uid:\(Daemon.member)"
        _ = try await daemon.test.perform(.admit(.small(token: "W", user: member)), id: "W")
        var asked = Modification(
            cluster: "reef", job: job, ownerName: member, callerName: member)
        asked.timeLimitSeconds = 36_000_000
        #expect(try await daemon.test.refusal(of: .modify(asked)) != nil)
    }

    @Test func `a refused change of a job that the books don't know is told to its owner`()
        async throws
    {
        let daemon = try await Daemon()
        try await refuseRaise(of: 72, daemon)
        for (uid, answer) in [
            (0, "done"), (Daemon.member, "done"), (Daemon.stranger, "not_found"),
        ] {
            #expect(await daemon.code(why("72"), uid: UInt32(uid)) == answer, "\(uid)")
        }
        daemon.test.stopAndRemove()
    }

    @Test func `what happened is told in the order of time`() async throws {
        let daemon = try await Daemon()
        let member = "uid:\(Daemon.member)"
        try await refuseRaise(of: 73, daemon)
        // Only then it is seen in Slurm, with no hold.
        daemon.test.clock.advance(bySeconds: 60)
        let job = JobObservation.small(
            job: 73, token: nil, user: member, at: daemon.test.clock.now)
        _ = try await daemon.test.perform(.observe(job.pending()))
        let rows = Mutex<[String]>([])
        await withCheckedContinuation { (go: CheckedContinuation<Void, Never>) in
            let sink = AnswerSink(id: RequestID("s")!) { line in
                guard case .row(.notice(let row)) = line.outcome else { return go.resume() }
                rows.withLock { $0.append(row.kind) }
            }
            daemon.handler.handle(
                Request(id: RequestID("s")!, why("73")), from: Peer(pid: 1, uid: 0, gid: 0),
                answer: sink)
        }
        let kinds = rows.withLock { $0 }
        #expect(kinds.count == 2 && kinds.last == "adopted", "\(kinds)")
        daemon.test.stopAndRemove()
    }
}
