/// A watch over real books, with what slurmctld and slurmdbd have told by lines, as `Replay` reads them.

import Bank
import Books
import Foundation
import Ledger
import Logging
import Records
import Registry
import Store
import Synchronization
import TestKit
import Units

@testable import Collector

final class WatchScene {
    let books: TestBank
    private(set) var watch: ClusterWatch
    private let makeWatch: () -> ClusterWatch
    let t0: Instant
    private let told: Told
    private var memory: WatchMemory
    private let replay: Replay

    private final class Told: Sendable {
        let live = Mutex<[JobRecord]>([])
        let history = Mutex<[JobRecord]>([])
        let reservations = Mutex<[String]>([])
        let spans = Mutex<[String]>([])
        let isAccountingAway = Mutex(false)
        let areReservationsUnreadable = Mutex(false)

        func told(_ words: [String], at now: Instant) throws -> [UInt8]? {
            let asked = words[0]
            if asked.hasSuffix("history"), isAccountingAway.withLock({ $0 }) {
                throw GaugeFailure(.accountingUnreachable, "slurmdbd can't be reached")
            }
            if asked == "reservations", areReservationsUnreadable.withLock({ $0 }) {
                throw GaugeFailure(.tooSlow, "no answer within 20 s")
            }
            return switch asked {
            case "jobs": WatchScene.rows(.jobs, live.withLock { $0 }, at: now)
            case "history": WatchScene.rows(.history, history.withLock { $0 }, at: now)
            case "reservations":
                WatchScene.table(asked, reservations.withLock { $0 }, at: now)
            case "reservation-history": WatchScene.table(asked, spans.withLock { $0 }, at: now)
            default: nil
            }
        }
        /// Seconds until slurmctld tells its jobs.
        let slowness = Mutex<Int64>(0)
    }

    init(grant: String = "100") async throws {
        let clock = try TestClock()
        let books = try TestBank(clock: clock)
        _ = try await books.perform(.apply(.small(grant: grant), backdate: false))
        let begun = clock.now
        let told = Told()
        let shapes = PlayedSlurm(story: try PlayedStory(seed: 1), absence: nil, clock: clock)
        var gauge = GaugeCommand(program: "/nonexistent")
        gauge.standIn = { words in
            if words[0] == "jobs" { clock.advance(bySeconds: told.slowness.withLock { $0 }) }
            return try told.told(words, at: clock.now) ?? shapes.answer(words)
        }
        let steady = ContinuousClock.now
        makeWatch = { [gauge] in
            ClusterWatch(
                WatchSettings(cluster: "reef", gauge: gauge), bank: books.bank, books: books.store,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                clock: { clock.now },
                steadyClock: { steady.advanced(by: .seconds(clock.now.seconds(since: begun))) })
        }
        watch = makeWatch()
        (self.books, self.told) = (books, told)
        (t0, replay) = (begun, Replay(books))
        memory = watch.freshMemory()
    }

    deinit { books.stopAndRemove() }

    private static func rows(
        _ kind: RecordKind, _ records: [JobRecord], at now: Instant
    ) -> [UInt8] {
        var writer = RecordWriter<JobColumn>(
            Preamble(kind: kind, cluster: "reef", atEpochSeconds: now.epochSeconds),
            columns: JobColumn.written)
        for record in records { writer.write(record.value) }
        writer.finish()
        return writer.takeBytes()
    }

    private static func table(_ kind: String, _ lines: [String], at now: Instant) -> [UInt8] {
        let first = "#atoll-records 1 kind=\(kind) cluster=reef at=\(now.epochSeconds)"
        let head = "ReservationName|Start|End|Nodes|TRES|Accounts|Partition|Associations"
        return Array(
            ([first, head] + lines + ["#end rows=\(lines.count)", ""])
                .joined(separator: "\n").utf8)
    }

    /// A reservation of two cores for astro from `start` to `end`, seconds after `t0`: as slurmctld
    /// shows it from now on, and slurmdbd; nil: it shows none.
    func reserve(shown: (name: String, start: Int64, end: Int64)?) {
        told.reservations.withLock { $0 = shown.map { [line($0, "astro")] } ?? [] }
    }

    /// - Parameter associations: by number, as slurmdbd has them: 2 is astro, 3 ada in astro.
    func recordReservation(
        _ name: String, from start: Int64, to end: Int64, associations: String = "",
        more: Bool = false
    ) {
        let line = line((name, start, end), "", associations)
        told.spans.withLock { $0 = (more ? $0 : []) + [line] }
    }

    private func line(
        _ it: (name: String, start: Int64, end: Int64), _ account: String,
        _ associations: String = ""
    ) -> String {
        let time = { [t0] (second: Int64) in t0.advanced(bySeconds: second).epochSeconds }
        return "\(it.name)|\(time(it.start))|\(time(it.end))||cpu=2|\(account)|cpu|"
            + associations
    }

    var areReservationsUnreadable: Bool {
        get { told.areReservationsUnreadable.withLock { $0 } }
        set { told.areReservationsUnreadable.withLock { $0 = newValue } }
    }

    /// Whether slurmdbd answers from now on.
    func setAccounting(isAway: Bool) { told.isAccountingAway.withLock { $0 = isAway } }

    var slowness: Int64 {
        get { told.slowness.withLock { $0 } }
        set { told.slowness.withLock { $0 = newValue } }
    }

    /// atolld is started again: what the watch remembered is gone.
    func startAgain() {
        watch = makeWatch()
        memory = watch.freshMemory()
    }

    /// What of the last poll counts as slurmctld's work.
    var countedSeconds: Double { memory.readSeconds }

    /// What slurmdbd has from now on.
    func record(_ lines: String...) throws {
        let records = try replay.records(lines)
        told.history.withLock { $0 = records }
    }

    /// A poll so many seconds after `t0`, in which slurmctld shows this.
    ///
    /// - Returns: what is wrong; nil: nothing.
    @discardableResult
    func poll(at second: Int64, _ lines: String...) throws -> String? {
        let records = try replay.records(lines)
        told.live.withLock { $0 = records }
        let pause = t0.advanced(bySeconds: second).seconds(since: books.clock.now)
        books.clock.advance(bySeconds: pause)
        _ = watch.look(&memory)
        return watch.health.problem
    }

    /// What runs of a job that have ended are charged in all.
    func charge(of job: Int64) throws -> String {
        guard let always = Interval(start: t0, end: t0.advanced(bySeconds: 1_000_000)) else {
            return ""
        }
        return try books.store.runs(of: "reef", endedIn: always)
            .filter { $0.key.jobID == job }.reduce(.zero) { $0 + $1.charged }.description
    }

    /// "available held charged".
    func figures() throws -> String { try replay.figures() }
}
