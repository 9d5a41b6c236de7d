/// What operators say of reservations: who pays, for what, from when on, and for which of a name.

import Bank
import Books
import Ledger
import Registry
import Store
import TestKit
import Testing
import Units

@Suite struct ReservationAssignmentTests: ReservationStory {
    let books: TestBank
    let t0: Instant

    init() async throws { (books, t0) = try await Self.begin() }

    @Test func `what was free inside stays at the owner's cost when jobs are to pay from now on`()
        async throws
    {
        try await see(facts(0, 100, charge: .all), at: 0)
        try await job(1, 10, 40, seenAt: 45)
        try expect("available 90.00 held 10.00 charged 0.00")
        advance(to: 60)
        _ = try await books.perform(
            .reservation(
                .assign(.init(cluster: "reef", name: "course", allocation: nil, charge: .idle))),
            id: "assign")
        try await settle()
        #expect(
            try versions() == ["course 0…60 ended all 6.00", "course 60…100 open idle 0.00"])
        try expect("available 90.00 held 4.00 charged 6.00")
        try await see(facts(0, 100), at: 70, last: 50)
        try await job(2, 70, 80, seenAt: 85)
        try await see(nil, at: 101, last: 99)
        #expect(
            try versions() == ["course 0…60 ended all 6.00", "course 60…100 ended idle 3.60"])
        try expect("available 90.00 held 0.00 charged 10.00")
        books.stopAndRemove()
    }

    func leave(_ id: String, next: Bool = false) async throws {
        _ = try await books.perform(
            .reservation(
                .assign(
                    .init(
                        cluster: "reef", name: "course", allocation: nil,
                        charge: ReservationCharge.none, isForNext: next))),
            id: id)
    }

    @Test func `what was said of one that is over says nothing of the next of its name`()
        async throws
    {
        try await leave("before")
        try await see(facts(0, 100), at: 0)
        #expect(try versions() == ["course 0…100 open idle 0.00"])
        try expect("available 90.00 held 10.00 charged 0.00")
        try await see(nil, at: 101, last: 99)
        // The one that was shown alone by slurmdbd is settled; nothing was said of later ones.
        let rules = try books.store.reservationsOfNobody(on: "reef")
        #expect(rules.map { $0.settles(oneEndedAt: at(0)) } == [true])
        #expect(rules.map { $0.settles(oneEndedAt: at(1)) } == [false])
        books.stopAndRemove()
    }

    @Test func `unless it was asked for: then the next one costs nobody, the one after it does`()
        async throws
    {
        try await leave("with", next: true)
        try await see(facts(10, 100), at: 5)
        #expect(try versions() == ["course 10…100 open none 0.00"])
        try await see(nil, at: 101, last: 99)
        try await see(facts(200, 300), at: 150)
        #expect(try versions().last == "course 200…300 open idle 0.00")
        try expect("available 90.00 held 10.00 charged 0.00")
        let refusal = try await books.refusal(
            of: .reservation(
                .assign(
                    .init(
                        cluster: "reef", name: "course", allocation: nil,
                        charge: ReservationCharge.none, isForNext: true))))
        #expect(refusal?.text.contains("Leave --next away") == true)
        books.stopAndRemove()
    }

    @Test func `said again without the next one, it is taken back of the next one`() async throws {
        try await leave("with", next: true)
        try await leave("without")
        try await see(facts(0, 100), at: 0)
        #expect(try versions() == ["course 0…100 open idle 0.00"])
        // Of the one that goes on, and with it of those before that nobody paid for.
        advance(to: 50)
        try await leave("now")
        try expect("available 100.00 held 0.00 charged 0.00")
        try await see(nil, at: 101, last: 99)
        let rules = try books.store.reservationsOfNobody(on: "reef")
        #expect(rules.map { $0.settles(oneEndedAt: at(50)) } == [true])
        #expect(rules.map { $0.settles(oneEndedAt: at(51)) } == [false])
        books.stopAndRemove()
    }

    @Test func `one without an owner is assigned, from its start on`() async throws {
        try await see(facts(0, 100, account: nil), at: 0)
        try expect("available 100.00 held 0.00 charged 0.00")
        advance(to: 50)
        let outcome = try await books.perform(
            .reservation(
                .assign(
                    .init(
                        cluster: "reef", name: "course", allocation: "astro-2026", charge: nil))),
            id: "assign")
        guard case .reserved(let it) = outcome else { return #expect(Bool(false)) }
        #expect(it.held.description == "10.00" && it.charge == .idle)
        #expect(it.since == t0, "what is over counts as well, and that is said")
        try expect("available 90.00 held 10.00 charged 0.00")
        try await see(facts(0, 100, account: nil), at: 60, last: 40)
        try expect("available 90.00 held 10.00 charged 0.00", "and stays so")
        try await see(nil, at: 101, last: 99)
        #expect(try versions() == ["course 0…100 ended idle 10.00"])
        // Another one of that name has an owner of its own.
        try await see(facts(200, 300, account: nil), at: 150)
        #expect(try versions().last == "course 200…300 open none 0.00")
        try expect("available 90.00 held 0.00 charged 10.00")
        books.stopAndRemove()
    }

    @Test func `of a name that the books never saw it is said that it counts for the next`()
        async throws
    {
        func assign(_ name: String) async throws -> Reserved? {
            let outcome = try await books.perform(
                .reservation(
                    .assign(
                        .init(
                            cluster: "reef", name: name, allocation: nil,
                            charge: ReservationCharge.none))),
                id: "assign-\(name)-\(books.clock.now)")
            if case .reserved(let it) = outcome { return it }
            return nil
        }
        #expect(try await assign("course")?.isToCome == true)
        try await see(facts(0, 100), at: 0)
        advance(to: 10)
        #expect(try await assign("course")?.isToCome == false, "it goes on")
        try await see(nil, at: 101, last: 99)
        advance(to: 110)
        #expect(try await assign("course")?.isToCome == false, "it is over")
        books.stopAndRemove()
    }
}
