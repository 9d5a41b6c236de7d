import Books
import Ledger
import Store
import TestKit
import Testing
import Units

@testable import Collector

/// A reservation of two cores for five minutes (6.00 SU) began and ended while nobody looked: slurmdbd
/// alone has it, with the numbers of its associations.
@Suite struct UnseenReservationTests {
    /// - Parameter associations: 2 is astro's own, 3 ada's in astro; there is no 9.
    private func play(
        associations: String = "2", from start: Int64 = 100, to end: Int64 = 400,
        _ body: (WatchScene) async throws -> Void
    ) async throws {
        let scene = try await WatchScene()
        try scene.poll(at: 30)
        scene.recordReservation("course", from: start, to: end, associations: associations)
        try await body(scene)
        #expect(try scene.books.store.verify().finding == nil)
    }

    private func versions(_ scene: WatchScene) throws -> [ReservationVersion] {
        try scene.books.store.reservations(on: "reef", since: scene.t0)
    }

    @Test(arguments: [false, true])
    func `it is charged after an absence, once`(isStartedAgain: Bool) async throws {
        try await play { scene in
            if isStartedAgain { scene.startAgain() }
            for second in [500, 570, 640, 1_300, 2_000] as [Int64] {
                try scene.poll(at: second)
                #expect(try scene.figures() == "94.00 0.00 6.00")
            }
            scene.startAgain()
            try scene.poll(at: 2_100)
            #expect(try scene.figures() == "94.00 0.00 6.00")
            let version = try #require(try versions(scene).first)
            #expect(try versions(scene).count == 1)
            #expect(version.span.seconds == 300)
        }
    }

    @Test func `one that was shorter than a poll's pause is found as well`() async throws {
        try await play(from: 100, to: 110) { scene in
            for second in stride(from: Int64(60), through: 720, by: 30) {
                try scene.poll(at: second)
            }
            #expect(try scene.figures() == "99.80 0.00 0.20")
        }
    }

    struct Owned: CustomTestStringConvertible {
        let associations: String
        let accounts: [String]
        let charged: String
        var testDescription: String { associations }
    }

    @Test(arguments: [
        Owned(associations: "2", accounts: ["astro"], charged: "6.00"),
        // All of a user's associations: the default account pays.
        Owned(associations: "3", accounts: [], charged: "6.00"),
        Owned(associations: "3,4", accounts: [], charged: "6.00"),
        // Who is excluded owns nothing, nor who has left Slurm since.
        Owned(associations: "-2", accounts: [], charged: "0.00"),
        Owned(associations: "9", accounts: [], charged: "0.00"),
        Owned(associations: "", accounts: [], charged: "0.00"),
    ])
    func `its associations tell who pays; one of nobody's is listed`(owned: Owned) async throws {
        try await play(associations: owned.associations) { scene in
            try scene.poll(at: 500)
            let version = try #require(try versions(scene).first)
            #expect(version.accounts == owned.accounts && version.state == .ended)
            #expect((version.allocation == nil) == (owned.charged == "0.00"))
            #expect(try scene.books.figures().charged.description == owned.charged)
        }
    }

    @Test func `what a job inside used is the job's`() async throws {
        let run =
            "JobID=7 Submit=110 State=COMPLETED Start=120 End=240 AllocTRES=cpu=1,node=1 NodeList=n1 "
        try await play { scene in
            try scene.record(run + "Reservation=course")
            // slurmctld shows the job still, and has forgotten where it ran.
            try scene.poll(at: 500, run)
            #expect(try scene.charge(of: 7) == "1.20")
            #expect(try scene.figures() == "94.00 0.00 6.00")
        }
    }

    @Test func `while slurmdbd is away it waits`() async throws {
        try await play { scene in
            scene.setAccounting(isAway: true)
            for second in [500, 570] as [Int64] {
                try scene.poll(at: second)
                #expect(try scene.figures() == "100.00 0.00 0.00")
            }
            scene.setAccounting(isAway: false)
            try scene.poll(at: 640)
            #expect(try scene.figures() == "94.00 0.00 6.00")
        }
    }

