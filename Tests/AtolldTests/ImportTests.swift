import Bank
import Books
import Registry
import Server
import Store
import TestKit
import Testing
import Threads
import Units
import Wire

@testable import atolld

/// Imports and rerates as a client asks for them: who may, and what is answered.
@Suite(.serialized) struct ImportTests {
    typealias Daemon = MoneyAccessTests.Daemon

    private static let header =
        "JobID|JobIDRaw|User|Account|Partition|Submit|Start|End|State|AllocTRES\n"
    /// 2026-02-01, and 100 s of it.
    private static let good =
        "70|70|ada|astro|cpu|1769904000|1769904000|1769904100|COMPLETED|cpu=1\n"

    private func records(_ rows: String...) -> Request.Import { records(rows) }

    private func records(_ rows: [String]) -> Request.Import {
        Request.Import(
            cluster: "reef",
            records: "#atoll-records 1 kind=history cluster=reef at=1\n" + Self.header
                + rows.joined() + "#end rows=\(rows.count)\n")
    }

    private func rerate(_ dryRun: Bool = true) -> Request.Operation {
        .rerate(
            .init(
                resource: "CPU", start: Instant(epochSeconds: 1_767_225_600),
                end: Instant(epochSeconds: 1_798_761_600), reason: "r", dryRun: dryRun))
    }

    @Test(arguments: [Daemon.pi, Daemon.member, Daemon.stranger])
    func `only operators import and rerate`(uid: UInt32) async throws {
        let daemon = try await Daemon()
        defer { daemon.test.stopAndRemove() }
        #expect(await daemon.code(.importRecords(records(Self.good)), uid: uid) == "forbidden")
        #expect(await daemon.code(rerate(), uid: uid) == "forbidden")
        #expect(await daemon.code(.importRecords(records(Self.good)), uid: 0) == "done")
        #expect(await daemon.code(rerate(), uid: 0) == "done")
    }

    /// Where somebody waits at a prompt an order is short; where nobody does, each allocation's balance is
    /// written once for all of a message.
    @Test(arguments: [(isAsked: false, orders: 1), (isAsked: true, orders: 3)])
    func `an import's orders are short while hooks ask`(isAsked: Bool, orders: Int) async throws {
        let daemon = try await Daemon()
        defer { daemon.test.stopAndRemove() }
        let before = daemon.test.store.tip.seq
        let rows = (1...130).map { Self.good.replacing("70|70", with: "\($0)|\($0)") }
        let all = records(rows)
        let asking = Task {
            while isAsked, !Task.isCancelled {
                daemon.test.bank.rightOfWay.noteAsking()
                try await Task.sleep(for: .milliseconds(5))
            }
        }
        defer { asking.cancel() }
        if isAsked { daemon.test.bank.rightOfWay.noteAsking() }
        let reply = try #require(await importing(all, daemon, id: "i1"))
        #expect(reply.counts.charged == 130)
        #expect(daemon.test.store.tip.seq == before + Int64(orders))
    }

    private func importing(
        _ request: Request.Import, _ daemon: Daemon, id: String
    ) async -> Reply.Import? {
        let answer = await daemon.ask(.importRecords(request), uid: 0, id: id)
        guard case .done(.importRecords(let reply)) = answer else {
            Issue.record("answered \(answer)")
            return nil
        }
        return reply
    }

    @Test func `each row is answered by what became of it, and a second time it is known`()
        async throws
    {
        let daemon = try await Daemon()
        defer { daemon.test.stopAndRemove() }
        let rows = records(
            Self.good, Self.good.replacing("70|70", with: "71|71").replacing("astro", with: "old"),
            Self.good.replacing("70|70", with: "72|72").replacing("COMPLETED", with: "NODE_FAIL"),
            Self.good.replacing("70|70", with: "73|73").replacing("COMPLETED", with: "RUNNING"),
            Self.good.replacing("70|70", with: "x|x"),
            Self.good.replacing("70|70", with: "74|74")
                .replacing("1769904100", with: "1769903000"),
            "75|75|ada|astro|cpu|1769904000|||CANCELLED|\n",
            Self.good.replacing("70|70", with: "y|y"))
        let first = try #require(await importing(rows, daemon, id: "i1"))
        var expected = Reply.Import()
        expected.counts.charged = 1
        expected.counts.free = 1
        expected.counts.unplaced = 1
        expected.counts.open = 1
        expected.counts.neverRan = 1
        expected.sums = [
            ImportSum(
                account: "astro", allocation: "astro-2026", runs: 2, amount: try su("1")),
            ImportSum(account: "old", allocation: nil, runs: 1, amount: try su("1")),
        ]
        expected.rejected = [
            RejectedRow(row: 4, reason: "JobID: \"x\" is not a job id"),
            RejectedRow(row: 5, reason: "End is before Start"),
            RejectedRow(row: 7, reason: "JobID: \"y\" is not a job id"),
        ]
        #expect(first == expected)
        let again = try #require(await importing(rows, daemon, id: "i2"))
        #expect(again.counts.known == 3 && again.sums.isEmpty)
        #expect(again.rejected == expected.rejected)
    }

