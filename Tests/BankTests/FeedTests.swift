/// Records of feeds through the whole Bank: what each comes to, what is refused, and that once.

import Bank
import Books
import Ledger
import Registry
import Requests
import Store
import TestKit
import Testing
import Units

@Suite struct FeedTests {
    /// astro (AST1) with 100 SU and bio (BIO1) with 50, both of ACCESS, to the year's end; 6 SU of astro are charged.
    static func books() async throws -> TestBank {
        let books = try TestBank()
        var site = try Site.pair()
        site.projects[0].pi = "ada"
        for (index, id) in ["AST1", "BIO1"].enumerated() {
            (site.projects[index].origination, site.projects[index].originatedID) = ("ACCESS", id)
        }
        _ = try await books.perform(.apply(site, backdate: false), id: "apply")
        try await books.charge(job: 7, cpus: 10)
        return books
    }

    static let root = Asker(userName: "root", isOperator: true)

    struct Rule: CustomTestStringConvertible, Sendable {
        let testDescription: String
        var project = "AST1"
        var origination: String?
        var allocation: String?
        let change: FeedChange
        /// The effect, or how the refusal begins.
        let answer: String
        var astro = ["2 open: available 94.00 charged 6.00"]
        var bio = ["4 open: available 50.00"]
    }

    private static func su(_ amount: Int64) -> ServiceUnits {
        ServiceUnits(microSU: amount * ServiceUnits.microPerUnit)
    }

    private static func day(_ text: String) -> Instant {
        guard let day = try? Instant(parsing: text) else { preconditionFailure(text) }
        return day
    }

    static let rules: [Rule] = [
        Rule(
            testDescription: "supplement 20",
            change: .supplement(su(20), start: nil, end: nil),
            answer: "20.00 SU granted to astro-2026",
            astro: ["2 open: available 94.00 charged 6.00", "5 open: available 20.00"]),
        Rule(
            testDescription: "supplement 20 with its own, later window",
            change: .supplement(su(20), start: day("2026-11-01"), end: day("2026-12-01")),
            answer: "20.00 SU granted to astro-2026",
            astro: ["2 open: available 94.00 charged 6.00", "5 pending: available 20.00"]),
        Rule(
            testDescription: "supplement that is over already",
            change: .supplement(su(20), start: day("2025-01-01"), end: day("2025-02-01")),
            answer: "refused: the grant would be over already"),
        Rule(
            testDescription: "supplement 0", change: .supplement(.zero, start: nil, end: nil),
            answer: "refused: su: a supplement is of more than 0"),
        Rule(
            testDescription: "extension", change: .extension(end: day("2027-04-01")),
            answer: "astro-2026 ends 2027-04-01T00:00:00Z"),
        Rule(
            testDescription: "extension to the end that is",
            change: .extension(end: day("2027-01-01")),
            answer: "astro-2026 ends 2027-01-01T00:00:00Z already"),
        Rule(
            testDescription: "extension to an earlier end",
            change: .extension(end: day("2026-12-01")),
            answer: "refused: an extension ends later"),
        Rule(
            testDescription: "transfer 30 to bio",
            change: .transfer(su(30), .to, project: "BIO1", allocation: nil),
            answer: "30.00 SU transferred from astro-2026 to bio-2026",
            astro: ["2 open: available 64.00 charged 6.00 withdrawn 30.00"],
            bio: ["4 open: available 50.00", "5 open: available 30.00"]),
        Rule(
            testDescription: "transfer 30 from bio",
            change: .transfer(su(30), .from, project: "BIO1", allocation: "bio-2026"),
            answer: "30.00 SU transferred from bio-2026 to astro-2026",
            astro: ["2 open: available 94.00 charged 6.00", "5 open: available 30.00"],
            bio: ["4 open: available 20.00 withdrawn 30.00"]),
        Rule(
            testDescription: "transfer to an unknown grant",
            change: .transfer(su(30), .to, project: "NIX", allocation: nil),
            answer: "refused: no project has the originated id NIX of ACCESS"),
        Rule(
            testDescription: "transfer to itself",
            change: .transfer(su(30), .to, project: "AST1", allocation: nil),
            answer: "refused: a transfer is between two allocations"),
        Rule(
            testDescription: "adjustment up", change: .adjustment(su(20)),
            answer: "20.00 SU granted to astro-2026",
            astro: ["2 open: available 94.00 charged 6.00", "5 open: available 20.00"]),
        Rule(
            testDescription: "adjustment down to what is charged", change: .adjustment(su(-94)),
            answer: "94.00 SU withdrawn from astro-2026",
            astro: ["2 open: charged 6.00 withdrawn 94.00"]),
        Rule(
            testDescription: "adjustment below what is charged", change: .adjustment(su(-95)),
            answer: "refused: 95.00 SU are asked for, 94.00 SU can be taken from astro-2026"),
        Rule(
            testDescription: "adjustment by 0", change: .adjustment(.zero),
            answer: "refused: su: an adjustment is by some SU"),
        Rule(
            testDescription: "adjustment at the edge of 64 bits",
            change: .adjustment(ServiceUnits(microSU: .min)),
            answer: "refused: su: an adjustment is by some SU"),
        Rule(
            testDescription: "inactivation", change: .inactivation(.allocation),
            answer: "allocation astro-2026 is INACTIVE"),
        Rule(
            testDescription: "inactivation of the project", change: .inactivation(.project),
            answer: "project astro is INACTIVE"),
        Rule(
            testDescription: "inactivation of the project with an allocation's name",
            allocation: "astro-2026", change: .inactivation(.project),
            answer: "refused: a record at the level of the project names no allocation"),
        Rule(
            testDescription: "reactivation of what is active", change: .reactivation(.allocation),
            answer: "allocation astro-2026 is ACTIVE already"),
        Rule(
            testDescription: "an unknown grant", project: "NIX",
            change: .supplement(su(20), start: nil, end: nil),
            answer: "refused: no project has the originated id NIX of ACCESS; say which one it is"),
        Rule(
            testDescription: "a grant of another origination", origination: "NAIRR",
            change: .supplement(su(20), start: nil, end: nil),
            answer:
                "refused: no project has the originated id AST1 of NAIRR; project astro has that "
                + "id, of ACCESS."),
        Rule(
            testDescription: "an origination in other letters", origination: "access",
            change: .adjustment(su(-4)), answer: "4.00 SU withdrawn from astro-2026",
            astro: ["2 open: available 90.00 charged 6.00 withdrawn 4.00"]),
        Rule(
            testDescription: "another project's allocation", allocation: "bio-2026",
            change: .adjustment(su(1)),
            answer: "refused: project astro has no allocation bio-2026; there is astro-2026 ("),
    ]