    @Test func `while slurmdbd is away what ran inside waits with it`() async throws {
        let run =
            "JobID=7 Submit=110 State=COMPLETED Start=120 End=240 AllocTRES=cpu=1,node=1 NodeList=n1 "
        try await play { scene in
            scene.setAccounting(isAway: true)
            for second in [500, 570] as [Int64] {
                try scene.poll(at: second, run)
                #expect(try scene.figures() == "100.00 0.00 0.00")
            }
            scene.setAccounting(isAway: false)
            try scene.record(run + "Reservation=course")
            for second in [640, 710] as [Int64] { try scene.poll(at: second, run) }
            #expect(try scene.charge(of: 7) == "1.20")
            #expect(try scene.figures() == "94.00 0.00 6.00")
        }
    }

    /// Its row should have gone when it was deleted before its time.
    @Test func `what polls looked for and did not find was not in force`() async throws {
        try await play(from: 100, to: 400) { scene in
            for second in stride(from: Int64(60), through: 1_800, by: 30) {
                try scene.poll(at: second)
            }
            #expect(try versions(scene).isEmpty)
        }
    }

    @Test func `the rest of one that slurmctld lost is not charged hours later`() async throws {
        let scene = try await WatchScene()
        scene.reserve(shown: ("course", 20, 14_000))
        try scene.poll(at: 30)
        scene.reserve(shown: nil)
        for second in [140, 150, 160, 170] as [Int64] { try scene.poll(at: second) }
        let charged = try scene.figures()
        scene.recordReservation("course", from: 20, to: 14_000, associations: "2")
        for second in [200, 14_100, 14_800, 20_000] as [Int64] { try scene.poll(at: second) }
        #expect(try scene.figures() == charged)
        #expect(try versions(scene).count == 1)
    }

    @Test func `a restart while slurmdbd is away forgets none`() async throws {
        try await play { scene in
            scene.setAccounting(isAway: true)
            try scene.poll(at: 500)
            scene.startAgain()
            try scene.poll(at: 6_000)
            scene.setAccounting(isAway: false)
            try scene.poll(at: 6_100)
            #expect(try scene.figures() == "94.00 0.00 6.00")
        }
    }

    @Test func `slurmdbd is told of it late`() async throws {
        let scene = try await WatchScene()
        for second in [30, 500] as [Int64] { try scene.poll(at: second) }
        scene.recordReservation("course", from: 100, to: 400, associations: "2")
        for second in stride(from: Int64(530), through: 1_130, by: 30) {
            try scene.poll(at: second)
        }
        #expect(try scene.figures() == "94.00 0.00 6.00")
    }

    @Test func `two of a name are two`() async throws {
        try await play { scene in
            scene.recordReservation("course", from: 450, to: 460, associations: "2", more: true)
            try scene.poll(at: 500)
            #expect(try scene.figures() == "93.80 0.00 6.20")
            #expect(try versions(scene).map(\.span.seconds).sorted() == [10, 300])
        }
    }

    /// A DAILY one that was made in an absence, and whose first time is over.
    @Test func `its next time is shown already`() async throws {
        try await play { scene in
            scene.recordReservation(
                "course", from: 86_500, to: 86_800, associations: "2", more: true)
            scene.reserve(shown: ("course", 86_500, 86_800))
            for second in [500, 570] as [Int64] {
                try scene.poll(at: second)
                #expect(try scene.figures() == "88.00 6.00 6.00")
            }
            #expect(
                try versions(scene).map(\.state).sorted { $0.rawValue < $1.rawValue } == [
                    .ended, .open,
                ])
        }
    }

    /// slurmctld lost it, and slurmdbd still has it with the end that it was to have.
    @Test func `one that was seen is as it was seen, whatever end slurmdbd has`() async throws {
        let scene = try await WatchScene()
        scene.reserve(shown: ("course", 20, 620))
        try scene.poll(at: 30)
        try scene.poll(at: 130)
        scene.reserve(shown: nil)
        for second in [140, 150, 160, 170] as [Int64] { try scene.poll(at: second) }
        let charged = try scene.figures()
        scene.recordReservation("course", from: 20, to: 620, associations: "2")
        for second in [700, 1_400] as [Int64] { try scene.poll(at: second) }
        #expect(try scene.figures() == charged)
        #expect(try versions(scene).count == 1)
    }

    @Test func `what ended before the books began is not theirs`() async throws {
        try await play(from: -400, to: -100) { scene in
            scene.startAgain()
            try scene.poll(at: 500)
            #expect(try versions(scene).isEmpty)
        }
    }
}
