/// What is known of a run that ended in a change of size or a requeue, where slurmctld alone tells.

import Books
import Registry
import TestKit
import Testing
import Units

@testable import Collector

/// A core-second costs 0.01 SU.
@Suite struct SizesAndRequeuesTests {
    private func play(
        cpus: Int64 = 1, seconds: Int64 = 600, _ body: (Replay) async throws -> Void
    ) async throws {
        let books = try TestBank()
        defer { books.stopAndRemove() }
        _ = try await books.perform(.apply(Site.small(grant: "100"), backdate: false))
        _ = try await books.perform(.admit(.small(token: "A", cpus: cpus, seconds: seconds)))
        let replay = Replay(books)
        try await replay.live(at: 1, "\(job) State=PENDING ReqTRES=cpu=\(cpus)")
        try await body(replay)
    }

    private let job = "JobID=7 Submit=0 AdminComment=atoll=A TimelimitRaw=10"
    private func running(_ cpus: Int64, _ rest: String = "") -> String {
        "\(job) State=RUNNING Start=10 NodeList=n1 AllocTRES=cpu=\(cpus) \(rest)"
    }

    @Test func `what is held after a change of size is what the job may still use`() async throws {
        try await play(cpus: 4) { replay in
            try await replay.live(at: 11, running(4))
            #expect(try replay.figures() == "76.00 24.00 0.00")
            // Half of its ten minutes are over: 300 s of 4, and at most 300 s of 2.
            try await replay.live(at: 311, running(2, "ResizeTime=310"))
            #expect(try replay.figures() == "82.00 6.00 12.00")
            // Twenty minutes, counted from the job's start: 900 s of 2.
            let longer = running(2, "ResizeTime=310")
                .replacing("TimelimitRaw=10", with: "TimelimitRaw=20")
            try await replay.live(at: 320, longer)
            #expect(try replay.figures() == "70.00 18.00 12.00")
            try await replay.live(
                at: 511, longer.replacing("RUNNING", with: "COMPLETED") + " End=510")
            #expect(try replay.figures() == "84.00 0.00 16.00")
        }
    }

    @Test func `suspended seconds come off the size that was suspended`() async throws {
        try await play(cpus: 4) { replay in
            try await replay.live(at: 12, running(4))
            try await replay.live(
                at: 25,
                running(4, "SuspendTime=20 PreSuspended=10")
                    .replacing("RUNNING", with: "SUSPENDED"))
            let resumed = "SuspendTime=30 PreSuspended=10"
            try await replay.live(at: 35, running(4, resumed))
            // 20 s of 4; of the ten minutes 20 s are used.
            try await replay.live(at: 41, running(2, "\(resumed) ResizeTime=40"))
            #expect(try replay.figures() == "87.60 11.60 0.80")
            try await replay.live(
                at: 71,
                running(2, "\(resumed) ResizeTime=40 End=70")
                    .replacing("RUNNING", with: "COMPLETED"))
            #expect(try replay.figures() == "98.60 0.00 1.40")
        }
    }

    @Test(arguments: [
        // Suspended for a minute, run to the requeue: 130 s.
        ("RUNNING", "SuspendTime=100 PreSuspended=30", "92.70 6.00 1.30"),
        // Suspended until it was requeued: 30 s.
        ("SUSPENDED", "SuspendTime=40 PreSuspended=30", "93.70 6.00 0.30"),
    ])
    func `what was suspended of a requeued run is not charged`(
        state: String, seen: String, figures: String
    ) async throws {
        try await play { replay in
            try await replay.live(at: 12, running(1))
            try await replay.live(
                at: 45,
                running(1, "SuspendTime=40 PreSuspended=30")
                    .replacing("RUNNING", with: "SUSPENDED"))
            try await replay.live(
                at: 105, running(1, seen).replacing("RUNNING", with: state))
            try await replay.live(
                at: 205, "\(job) State=PENDING ReqTRES=cpu=1".replacing("=0", with: "=200"))
            #expect(try replay.figures() == figures)
        }
    }

    @Test func `a requeued run ends before its nodes' epilogs, and is held once`() async throws {
        try await play { replay in
            try await replay.live(at: 12, running(1))
            let waiting = "\(job) State=PENDING ReqTRES=cpu=1"
            try await replay.live(at: 105, "\(waiting) StateFlags=COMPLETING Start=10 End=100")
            #expect(try replay.figures() == "93.10 6.00 0.90")
            // slurmctld counts it as submitted when the epilogs were done.
            try await replay.live(at: 405, waiting.replacing("Submit=0", with: "Submit=400"))
            #expect(try replay.figures() == "93.10 6.00 0.90")
        }
    }
}
