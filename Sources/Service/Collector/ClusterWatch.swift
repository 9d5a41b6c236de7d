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
import Registry
import Synchronization
import Units

final class ClusterWatch: Sendable {
    let settings: WatchSettings
    private let bank: Bank
    let books: any OpenBooks
    let logger: Logger
    private let clock: @Sendable () -> Instant
    /// A clock that nobody sets: for pauses.
    let steadyClock: @Sendable () -> ContinuousClock.Instant
    private let timer: WatchTimer
    let gauge: GaugeCommand
    let keeper: StartKeeper
    let backstop: BackstopKeeper
    private let state: Mutex<State>
    private let ended = DispatchSemaphore(value: 0)
    private let wantsShape = Atomic<Bool>(false)

    /// What slurmdbd was to be asked about as the daemon started: what was noted then, and what has
    /// happened since the newest entry.
    private let noted: Instant?
    let owedBefore: Instant?
    /// When the newest entry was recorded as the daemon started.
    let recordedBefore: Instant?

    private struct State: Sendable {
        var view: ClusterView
        var health: WatchHealth
        var rules: WatchRules
        var tasks: [Int64: ArrayTask] = [:]
        /// When somebody had the shape read anew, whatever came of it.
        var shapeOrderedAt: Instant?
        var polls = PollCount()
    }

    init(
        _ settings: WatchSettings, bank: Bank, books: any OpenBooks, logger: Logger,
        clock: @escaping @Sendable () -> Instant,
        steadyClock: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        (self.settings, self.bank, self.books) = (settings, bank, books)
        (self.logger, self.clock, self.steadyClock) = (logger, clock, steadyClock)
        let timer = WatchTimer(pollSeconds: settings.pollSeconds, share: settings.share)
        self.timer = timer
        var gauge = settings.gauge
        gauge.hasStopped = { timer.hasStopped }
        self.gauge = gauge
        var scontrol = settings.scontrol
        scontrol.hasStopped = { timer.hasStopped }
        keeper = StartKeeper(
            cluster: settings.cluster, scontrol: scontrol, bank: bank, logger: logger)
        backstop = BackstopKeeper(
            settings, bank: bank, books: books, logger: logger, clock: clock)
        state = Mutex(
            State(
                view: .notYetKnown(settings.cluster),
                health: WatchHealth(
                    cluster: settings.cluster, pollSeconds: settings.pollSeconds),
                rules: settings.rules.rules(for: settings.cluster)))
        var (noted, recorded): (Instant?, Instant?)
        do {
            noted = try books.historyOwed(on: settings.cluster)
            recorded = try books.lastRecordedAt()
        } catch {
            logger.warning("what ended before is not asked for", metadata: ["error": "\(error)"])
        }
        (self.noted, recordedBefore) = (noted, recorded)
        owedBefore = [noted, recorded].compactMap { $0 }.min()
    }

    var modes: ModeBook { bank.modes }
    var view: ClusterView { state.withLock { $0.view } }
    var health: WatchHealth { state.withLock { $0.health } }
    var rules: WatchRules { state.withLock { $0.rules } }
    var polls: PollCount { state.withLock { $0.polls } }
    func arrayTask(_ job: Int64) -> ArrayTask? { state.withLock { $0.tasks[job] } }
    func follow(_ rules: WatchRules) {
        state.withLock { $0.rules = rules.rules(for: settings.cluster) }
    }
    func nudge() { timer.nudge() }
    /// - Returns: whether it is read; not where it was, or was to be, so short a while ago.
    @discardableResult
    func refreshShape(unlessReadWithin seconds: Int64) -> Bool {
        let now = clock()
        let isDue = state.withLock { state in
            // A clock that was set back must not keep anybody from it.
            let ages = [state.health.shapeReadAt, state.shapeOrderedAt].compactMap { $0 }
                .map { now.seconds(since: $0) }
            guard !ages.contains(where: (0..<seconds).contains) else { return false }
            state.shapeOrderedAt = now
            return true
        }
        guard isDue else { return false }
        wantsShape.store(true, ordering: .relaxed)
        timer.nudge()
        return true
    }

    func start() {
        let thread = Thread { [self] in
            Thread.current.name = "watch-\(settings.cluster)"
            watch()
            ended.signal()
        }
        thread.start()
        keeper.start()
        backstop.start(view: { [self] in view }, rules: { [self] in rules })
    }

    func stop() {
        timer.stop()
        ended.wait()
        keeper.stop()
        backstop.stop()
    }

    private func watch() {
        var memory = freshMemory()
        var failed: Bool
        repeat {
            failed = look(&memory)
        } while timer.waitForNext(
            readSeconds: memory.readSeconds, failed: failed, isUnreachable: memory.isUnreachable,
            tell: { seconds in
                let next = clock().advanced(bySeconds: Int64(seconds.rounded(.up)))
                state.withLock { $0.health.nextPollAt = next }
            })
    }

