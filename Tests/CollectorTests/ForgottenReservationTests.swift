import Books
import Store
import TestKit
import Testing
import Units

@testable import Collector

/// A job came and went inside a reservation between two polls, and with the reservation slurmctld forgot
/// where it ran. Two cores for ten minutes cost 12.00 SU; what the job used of them 1.20.
@Suite struct ForgottenReservationTests {
    private static let run =
        "JobID=7 Submit=310 State=COMPLETED Start=320 End=440 AllocTRES=cpu=1,node=1 NodeList=n1 "

    /// What slurmctld shows is told after the reservation was seen open, and is over.
    private func play(_ body: (WatchScene) async throws -> Void) async throws {
        let scene = try await WatchScene()
        scene.reserve(shown: ("course", 20, 620))
        scene.recordReservation("course", from: 20, to: 620)
        try scene.poll(at: 30)
        #expect(try scene.figures() == "88.00 12.00 0.00")
        scene.reserve(shown: nil)
        try await body(scene)
        #expect(try scene.books.store.verify().finding == nil)
    }

    @Test func `slurmdbd is asked where it ran`() async throws {
        try await play { scene in
            try scene.record(Self.run + "Reservation=course")
            #expect(try scene.poll(at: 630, Self.run) == nil)
            #expect(try scene.figures() == "88.00 0.00 12.00")
        }
    }

    @Test func `one that ran elsewhere pays beside it`() async throws {
        try await play { scene in
            try scene.record(Self.run)
            try scene.poll(at: 630, Self.run)
            #expect(try scene.figures() == "86.80 0.00 13.20")
        }
    }

    @Test func `its row may be late by some polls, and what was charged as idle is corrected`()
        async throws
    {
        try await play { scene in
            for second in [630, 640] as [Int64] {
                try scene.poll(at: second, Self.run)
                #expect(try scene.figures() == "88.00 0.00 12.00", "all of it was idle so far")
            }
            try scene.record(Self.run + "Reservation=course")
            try scene.poll(at: 650, Self.run)
            #expect(try scene.figures() == "88.00 0.00 12.00", "1.20 of it are the job's")
            #expect(try scene.charge(of: 7) == "1.20")
        }
    }

    @Test func `one that slurmdbd never tells of is charged as slurmctld shows it`() async throws {
        try await play { scene in
            for second in [630, 640, 650, 660] as [Int64] { try scene.poll(at: second, Self.run) }
            #expect(try scene.figures() == "86.80 0.00 13.20")
        }
    }

    @Test func `while slurmdbd is away it waits with the reservation, shown or not`()
        async throws
    {
        try await play { scene in
            scene.setAccounting(isAway: true)
            for second in [630, 700, 770, 840, 910] as [Int64] {
                try scene.poll(at: second, Self.run)
                #expect(try scene.figures() == "88.00 12.00 0.00")
            }
            // Meanwhile slurmctld has forgotten the job as well.
            try scene.poll(at: 980)
            scene.setAccounting(isAway: false)
            try scene.record(Self.run + "Reservation=course")
            for second in [1_050, 1_060, 1_130] as [Int64] { try scene.poll(at: second) }
            #expect(try scene.figures() == "88.00 0.00 12.00")
            #expect(try scene.charge(of: 7) == "1.20")
        }
    }

    @Test func `slurmdbd is back, and its row of a job that is shown comes a poll later`()
        async throws
    {
        try await play { scene in
            scene.setAccounting(isAway: true)
            for second in [630, 700, 770, 840, 910, 980] as [Int64] {
                try scene.poll(at: second, Self.run)
            }
            #expect(try scene.figures() == "88.00 12.00 0.00")
            scene.setAccounting(isAway: false)
            try scene.poll(at: 1_050, Self.run)
            #expect(try scene.charge(of: 7) == "0.00")
            try scene.record(Self.run + "Reservation=course")
            try scene.poll(at: 1_060, Self.run)
            #expect(try scene.charge(of: 7) == "1.20")
            #expect(try scene.figures() == "88.00 0.00 12.00")
        }
    }