    @Test func `rows that found no place are charged when they come again and there is one`()
        async throws
    {
        let daemon = try await Daemon()
        defer { daemon.test.stopAndRemove() }
        let rows = records(
            Self.good, Self.good.replacing("70|70", with: "71|71").replacing("astro", with: "old"))
        let first = try #require(await importing(rows, daemon, id: "i1"))
        #expect(first.counts.charged == 1 && first.counts.unplaced == 1)
        // The old account is the project's, too.
        var site = try Site.small()
        site.projects[0].accounts.append("old")
        _ = try await daemon.test.perform(.apply(site, backdate: true))
        let again = try #require(await importing(rows, daemon, id: "i2"))
        var expected = Reply.Import()
        (expected.counts.charged, expected.counts.placed, expected.counts.known) = (1, 1, 1)
        expected.sums = [
            ImportSum(account: "old", allocation: "astro-2026", runs: 1, amount: try su("1"))
        ]
        #expect(again == expected)
        #expect(await importing(rows, daemon, id: "i3")?.counts.known == 2)
    }

    private func su(_ text: String) throws -> ServiceUnits { try ServiceUnits(parsing: text) }

    @Test(arguments: [
        (0, []), (1, [1]), (64, [64]), (65, [32, 33]), (66, [33, 33]), (130, [43, 43, 44]),
    ])
    func `a message is cut into parts of nearly the same size`(count: Int, sizes: [Int]) {
        let slices = Array(0..<count).evenSlices(atMost: 64)
        #expect(slices.map(\.count) == sizes)
        #expect(slices.flatMap(\.self) == Array(0..<count))
    }

    @Test func `a dump that is read by another clock is refused to its last run`() async throws {
        let daemon = try await Daemon()
        defer { daemon.test.stopAndRemove() }
        // Two more than one part holds.
        func dump(
            hoursLater: Int64, _ check: Request.Import.Check = .each
        ) -> Request.Import {
            let rows = (0..<66).map { place -> String in
                let job = 100 + place
                let submit = 1_769_904_000 + Int64(place) * 7 + hoursLater * 3_600
                let end = submit + 101 + Int64(place)
                return "\(job)|\(job)|ada|astro|cpu|\(submit)|\(submit + 1)|\(end)|COMPLETED|"
                    + "cpu=1\n"
            }
            return Request.Import(
                cluster: "reef",
                records: "#atoll-records 1 kind=history cluster=reef at=1\n" + Self.header
                    + rows.joined() + "#end rows=\(rows.count)\n", check: check)
        }
        // To be looked at only, it is not recorded.
        #expect(await importing(dump(hoursLater: 0, .only), daemon, id: "i0") == .init())
        #expect(await importing(dump(hoursLater: 0), daemon, id: "i1")?.counts.charged == 66)
        let charged = try daemon.test.figures().charged
        for check in [Request.Import.Check.each, .only] {
            let code = await daemon.code(.importRecords(dump(hoursLater: 1, check)), uid: 0)
            #expect(code == "conflict")
        }
        #expect(await importing(dump(hoursLater: 0, .only), daemon, id: "i2") == .init())
        #expect(try daemon.test.figures().charged == charged && charged > .zero)
        // Of those that the client had looked at before none is looked at again.
        let done = await importing(dump(hoursLater: 1, .done), daemon, id: "i3")
        #expect(done?.counts.charged == 66)
    }

    @Test func `what is no record, or of no cluster of the books, is refused as a whole`()
        async throws
    {
        let daemon = try await Daemon()
        defer { daemon.test.stopAndRemove() }
        var odd = records(Self.good)
        odd.cluster = "lagoon"
        #expect(await daemon.code(.importRecords(odd), uid: 0) == "not_found")
        var cut = records(Self.good)
        cut.records.removeLast(8)
        #expect(await daemon.code(.importRecords(cut), uid: 0) == "invalid")
        let none = Request.Rerate(
            resource: "TPU", start: Instant(epochSeconds: 0), end: Instant(epochSeconds: 1),
            reason: "r")
        #expect(await daemon.code(.rerate(none), uid: 0) == "not_found")
    }

    @Test func `a dry run says what would be, and does nothing`() async throws {
        let daemon = try await Daemon()
        defer { daemon.test.stopAndRemove() }
        let before = daemon.test.bank.picture.tip.seq
        var dry = records(Self.good)
        dry.dryRun = true
        #expect(await importing(dry, daemon, id: "i1")?.counts.charged == 1)
        #expect(daemon.test.bank.picture.tip.seq == before)
    }
}
