/// A dump of a cluster's month goes into new books and is then held against the same record: each
/// account is charged to the micro-SU what plain arithmetic makes of the file.
///
/// With ATOLL_DUMP=FILE also a file of one's own (`sacct -aDP` of cluster pozidriv, times in UTC).

import Bank
import Books
import Estimate
import Foundation
import Ledger
import Logging
import Rates
import Records
import Registry
import Store
import Synchronization
import TestKit
import Testing
import Units

@testable import Collector

@Suite struct DumpTests {
    @Test(arguments: PlainDump.all())
    func `what a dump comes to is charged, found alike, and each second of a change is found`(
        dump: PlainDump
    ) async throws {
        let due = try dump.dueByAccount()
        let books = try TestBank(clock: TestClock("2017-03-01T00:00:00Z"))
        defer { books.stopAndRemove() }
        _ = try await books.perform(.apply(try site(due.keys.sorted()), backdate: true))
        let slurm = MonthSlurm("pozidriv")
        let collector = collector(books, slurm)
        let records = try records(of: dump)
        let runs = try await importAll(records, collector, books)
        for (account, amount) in due {
            let charged = try books.figures(account).charged.microSU
            #expect(charged == amount, "\(account)")
        }
        // Once more: all of it is known.
        #expect(try await importAll(records, collector, books) == 0)

        slurm.state.withLock { $0.rows = records }
        let clean = try reconcile(collector, books)
        #expect(clean.corrected == 0 && clean.person == 0 && clean.runs == Int64(runs))
        let place = try #require(
            records.firstIndex { job in
                job.end.map { end in job.start.map { end > $0 } ?? false } ?? false
            })
        slurm.state.withLock {
            $0.rows[place].end = $0.rows[place].end?.advanced(bySeconds: 1)
        }
        #expect(try reconcile(collector, books).corrected == 1)
        #expect(try reconcile(collector, books).corrected == 0)
        #expect(try books.store.verify().finding == nil)
    }

    // MARK: The books

    private func site(_ accounts: [String]) throws -> Site {
        let years = Interval(
            start: try Instant(parsing: "2016-01-01"), end: try Instant(parsing: "2018-01-01"))!
        var site = Site()
        site.clusters = [SiteCluster(name: "pozidriv")]
        site.resources = try PlainDump.prices.map { price in
            let rates = try price.steps.enumerated().map { place, step in
                let next = price.steps.dropFirst(place + 1).first?.from
                let window = Interval(
                    start: max(Instant(epochSeconds: step.from), years.start),
                    end: next.map(Instant.init(epochSeconds:)) ?? years.end)!
                return SiteRate(
                    suPerHour: try Rational(Int128(step.milliSU), over: 1_000), window: window)
            }
            return SiteResource(
                name: price.tres, type: price.tres, tres: TRESName(price.tres), scope: .everywhere,
                rates: rates)
        }
        site.projects = try accounts.map { account in
            SiteProject(
                name: account, accounts: [account],
                allocations: [
                    SiteAllocation(
                        name: account, clusters: ["pozidriv"],
                        initial: try ServiceUnits(parsing: "1000000"), window: years, members: [])
                ])
        }
        return site
    }

    private func collector(_ books: TestBank, _ slurm: MonthSlurm) -> Collector {
        slurm.watched(
            as: "pozidriv", from: Instant(epochSeconds: 1_451_606_400), by: books)
    }

    // MARK: Import and reconciliation

    private func records(of dump: PlainDump) throws -> [JobRecord] {
        var reader = JobReader(ReadSettings(maxProblemsKept: 5))
        let records = try reader.read(
            Array(try String(contentsOfFile: dump.path, encoding: .utf8).utf8))
        try reader.finish()
        #expect(reader.problems.isEmpty)
        #expect(records.count == (try dump.lines().count) - 1)
        return records
    }

    /// Returns how many runs were new.
    private func importAll(
        _ records: [JobRecord], _ collector: Collector, _ books: TestBank
    ) async throws -> Int {
        let history = collector.historyImport(of: "pozidriv", at: books.clock.now)
        let runs = records.compactMap { record -> ImportedRun? in
            guard case .run(let run) = history.take(record) else { return nil }
            return run
        }
        var count = 0
        for start in stride(from: 0, to: runs.count, by: 64) {
            let batch = ImportBatch(
                cluster: "pozidriv", runs: Array(runs[start..<min(start + 64, runs.count)]))
            guard case .imported(let done) = try await books.perform(.importRuns(batch)) else {
                Issue.record("not imported")
                continue
            }
            count += done.runs.filter { $0.fate == .charged || $0.fate == .free }.count
        }
        return count
    }

    private func reconcile(
        _ collector: Collector, _ books: TestBank
    ) throws -> ReconciliationPass {
        let clock = books.clock
        let reconciler = Reconciler(
            collector, bank: books.bank, store: books.store, logger: silent, clock: { clock.now })
        return try reconciler.reconcile(
            ReconcileOrder(
                cluster: "pozidriv", start: Instant(epochSeconds: 1_472_688_000), caller: "test")
        ) { _ in }
    }
}
