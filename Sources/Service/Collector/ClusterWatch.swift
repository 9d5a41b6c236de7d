/// One cluster's watch: poll the gauge, tell the Bank what is news, see to what has vanished.
///
/// A gauge that fails, hangs or prints nonsense is logged and tried again with growing pauses; no
/// admission ever waits for it.

import Bank
import Books
import Estimate
import Foundation
import Ledger
import Logging
import Records
import Synchronization
import Units

final class ClusterWatch: Sendable {
    let settings: WatchSettings
    private let bank: Bank
    let books: any OpenBooks
    let logger: Logger
    private let clock: @Sendable () -> Instant
    private let timer: WatchTimer
    private let state: Mutex<State>
    private let ended = DispatchSemaphore(value: 0)
    private let wantsShape = Atomic<Bool>(false)

    private struct State: Sendable {
        var view: ClusterView
        var health: WatchHealth
    }

    init(
        _ settings: WatchSettings, bank: Bank, books: any OpenBooks, logger: Logger,
        clock: @escaping @Sendable () -> Instant
    ) {
        (self.settings, self.bank, self.books) = (settings, bank, books)
        (self.logger, self.clock) = (logger, clock)
        timer = WatchTimer(pollSeconds: settings.pollSeconds, share: settings.share)
        state = Mutex(
            State(
                view: .notYetKnown(settings.cluster),
                health: WatchHealth(cluster: settings.cluster)))
    }

    var view: ClusterView { state.withLock { $0.view } }
    var health: WatchHealth { state.withLock { $0.health } }
    func nudge() { timer.nudge() }
    func refreshShape() {
        wantsShape.store(true, ordering: .relaxed)
        timer.nudge()
    }

    func start() {
        let thread = Thread { [self] in
            watch()
            ended.signal()
        }
        thread.name = "watch-\(settings.cluster)"
        thread.start()
    }

    func stop() {
        timer.stop()
        ended.wait()
    }

    private func watch() {
        var memory = WatchMemory()
        var failed = false
        var spent = 0.0
        repeat {
            let begun = ContinuousClock.now
            do {
                try poll(&memory)
                failed = false
            } catch {
                failed = true
                note(error)
            }
            spent = (ContinuousClock.now - begun) / .seconds(1)
        } while timer.waitForNext(spentSeconds: spent, failed: failed)
    }

    private func note(_ error: any Error) {
        let before = state.withLock { state in
            defer { state.health.problem = "\(error)" }
            return state.health.problem
        }
        // The same trouble again is not news.
        let level: Logger.Level = before == "\(error)" ? .debug : .warning
        logger.log(level: level, "the cluster was not read", metadata: ["error": "\(error)"])
    }

    // MARK: One poll

    private func poll(_ memory: inout WatchMemory) throws {
        try refreshShape(&memory)
        let begunAt = clock()
        let reading = try settings.gauge.read(JobDecoder.self, ["jobs"])
        report(reading.problems, count: reading.problemCount)
        let observing = observing()
        let jobs = observing.observations(of: reading.records, at: begunAt, showsPending: true)
        let unrecorded = record(jobs, &memory)
        // One job's trouble must not keep other jobs' holds from going.
        try seeToVanished(Shown(jobs, reading.records), begunAt: begunAt, &memory)
        if let unrecorded { note(unrecorded) }
        state.withLock { state in
            state.health.polledAt = begunAt
            state.health.jobs = Int64(reading.records.count)
            guard unrecorded == nil else { return }
            if state.health.problem != nil { logger.notice("the cluster is read again") }
            state.health.problem = nil
        }
    }

    private func refreshShape(_ memory: inout WatchMemory) throws {
        let now = ContinuousClock.now
        let wanted = wantsShape.exchange(false, ordering: .relaxed)
        guard wanted || memory.shapeIsDue(at: now, every: settings.shapeSeconds) else { return }
        do {
            let shape = try settings.gauge.readShape(
                of: settings.cluster, wantsAccounting: settings.hasAccounting)
            memory.hasAccounting = shape.hasAccounting
            memory.shapeReadAt = now
            for problem in shape.problems where memory.isNews(problem) {
                logger.warning("left out of the cluster's view", metadata: ["what": "\(problem)"])
            }
            state.withLock { $0.view = shape.view }
        } catch {
            // With an older view admissions go on, and so does the watch.
            guard view.isKnown else { throw error }
            logger.warning("the cluster's view is old", metadata: ["error": "\(error)"])
        }
    }

    func observing() -> Observing {
        let associations = view.associations
        return Observing(
            cluster: settings.cluster, policy: settings.policy,
            lineage: { associations.lineage(of: $0) },
            isAssociated: { associations.isEmpty || associations.includes(user: $0, account: $1) })
    }

    func report(_ problems: [RowProblem], count: Int) {
        for problem in problems {
            logger.warning("a record can't be read", metadata: ["what": "\(problem)"])
        }
        if count > problems.count {
            logger.warning("more records can't be read", metadata: ["count": "\(count)"])
        }
    }

    /// Hands what is news to the Bank and waits until it is recorded; why some of it was not.
    private func record(
        _ jobs: [JobObservation], _ memory: inout WatchMemory
    ) -> GaugeFailure? {
        let news = memory.news(in: jobs)
        let failed = perform(news.map { .observe($0) })
        for (index, _) in failed { memory.forget(news[index]) }
        return failed.first.map { _, error in
            GaugeFailure(.failed, "not everything was recorded: \(error)")
        }
    }

    /// Carries commands out in order; what failed, by its place.
    @discardableResult
    func perform(_ commands: [Command]) -> [(Int, BankError)] {
        var failed: [(Int, BankError)] = []
        // A few batches under way at once, never a whole queue full.
        for start in stride(from: 0, to: commands.count, by: 1_024) {
            let slice = commands[start..<min(start + 1_024, commands.count)]
            let results = Mutex<[(Int, BankResult)]>([])
            let group = DispatchGroup()
            for (index, command) in slice.enumerated() {
                group.enter()
                bank.submit(Order(caller: "collector", command: command)) { result in
                    results.withLock { $0.append((start + index, result)) }
                    group.leave()
                }
            }
            group.wait()
            for (index, result) in results.withLock({ $0 }) {
                if case .failure(let error) = result { failed.append((index, error)) }
            }
        }
        return failed
    }
}
