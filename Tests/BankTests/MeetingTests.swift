/// Where starts, changes of jobs and reservations meet.

import Bank
import Books
import Ledger
import Registry
import Store
import TestKit
import Testing
import Units

@Suite(.takingTurns) struct MeetingTests {
    /// 10 cores for a minute are 6 SU; each site here has just enough.
    private func books(granted: String) async throws -> TestBank {
        let books = try TestBank()
        _ = try await books.perform(.apply(.small(grant: granted), backdate: false), id: "apply")
        return books
    }

    private func figures(_ books: TestBank, _ expected: String, line: Int = #line) throws {
        let place = SourceLocation(fileID: #fileID, filePath: #filePath, line: line, column: 1)
        #expect(try books.figures().description == expected, sourceLocation: place)
        #expect(try books.store.verify().finding == nil, sourceLocation: place)
        #expect(books.bank.quarantined.isEmpty, sourceLocation: place)
    }

    // MARK: A start and what was set aside for a change

    @Test func `a start with a raised limit is paid with what was set aside for the raise`()
        async throws
    {
        let books = try await books(granted: "12")
        defer { books.stopAndRemove() }
        try await books.submit(.waiting)
        var asked = Modification(cluster: "reef", job: 7, ownerName: "ada", callerName: "ada")
        asked.timeLimitSeconds = 120
        #expect(try await books.answer(to: asked) == "6.00 more, 0.00 left in astro-2026")
        let t0 = books.clock.now
        let start = StartRequest.small(
            job: 7, token: "A", cpus: 10, seconds: 120, submit: t0, at: t0)
        #expect(try await books.start(start) == "yes 12.00 of astro-2026")
        #expect(try books.raises().isEmpty)
        try figures(books, "granted 12.00 available 0.00 held 12.00 charged 0.00")
    }

    @Test func `one task's start leaves a raise of the others, and is not refused for it`()
        async throws
    {
        let books = try await books(granted: "36")
        defer { books.stopAndRemove() }
        try await books.submit(.array)
        var asked = Modification(cluster: "reef", job: 7, ownerName: "ada", callerName: "ada")
        asked.timeLimitSeconds = 120
        #expect(try await books.answer(to: asked) == "18.00 more, 0.00 left in astro-2026")
        let t0 = books.clock.now
        let start = StartRequest.small(
            job: 7, raw: 8, token: "A", cpus: 10, seconds: 120, submit: t0, at: t0)
        #expect(try await books.start(start) == "yes 12.00 of astro-2026")
        #expect(try books.raises().count == 1)
        // The poll that shows it puts all in its place.
        books.clock.advance(bySeconds: 1)
        var seen = JobObservation.small(job: 7, token: "A", at: books.clock.now)
            .pending(tasks: 2, cpus: 10, seconds: 120)
        seen = seen.run(raw: 8, submit: t0, start: t0, cpus: 10, seconds: 120)
        _ = try await books.perform(.observe(seen))
        #expect(try books.raises().isEmpty)
        try figures(books, "granted 36.00 available 0.00 held 36.00 charged 0.00")
    }

    @Test func `a poll that shows one run's end leaves what was set aside for another`()
        async throws
    {
        let books = try await books(granted: "100")
        defer { books.stopAndRemove() }
        try await books.submit(.array)
        let t0 = books.clock.now
        let job = JobObservation.small(job: 7, token: "A", at: t0)
        let both = job.run(raw: 8, submit: t0, start: t0, cpus: 10)
            .run(raw: 9, submit: t0, start: t0, cpus: 10)
        _ = try await books.perform(.observe(both))
        var asked = Modification(cluster: "reef", job: 7, ownerName: "ada", callerName: "root")
        asked.callerMayAll = true
        asked.timeLimitSeconds = 120
        _ = try await books.answer(to: asked)
        let held = try books.figures().held
        books.clock.advance(bySeconds: 30)
        // Only what is news is told: the other run goes on, and nobody says so again.
        var ended = JobObservation.small(job: 7, token: "A", at: books.clock.now)
        ended = ended.run(
            raw: 8, submit: t0, start: t0, end: t0.advanced(bySeconds: 10), cpus: 10)
        _ = try await books.perform(.observe(ended))
        #expect(try books.raises().count == 1)
        #expect(try books.figures().held == held - books.su("6"))
    }

    @Test func `a poll that began before a change was asked for does not settle it`() async throws {
        let books = try await books(granted: "100")
        defer { books.stopAndRemove() }
        try await books.submit(.running)
        let t0 = books.clock.now
        books.clock.advance(bySeconds: 10)
        var asked = Modification(cluster: "reef", job: 7, ownerName: "ada", callerName: "root")
        asked.callerMayAll = true
        asked.timeLimitSeconds = 120
        _ = try await books.answer(to: asked)
        let before = JobObservation.small(job: 7, token: "A", at: t0.advanced(bySeconds: 5))
            .run(submit: t0, start: t0, cpus: 10, seconds: 120)
        _ = try await books.perform(.observe(before))
        #expect(try books.raises().count == 1)
    }

    // MARK: Inside a reservation

    /// `course`: 20 cores for ten minutes, 120 SU; job 7 of 10 cores was submitted for it.
    private func course(
        _ charge: ReservationCharge, granted: String = "120"
    ) async throws -> TestBank {
        let books = try await books(granted: granted)
        let t0 = books.clock.now
        var facts = ReservationFacts(
            start: t0, end: t0.advanced(bySeconds: 600),
            counts: TRESCounts([.cpu: 20, .node: 1]), partition: "cpu", charge: charge)
        facts.accounts = ["astro"]
        facts.lineages = [["astro"]]
        let seen = ReservationObservation(cluster: "reef", name: "course", shown: facts, at: t0)
        _ = try await books.perform(.reservation(.observe(seen)))
        var admission = Admission.small(token: "A", cpus: 10)
        admission.reservation = "course"
        _ = try await books.perform(.admit(admission), id: "A")
        return books
    }

    @Test func `a job inside of what is paid for in whole starts without credit of its own`()
        async throws
    {
        let books = try await course(.all)
        defer { books.stopAndRemove() }
        try figures(books, "granted 120.00 available 0.00 held 120.00 charged 0.00")
        let t0 = books.clock.now
        let start = StartRequest.small(
            job: 7, token: "A", cpus: 10, submit: t0, at: t0, in: "course")
        #expect(try await books.start(start) == "yes 0.00 of astro-2026")
        try figures(books, "granted 120.00 available 0.00 held 120.00 charged 0.00")
    }

    @Test func `a job inside that its hook announced takes its part of the reservation with it`()
        async throws
    {
        let books = try await course(.idle)
        defer { books.stopAndRemove() }
        try figures(books, "granted 120.00 available 0.00 held 120.00 charged 0.00")
        let t0 = books.clock.now
        let start = StartRequest.small(
            job: 7, token: "A", cpus: 10, submit: t0, at: t0, in: "course")
        #expect(try await books.start(start) == "yes 6.00 of astro-2026")
        for id in try books.store.reservationsToSettle(on: "reef", after: 0).ids {
            _ = try await books.perform(.reservation(.settle(id)))
        }
        try figures(books, "granted 120.00 available 0.00 held 120.00 charged 0.00")
    }

    @Test func `a change of a job inside of what is paid for in whole costs nothing more`()
        async throws
    {
        let books = try await course(.all)
        defer { books.stopAndRemove() }
        var seen = JobObservation.small(job: 7, token: "A", at: books.clock.now).pending(cpus: 10)
        seen.reservation = "course"
        _ = try await books.perform(.observe(seen))
        var asked = Modification(cluster: "reef", job: 7, ownerName: "ada", callerName: "ada")
        for seconds: Int64 in [30, 300] {
            asked.timeLimitSeconds = seconds
            #expect(try await books.answer(to: asked) == "nothing")
        }
        try figures(books, "granted 120.00 available 0.00 held 120.00 charged 0.00")
    }
}
