/// A cutover: nothing that ended before counts, whatever was seen of it, unless it was imported; a pass
/// over that time finds what was agreed.

import Bank
import Books
import Ledger
import Reconciliation
import Records
import Store
import TestKit
import Testing
import Units

@testable import Collector

@Suite struct ReconcileCutoverTests {
    /// Ten days after the scene's start.
    private static let after: Int64 = 10 * 86_400
    let scene: Scene
    let cutover: Instant

    init() async throws {
        scene = try await Scene(seed: 7, jobs: 0, cutover: Self.after)
        cutover = scene.start.advanced(bySeconds: Self.after)
    }

    /// 10 CPUs, 0.1 SU a second; by seconds from the cutover.
    private func job(_ id: Int64, from: Int64, to: Int64, account: String = "astro") -> JobRecord {
        var job = JobRecord(
            cluster: "reef", jobID: "\(id)", rawJobID: id, partition: "cpu",
            submit: cutover.advanced(bySeconds: from - 30), status: JobStatus(.completed),
            allocTRES: TRESCounts([.cpu: 10, .node: 1]))
        (job.user, job.account) = ("ada", account)
        (job.start, job.end) = (
            cutover.advanced(bySeconds: from), cutover.advanced(bySeconds: to)
        )
        job.timeLimit = .seconds(86_400)
        return job
    }

    private func seeRunning(_ jobs: [JobRecord]) async throws {
        try await scene.feed(
            jobs.map { job in
                var job = job
                (job.end, job.status) = (nil, JobStatus(.running))
                return job
            })
    }

    private func expectCharged(_ units: String) throws {
        #expect(try scene.books.figures().charged == scene.books.su(units))
    }

    @Test func `what ended before it is charged by no pass, though it was seen running`()
        async throws
    {
        let early = job(1, from: -500, to: -100)
        let onTheDot = job(2, from: -500, to: 0)
        let across = job(3, from: -500, to: 100)
        let later = job(4, from: 50, to: 150)
        let unseen = job(5, from: -900, to: -800)
        let foreign = job(6, from: -500, to: -90, account: "nobodys")
        let seen = [early, onTheDot, across, later, foreign]
        try await seeRunning(seen)
        try await scene.feed(seen)
        try scene.write(rows: seen + [unseen])
        try expectCharged("20")
        #expect(try await scene.reconcile().found == [])
        #expect(try await scene.reconcile(from: scene.start).found == [])
        try expectCharged("20")
        try scene.end()
    }

    @Test func `one that goes on in the books ends there at nothing`() async throws {
        let early = job(1, from: -500, to: -100)
        try await seeRunning([early])
        #expect(try scene.books.figures().held > .zero)
        try scene.write(rows: [early])
        let (pass, found) = try await scene.reconcile()
        #expect(found.map(\.job) == ["1"] && pass.corrected == 1)
        #expect(found.map(\.after) == [ServiceUnits.zero])
        #expect(try scene.books.figures().held == .zero)
        try expectCharged("0")
        #expect(try await scene.reconcile().found == [])
        #expect(try await scene.reconcile(from: scene.start).found == [])
        try scene.end()
    }

    @Test func `one that ended before it after all is charged nothing`() async throws {
        try await scene.feed([job(1, from: -500, to: 100)])
        try expectCharged("10")
        try scene.write(rows: [job(1, from: -500, to: -100)])
        let (_, found) = try await scene.reconcile()
        #expect(found.map(\.kind) == [.chargedTooMuch])
        try expectCharged("0")
        #expect(try await scene.reconcile(from: scene.start).found == [])
        try scene.end()
    }

    @Test func `what was imported counts as a whole, seen running or not`() async throws {
        let early = job(1, from: -500, to: -100)
        let unseen = job(5, from: -900, to: -800)
        try await seeRunning([early])
        try await scene.feed([early])
        try scene.write(rows: [early, unseen])
        #expect(try await scene.bring([early, unseen]) == [.charged, .charged])
        try expectCharged("50")
        #expect(try await scene.bring([early, unseen]) == [.known, .known])
        #expect(try await scene.reconcile(from: scene.start).found == [])
        try expectCharged("50")
        // And it is corrected as a whole.
        try scene.write(rows: [job(1, from: -500, to: -110), unseen])
        let (_, found) = try await scene.reconcile(from: scene.start)
        #expect(found.map(\.kind) == [.chargedTooMuch])
        try expectCharged("49")
        try scene.end()
    }
}