    /// What a watch knows as it begins: what slurmdbd is still to be asked about.
    func freshMemory() -> WatchMemory {
        var memory = WatchMemory(
            load: ReadingLoad(pollSeconds: settings.pollSeconds, share: settings.share))
        if let owedBefore { memory.historyOwed.add(since: owedBefore, at: steadyClock()) }
        memory.notedOwed = noted
        noteOwed(&memory, failed: false)
        return memory
    }

    /// Polls once and sees to what comes of it.
    ///
    /// - Returns: whether the cluster could not be read.
    func look(_ memory: inout WatchMemory) -> Bool {
        let begun = steadyClock()
        var failed = false
        (memory.readSeconds, memory.tookSeconds, memory.isUnreachable) = (0, 0, false)
        do { try poll(&memory) } catch {
            failed = true
            guard !timer.hasStopped else { return failed }
            let kind = (error as? GaugeFailure)?.kind
            memory.isUnreachable = kind == .controllerUnreachable
            // Who gave no answer in time may be busy; who can't be reached is not.
            if kind == .tooSlow {
                memory.readSeconds = memory.load.countUnanswered(
                    (steadyClock() - begun) / .seconds(1))
            }
            note(
                "the cluster was not read", problem: "\(error)",
                inShort: kind == .controllerUnreachable
                    ? "slurmctld can't be reached"
                    : kind == .tooSlow
                        ? "slurmctld does not answer in time" : "the queue can't be read")
        }
        noteOwed(&memory, failed: failed)
        return failed
    }

    /// Keeps in the journal what slurmdbd is still to be asked about: a restart must not forget it.
    private func noteOwed(_ memory: inout WatchMemory, failed: Bool) {
        let owed = memory.owedAtEnd(failed: failed)
        guard owed != memory.notedOwed else { return }
        do {
            try books.noteHistoryOwed(since: owed, on: settings.cluster)
            memory.notedOwed = owed
        } catch {
            // Tried again after each poll.
            logger.debug("not noted", metadata: ["error": "\(error)"])
        }
    }

    private func note(_ what: Logger.Message, problem: String, inShort: String) {
        let before = state.withLock { state in
            defer { (state.health.problem, state.health.problemInShort) = (problem, inShort) }
            return state.health.problem
        }
        // The same trouble again is not news.
        let level: Logger.Level = before == problem ? .debug : .warning
        logger.log(level: level, what, metadata: ["error": "\(problem)"])
    }

    // MARK: One poll

    private func poll(_ memory: inout WatchMemory) throws {
        try refreshShape(&memory)
        let begunAt = clock()
        let poll = state.withLock { state in
            state.polls.begun += 1
            return state.polls.begun
        }
        let reading = try timed(&memory, .jobs) { try gauge.read(JobDecoder.self, ["jobs"]) }
        report(reading, &memory)
        let tasks = ArrayTask.byJobID(in: reading.records)
        state.withLock { $0.tasks = tasks }
        // Read after the jobs and recorded before them: a job may be free inside of one.
        if let reservations = readReservations(&memory) {
            try observe(reservations, at: begunAt, &memory)
        } else {
            // Any of them may be gone.
            memory.reservations.forget(
                try books.openReservations(on: settings.cluster).filter { $0.state == .open })
        }
        let shown = try observing().observations(
            of: reading.records, at: begunAt, showsPending: true)
        let jobs = try findReservations(in: shown, &memory)
        try askLate(jobs, since: memory.lastShownAt)
        let unrecorded = record(jobs, &memory)
        if unrecorded?.mayPass != true { state.withLock { $0.polls.shown = poll } }
        memory.noteRecorded(
            unrecorded?.mayPass != true, begunAt: begunAt, now: steadyClock())
        let unanswered = try seeToVanished(
            Shown(shown, reading.records), begunAt: begunAt, &memory)
        try seeToHeldBack(reading.records, begunAt: begunAt)
        memory.lastShownAt = begunAt
        try settleReservations(&memory)
        let problem =
            unrecorded.map { "not everything was recorded: \($0)" }
            ?? unanswered?.description ?? memory.shapeProblem
            ?? keeper.problem.map { "a job that is held back is not let go: \($0)" }
            ?? backstop.problem.map { "limits in slurmdbd are not kept: \($0)" }
        state.withLock { state in
            state.health.polledAt = begunAt
            state.health.jobs = Int64(reading.records.count)
            state.health.readSeconds = memory.tookSeconds
        }
        if let problem {
            let isAccounting = unrecorded == nil && unanswered?.kind == .accountingUnreachable
            return note(
                "the cluster was not read in full", problem: problem,
                inShort: isAccounting ? "slurmdbd can't be reached" : "it was not read in full")
        }
        let before = state.withLock { state in
            defer { (state.health.problem, state.health.problemInShort) = (nil, nil) }
            return state.health.problem
        }
        if before != nil { logger.notice("the cluster is read again") }
    }

