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
    private let settings: WatchSettings
    private let bank: Bank
    private let books: any OpenBooks
    private let logger: Logger
    private let clock: @Sendable () -> Instant
    private let timer: WatchTimer
    private let shown: Mutex<Shown>
    private let ended = DispatchSemaphore(value: 0)
    private let wantsShape = Atomic<Bool>(false)

    private struct Shown: Sendable {
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
        shown = Mutex(
            Shown(
                view: .notYetKnown(settings.cluster),
                health: WatchHealth(cluster: settings.cluster)))
    }

    var view: ClusterView { shown.withLock { $0.view } }
    var health: WatchHealth { shown.withLock { $0.health } }
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
        let before = shown.withLock { shown in
            defer { shown.health.problem = "\(error)" }
            return shown.health.problem
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
        try record(jobs, &memory)
        let requeued = try seeToOpenClaims(jobs, begunAt: begunAt, &memory)
        endRequeued(requeued, reading.records, at: begunAt)
        shown.withLock { shown in
            if shown.health.problem != nil { logger.notice("the cluster is read again") }
            shown.health.polledAt = begunAt
            shown.health.jobs = Int64(reading.records.count)
            shown.health.problem = nil
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
            shown.withLock { $0.view = shape.view }
        } catch {
            // With an older view admissions go on, and so does the watch.
            guard view.isKnown else { throw error }
            logger.warning("the cluster's view is old", metadata: ["error": "\(error)"])
        }
    }

    private func observing() -> Observing {
        let associations = view.associations
        return Observing(
            cluster: settings.cluster, policy: settings.policy,
            lineage: { associations.lineage(of: $0) },
            isAssociated: { associations.isEmpty || associations.includes(user: $0, account: $1) })
    }

    private func report(_ problems: [RowProblem], count: Int) {
        for problem in problems {
            logger.warning("a record can't be read", metadata: ["what": "\(problem)"])
        }
        if count > problems.count {
            logger.warning("more records can't be read", metadata: ["count": "\(count)"])
        }
    }

    /// Hands what is news to the Bank and waits until it is recorded.
    private func record(_ jobs: [JobObservation], _ memory: inout WatchMemory) throws {
        var news: [(job: JobObservation, print: Int)] = []
        var prints: [Int64: Int] = [:]
        for job in jobs {
            let print = job.fingerprint
            prints[job.jobID] = print
            if memory.prints[job.jobID] != print { news.append((job, print)) }
        }
        let failed = perform(news.map { .observe($0.job) })
        // What could not be recorded is news again at the next poll.
        for (index, _) in failed { prints[news[index].job.jobID] = nil }
        memory.prints = prints
        if let (_, error) = failed.first {
            throw GaugeFailure(.failed, "not everything was recorded: \(error)")
        }
    }

    /// Carries commands out in order; what failed, by its place.
    @discardableResult
    private func perform(_ commands: [Command]) -> [(Int, BankError)] {
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

    // MARK: What is held and not shown

    /// - Returns: runs that are over, by what only slurmctld can tell.
    private func seeToOpenClaims(
        _ jobs: [JobObservation], begunAt: Instant, _ memory: inout WatchMemory
    ) throws -> [Run] {
        let shown = Set(jobs.map(\.jobID))
        let claims = try books.openClaims(on: settings.cluster)
        memory.countGoodPoll()
        let lapsed = memory.lapsed(
            claims, begunAt: begunAt, afterSeconds: settings.unclaimedAfterSeconds)
        perform(lapsed.map { .release(claim: $0, because: "no job came for it") })
        let gone = claims.filter { claim in
            claim.state == .bound && claim.createdAt < begunAt
                && claim.reference.number.map { !shown.contains($0) } ?? false
        }
        // By its key: a job that was queued again is shown, its earlier run is not.
        let shownRuns = Set(jobs.flatMap { $0.runs.map(\.key) })
        let running = try books.runningRuns(on: settings.cluster)
            .filter { !shownRuns.contains($0.key) }
        if memory.hasAccounting, !gone.isEmpty || !running.isEmpty || memory.isFirstPoll {
            try askHistory(gone: gone, running: running, at: begunAt, memory)
        }
        memory.isFirstPoll = false
        // A job that slurmctld has forgotten waits no more; a run of it stays held until its end
        // is known.
        let forgotten = memory.forgotten(gone, begunAt: begunAt)
        perform(forgotten.map { .release(claim: $0, because: "its job is gone") })
        return memory.hasAccounting ? [] : running
    }

    /// Without slurmdbd a run that ended in a requeue is known by its job's new submission.
    private func endRequeued(_ runs: [Run], _ records: [JobRecord], at now: Instant) {
        guard !runs.isEmpty else { return }
        let byID = Dictionary(records.map { ($0.rawJobID, $0) }, uniquingKeysWith: { $1 })
        let observing = observing()
        perform(
            runs.compactMap { run in
                byID[run.key.jobID].flatMap { observing.end(of: run, by: $0, at: now) }
            }.map { .observe($0) })
    }

    /// What slurmctld has forgotten slurmdbd may know: runs that ended unseen.
    private func askHistory(
        gone: [Claim], running: [Run], at now: Instant, _ memory: WatchMemory
    ) throws {
        var from = now
        for claim in gone { from = min(from, claim.createdAt) }
        for run in running { from = min(from, run.start) }
        if memory.isFirstPoll, let last = try books.lastRecordedAt() { from = min(from, last) }
        from = max(from.advanced(bySeconds: -60), settings.policy.bornAt)
        guard from < now else { return }
        let reading = try settings.gauge.read(
            JobDecoder.self,
            [
                "history", "--start", String(from.epochSeconds), "--end",
                String(now.advanced(bySeconds: 1).epochSeconds),
            ])
        report(reading.problems, count: reading.problemCount)
        let wanted = Set(gone.compactMap(\.reference.number) + running.map(\.key.jobID))
        let ended = observing().observations(of: reading.records, at: now, showsPending: false)
            .compactMap { job -> JobObservation? in
                var job = job
                job.runs.removeAll { $0.end == nil }
                let isWanted =
                    memory.isFirstPoll || wanted.contains(job.jobID)
                    || job.runs.contains { wanted.contains($0.key.jobID) }
                return isWanted && !job.runs.isEmpty ? job : nil
            }
        perform(ended.map { .observe($0) })
    }
}
