/// The real Bank over the real Store on a faulty disk: orders in, answers out, crashes in between.

import Bank
import Books
import Foundation
import Logging
import Store
import Synchronization
import TestKit
import Units

package final class Session {
    package let disk: Disk
    package let clock: TestClock
    package var journal: String { disk.folder.appendingPathComponent("journal.db").path }
    package private(set) var bank: Bank
    package private(set) var store: JournalStore
    package private(set) var tables: Tables
    /// How often the journal was opened.
    package private(set) var starts = 0
    /// Set when the Bank says that its process should end.
    private var failure = Failure()

    private final class Failure: Sendable {
        private let flag = Atomic<Bool>(false)
        var isSet: Bool { flag.load(ordering: .relaxed) }
        func set() { flag.store(true, ordering: .relaxed) }
    }

    /// - Parameter strike: tells the disk when to fail, before anything is on it.
    package init(
        start: String = "2026-06-01T00:00:00Z", strike: ((Disk) -> Void)? = nil
    ) throws {
        disk = try Disk()
        clock = try TestClock(start)
        strike?(disk)
        (store, bank, tables) = try Self.openAtLast(disk, clock, failure, &starts, seed: 0)
    }

    /// Where the start itself is struck, the next one is tried.
    private static func openAtLast(
        _ disk: Disk, _ clock: TestClock, _ failure: Failure, _ starts: inout Int, seed: UInt64
    ) throws -> (JournalStore, Bank, Tables) {
        starts += 1
        do {
            return try open(disk, clock, failure)
        } catch  where disk.hasStruck {
            starts += 1
            _ = disk.restore(seed: seed)
            return try open(disk, clock, failure)
        }
    }

    private static func open(
        _ disk: Disk, _ clock: TestClock, _ failure: Failure
    ) throws -> (JournalStore, Bank, Tables) {
        let path = disk.folder.appendingPathComponent("journal.db").path
        let store = try JournalStore(path: path)
        var logger = Logger(label: "simulator")
        // What goes wrong here was asked for; what should not have is found in the answers.
        logger.handler = SwiftLogNoOpLogHandler()
        let bank = try Bank(
            store: store, logger: logger, clock: { clock.now }, onFailure: { _ in failure.set() })
        bank.start()
        return (store, bank, try Tables(path: path))
    }

    /// Whether only a new start helps.
    package var hasFailed: Bool { failure.isSet || disk.hasStruck }

    /// Hands `orders` over at once, so that they are one batch, and waits for all answers.
    ///
    /// - Returns: the answers by the place of their order, in the order they were given.
    package func perform(_ orders: [Order]) -> [(place: Int, answer: BankResult)] {
        let answers = Answers(expected: orders.count)
        guard orders.count > 1 else {
            for order in orders { bank.submit(order) { answers.take($0, place: 0) } }
            return answers.wait()
        }
        // The Bank's thread waits in this completion until everything is queued.
        let gate = DispatchSemaphore(value: 0)
        bank.submit(Order(caller: "gate", command: .tick)) { _ in gate.wait() }
        for (place, order) in orders.enumerated() {
            bank.submit(order) { answers.take($0, place: place) }
        }
        gate.signal()
        return answers.wait()
    }

    /// As a start after the power went: only what was synced is sure to be there.
    package func reopen(seed: UInt64) throws {
        bank.stop()
        tables.close()
        // With the power gone the files can't be closed properly, and need not be.
        try? store.close()
        _ = disk.restore(seed: seed)
        failure = Failure()
        (store, bank, tables) = try Self.openAtLast(
            disk, clock, failure, &starts, seed: seed &+ 1)
    }

    package func close() {
        bank.stop()
        tables.close()
        try? store.close()
    }
}

/// Collects answers on the Bank's thread. `Sendable`: all state is in the mutex.
private final class Answers: Sendable {
    private let given = Mutex<[(place: Int, answer: BankResult)]>([])
    private let expected: Int
    private let all = DispatchSemaphore(value: 0)

    init(expected: Int) { self.expected = expected }

    func take(_ answer: BankResult, place: Int) {
        let count = given.withLock { given in
            given.append((place, answer))
            return given.count
        }
        if count == expected { all.signal() }
    }

    func wait() -> [(place: Int, answer: BankResult)] {
        if expected > 0 { all.wait() }
        return given.withLock { $0 }
    }
}
