/// Submissions and starts for a reservation: what is held for it is theirs.

import Bank
import Books
import Ledger
import Registry
import Store
import TestKit
import Testing
import Units

@Suite struct ReservationSubmissionTests: ReservationStory {
    let books: TestBank
    let t0: Instant

    init() async throws { (books, t0) = try await Self.begin() }

    @Test func `a submission for the reservation draws on what is held for it`() async throws {
        // All 100 SU are held for it.
        try await see(facts(0, 1_000), at: 0)
        try expect("available 0.00 held 100.00 charged 0.00")
        var inside = Admission.small(token: "A", cpus: 4, seconds: 60)
        #expect(try await books.refusal(of: .admit(inside)) != nil, "elsewhere it finds nothing")
        inside.reservation = "course"
        let quoted = books.bank.picture.quote(inside, at: books.clock.now)
        #expect(throws: Never.self) { try quoted.answer.get() }
        _ = try await books.perform(.admit(inside), id: "A")
        try await settle()
        try expect("available 0.00 held 100.00 charged 0.00")
        #expect(
            try books.store.openHolds().map(\.claim.pins.total.description) == ["97.60", "2.40"])
        _ = try await books.perform(.void(cluster: "reef", token: "A"))
        try await settle()
        #expect(try books.store.openHolds().map(\.claim.pins.total.description) == ["100.00"])
        books.stopAndRemove()
    }

    @Test func `a submission for one that is paid for in whole holds nothing`() async throws {
        try await see(facts(0, 1_000, charge: .all), at: 0)
        var inside = Admission.small(token: "A", cpus: 4, seconds: 60)
        inside.reservation = "course"
        let outcome = try await books.perform(.admit(inside), id: "A")
        guard case .admitted(let admitted) = outcome else { return #expect(Bool(false)) }
        #expect(admitted.held == .zero)
        try expect("available 0.00 held 100.00 charged 0.00")
        books.stopAndRemove()
    }

    @Test func `who left the reservation before the start pays, whoever tells of the start`()
        async throws
    {
        try await see(facts(0, 1_000, charge: .all), at: 0)
        try expect("available 0.00 held 100.00 charged 0.00")
        for (id, viaHook) in [(1, true), (2, false)] as [(Int64, Bool)] {
            // It waits for the reservation, at its owner's cost.
            var waits = JobObservation.small(job: id, token: nil, at: books.clock.now)
                .pending(cpus: 4, seconds: 60)
            waits.reservation = "course"
            _ = try await books.perform(.observe(waits))
            #expect(try books.figures().held.description == "100.00")
            let start = id * 10
            if viaHook {
                advance(to: start)
                let ask = StartRequest.small(
                    job: id, token: nil, cpus: 4, submit: at(start), at: at(start))
                #expect(try await books.start(ask).hasPrefix("this job may cost 2.40 SU, 0.00 SU"))
            }
            try await job(id, start, start + 50, seenAt: start + 60, in: nil)
            #expect(try books.figures().charged.description == "\(id * 2).00")
        }
        books.stopAndRemove()
    }
}
