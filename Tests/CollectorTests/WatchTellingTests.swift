import Books
import Ledger
import TestKit
import Testing
import Units

@testable import Collector

/// What a watch tells the books of a poll, and tells again.
@Suite struct WatchTellingTests {
    @Test func `what a hook overtook is told again by the next poll`() async throws {
        let scene = try await WatchScene()
        _ = try await scene.books.perform(.admit(.small(token: "A", tasks: 3)), id: "A")
        let words = "ArrayJobID=7 Submit=0 AdminComment=atoll=A TimelimitRaw=1"
        try scene.poll(
            at: 10,
            "JobID=7_[0-2] JobIDRaw=7 ArrayTaskStr=0-2 State=PENDING ReqTRES=cpu=1,node=1 \(words)")
        #expect(try scene.figures() == "98.20 1.80 0.00")
        // The first task's hook speaks a second after the poll began, which shows the task, and
        // that the others were cancelled.
        let ask = StartRequest.small(
            job: 7, raw: 8, token: "A", submit: scene.t0, at: scene.t0.advanced(bySeconds: 21))
        #expect(try await scene.books.start(ask).hasPrefix("yes"))
        let task =
            "JobID=7_0 JobIDRaw=8 State=RUNNING Start=21 AllocTRES=cpu=1,node=1 NodeList=n1 "
            + words
        #expect(try scene.poll(at: 20, task) == nil)
        #expect(try scene.figures() == "98.20 1.80 0.00")
        try scene.poll(at: 30, task)
        #expect(try scene.figures() == "99.40 0.60 0.00")
    }
}
