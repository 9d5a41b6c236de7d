import Books
import Ledger
import Store
import TestKit
import Testing
import Units

@testable import Collector

/// slurmctld lost a job with its state, or its ids began anew: another job has the number now.
@Suite struct JobIDAgainTests {
    private let common = "JobID=7 TimelimitRaw=1 ReqTRES=cpu=1,node=1"

    @Test func `what the lost job held is given back while the other one waits`() async throws {
        let scene = try await WatchScene()
        _ = try await scene.books.perform(.admit(.small(token: "A", tasks: 3)), id: "A")
        try scene.poll(
            at: 10,
            "JobID=7_[0-2] JobIDRaw=7 ArrayJobID=7 ArrayTaskStr=0-2 State=PENDING Submit=0 "
                + "TimelimitRaw=1 ReqTRES=cpu=1,node=1 AdminComment=atoll=A")
        #expect(try scene.figures() == "98.20 1.80 0.00")
        // Its claim comes to the same number.
        _ = try await scene.books.perform(.admit(.small(token: "B")), id: "B")
        for second in [20, 30, 40, 50] as [Int64] {
            try scene.poll(
                at: second, "\(common) State=PENDING Submit=15 AdminComment=atoll=B")
        }
        #expect(try scene.figures() == "99.40 0.60 0.00")
        #expect(try scene.books.store.openHolds().map(\.claim.token) == ["B"])
    }

    @Test func `slurmdbd's row of the first job brings its hold not back`() async throws {
        let scene = try await WatchScene()
        _ = try await scene.books.perform(.admit(.small(token: "A")), id: "A")
        let first = "\(common) Submit=0 AdminComment=atoll=A"
        let ran = "\(first) Start=12 AllocTRES=cpu=1,node=1 NodeList=n1"
        try scene.poll(at: 10, "\(first) State=PENDING")
        try scene.poll(at: 20, "\(ran) State=RUNNING")
        try scene.poll(at: 30, "\(ran) State=COMPLETED End=22")
        #expect(try scene.figures() == "99.90 0.00 0.10")
        try scene.record("\(ran) State=COMPLETED End=22")
        scene.books.clock.advance(bySeconds: 360)
        _ = try await scene.books.perform(.admit(.small(token: "B")), id: "B")
        // So long that slurmdbd is asked for all that ended meanwhile.
        for second in [400, 410, 420] as [Int64] {
            try scene.poll(
                at: second, "\(common) State=PENDING Submit=395 AdminComment=atoll=B")
            #expect(try scene.figures() == "99.30 0.60 0.10")
        }
        #expect(try scene.books.store.openHolds().map(\.claim.token) == ["B"])
    }

    @Test(
        arguments: [
            ("A", "ada", "A", "ada", true), ("A", "ada", "B", "ada", false),
            ("A", "ada", nil, "ada", true), (nil, "ada", "A", "ada", true),
            (nil, "ada", "B", "cy", false), (nil, "ada", nil, "ada", true),
        ] as [(String?, String, String?, String, Bool)])
    func `what waits is taken for the ended job's own where nothing says otherwise`(
        shown: String?, user: String, ended: String?, endedUser: String, isTaken: Bool
    ) throws {
        let t0 = try Instant(parsing: "2026-06-01T00:00:00Z")
        let waits = JobObservation.small(job: 7, token: shown, user: user, at: t0).pending()
        let over = JobObservation.small(job: 7, token: ended, user: endedUser, at: t0)
            .run(submit: t0, start: t0, end: t0.advanced(bySeconds: 5))
        #expect((Shown([waits], []).completing(over).pending != nil) == isTaken)
    }
}
