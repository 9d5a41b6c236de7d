/// A run whose books are damaged is set aside each time; those behind it and beside it are done.

import Bank
import Books
import GRDB
import Registry
import Server
import Store
import Synchronization
import TestKit
import Testing
import Units
import Wire

@testable import atolld

@Suite(.serialized) struct SetAsideTests {
    typealias Daemon = MoneyAccessTests.Daemon

    /// Changes the file behind the daemon's back, as a failing disk does.
    private func tamper(_ books: TestBank, _ sql: String) throws {
        let db = try DatabaseQueue(path: books.store.path)
        try db.write { try $0.execute(sql: "PRAGMA ignore_check_constraints = ON; " + sql) }
    }

    private func breakAstro(_ books: TestBank) throws {
        let id = try books.allocation("astro-2026").id.number
        try tamper(books, "UPDATE lots SET held = held + 1 WHERE allocation = \(id)")
    }

    private func ask(
        _ operation: Request.Operation, _ daemon: Daemon
    ) async -> (rows: [Wire.Row], outcome: Answer.Outcome) {
        let rows = Mutex<[Wire.Row]>([])
        let outcome = await withCheckedContinuation { go in
            let sink = AnswerSink(id: RequestID("s")!) { line in
                guard case .row(let row) = line.outcome else {
                    return go.resume(returning: line.outcome)
                }
                rows.withLock { $0.append(row) }
            }
            daemon.handler.handle(
                Request(id: RequestID("s")!, operation), from: Peer(pid: 1, uid: 0, gid: 0),
                answer: sink)
        }
        return (rows.withLock { $0 }, outcome)
    }

    @Test func `a rerate goes on behind a run that is set aside, and names it`() async throws {
        let daemon = try await Daemon()
        let books = daemon.test
        defer { books.stopAndRemove() }
        let now = books.clock.now
        var other = JobObservation.small(job: 8, token: nil, at: now).run(
            submit: now, start: now, end: now.advanced(bySeconds: 60), cpus: 10)
        other.accountLineage = ["bio"]
        _ = try await books.perform(.observe(other))
        books.clock.advance(bySeconds: 86_400)
        var dearer = try Site.small(rate: "72")
        dearer.projects = []
        dearer.resources[0].rates[0].window = try #require(
            Interval(start: Instant(parsing: "2026-01-01"), end: nil))
        _ = try await books.perform(.apply(dearer, backdate: true))
        try breakAstro(books)

        let request = Request.Rerate(
            resource: "CPU", start: now.advanced(bySeconds: -86_400),
            end: now.advanced(bySeconds: 86_400), reason: "r")
        for attempt in 1...2 {
            let (rows, outcome) = await ask(.rerate(request), daemon)
            guard case .done(.rerate(let reply)) = outcome else {
                Issue.record("answered \(outcome)")
                return
            }
            #expect(reply.setAside == 1 && reply.changed == (attempt == 1 ? 1 : 0))
            let named = rows.compactMap { row in
                if case .setAside(let it) = row { "\(it.cluster) \(it.job) \(it.run)" } else { nil }
            }
            #expect(named == ["reef 7 1"])
            #expect(reply.message.hasSuffix(" Set aside, and as before: 1."))
        }
        #expect(try books.statementLines("bio-2026").last?.hasPrefix("rerate -6.00") == true)
        #expect(!(try books.statementLines().contains { $0.hasPrefix("rerate") }))
    }

    @Test func `of an import all but the runs that are set aside are recorded`() async throws {
        let daemon = try await Daemon()
        let books = daemon.test
        defer { books.stopAndRemove() }
        try breakAstro(books)
        let row = "70|70|ada|astro|cpu|1769904000|1769904000|1769904100|COMPLETED|cpu=1\n"
        let rows = [
            row, row.replacing("70|70", with: "71|71").replacing("astro", with: "bio"),
            row.replacing("70|70", with: "72|72").replacing("astro", with: "old"),
        ]
        let request = Request.Import(
            cluster: "reef",
            records: "#atoll-records 1 kind=history cluster=reef at=1\n"
                + "JobID|JobIDRaw|User|Account|Partition|Submit|Start|End|State|AllocTRES\n"
                + rows.joined() + "#end rows=3\n")
        for attempt in 1...2 {
            let (_, outcome) = await ask(.importRecords(request), daemon)
            guard case .done(.importRecords(let reply)) = outcome else {
                Issue.record("answered \(outcome)")
                return
            }
            #expect(reply.counts.setAside == 1)
            #expect(reply.rejected.map(\.row) == [0])
            #expect(reply.rejected.first?.reason.contains("set aside") == true)
            if attempt == 1 {
                #expect(reply.counts.charged == 1 && reply.counts.unplaced == 1)
            } else {
                #expect(reply.counts.known == 2)
            }
        }
        #expect(try books.statementLines("bio-2026").last?.hasPrefix("charge -1.00") == true)
    }
}
