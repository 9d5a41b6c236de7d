import Bank
import Books
import Registry
import Requests
import Server
import Store
import TestKit
import Testing
import Units
import Wire

@testable import atolld

/// Who may deliver a feed and look at it, and what counts as the same record.
@Suite(.serialized) struct FeedAccessTests {
    typealias Daemon = MoneyAccessTests.Daemon

    private func daemon() async throws -> Daemon {
        let daemon = try await Daemon()
        let fields = ProjectFields(name: "astro")
        var edit = fields
        (edit.origination, edit.originatedID) = (.set("ACCESS"), .set("AST1"))
        let root = Asker(userName: "root", isOperator: true)
        _ = try await daemon.test.perform(.edit(Edit(.modify, .project(edit)), by: root))
        return daemon
    }

    private func record(_ source: String = "ACCESS", su: String = "5") throws -> FeedRecord {
        FeedRecord(
            source: source, id: "r1", project: "AST1", .adjustment(try ServiceUnits(parsing: su)))
    }

    @Test(arguments: [Daemon.pi, Daemon.member, Daemon.stranger])
    func `only operators deliver records and see them, also those that were done`(uid: UInt32)
        async throws
    {
        let daemon = try await daemon()
        let feed = Request.Operation.feed(.init(record: try record()))
        #expect(await daemon.code(feed, uid: uid) == "forbidden")
        #expect(await daemon.code(feed, uid: 0) == "done")
        #expect(await daemon.code(feed, uid: uid) == "forbidden")
        #expect(await daemon.code(.feedRecords(.init()), uid: uid) == "forbidden")
        let erase = Request.Operation.erase(.init(user: "ada", reason: "r"))
        #expect(await daemon.code(erase, uid: uid) == "forbidden")
        #expect(await daemon.code(.feedRecords(.init()), uid: 0) == "done")
        daemon.test.stopAndRemove()
    }

    @Test
    func `the same record is one whatever its comment, its source's case and the request's id`()
        async throws
    {
        let daemon = try await daemon()
        func deliver(_ feed: Request.Feed, id: String) async -> String {
            switch await daemon.ask(.feed(feed), uid: 0, id: id) {
            case .done(.feed(let it)): (it.isRepeat ? "again: " : "") + it.effect
            case .failed(let error): error.message
            default: "odd"
            }
        }
        let done = "5.00 SU granted to astro-2026"
        #expect(await deliver(.init(record: try record(), dryRun: true), id: "a") == done)
        #expect(await deliver(.init(record: try record(), comment: "first"), id: "a") == done)
        #expect(await deliver(.init(record: try record()), id: "b") == "again: \(done)")
        #expect(
            await deliver(.init(record: try record("access"), comment: "second"), id: "c")
                == "again: \(done)")
        let other = await deliver(.init(record: try record(su: "6")), id: "d")
        #expect(other.hasPrefix("record r1 of ACCESS came before with another content"))
        #expect(
            try daemon.test.statementLines()
                == ["grant 100.00", "charge -6.00", "grant 5.00, ACCESS r1: first"])
        #expect(try daemon.test.store.verify().finding == nil)
        daemon.test.stopAndRemove()
    }
}