    @Test func `slurmdbd answers without the row, goes away, and slurmctld forgets the job`()
        async throws
    {
        try await play { scene in
            try scene.poll(at: 630, Self.run)
            scene.setAccounting(isAway: true)
            try scene.poll(at: 640, Self.run)
            try scene.poll(at: 710)
            scene.setAccounting(isAway: false)
            try scene.record(Self.run + "Reservation=course")
            for second in [780, 800, 870] as [Int64] { try scene.poll(at: second) }
            #expect(try scene.charge(of: 7) == "1.20")
            #expect(try scene.figures() == "88.00 0.00 12.00")
        }
    }

    @Test func `while a run waits for slurmdbd what is held for its job stays`() async throws {
        let scene = try await WatchScene()
        scene.reserve(shown: ("course", 20, 620))
        scene.recordReservation("course", from: 20, to: 620)
        try scene.poll(at: 30)
        // Two tasks, admitted; none was seen to start. The credit for them is the reservation's.
        var admission = Admission.small(token: "A", tasks: 2)
        admission.reservation = "course"
        _ = try await scene.books.perform(.admit(admission), id: "A")
        let held = try scene.books.figures().held
        scene.reserve(shown: nil)
        scene.setAccounting(isAway: true)
        let task =
            "ArrayJobID=7 Submit=310 State=COMPLETED Start=320 End=440 AllocTRES=cpu=1,node=1 "
            + "NodeList=n1 AdminComment=atoll=A "
        for second in [630, 700, 770, 840] as [Int64] {
            try scene.poll(
                at: second, "JobID=7_0 JobIDRaw=8 " + task, "JobID=7_1 JobIDRaw=7 " + task)
            #expect(try scene.books.figures().held == held)
        }
        scene.setAccounting(isAway: false)
        try scene.record(
            "JobID=7_0 JobIDRaw=8 Reservation=course " + task,
            "JobID=7_1 JobIDRaw=7 Reservation=course " + task)
        try scene.poll(
            at: 910, "JobID=7_0 JobIDRaw=8 " + task, "JobID=7_1 JobIDRaw=7 " + task)
        #expect(try scene.charge(of: 7) + " " + scene.charge(of: 8) == "1.20 1.20")
        #expect(try scene.figures() == "88.00 0.00 12.00")
        #expect(try scene.books.store.verify().finding == nil)
    }

    @Test func `a job that was cancelled while it waited gives its hold back all the same`()
        async throws
    {
        try await play { scene in
            let waits = "JobID=9 Submit=100 ReqTRES=cpu=1,node=1 TimelimitRaw=1 "
            scene.reserve(shown: ("course", 20, 620))
            try scene.poll(at: 110, waits + "State=PENDING")
            #expect(try scene.figures() == "87.40 12.60 0.00")
            scene.reserve(shown: nil)
            scene.setAccounting(isAway: true)
            try scene.poll(at: 630, Self.run, waits + "State=CANCELLED Start=200 End=200")
            #expect(try scene.figures() == "88.00 12.00 0.00")
        }
    }

    @Test func `it is asked as well where reservations can't be read`() async throws {
        try await play { scene in
            scene.areReservationsUnreadable = true
            try scene.record(Self.run + "Reservation=course")
            try scene.poll(at: 630, Self.run)
            scene.areReservationsUnreadable = false
            try scene.poll(at: 640)
            #expect(try scene.figures() == "88.00 0.00 12.00")
            #expect(try scene.charge(of: 7) == "1.20")
        }
    }

    @Test func `what was seen running is not asked about`() async throws {
        try await play { scene in
            let started =
                "JobID=7 Submit=310 State=RUNNING Start=320 AllocTRES=cpu=1,node=1 NodeList=n1 "
            scene.reserve(shown: ("course", 20, 620))
            try scene.poll(at: 330, started + "Reservation=course")
            scene.reserve(shown: nil)
            scene.setAccounting(isAway: true)
            try scene.poll(at: 630, Self.run)
            #expect(try scene.charge(of: 7) == "1.20")
        }
    }
}
