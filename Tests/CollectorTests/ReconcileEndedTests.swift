/// A pass that is ended in the middle of things: in a gap that lies across windows, and between a correction
/// and the note of how far the pass came.

import Bank
import Books
import Foundation
import GRDB
import Ledger
import Reconciliation
import Records
import Store
import TestKit
import Testing
import Units

@testable import Collector

@Suite struct ReconcileEndedTests {
    let scene: Scene
    init() async throws { scene = try await Scene(seed: 23, jobs: 400) }

    private struct Killed: Error {}

    @Test(arguments: [3, 4, 5, 40])
    func `rows that are missing across the ends of windows are told whole, and once`(
        lost count: Int
    ) async throws {
        try await scene.feed(scene.jobs)
        let lost = try rowsAcrossMidnight(count)
        try scene.write(rows: scene.jobs.filter { !lost.contains($0) })

        var kills = 0
        while try scene.books.store.lastPass(on: "reef", done: true) == nil, kills < 100 {
            do {
                _ = try await scene.reconcile { news in
                    if case .progress = news { throw Killed() }
                }
            } catch is Killed {
                kills += 1
            }
        }
        #expect(kills > 20)
        let pass = try #require(try scene.books.store.lastPass(on: "reef", done: true))
        let found = try scene.books.store.findings(of: pass)
        #expect(pass.stretch == nil && pass.person == Int64(found.count))
        #expect(found.reduce(0) { $0 + ($1.before?.microSU ?? 0) } == scene.due(of: lost))
        if count < gapLeastRuns {
            #expect(found.map(\.job) == lost.map(\.jobID))
            #expect(found.allSatisfy { $0.kind == FindingKind.missingRow.rawValue })
        } else {
            #expect(found.map(\.kind) == [FindingKind.gap.rawValue])
            let (first, last) = (try #require(lost.first?.end), try #require(lost.last?.end))
            #expect(
                found.first?.what.hasPrefix(
                    "slurmdbd has no row of \(count) runs that ended from \(first) to \(last)")
                    == true)
        }
        try scene.end()
    }

    @Test func `what a person has settled meanwhile is no part of it`() async throws {
        try await scene.feed(scene.jobs)
        let lost = try rowsAcrossMidnight(5)
        try scene.write(rows: scene.jobs.filter { !lost.contains($0) })
        var carried: OpenStretch?
        while carried?.few.count != 2 {
            _ = try? await scene.reconcile { news in
                guard case .progress(let pass) = news else { return }
                carried = pass.stretch
                throw Killed()
            }
        }
        let first = try #require(lost.first)
        _ = try await scene.books.perform(.settle(Settlement(job: first.jobID)), id: "settle")
        let found = try await scene.reconcile().found
        #expect(found.map(\.job) == lost.dropFirst().map(\.jobID))
        try scene.end()
    }

    /// So many in a row by their ends, half of them before the tenth window's end: a pass that is ended
    /// after each window walks a day at a time, beginning a second early.
    private func rowsAcrossMidnight(_ count: Int) throws -> [JobRecord] {
        let midnight = scene.start.advanced(bySeconds: 10 * 86_400 - 1)
        let byEnd = scene.jobs.sorted { ($0.end ?? $0.submit) < ($1.end ?? $1.submit) }
        let middle = try #require(byEnd.firstIndex { $0.end ?? $0.submit >= midnight })
        return Array(byEnd[(middle - count / 2)..<(middle - count / 2 + count)])
    }

    @Test func `what was corrected stands in the report, whatever ended the pass right after it`()
        async throws
    {
        // More than are corrected in one transaction, all of the first window.
        let firstDay = scene.start.advanced(bySeconds: 86_000)
        let ended = scene.jobs.filter { $0.end ?? firstDay < firstDay }
        let unseen = ended.filter { $0.state != .nodeFail }
        #expect(unseen.count > 4)
        try await scene.feed(scene.jobs.filter { !unseen.contains($0) })
        let file = scene.books.folder.appendingPathComponent("journal.db").path
        let journal = try DatabaseQueue(path: file)
        // How far it has come can't be noted.
        try await journal.write { db in
            try db.execute(
                sql: """
                    CREATE TRIGGER killed BEFORE UPDATE OF reached ON reconciliations
                    BEGIN SELECT RAISE(ABORT, 'killed'); END
                    """)
        }
        await #expect(throws: (any Error).self) { try await scene.reconcile() }
        #expect(try scene.charged() == scene.due())
        let ids = Set(unseen.map(\.jobID))
        let half = try #require(try scene.books.store.lastPass(on: "reef", done: false))
        #expect(!half.isDone && half.reached == half.window.start)
        #expect(Set(try scene.books.store.findings(of: half).map(\.job)) == ids)

        try await journal.write { try $0.execute(sql: "DROP TRIGGER killed") }
        try journal.close()
        let (pass, again) = try await scene.reconcile()
        #expect(again == [] && pass.id == half.id && pass.isClean)
        #expect(pass.corrected == Int64(unseen.count))
        #expect(pass.more.microSU == scene.due(of: unseen) && pass.less == .zero)
        let kept = try scene.books.store.findings(of: pass)
        #expect(kept.count == unseen.count && Set(kept.map(\.job)) == ids)
        try scene.end()
    }
}
