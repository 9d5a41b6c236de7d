import Bank
import Books
import Ledger
import Rates
import Registry
import Store
import TestKit
import Testing
import Units

/// Rates that change while jobs wait (decision 19): 100 SU, a core at 0.01 SU a second.
@Suite struct NewRatesTests {
    private func play(_ body: (TestBank) async throws -> Void) async throws {
        let books = try TestBank()
        defer { books.stopAndRemove() }
        _ = try await books.perform(.apply(Site.small(), backdate: false))
        try await body(books)
    }

    private func setRate(_ books: TestBank, _ rate: String) async throws {
        _ = try await books.perform(.apply(Site.small(rate: rate), backdate: true))
    }

    /// What a poll shows of a job that waits; `anew`: the first one since the rates changed.
    private func show(
        _ books: TestBank, _ job: Int64, _ token: String, user: String = "ada", cpus: Int64 = 10,
        tasks: Int64 = 1, begin: Instant? = nil, anew: Bool = true
    ) async throws {
        var seen = JobObservation.small(job: job, token: token, user: user, at: books.clock.now)
            .pending(tasks: tasks, cpus: cpus)
        seen.isPricedAnew = anew
        seen.earliestStart = begin
        _ = try await books.perform(.observe(seen))
    }

    private func admit(
        _ books: TestBank, _ token: String, user: String = "ada", cpus: Int64 = 10,
        tasks: Int64 = 1
    ) async throws {
        _ = try await books.perform(
            .admit(.small(token: token, user: user, cpus: cpus, tasks: tasks)))
    }

    private func remark(_ books: TestBank, _ job: Int64) throws -> String? {
        try books.store.openHolds().map(\.claim).first { $0.reference.number == job }?.remark
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let rate: String
        var tasks: Int64 = 1
        var user = "ada"
        var cpus: Int64 = 10
        let held: String
        var short: String?
        var testDescription: String {
            "\(user), \(tasks) × \(cpus) cores at \(rate): \(held), short \(short ?? "-")"
        }
    }

    @Test(arguments: [
        Case(rate: "18", held: "3.00"), Case(rate: "0", held: "0.00"),
        Case(rate: "72", held: "12.00"), Case(rate: "600", held: "100.00"),
        Case(rate: "606", held: "6.00", short: "95.00"),
        Case(rate: "144", tasks: 4, held: "96.00"),
        Case(rate: "162", tasks: 4, held: "24.00", short: "84.00"),
        // ben has a cap of 5.
        Case(rate: "60", user: "ben", cpus: 5, held: "5.00"),
        Case(rate: "72", user: "ben", cpus: 5, held: "3.00", short: "3.00"),
    ])
    func `what waits is held at the new rates, in full or as before`(row: Case) async throws {
        try await play { books in
            try await admit(books, "A", user: row.user, cpus: row.cpus, tasks: row.tasks)
            try await show(
                books, 7, "A", user: row.user, cpus: row.cpus, tasks: row.tasks, anew: false)
            try await setRate(books, row.rate)
            let before = try books.figures().held
            // A poll that tells nothing new of the job moves nothing.
            try await show(
                books, 7, "A", user: row.user, cpus: row.cpus, tasks: row.tasks, anew: false)
            #expect(try books.figures().held == before)
            for _ in 1...2 {
                try await show(
                    books, 7, "A", user: row.user, cpus: row.cpus, tasks: row.tasks)
                #expect(try books.figures().held.description == row.held)
            }
            let note = row.short.map {
                "the rates rose while it waits: \($0) SU more will be asked for at its start"
            }
            #expect(try remark(books, 7) == note)
        }
    }

    @Test func `the first takes the credit there is; the note goes with the next rates`()
        async throws
    {
        try await play { books in
            for (job, token) in [(7, "A"), (8, "B")] as [(Int64, String)] {
                try await admit(books, token)
                try await show(books, job, token, anew: false)
            }
            try await setRate(books, "360")
            try await show(books, 7, "A")
            try await show(books, 8, "B")
            // 60 for the first; of 34 that are left the second would take 54.
            #expect(try books.figures().held.description == "66.00")
            #expect(try remark(books, 8)?.contains("54.00 SU more") == true)
            try await setRate(books, "180")
            try await show(books, 7, "A")
            try await show(books, 8, "B")
            #expect(try books.figures().held.description == "60.00")
            #expect(try remark(books, 8) == nil)
        }
    }

    @Test func `what may not begin before a date is priced by the rates of then`() async throws {
        try await play { books in
            let start = books.clock.now
            let month = start.advanced(bySeconds: 30 * 86_400)
            var admission = Admission.small(token: "A", cpus: 10)
            admission.begin = month
            _ = try await books.perform(.admit(admission))
            try await show(books, 7, "A", begin: month, anew: false)
            #expect(try books.figures().held.description == "6.00")
            var site = try Site.small()
            let whole = site.resources[0].rates[0].window
            site.resources[0].rates = [
                SiteRate(
                    suPerHour: try Rational(36, over: 1),
                    window: Interval(start: whole.start, end: month)!),
                SiteRate(
                    suPerHour: try Rational(72, over: 1),
                    window: Interval(start: month, end: whole.end)!),
            ]
            _ = try await books.perform(.apply(site, backdate: false))
            try await show(books, 7, "A", begin: month)
            #expect(try books.figures().held.description == "12.00")
        }
    }

    @Test func `a start is priced by its own rates, whatever its hold was`() async throws {
        try await play { books in
            try await admit(books, "A")
            try await show(books, 7, "A", anew: false)
            try await setRate(books, "720")
            try await show(books, 7, "A")
            #expect(try books.figures().description.contains("available 94.00 held 6.00"))
            // The hook is told no, the collector sees it run: then it is held, if need be below zero.
            let now = books.clock.now
            let asked = StartRequest.small(job: 7, token: "A", cpus: 10, submit: now, at: now)
            #expect(try await books.start(asked).contains("this job may cost 120.00 SU"))
            let runs = JobObservation.small(job: 7, token: "A", at: now)
                .run(submit: now, start: now, cpus: 10)
            _ = try await books.perform(.observe(runs))
            #expect(try books.figures().description.contains("available -20.00 held 120.00"))
        }
    }
}
