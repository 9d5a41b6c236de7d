import Bank
import Books
import Ledger
import Rates
import Registry
import Store
import TestKit
import Testing
import Units

/// Runs of the past in the books. Site.small: CPU at 36 SU an hour, 0.01 SU a second.
@Suite(.takingTurns) struct ImportTests {
    private func at(_ text: String) throws -> Instant { try Instant(parsing: text) }

    /// A run of `cpus` over `seconds` from `start`.
    private func run(
        _ job: Int64, _ start: String, seconds: Int64, cpus: Int64 = 1, account: String = "astro",
        user: String = "ada", free: String? = nil
    ) throws -> ImportedRun {
        let begin = try at(start)
        var facts = RunFacts(
            key: RunKey(cluster: "reef", jobID: job, submit: begin.advanced(bySeconds: -10)),
            jobName: "\(job)", partition: "cpu", qos: nil,
            counts: TRESCounts([.cpu: cpus, .node: 1]), start: begin,
            end: begin.advanced(bySeconds: seconds), suspendedSeconds: 0, timeLimitSeconds: 3_600,
            state: "COMPLETED")
        facts.freeBecause = free
        return ImportedRun(facts: facts, userName: user, accountLineage: [account])
    }

    private func take(_ books: TestBank, _ runs: ImportedRun...) async throws -> [Imported.Run] {
        let outcome = try await books.perform(
            .importRuns(ImportBatch(cluster: "reef", runs: runs)))
        guard case .imported(let imported) = outcome else {
            Issue.record("answered \(outcome)")
            return []
        }
        return imported.runs
    }

    private func books(_ site: Site? = nil) async throws -> TestBank {
        let books = try TestBank()
        _ = try await books.perform(.apply(try site ?? .small(), backdate: true))
        return books
    }

    @Test func `runs of the past are charged, several in one entry`() async throws {
        let books = try await books()
        defer { books.stopAndRemove() }
        let before = books.bank.picture.tip.seq
        #expect(try books.store.hasNoRuns())
        let came = try await take(
            books, run(1, "2026-01-10", seconds: 100), run(2, "2026-01-11", seconds: 50, cpus: 2),
            run(3, "2026-01-11", seconds: 50, free: "free: NODE_FAIL"))
        #expect(came.map(\.fate) == [.charged, .charged, .free])
        #expect(came.map(\.amount.description) == ["1.00", "1.00", "0.00"])
        #expect(try books.figures().charged == ServiceUnits(parsing: "2"))
        #expect(books.bank.picture.tip.seq == before + 1)
        #expect(try !books.store.hasNoRuns())
        #expect(try books.store.verify().finding == nil)
    }

    @Test func `what is imported twice, in the same batch or later, is charged once`() async throws
    {
        let books = try await books()
        defer { books.stopAndRemove() }
        let one = try run(1, "2026-01-10", seconds: 100)
        #expect(try await take(books, one, one).map(\.fate) == [.charged, .known])
        let seq = books.bank.picture.tip.seq
        #expect(try await take(books, one).map(\.fate) == [.known])
        #expect(books.bank.picture.tip.seq == seq)
        #expect(try books.figures().charged == ServiceUnits(parsing: "1"))
    }

