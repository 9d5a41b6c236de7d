/// Reservations through the Bank, from first sight to their charge: versions, holds, whom they cost.

import Bank
import Books
import Ledger
import Registry
import Store
import TestKit
import Testing
import Units

@Suite struct ReservationTests: ReservationStory {
    let books: TestBank
    let t0: Instant

    init() async throws { (books, t0) = try await Self.begin() }

    // MARK: Whole lives

    @Test func `an unused reservation is held from first sight and charged at its end`()
        async throws
    {
        try await see(facts(60, 160), at: 0)
        try expect("available 90.00 held 10.00 charged 0.00")
        try await see(facts(60, 160), at: 10)
        try await see(facts(60, 160), at: 150, last: 140)
        try expect("available 90.00 held 10.00 charged 0.00", "seen again")
        try await see(nil, at: 170, last: 159)
        try expect("available 90.00 held 0.00 charged 10.00")
        try await see(nil, at: 180, last: 159)
        try expect("available 90.00 held 0.00 charged 10.00", "gone once more")
        #expect(try versions() == ["course 60…160 ended idle 10.00"])
        books.stopAndRemove()
    }

    @Test func `jobs inside pay for themselves, the owner for what is idle`() async throws {
        try await see(facts(0, 100), at: 0)
        try await job(1, 10, seenAt: 11)
        try await settle()
        // 10 SU are the reservation; the job's 4 cores for its limit are held by itself.
        try expect("available 90.00 held 10.00 charged 0.00", "not held twice")
        try await job(1, 10, 40, seenAt: 45)
        try await settle()
        try expect("available 90.00 held 8.80 charged 1.20", "the job: 4 cores, 30 s")
        try await see(nil, at: 101, last: 99)
        try expect("available 90.00 held 0.00 charged 10.00")
        #expect(try versions() == ["course 0…100 ended idle 8.80"])
        books.stopAndRemove()
    }

    @Test func `where the owner pays for all of it, jobs inside are free`() async throws {
        try await see(facts(0, 100, charge: .all), at: 0)
        try await job(1, 10, seenAt: 11)
        try expect("available 90.00 held 10.00 charged 0.00")
        try await job(1, 10, 40, seenAt: 45)
        try await see(nil, at: 101, last: 99)
        try expect("available 90.00 held 0.00 charged 10.00")
        #expect(try versions() == ["course 0…100 ended all 10.00"])
        books.stopAndRemove()
    }

    @Test func `a job that outlasts the reservation that was paid for pays for the rest`()
        async throws
    {
        try await see(facts(0, 100, charge: .all), at: 0)
        try await job(1, 90, seenAt: 91)
        try await see(nil, at: 101, last: 99)
        try await job(1, 90, 120, seenAt: 121)
        // 4 cores for the 20 s after its end.
        try expect("available 89.20 held 0.00 charged 10.80")
        books.stopAndRemove()
    }

    // MARK: What costs nobody

    @Test(
        arguments: [
            (["MAINT"], "astro", "maintenance"), ([], nil, "no owner"),
            (["MAINT", "SPEC_NODES"], nil, "maintenance"),
            ([], "elsewhere", "no owner"),
        ] as [([String], String?, String)])
    func `costs nobody and is listed`(row: ([String], String?, String)) async throws {
        let (flags, account, why) = row
        try await see(facts(0, 100, flags: flags, account: account), at: 0)
        try await job(1, 10, 40, seenAt: 45)
        try await see(nil, at: 101, last: 99)
        try expect("available 98.80 held 0.00 charged 1.20", "only the job inside")
        let rows = try books.store.reservations(all: true)
        #expect(rows.map(\.version.freeBecause) == [why])
        #expect(rows.map(\.version.charge) == [ReservationCharge.none])
        books.stopAndRemove()
    }

    @Test func `jobs may lie outside a FLEX reservation, so they are never free for it`()
        async throws
    {
        try await see(facts(0, 100, flags: ["FLEX"], charge: .all), at: 0)
        try await job(1, 10, 40, seenAt: 45)
        try await see(nil, at: 101, last: 99)
        #expect(try versions() == ["course 0…100 ended idle 8.80"])
        books.stopAndRemove()
    }

    // MARK: Changes

    struct Change: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// start, end, cores of what polls show, and when; nil: gone.
        let polls: [(second: Int64, shown: (Int64, Int64, Int64)?)]
        let versions: [String]

