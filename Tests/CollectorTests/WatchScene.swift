/// A watch over real books, with what slurmctld and slurmdbd have told by lines, as `Replay` reads them.

import Bank
import Books
import Foundation
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
    let watch: ClusterWatch
    let t0: Instant
    private let told: Told
    private var memory: WatchMemory
    private let replay: Replay

    private final class Told: Sendable {
        let live = Mutex<[JobRecord]>([])
        let history = Mutex<[JobRecord]>([])
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
            switch words[0] {
            case "jobs": WatchScene.rows(.jobs, told.live.withLock { $0 }, at: clock.now)
            case "history": WatchScene.rows(.history, told.history.withLock { $0 }, at: clock.now)
            case "reservations", "reservation-history":
                Array(
                    """
                    #atoll-records 1 kind=\(words[0]) cluster=reef at=\(clock.now.epochSeconds)
                    ReservationName|Start|End|Nodes|TRES|Accounts|Partition
                    #end rows=0

                    """.utf8)
            default: try shapes.answer(words)
            }
        }
        let steady = ContinuousClock.now
        watch = ClusterWatch(
            WatchSettings(cluster: "reef", gauge: gauge), bank: books.bank, books: books.store,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            clock: { clock.now },
            steadyClock: { steady.advanced(by: .seconds(clock.now.seconds(since: begun))) })
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

    /// "available held charged".
    func figures() throws -> String { try replay.figures() }
}
