/// `hold = "throttle"`: of an array those tasks are held that may run at once, whatever the throttle becomes.

import Books
import Registry
import Store
import TestKit
import Testing
import Units

@testable import Collector

/// A task is held at 6 SU.
@Suite struct ThrottleTests {
    private func play(_ body: (Replay) async throws -> Void) async throws {
        let books = try TestBank()
        defer { books.stopAndRemove() }
        var site = try Site.small(grant: "100")
        site.projects[0].allocations[0].holdPolicy = .throttle
        _ = try await books.perform(.apply(site, backdate: false))
        var admission = Admission.small(token: "A", seconds: 600, tasks: 4)
        admission.concurrency = 1
        _ = try await books.perform(.admit(admission))
        let replay = Replay(books)
        #expect(try replay.figures() == "94.00 6.00 0.00")
        try await body(replay)
        #expect(try books.store.verify().finding == nil)
    }

    private let array =
        "ArrayJobID=7 Submit=0 AdminComment=atoll=A TimelimitRaw=10 ReqTRES=cpu=1 "

    private func waiting(_ tasks: String, _ throttle: Int64) -> String {
        array + "JobID=7_[\(tasks)%\(throttle)] JobIDRaw=7 ArrayTaskStr=\(tasks)%\(throttle) "
            + "ArrayTaskThrottle=\(throttle) State=PENDING"
    }

    private func task(_ number: Int64, from start: Int64, until end: Int64? = nil) -> String {
        array + "JobID=7_\(number) JobIDRaw=\(8 + number) Start=\(start) NodeList=n1 "
            + "AllocTRES=cpu=1 "
            + (end.map { "State=COMPLETED End=\($0)" } ?? "State=RUNNING")
    }

    @Test(arguments: [(Int64(3), "82.00 18.00 0.00"), (1, "94.00 6.00 0.00")])
    func `a throttle that is changed before the job is first seen counts`(
        throttle: Int64, figures: String
    ) async throws {
        try await play { replay in
            try await replay.live(at: 1, waiting("0-3", throttle))
            #expect(try replay.figures() == figures)
        }
    }

    @Test func `raised it holds more, lowered less, and without one all that wait`() async throws {
        try await play { replay in
            try await replay.live(at: 1, waiting("0-3", 1))
            try await replay.live(at: 2, waiting("0-3", 3))
            #expect(try replay.figures() == "82.00 18.00 0.00")
            try await replay.live(at: 3, waiting("0-3", 2))
            #expect(try replay.figures() == "88.00 12.00 0.00")
            let all = array + "JobID=7_[0-3] JobIDRaw=7 ArrayTaskStr=0-3 State=PENDING"
            try await replay.live(at: 4, all)
            #expect(try replay.figures() == "76.00 24.00 0.00")
        }
    }

    /// slurmctld shows it as a task of its own, without the list that had the throttle in it.
    @Test func `the last one that waits is not held beside the one that runs`() async throws {
        try await play { replay in
            try await replay.live(at: 1, waiting("0-3", 1))
            try await replay.live(at: 11, task(0, from: 10), waiting("1-3", 1))
            #expect(try replay.figures() == "94.00 6.00 0.00")
            let over = [
                task(0, from: 10, until: 20), task(1, from: 20, until: 30), task(2, from: 30),
            ]
            let last = array + "JobID=7_3 JobIDRaw=7 State=PENDING"
            try await replay.live(at: 31, over + [last + " ArrayTaskThrottle=1"])
            #expect(try replay.figures() == "93.80 6.00 0.20")
            // Now nothing keeps it from starting.
            try await replay.live(at: 32, over + [last])
            #expect(try replay.figures() == "87.80 12.00 0.20")
        }
    }
}
