/// Keeps a limit in slurmdbd for each account, so that with atolld gone Slurm itself stops who
/// overspends (decision 16).
///
/// On a thread of its own: Slurm's commands may hang until their deadline, and no poll, no answer and
/// no hook waits for them. What is about to be written is recorded first, so that after a crash it is
/// known whose a limit is.

import Bank
import Books
import Estimate
import Foundation
import Ledger
import Logging
import Records
import Store
import Synchronization
import Units

final class BackstopKeeper: Sendable {
    let cluster: String
    let tool: BackstopTool
    private let gauge: GaugeCommand
    private let bank: Bank
    let books: any OpenBooks
    private let logger: Logger
    let clock: @Sendable () -> Instant
    private let timer: WatchTimer
    private let ended = DispatchSemaphore(value: 0)
    private let picture = Mutex(BackstopPicture())
    /// One at a time talks to sacctmgr; held while it does.
    let desk = Mutex(Desk())

    struct Desk: Sendable {
        /// Looks in a row at which an account had nothing left.
        var emptyLooks: [String: Int] = [:]
        var config: (readAt: Instant, kind: BackstopKind, config: BackstopConfig)?
    }

    /// slurm.conf is read again so seldom.
    private static let configSeconds: Int64 = 3_600
    /// An account whose credit comes and goes is not closed at once: atolld itself refuses meanwhile.
    private static let emptyLooksNeeded = 2

    init(
        _ settings: WatchSettings, bank: Bank, books: any OpenBooks, logger: Logger,
        clock: @escaping @Sendable () -> Instant
    ) {
        cluster = settings.cluster
        (self.bank, self.books, self.logger, self.clock) = (bank, books, logger, clock)
        let timer = WatchTimer(pollSeconds: settings.backstopLookSeconds, share: 0.2)
        self.timer = timer
        func stopping(_ command: GaugeCommand) -> GaugeCommand {
            var command = command
            command.hasStopped = { timer.hasStopped }
            return command
        }
        gauge = stopping(settings.gauge)
        tool = BackstopTool(
            cluster: settings.cluster, sacctmgr: stopping(settings.sacctmgr),
            scontrol: stopping(settings.scontrol))
    }

    /// What is wrong now; nil: nothing.
    var problem: String? { picture.withLock { $0.problem } }
    var seen: BackstopPicture { picture.withLock { $0 } }

    /// - Parameters: asked anew at each look.
    func start(
        view: @escaping @Sendable () -> ClusterView, rules: @escaping @Sendable () -> WatchRules
    ) {
        let thread = Thread { [self] in
            Thread.current.name = "backstop-\(cluster)"
            var failed = false
            var seconds = 0.0
            // The first look comes after the first poll.
            while timer.waitForNext(readSeconds: seconds, failed: failed) {
                let begun = ContinuousClock.now
                failed = !look(view(), rules())
                seconds = (ContinuousClock.now - begun) / .seconds(1)
            }
            ended.signal()
        }
        thread.start()
    }

    func stop() {
        timer.stop()
        ended.wait()
    }

    /// - Returns: whether all went well.
    func look(_ view: ClusterView, _ rules: WatchRules) -> Bool {
        guard let kind = rules.backstop.kind, rules.backstop.standsStillBecause == nil else {
            var next = BackstopPicture()
            if rules.backstop.kind != nil {
                next.notes = [rules.backstop.standsStillBecause].compactMap { $0 }
            }
            picture.withLock { $0 = next }
            return true
        }
        guard view.isKnown else { return true }
        var next = BackstopPicture()
        do {
            let now = clock()
            let config = try config(kind, at: now)
            next.notes = config.notes
            if let problem = config.problem { throw BackstopProblem(problem) }
            let round = try round(view, rules, kind, at: now)
            (next.rows, next.problem) = (round.rows, round.problem)
            next.lookedAt = now
        } catch {
            // What was seen before is worth more than nothing.
            let before = seen
            (next.rows, next.lookedAt) = (before.rows, before.lookedAt)
            next.problem = "\(error)"
        }
        let before = picture.withLock { picture in
            defer { picture = next }
            return picture.problem
        }
        guard !timer.hasStopped else { return true }
        if let problem = next.problem {
            logger.log(
                level: problem == before ? .debug : .warning, "limits in slurmdbd",
                metadata: ["error": "\(problem)"])
        }
        return next.problem == nil
    }