    @Test(arguments: [
        (3_600, "1 h later"), (-7_200, "2 h earlier"), (20_700, "5 h 45 min later"),
    ])
    func `a dump that was read in another time zone is known by its shift`(
        shift: Int64, words: String
    ) async throws {
        let books = try await books()
        defer { books.stopAndRemove() }
        let lived = try (1...8).map {
            try run($0, "2026-01-10", seconds: 100 + $0)
        }
        _ = try await books.perform(.importRuns(ImportBatch(cluster: "reef", runs: lived)))
        let shifted = lived.map {
            var run = $0
            let key = run.facts.key
            run.facts.key = RunKey(
                cluster: key.cluster, jobID: key.jobID,
                submit: key.submit.advanced(bySeconds: -shift))
            run.facts.start = run.facts.start.advanced(bySeconds: -shift)
            run.facts.end = run.facts.end?.advanced(bySeconds: -shift)
            return run
        }
        let found = try #require(try books.store.shift(of: Array(shifted.prefix(6))))
        #expect(found.seconds == shift && found.runs == 6)
        #expect(
            found.refusal.text.contains("6 of 6 runs") && found.refusal.text.contains(words))
        // What has another length is another run: an occurrence of scrontab keeps its job id.
        let others = shifted.map {
            var other = $0
            other.facts.end = other.facts.end?.advanced(bySeconds: 7)
            return other
        }
        #expect(try books.store.shift(of: others) == nil)
        // Few prove nothing: they may be occurrences of as long waits and runs.
        #expect(try books.store.shift(of: Array(shifted.prefix(3))) == nil)
        // Those that stand as they are were read by the right clock.
        #expect(try books.store.shift(of: shifted + lived.prefix(1)) == nil)
    }

    @Test func `occurrences of scrontab are no dump of another time zone`() async throws {
        let books = try await books()
        defer { books.stopAndRemove() }
        // All of one job id, each an hour after the one before and as long; beside three jobs.
        let hourly = try (0..<12).map {
            var it = try run(1, "2026-01-10", seconds: 100)
            let key = it.facts.key
            it.facts.key = RunKey(
                cluster: key.cluster, jobID: 1,
                submit: key.submit.advanced(bySeconds: 3_600 * Int64($0)))
            it.facts.start = it.facts.start.advanced(bySeconds: 3_600 * Int64($0))
            it.facts.end = it.facts.end?.advanced(bySeconds: 3_600 * Int64($0))
            return it
        }
        let others = try (2...4).map { try run($0, "2026-01-10", seconds: 100 + $0) }
        for part in [Array(hourly.prefix(6)), Array(hourly.suffix(6)) + others] {
            #expect(try books.store.shift(of: part) == nil)
            let outcome = try await books.perform(
                .importRuns(ImportBatch(cluster: "reef", runs: part)))
            guard case .imported(let imported) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(imported.runs.allSatisfy { $0.fate == .charged })
        }
    }

    @Test func `a run that the books have with other times is told, and left as it is`()
        async throws
    {
        let books = try await books()
        defer { books.stopAndRemove() }
        _ = try await take(books, run(1, "2026-01-10", seconds: 100))
        var other = try run(1, "2026-01-10", seconds: 100)
        other.facts.end = other.facts.end?.advanced(bySeconds: 60)
        let came = try await take(books, other)
        let (begin, end) = (try at("2026-01-10"), try at("2026-01-10T00:01:40"))
        #expect(came.map(\.fate) == [.differs(from: begin, to: end)])
        #expect(try books.figures().charged == ServiceUnits(parsing: "1"))
    }

    @Test(arguments: [true, false])
    func `imported and observed a run is charged once, whatever comes first`(
        importsFirst: Bool
    ) async throws {
        let books = try await books()
        defer { books.stopAndRemove() }
        let past = try run(7, "2026-01-10", seconds: 100)
        let start = past.facts.start
        var seen = JobObservation.small(job: 7, token: nil, at: start.advanced(bySeconds: 200))
            .run(
                submit: past.facts.key.submit, start: start,
                end: start.advanced(bySeconds: 100), seconds: 3_600)
        seen.showsPending = false
        if importsFirst {
            #expect(try await take(books, past).map(\.fate) == [.charged])
            _ = try await books.perform(.observe(seen))
        } else {
            _ = try await books.perform(.observe(seen))
            #expect(try await take(books, past).map(\.fate) == [.known])
        }
        #expect(try books.figures().charged == ServiceUnits(parsing: "1"))
        #expect(try books.store.verify().finding == nil)
    }

    @Test func `a run that goes on in the books is the collector's`() async throws {
        let books = try await books()
        defer { books.stopAndRemove() }
        let past = try run(7, "2026-01-10", seconds: 100)
        var seen = JobObservation.small(job: 7, token: nil, at: past.facts.start)
            .run(submit: past.facts.key.submit, start: past.facts.start, seconds: 3_600)
        seen.showsPending = false
        _ = try await books.perform(.observe(seen))
        #expect(try await take(books, past).map(\.fate) == [.live])
        #expect(try books.figures().charged == .zero)
    }

    @Test func `usage older than any allocation, and of unknown accounts, is recorded unplaced`()
        async throws
    {
        let books = try await books()
        defer { books.stopAndRemove() }
        var site = try Site.small()
        site.resources[0].rates = [
            SiteRate(
                suPerHour: try Rational(parsing: "36"),
                window: Interval(start: try at("2025-01-01"), end: try at("2027-01-01"))!)
        ]
        _ = try await books.perform(.apply(site, backdate: true))
        let came = try await take(
            books, run(1, "2025-06-01", seconds: 100),
            run(2, "2026-06-01", seconds: 100, account: "nobody"))
        #expect(came.map(\.fate) == [.unplaced, .unplaced])
        #expect(came.map(\.amount.description) == ["1.00", "1.00"])
        #expect(try books.figures().charged == .zero)
        #expect(
            try await take(books, run(1, "2025-06-01", seconds: 100)).map(\.fate) == [.known])
        #expect(try books.store.verify().finding == nil)
    }

    @Test func `what was unplaced is charged once there is an allocation, and nothing twice`()
        async throws
    {
        var without = try Site.small()
        let astro = try #require(without.projects.first)
        without.projects = []
        let books = try await books(without)
        defer { books.stopAndRemove() }
        let runs = try (1...3).map {
            try run($0, "2026-06-0\($0)", seconds: 100, free: $0 == 3 ? "free: NODE_FAIL" : nil)
        }
        let early = try run(9, "2025-06-01", seconds: 100)
        let came = try await take(books, runs[0], runs[1], runs[2], early)
        #expect(came.map(\.fate) == [.unplaced, .unplaced, .unplaced, .unplaced])
        #expect(try await take(books, runs[0]).map(\.fate) == [.known], "there is no place yet")
        var with = without
        with.projects = [astro]
        _ = try await books.perform(.apply(with, backdate: true))
        // A person has said that the second one stays as it is.
        let second = try #require(
            try books.store.runs(named: [runs[1].facts.key])[runs[1].facts.key])
        _ = try await books.perform(
            .settle(Settlement(job: second.jobName, run: second.id)), id: "settle")
        let late = try run(4, "2026-06-04", seconds: 100)

        let again = try await take(
            books, runs[0], runs[0], runs[1], runs[2], early, late)
        #expect(again.map(\.fate) == [.charged, .known, .known, .free, .known, .charged])
        #expect(again.map(\.wasUnplaced) == [true, false, false, true, false, false])
        let amounts = ["1.00", "0.00", "0.00", "0.00", "0.00", "1.00"]
        #expect(again.map(\.amount.description) == amounts)
        #expect(try books.figures().charged == ServiceUnits(parsing: "2"))

        let seq = books.bank.picture.tip.seq
        let third = try await take(books, runs[0], runs[1], runs[2], early, late)
        #expect(third.map(\.fate) == Array(repeating: .known, count: 5))
        #expect(books.bank.picture.tip.seq == seq)
        #expect(books.bank.quarantined.isEmpty)
        #expect(try books.store.verify().finding == nil)
    }

    @Test func `what expired unused pays for usage of its time that becomes known late`()
        async throws
    {
        let books = try await books()
        defer { books.stopAndRemove() }
        books.clock.advance(bySeconds: 245 * 86_400)
        _ = try await books.perform(.tick)
        #expect(try books.figures().expired == ServiceUnits(parsing: "100"))
        _ = try await take(books, run(1, "2026-06-01", seconds: 100))
        let after = try books.figures()
        #expect(try after.charged == ServiceUnits(parsing: "1"))
        #expect(try after.expired == ServiceUnits(parsing: "99"))
        #expect(after.available == .zero)
        // Used after its end: nothing was valid then.
        _ = try await take(books, run(2, "2027-01-10", seconds: 100))
        #expect(try books.figures().expired == ServiceUnits(parsing: "99"))
        #expect(try books.store.verify().finding == nil)
    }

    @Test func `an import goes on over a restart`() async throws {
        let books = try await books()
        _ = try await take(books, run(1, "2026-01-10", seconds: 100))
        let again = try books.reopened()
        defer { again.stopAndRemove() }
        let came = try await take(
            again, run(1, "2026-01-10", seconds: 100), run(2, "2026-01-10", seconds: 100))
        #expect(came.map(\.fate) == [.known, .charged])
        #expect(try again.figures().charged == ServiceUnits(parsing: "2"))
    }
}
