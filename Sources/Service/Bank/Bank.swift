/// The one writer: takes orders from everybody, and carries them out one after another on its own thread.
///
/// Invariant: nobody is answered before COMMIT, and nothing else enters between load and COMMIT.

import Books
import Foundation
import Ledger
import Logging
import Registry
import Store
import Synchronization
import Threads
import Units

package final class Bank: Sendable {
    /// Most orders in one transaction, by weight: an admission waits for the batch before its own.
    package static let batchLimit = 64
    /// Runs of bulk orders between two looks at what else waits, while hooks ask: so long an admission may
    /// have to wait.
    package static let bulkRunLimit = 64
    /// The same while no hook has asked for a moment, as far as an order takes no longer than
    /// `bulkNanoseconds`: an allocation's pool is read, and its balance written, once an order.
    package static let quietBulkRunLimit = 1_024
    static let bulkNanoseconds: Int64 = 25_000_000
    /// As many runs of bulk orders in a transaction, and it is committed: what COMMIT has to write.
    package static let bulkTransactionLimit = 1_024
    /// Orders that may wait; more are answered *unavailable* at once.
    package static let queueLimit = 8_192

    package typealias Completion = @Sendable (BankResult) -> Void
    struct Waiting: Sendable {
        let order: Order
        let completion: Completion
    }

    package let picture: Picture
    let store: JournalStore
    let logger: Logger
    let clock: @Sendable () -> Instant
    /// Called once when the journal can't be trusted or written any more; the process should end.
    let onFailure: @Sendable (String) -> Void
    let queue = OrderQueue<Waiting>(limit: Bank.queueLimit)
    let quarantine = Mutex<[Quarantined]>([])
    let passedRaises = Mutex(PassedRaises())
    let hasFailed = Atomic<Bool>(false)
    /// Seconds since 1970.
    let noticesClearedAt = Atomic<Int64>(0)
    private let precedence: Precedence?
    /// In use while hooks ask.
    package let rightOfWay = RightOfWay()
    /// Nanoseconds that a run of the last long bulk order took; at first a guess.
    let nanosecondsPerRun = Atomic<Int64>(25_000)

    /// - Parameter precedence: of what hooks ask; nil: it is not wanted.
    package init(
        store: JournalStore, logger: Logger, precedence: Precedence? = nil,
        clock: @escaping @Sendable () -> Instant,
        onFailure: @escaping @Sendable (String) -> Void
    ) throws {
        (self.store, self.logger, self.clock) = (store, logger, clock)
        self.precedence = precedence
        self.onFailure = onFailure
        picture = try Picture(of: store)
    }

    /// Starts the writer's thread.
    package func start() {
        let thread = Thread { [self] in
            // As `top -H` shows it; it takes only on the thread itself.
            Thread.current.name = "bank"
            if let precedence, let reason = precedence.take() {
                logger.notice(
                    "what is admitted is recorded with no precedence",
                    metadata: ["why": "\(reason)"])
            }
            while let batch = queue.take(
                atMost: Self.batchLimit, bulkAtMost: Self.bulkRunLimit)
            { carryOutInTurn(batch) }
        }
        thread.start()
    }

    private func carryOutInTurn(_ batch: [Waiting]) {
        guard let precedence, !batch.contains(where: \.order.command.isAskedByHooks) else {
            return carryOut(batch)
        }
        precedence.sharing { carryOut(batch) }
    }

    /// Lets what waits be carried out, then ends; returns when the thread is through.
    package func stop() { queue.close() }

    /// How many runs a bulk order may have now.
    package var bulkRunsPerOrder: Int {
        if rightOfWay.isInUse { return Self.bulkRunLimit }
        let pace = max(nanosecondsPerRun.load(ordering: .relaxed), 1)
        let runs = min(Self.bulkNanoseconds / pace, Int64(Self.quietBulkRunLimit))
        return max(Int(runs), Self.bulkRunLimit)
    }

    /// Queues an order; `completion` runs on the Bank's thread after COMMIT.
    package func submit(_ order: Order, completion: @escaping Completion) {
        if order.command.isAskedByHooks { rightOfWay.noteAsking() }
        let isPut = queue.put(
            Waiting(order: order, completion: completion), in: order.lane, weight: order.weight)
        guard isPut else {
            completion(.failure(.unavailable("too much is waiting to be recorded")))
            return
        }
    }

    /// As `submit`, for callers that can wait.
    package func perform(_ order: Order) async throws(BankError) -> Outcome {
        let result: BankResult = await withCheckedContinuation { continuation in
            submit(order) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    package var quarantined: [Quarantined] { quarantine.withLock { $0 } }
    package var waiting: Int { queue.count }
    /// Another one after each change of rates, factors, resources or modes: what waits is held anew.
    package var ratesVersion: Int64 {
        let registry = picture.tip.registry
        return max(registry.rateBook.version, registry.modes.version)
    }
    /// What is refused where, as of the last COMMIT.
    package var modes: ModeBook { picture.tip.registry.modes }
    package var epoch: Int64 { store.epoch }
}