    /// Counts what the gauge took: slurmctld is to be asked only so much of the time.
    func timed<R>(
        _ memory: inout WatchMemory, _ kind: ReadingLoad.Kind, _ read: () throws -> R
    ) rethrows -> R {
        let begun = steadyClock()
        let result = try read()
        let seconds = (steadyClock() - begun) / .seconds(1)
        memory.tookSeconds += seconds
        memory.readSeconds += memory.load.count(seconds, of: kind)
        return result
    }

    func take(_ view: ClusterView) { state.withLock { $0.view = view } }

    private func refreshShape(_ memory: inout WatchMemory) throws {
        let now = steadyClock()
        let wanted = wantsShape.exchange(false, ordering: .relaxed)
        guard wanted || memory.shapeIsDue(at: now, every: settings.shapeSeconds) else { return }
        do {
            let shape = try timed(&memory, .shape) {
                try gauge.readShape(
                    of: settings.cluster, wantsAccounting: settings.hasAccounting)
            }
            memory.shapeProblem = nil
            memory.hasAccounting = shape.hasAccounting
            memory.shapeReadAt = now
            for problem in shape.problems where memory.isNews(problem) {
                logger.warning("left out of the cluster's view", metadata: ["what": "\(problem)"])
            }
            take(shape.view)
            let at = clock()
            state.withLock { $0.health.shapeReadAt = at }
        } catch {
            // With an older view admissions go on, and so does the watch.
            guard view.isKnown else { throw error }
            memory.shapeReadAt = now
            memory.shapeProblem = "the cluster's view is old: \(error)"
        }
    }

    func observing() throws -> Observing {
        let view = view
        let associations = view.associations
        let policy = rules.observing
        // What runs already is charged to its end, whatever is exempt meanwhile, and has one even
        // where it was cancelled within the second of its start.
        let open = Set(try books.runningRuns(on: settings.cluster).map(\.key))
        let running = Set(open.map(\.jobID))
        return Observing(
            cluster: settings.cluster, policy: policy,
            lineage: { associations.lineage(of: $0) },
            isAssociated: { view.isAssociated(user: $0, account: $1) },
            mostSeconds: { view.partition($0)?.record.maxTimeMinutes.map { $0 * 60 } },
            isRunning: running.contains, isOpen: open.contains)
    }

    func report<Record>(_ reading: Reading<Record>, _ memory: inout WatchMemory) {
        // The same row stands in every poll, though on another line.
        for problem in reading.problems
        where memory.isNews("\(problem.column ?? "") \(problem.reason)") {
            logger.warning("a record can't be read", metadata: ["what": "\(problem)"])
        }
        let more = reading.problemCount - reading.problems.count
        if more > 0, memory.isNews("more than \(reading.problems.count) unreadable records") {
            logger.warning("more records can't be read", metadata: ["count": "\(more)"])
        }
    }

    /// Hands what is news to the Bank and waits until it is recorded; returns why something was not.
    private func record(_ jobs: [JobObservation], _ memory: inout WatchMemory) -> BankError? {
        let news = memory.news(in: jobs, rates: bank.ratesVersion)
        let done = carryOut(news.map { .observe($0) })
        // What was set aside would be so at every poll: it is news again when it has changed.
        let mayPass = done.failed.filter { $0.1.mayPass }
        for (index, _) in mayPass { memory.forget(news[index]) }
        // A hook told of the job while slurmctld was read: the next poll is newer.
        for index in done.passedOver { memory.forget(news[index]) }
        return (mayPass.first ?? done.failed.first)?.1
    }

    /// Carries commands out in order; what failed, by its place.
    @discardableResult
    func perform(_ commands: [Command]) -> [(Int, BankError)] { carryOut(commands).failed }

    /// By the places of the commands.
    private struct Done {
        var failed: [(Int, BankError)] = []
        /// Of these not everything counted, since something newer was known.
        var passedOver: Set<Int> = []
    }

    private func carryOut(_ commands: [Command]) -> Done {
        let parts = commands.enumerated().flatMap { index, command in
            command.parts.map { (index, $0) }
        }
        var done = Done()
        // A few batches under way at once, never a whole queue full.
        for start in stride(from: 0, to: parts.count, by: 1_024) {
            let slice = parts[start..<min(start + 1_024, parts.count)]
            let results = Mutex<[(Int, BankResult)]>([])
            let group = DispatchGroup()
            for (index, command) in slice {
                group.enter()
                bank.submit(Order(caller: Order.collector, command: command)) { result in
                    results.withLock { $0.append((index, result)) }
                    group.leave()
                }
            }
            group.wait()
            for (index, result) in results.withLock({ $0 }) {
                switch result {
                case .failure(let error): done.failed.append((index, error))
                case .success(.passedOver): done.passedOver.insert(index)
                case .success: break
                }
            }
        }
        return done
    }
}