    @Test(arguments: rules)
    func `a record comes to what an operator would have done`(rule: Rule) async throws {
        let books = try await Self.books()
        let before = books.store.tip.seq
        let record = FeedRecord(
            source: "ACCESS", id: "r1", project: rule.project, origination: rule.origination,
            allocation: rule.allocation, rule.change)
        let answer = await books.deliver(record)
        #expect(answer.hasPrefix(rule.answer), "\(answer)")
        #expect(try books.lotLines() == rule.astro)
        #expect(try books.lotLines("bio-2026") == rule.bio)
        let arrivals = try books.store.feedRecords(recordedIn: .always)
        if rule.answer.hasPrefix("refused") {
            #expect(arrivals.isEmpty && books.store.tip.seq == before)
        } else {
            #expect(arrivals.map(\.arrival.id) == ["r1"])
            #expect(arrivals.first?.arrival.kind == rule.change.kind)
        }
        #expect(try books.store.verify().finding == nil)
        #expect(books.bank.quarantined.isEmpty)
        books.stopAndRemove()
    }

    @Test func `a record is done once, and answers as before over a restart`() async throws {
        var books = try await Self.books()
        let record = FeedRecord(
            source: "ACCESS", id: "r1", project: "AST1",
            .supplement(Self.su(20), start: nil, end: nil))
        #expect(await books.deliver(record) == "20.00 SU granted to astro-2026")
        let seq = books.store.tip.seq
        #expect(await books.deliver(record) == "again: 20.00 SU granted to astro-2026")
        books = try books.reopened()
        #expect(await books.deliver(record) == "again: 20.00 SU granted to astro-2026")
        // Whoever delivers it, and whatever became of the books meanwhile.
        var fields = ProjectFields(name: "astro")
        fields.originatedID = .set("X")
        _ = try await books.perform(.edit(Edit(.modify, .project(fields)), by: Self.root))
        let other = Asker(userName: "eve", isOperator: true)
        #expect(await books.deliver(record, as: other) == "again: 20.00 SU granted to astro-2026")
        #expect(books.store.tip.seq == seq + 1)
        // With another content it is refused; under another id or from another source it is new.
        #expect(
            await books.deliver(record, content: 1) == "refused: id r1 came before with another "
                + "request.")
        #expect(try books.figures().granted == Self.su(120))
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `an inactive allocation is active again, and the project is a level of its own`()
        async throws
    {
        let books = try await Self.books()
        func deliver(_ id: String, _ change: FeedChange) async -> String {
            await books.deliver(FeedRecord(source: "ACCESS", id: id, project: "AST1", change))
        }
        #expect(
            await deliver("1", .inactivation(.allocation)) == "allocation astro-2026 is INACTIVE")
        #expect(await deliver("2", .inactivation(.project)) == "project astro is INACTIVE")
        #expect(
            await deliver("3", .inactivation(.project)) == "project astro is INACTIVE already")
        #expect(await deliver("4", .reactivation(.project)) == "project astro is ACTIVE")
        #expect(try books.allocation().status == .inactive)
        #expect(await deliver("5", .reactivation(.allocation)) == "allocation astro-2026 is ACTIVE")
        #expect(try books.allocation().status == .active)
        let arrivals = try books.store.feedRecords(recordedIn: .always)
        #expect(arrivals.map(\.arrival.id) == ["1", "2", "3", "4", "5"])
        #expect(arrivals.map { $0.arrival.allocation == nil } == [false, true, true, true, false])
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `an extension after the end lets what comes be used, and brings nothing back`()
        async throws
    {
        let books = try await Self.books()
        let late = Self.day("2027-02-01")
        books.clock.advance(bySeconds: late.seconds(since: books.clock.now))
        func deliver(_ id: String, _ change: FeedChange) async -> String {
            await books.deliver(FeedRecord(source: "ACCESS", id: id, project: "AST1", change))
        }
        let end = Self.day("2027-06-01")
        #expect(
            await deliver("1", .extension(end: end)) == "astro-2026 ends 2027-06-01T00:00:00Z")
        #expect(try books.lotLines() == ["2 ended: charged 6.00 expired 94.00"])
        #expect(
            await deliver("2", .supplement(Self.su(20), start: nil, end: nil))
                == "20.00 SU granted to astro-2026")
        #expect(
            try books.lotLines()
                == ["2 ended: charged 6.00 expired 94.00", "5 open: available 20.00"])
        #expect(try books.store.lots(of: books.allocation().id).last?.window.end == end)
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `of several allocations the record names one`() async throws {
        let books = try await Self.books()
        var fields = AllocationFields(name: "astro-2027")
        (fields.project, fields.initial, fields.clusters) = ("astro", .zero, ["reef"])
        (fields.start, fields.end) = (Self.day("2027-01-01"), .set(Self.day("2028-01-01")))
        _ = try await books.perform(.edit(Edit(.add, .allocation(fields)), by: Self.root))
        var record = FeedRecord(
            source: "ACCESS", id: "r1", project: "AST1",
            .supplement(Self.su(20), start: nil, end: nil))
        let refused = await books.deliver(record)
        #expect(
            refused.hasPrefix(
                "refused: project astro has 2 allocations; the record has to name one in "
                    + "\"allocation\": astro-2026 ("), "\(refused)")
        record.allocation = "astro-2027"
        #expect(await books.deliver(record) == "20.00 SU granted to astro-2027")
        // An extension over the other is an overlap.
        record = FeedRecord(
            source: "ACCESS", id: "r2", project: "AST1", allocation: "astro-2026",
            .extension(end: Self.day("2027-04-01")))
        #expect(await books.deliver(record).hasPrefix("refused: allocation astro-2026 overlaps"))
        // What is DELETED is meant by nobody.
        _ = try await books.perform(
            .edit(
                Edit(.delete, .allocation(AllocationFields(name: "astro-2027"))), by: Self.root))
        record = FeedRecord(source: "ACCESS", id: "r3", project: "AST1", .adjustment(Self.su(1)))
        #expect(await books.deliver(record) == "1.00 SU granted to astro-2026")
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test(
        arguments: [
            ("root", true, "1.00 SU granted to astro-2026"),
            ("ada", false, "refused: only operators deliver a feed; ada is none."),
            ("ben", false, "refused: only operators deliver a feed; ben is none."),
            ("cleo", false, "refused: only operators deliver a feed; cleo is none."),
        ] as [(String, Bool, String)])
    func `only operators deliver a feed`(
        user: String, isOperator: Bool, answer: String
    ) async throws {
        let books = try await Self.books()
        let record = FeedRecord(
            source: "ACCESS", id: "r1", project: "AST1", .adjustment(Self.su(1)))
        let asker = Asker(userName: user, isOperator: isOperator)
        #expect(await books.deliver(record, as: asker) == answer)
        books.stopAndRemove()
    }

    @Test func `a dry run leaves no trace, and the record can still come`() async throws {
        let books = try await Self.books()
        let before = books.store.tip.seq
        let record = FeedRecord(
            source: "ACCESS", id: "r1", project: "AST1", .adjustment(Self.su(1)))
        #expect(await books.deliver(record, isDryRun: true) == "1.00 SU granted to astro-2026")
        #expect(books.store.tip.seq == before)
        #expect(await books.deliver(record) == "1.00 SU granted to astro-2026")
        #expect(
            await books.deliver(record, isDryRun: true) == "again: 1.00 SU granted to astro-2026")
        books.stopAndRemove()
    }
}

extension Interval {
    fileprivate static var always: Interval {
        guard let all = Interval(start: Instant(epochSeconds: 0), end: nil) else {
            preconditionFailure("an open interval is one")
        }
        return all
    }
}

extension TestBank {
    /// The effect of a record, with `again:` where it came before; or the refusal.
    fileprivate func deliver(
        _ record: FeedRecord, as asker: Asker = FeedTests.root, content: UInt8 = 0,
        isDryRun: Bool = false
    ) async -> String {
        let order = Order(
            caller: "feed:access", id: record.id, digest: Array(repeating: content, count: 32),
            reason: "ACCESS \(record.id)", isDryRun: isDryRun,
            command: .feed(.init(record, by: asker)))
        do {
            guard case .fed(let fed) = try await bank.perform(order) else { return "odd" }
            return (fed.isRepeat ? "again: " : "") + fed.effect
        } catch .refused(let refusal) {
            return "refused: \(refusal.text)"
        } catch { return "\(error)" }
    }
}
