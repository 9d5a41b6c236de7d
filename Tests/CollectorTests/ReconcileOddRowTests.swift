/// Rows that are over and have no end: each is told to a person, and nothing is called corrected that
/// was not.

import Bank
import Books
import Ledger
import Reconciliation
import Records
import Registry
import Store
import TestKit
import Testing
import Units

@testable import Collector

@Suite struct ReconcileOddRowTests {
    let scene: Scene
    init() async throws { scene = try await Scene(seed: 7, jobs: 20) }

    private func running(_ job: JobRecord) -> JobRecord {
        var job = job
        (job.end, job.status) = (nil, JobStatus(.running))
        return job
    }

    private func endless(_ job: JobRecord) -> JobRecord {
        var job = job
        (job.end, job.status) = (nil, JobStatus(.completed))
        return job
    }

    @Test func `a row that is over without an end is a person's while its run goes on`()
        async throws
    {
        var jobs = scene.jobs
        let open = jobs.remove(at: 9)
        try await scene.feed(jobs + [running(open)])
        try scene.write(rows: jobs + [endless(open)])
        let held = try scene.books.figures().held
        for _ in 1...2 {
            let (pass, found) = try await scene.reconcile()
            #expect(found.map(\.job) == [open.jobID] && found.map(\.kind) == [.openRow])
            #expect(pass.corrected == 0 && pass.person == 1)
            #expect(found[0].remedy?.contains("--ended TIME") == true)
        }
        #expect(try scene.books.figures().held == held)
        let settlement = Settlement(job: open.jobID, end: open.end)
        _ = try await scene.books.perform(.settle(settlement), id: "settle")
        #expect(try await scene.reconcile().found == [])
        #expect(try scene.charged() >= scene.due(of: jobs))
        try scene.end()
    }

    @Test func `such a row of a run that was never seen is told`() async throws {
        var jobs = scene.jobs
        let lost = jobs.remove(at: 9)
        try await scene.feed(jobs)
        try scene.write(rows: jobs + [endless(lost)])
        for _ in 1...2 {
            let (pass, found) = try await scene.reconcile()
            #expect(found.map(\.job) == [lost.jobID] && found.map(\.kind) == [.openRow])
            #expect(pass.corrected == 0 && pass.person == 1)
        }
        #expect(try scene.charged() == scene.due(of: jobs))
        // Somebody gives the row its end.
        try scene.write(rows: scene.jobs)
        #expect(try await scene.reconcile().found.map(\.kind) == [.neverSeen])
        #expect(try scene.charged() == scene.due())
        try scene.end()
    }

    @Test func `a job that nothing can be held for is a person's, not corrected each night`()
        async throws
    {
        var site = try Site.small(grant: "100000000")
        site.projects.append(SiteProject(name: "bio", accounts: ["bio"], allocations: []))
        _ = try await scene.books.perform(.apply(site, backdate: false), id: "bio")
        var waits = scene.stranger()
        (waits.account, waits.status) = ("bio", JobStatus(.pending))
        (waits.start, waits.end, waits.allocTRES) = (nil, nil, TRESCounts())
        waits.reqTRES = TRESCounts([.cpu: 4])
        try await scene.feed(scene.jobs)
        try scene.write(live: [waits])
        for _ in 1...2 {
            let (pass, found) = try await scene.reconcile()
            #expect(found.map(\.kind) == [.stranger] && pass.corrected == 0)
            #expect(found.map(\.what).first?.contains("project bio has no allocation") == true)
        }
        try scene.end()
    }

    @Test func `a charge that was given back whole is not found again by its open row`()
        async throws
    {
        try await scene.feed(scene.jobs)
        var rows = scene.jobs
        let place = try #require(rows.firstIndex { $0.state != .nodeFail })
        rows[place] = running(rows[place])
        try scene.write(rows: rows)
        #expect(try await scene.reconcile().found.map(\.kind) == [.openRow])
        _ = try await scene.books.perform(
            .refund(RefundRequest(job: rows[place].jobID)), id: "refund")
        let (pass, found) = try await scene.reconcile(from: scene.start)
        #expect(pass.corrected == 0 && pass.person == 0 && found == [])
        try scene.end()
    }
}