    private func config(_ kind: BackstopKind, at now: Instant) throws -> BackstopConfig {
        try desk.withLock { desk in
            if let known = desk.config, known.kind == kind,
                now.seconds(since: known.readAt) < Self.configSeconds, known.config.problem == nil
            {
                return known.config
            }
            let read = try gauge.read(PlainDecoder<ConfigRecord>.self, ["config"])
            let settings = Dictionary(
                read.records.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
            let config = BackstopConfig(settings, kind: kind)
            desk.config = (now, kind, config)
            return config
        }
    }

    // MARK: One look

    private func round(
        _ view: ClusterView, _ rules: WatchRules, _ kind: BackstopKind, at now: Instant
    ) throws -> (rows: [BackstopSight], problem: String?) {
        try desk.withLock { desk in
            let standing = try tool.standing()
            let exempt = rules.observing.exemptPartitions
            let associations = view.associations
            let needs = bank.picture.backstopNeeds(
                on: cluster, partitions: view.partitionNames.filter { !exempt.contains($0) },
                accounts: Set(standing.keys), claims: try books.claimsAndReservations(on: cluster),
                isStrict: rules.backstop.isStrict, at: now,
                lineage: { associations.lineage(of: $0) })
            let uses = kind == .tresMinutes ? try tool.use(of: needs.map(\.account)) : [:]
            var targets: [BackstopTarget] = []
            for need in needs {
                let looks = need.left > .zero ? 0 : (desk.emptyLooks[need.account] ?? 0) + 1
                desk.emptyLooks[need.account] = looks
                targets += BackstopTarget.all(
                    for: need, kind: kind, use: uses[need.account], margin: rules.backstop.margin,
                    isEmpty: looks >= Self.emptyLooksNeeded)
            }
            let records = Dictionary(
                uniqueKeysWithValues: try books.backstopRecords(on: cluster).map {
                    (BackstopTarget.Key($0.account, $0.limit), $0)
                })
            let known = Set(targets.map(\.key))
            // No account of a project any more, not rated any more, or the other kind's.
            targets += records.keys.filter { !known.contains($0) }.sorted().map {
                BackstopTarget(key: $0)
            }
            return carryOut(
                targets, standing: standing, records: records, rules.backstop, at: now)
        }
    }

    private func carryOut(
        _ targets: [BackstopTarget], standing: [String: AssociationLimits],
        records: [BackstopTarget.Key: BackstopRecord], _ rules: BackstopRules, at now: Instant
    ) -> (rows: [BackstopSight], problem: String?) {
        var (rows, problem): ([BackstopSight], String?) = ([], nil)
        var failures = 0
        let byAccount = Dictionary(grouping: targets, by: \.key.account)
        for (account, targets) in byAccount.sorted(by: { $0.key < $1.key }) {
            var work = BackstopWork(account: account)
            for target in targets {
                work.add(
                    target, standing: standing[account]?[target.key.limit],
                    record: records[target.key], everySeconds: rules.everySeconds, at: now)
            }
            guard failures < 3, !timer.hasStopped else {
                rows += work.rows(on: cluster, failed: problem ?? "atolld stops", at: now)
                continue
            }
            do {
                try write(work, at: now)
                rows += work.rows(on: cluster, failed: nil, at: now)
            } catch {
                failures += (error as? BackstopProblem)?.isForAll ?? true ? 3 : 1
                problem = problem ?? "\(error)"
                rows += work.rows(on: cluster, failed: "\(error)", at: now)
            }
        }
        return (rows, problem)
    }

    private func write(_ work: BackstopWork, at now: Instant) throws {
        for item in work.items {
            switch item.step {
            case .settle: try books.note(item.written(item.standing, at: now), on: cluster)
            case .forget:
                try books.forgetBackstop(item.limit, of: work.account, on: cluster)
            case .write(let value):
                try books.note(item.intending(.write(value), at: now), on: cluster)
            case .clear: try books.note(item.intending(.clear, at: now), on: cluster)
            case .keep: break
            }
        }
        let changes = work.changes
        guard !changes.isEmpty else { return }
        try tool.set(changes, of: work.account)
        for item in work.items {
            switch item.step {
            case .write(let value):
                try books.note(item.written(value, at: now), on: cluster)
                logger.notice(
                    "limit written",
                    metadata: [
                        "account": "\(work.account)", "limit": "\(item.limit)", "value": "\(value)",
                    ])
            case .clear:
                try books.forgetBackstop(item.limit, of: work.account, on: cluster)
                logger.notice(
                    "limit cleared",
                    metadata: ["account": "\(work.account)", "limit": "\(item.limit)"])
            case .settle, .forget, .keep: break
            }
        }
    }
}