        init(
            _ description: String, _ polls: [(second: Int64, shown: (Int64, Int64, Int64)?)],
            _ versions: [String]
        ) {
            (testDescription, self.polls, self.versions) = (description, polls, versions)
        }
    }

    static let changes: [Change] = [
        Change(
            "extended", [(0, (0, 100, 10)), (50, (0, 150, 10)), (151, nil)],
            ["course 0…150 ended idle 15.00"]),
        Change(
            "shrunk in time", [(0, (0, 100, 10)), (50, (0, 70, 10)), (71, nil)],
            ["course 0…70 ended idle 7.00"]),
        Change(
            "fewer cores", [(0, (0, 100, 10)), (50, (0, 100, 5)), (101, nil)],
            ["course 0…50 ended idle 5.00", "course 50…100 ended idle 2.50"]),
        Change(
            "more cores, and longer", [(0, (0, 100, 10)), (50, (0, 200, 20)), (201, nil)],
            ["course 0…50 ended idle 5.00", "course 50…200 ended idle 30.00"]),
        Change(
            "moved before it began", [(0, (60, 160, 10)), (50, (100, 150, 10)), (151, nil)],
            ["course 100…150 ended idle 5.00"]),
        Change(
            "deleted before it began", [(0, (60, 160, 10)), (50, nil)],
            ["course 60…60 ended idle 0.00"]),
        Change(
            "deleted early", [(0, (0, 100, 10)), (40, (0, 100, 10)), (50, nil)],
            ["course 0…40 ended idle 4.00"]),
        Change(
            "repeated: an occurrence each", [(0, (0, 50, 10)), (60, (100, 150, 10)), (151, nil)],
            ["course 0…50 ended idle 5.00", "course 100…150 ended idle 5.00"]),
        Change(
            "skipped while it went on",
            [(0, (0, 50, 10)), (20, (0, 50, 10)), (30, (100, 150, 10)), (151, nil)],
            ["course 0…20 ended idle 2.00", "course 100…150 ended idle 5.00"]),
        Change(
            "skipped before it began", [(0, (20, 50, 10)), (10, (100, 150, 10)), (151, nil)],
            ["course 100…150 ended idle 5.00"]),
        Change(
            "deleted and made again under the same name",
            [(0, (0, 100, 10)), (20, nil), (30, (30, 60, 10)), (61, nil)],
            ["course 0…0 ended idle 0.00", "course 30…60 ended idle 3.00"]),
        Change(
            "first seen after it began", [(30, (0, 100, 10)), (101, nil)],
            ["course 0…100 ended idle 10.00"]),
    ]

    @Test(arguments: changes)
    func `each version counts for its own time`(change: Change) async throws {
        var last: Int64?
        for (second, shown) in change.polls {
            try await see(
                shown.map { facts($0.0, $0.1, cpus: $0.2) }, at: second, last: last)
            if shown != nil { last = second }
        }
        #expect(try versions() == change.versions)
        let charged = try books.store.reservations(all: true)
            .reduce(ServiceUnits.zero) { $0 + $1.charged }
        #expect(try books.figures().charged == charged)
        #expect(try books.figures().held == .zero)
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `slurmdbd's spans say to the second when it changed and ended`() async throws {
        try await see(facts(0, 100), at: 0)
        // Half the cores from 42 on.
        try await see(
            facts(0, 100, cpus: 5), at: 50, last: 40,
            recorded: [facts(0, 42), facts(42, 100, cpus: 5)])
        try await see(
            nil, at: 90, last: 80, recorded: [facts(0, 42), facts(42, 83, cpus: 5)])
        #expect(
            try versions() == ["course 0…42 ended idle 4.20", "course 42…83 ended idle 2.05"])
        try expect("available 93.75 held 0.00 charged 6.25")
        books.stopAndRemove()
    }

    @Test func `its use is the one user's that it names, else nobody's own`() async throws {
        var single = facts(10, 20)
        single.users = ["ada"]
        try await see(single, at: 0)
        var several = facts(10, 20)
        several.users = ["ada", "ben"]
        try await see(several, at: 0, name: "other")
        let ada = try #require(books.bank.picture.user(named: "ada")).number
        let ben = try #require(books.bank.picture.user(named: "ben")).number
        let rows = try books.store.reservations(all: true)
        #expect(rows.map(\.version.users) == [[ada], [ada, ben]])
        #expect(try books.store.openHolds().map(\.user) == ["ada", "(reservation)"])
        // What slurmdbd tells has no names: it is as it was.
        var span = facts(10, 15, account: nil)
        span.isOwnedAsBefore = true
        try await see(nil, at: 16, last: 14, recorded: [span])
        #expect(try versions().contains("course 10…15 ended idle 0.50"))
        #expect(try books.store.reservations(all: true)[0].version.users == [ada])
        books.stopAndRemove()
    }

    @Test func `the next occurrence is held in full, whatever jobs took of the one before`()
        async throws
    {
        var monday = facts(0, 100)
        monday.flags = ["DAILY"]
        try await see(monday, at: 0)
        try await job(1, 10, 90, seenAt: 95, limit: 90)
        try await settle()
        try expect("available 90.00 held 6.80 charged 3.20")
        var tuesday = facts(200, 300)
        tuesday.flags = ["DAILY"]
        try await see(tuesday, at: 110, last: 99)
        try expect("available 80.00 held 10.00 charged 10.00")
        books.stopAndRemove()
    }

    @Test func `a restart in the middle changes nothing`() async throws {
        try await see(facts(0, 100), at: 0)
        try await job(1, 10, 40, seenAt: 45)
        let again = try books.reopened()
        var gone = ReservationObservation(
            cluster: "reef", name: "course", shown: nil, at: at(101))
        gone.lastShownAt = at(45)
        books.clock.advance(bySeconds: 60)
        _ = try await again.perform(.reservation(.observe(gone)))
        for id in try again.store.reservationsToSettle(on: "reef", after: 0).ids {
            _ = try await again.perform(.reservation(.settle(id)))
        }
        #expect(
            try again.figures().description
                == "granted 100.00 available 90.00 held 0.00 charged 10.00")
        #expect(try again.store.verify().finding == nil)
        again.stopAndRemove()
    }
}
