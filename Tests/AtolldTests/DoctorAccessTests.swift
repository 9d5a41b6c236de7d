import Glibc
import Server
import Store
import TestKit
import Testing
import Units
import Wire

@testable import atolld

/// What only the daemon knows of an installation: told to operators.
@Suite(.serialized) struct DoctorAccessTests {
    typealias Daemon = MoneyAccessTests.Daemon

    @Test func `an operator is told whom it runs as and that the journal's head fits`()
        async throws
    {
        let daemon = try await Daemon()
        for uid in [Daemon.pi, Daemon.member, Daemon.stranger] {
            #expect(await daemon.code(.doctor, uid: uid) == "forbidden")
        }
        guard case .done(.doctor(let told)) = await daemon.ask(.doctor, uid: 0, id: "d") else {
            Issue.record("no answer")
            return
        }
        #expect(told.userID == Int64(geteuid()) && told.version == Atolld.version)
        #expect(told.journal == daemon.test.store.path)
        #expect(told.finding == nil && told.checkedEntries == daemon.test.store.tip.seq)
        #expect(told.admissions == 0 && told.slowestMilliseconds == nil)
        daemon.test.stopAndRemove()
    }

    @Test func `each submission is counted with the time that it took`() async throws {
        let daemon = try await Daemon()
        let times = AdmissionTimes()
        for answer in 1...2 {
            await withCheckedContinuation { (go: CheckedContinuation<Void, Never>) in
                let sink = times.timed(
                    AnswerSink(id: RequestID("a")!) { _ in go.resume() }, id: RequestID("a")!)
                if answer == 1 { return sink.done(.admit(.init(held: .zero, notes: []))) }
                // One that is let go is answered, too.
            }
        }
        #expect(times.seen.count == 2)
        #expect((times.seen.slowestMilliseconds ?? 0) >= 1)
        daemon.test.stopAndRemove()
    }
}
