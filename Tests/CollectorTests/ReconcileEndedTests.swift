/// A pass that is ended in the middle of things: between a correction and the note of how far it came.

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
