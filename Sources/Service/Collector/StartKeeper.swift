/// Lets jobs go that were held back and may start again, and holds what was found running and may not.
///
/// On a thread of its own: Slurm's commands may hang until their deadline, and neither a poll nor an
/// answer to a hook waits for them. What fails is tried again with growing pauses.

import Bank
import Books
import Foundation
import Ledger
import Logging
import Records
import Synchronization
import Units

/// What one poll leaves to do; a newer one takes its place.
struct KeeperWork: Sendable {
    struct Held: Sendable {
        let row: HeldBack
        let comment: String?
        let request: StartRequest
    }
    struct ToHold: Sendable {
        let row: HeldBack
        let comment: String?
    }

    /// Jobs that Slurm holds because Atoll said so.
    var held: [Held] = []
    /// Jobs that run and may not.
    var toHold: [ToHold] = []
    /// Raw ids of jobs that wait and are not held: those let go have yet to start.
    var waiting: Set<Int64> = []
    let rules: StartRules

    init(rules: StartRules) { self.rules = rules }
}

final class StartKeeper: Sendable {
    private let cluster: String
    private let scontrol: GaugeCommand
    private let bank: Bank
    private let logger: Logger
    private let mailbox = KeeperMailbox()
    private let ended = DispatchSemaphore(value: 0)
    private let state = Mutex(State())

    private struct State: Sendable {
        /// Credit that jobs let go have yet to take, by allocation and raw job id.
        var promises: [Int64: (allocation: String, more: ServiceUnits)] = [:]
        var problem: String?
    }

    /// By what Slurm's commands call the job.
    private struct Trouble {
        var failures = 0
        var notBefore = ContinuousClock.now
        var error = ""
    }

    init(cluster: String, scontrol: GaugeCommand, bank: Bank, logger: Logger) {
        (self.cluster, self.scontrol) = (cluster, scontrol)
        (self.bank, self.logger) = (bank, logger)
    }

    /// Why jobs that may start are still held; nil: nothing is wrong.
    var problem: String? { state.withLock { $0.problem } }
    var hasPromises: Bool { state.withLock { !$0.promises.isEmpty } }
    func take(_ work: KeeperWork) { mailbox.put(work) }

    func start() {
        let thread = Thread { [self] in
            Thread.current.name = "starts-\(cluster)"
            var troubles: [String: Trouble] = [:]
            while let work = mailbox.next() { carryOut(work, &troubles) }
            ended.signal()
        }
        thread.start()
    }

    func stop() {
        mailbox.close()
        ended.wait()
    }

    private func carryOut(_ work: KeeperWork, _ troubles: inout [String: Trouble]) {
        state.withLock { state in
            state.promises = state.promises.filter { work.waiting.contains($0.key) }
            state.problem = nil
        }
        for job in work.toHold {
            let name = SlurmJobName.toHold(job.row.jobName)
            attempt(name, &troubles) { try hold(job, as: name, work.rules) }
        }
        // The tasks of a het job are held and released together.
        let groups = Dictionary(grouping: work.held) { SlurmJobName.toHold($0.row.jobName) }
        let oldestFirst = groups.sorted {
            ($0.value[0].row.at, $0.key) < ($1.value[0].row.at, $1.key)
        }
        for (name, jobs) in oldestFirst {
            attempt(name, &troubles) { try letGo(jobs, as: name) }
        }
        let names = Set(groups.keys).union(work.toHold.map { SlurmJobName.toHold($0.row.jobName) })
        troubles = troubles.filter { names.contains($0.key) }
    }

    private func attempt(
        _ name: String, _ troubles: inout [String: Trouble], _ body: () throws -> Void
    ) {
        guard !mailbox.isClosed else { return }
        var trouble = troubles[name] ?? Trouble()
        guard ContinuousClock.now >= trouble.notBefore else {
            return state.withLock { $0.problem = $0.problem ?? trouble.error }
        }
        do {
            try body()
            troubles[name] = nil
        } catch {
            trouble.failures += 1
            let pause = min(10 << min(trouble.failures - 1, 6), 600)
            trouble.notBefore = .now.advanced(by: .seconds(pause))
            trouble.error = "\(error)"
            troubles[name] = trouble
            state.withLock { $0.problem = "\(error)" }
            logger.warning(
                "a job that is held back",
                metadata: ["job": "\(name)", "error": "\(error)", "again_seconds": "\(pause)"])
        }
    }

    // MARK: Letting go

    private func letGo(_ jobs: [KeeperWork.Held], as name: String) throws {
        var promised: [Int64: (allocation: String, more: ServiceUnits)] = [:]
        for job in jobs {
            let answer = review(job.request, beside: promised)
            switch answer {
            case .may(let allocation, _, let more, _):
                promised[job.row.run.jobID] = (allocation, max(more, .zero))
            case .unaccounted, .tolerated: break
            case .mayNot, nil: return
            }
        }
        for job in jobs {
            // Only SlurmUser may: as an operator the hook does it at the job's start.
            try? note(HeldBackNote.removed(from: job.comment), with: job.row)
        }
        try scontrol.run(["release", name]) { _ in }
        state.withLock { $0.promises.merge(promised) { _, new in new } }
        for job in jobs {
            logger.notice("a job may start again", metadata: ["job": "\(job.row.jobName)"])
            settle(job.row, .over(because: "let go: it may start again"))
        }
    }

    /// Whether it may start, beside what others that were let go are going to take.
    private func review(
        _ request: StartRequest,
        beside others: [Int64: (allocation: String, more: ServiceUnits)]
    ) -> StartAnswer? {
        let first = answer(to: .review(request, promised: .zero))
        guard case .may(let allocation, _, _, _) = first else { return first }
        let promises = state.withLock { $0.promises }.merging(others) { _, new in new }
        let promised = promises.values.filter { $0.allocation == allocation }
            .reduce(ServiceUnits.zero) { $0 + $1.more }
        guard promised > .zero else { return first }
        return answer(to: .review(request, promised: promised))
    }

    private func answer(to order: StartOrder) -> StartAnswer? {
        guard case .success(.start(let answer)) = ask(.start(order)) else { return nil }
        return answer
    }

    private func settle(_ row: HeldBack, _ step: HeldBackStep) {
        _ = ask(.start(.settle(cluster: row.run.cluster, jobID: row.run.jobID, step)))
    }

    private func ask(_ command: Command) -> BankResult? {
        let result = Mutex<BankResult?>(nil)
        let done = DispatchSemaphore(value: 0)
        bank.submit(Order(caller: Order.collector, command: command)) { answer in
            result.withLock { $0 = answer }
            done.signal()
        }
        done.wait()
        return result.withLock { $0 }
    }

    // MARK: Holding what runs

    private func hold(
        _ job: KeeperWork.ToHold, as name: String, _ rules: StartRules
    ) throws {
        do {
            try scontrol.run(["requeuehold", name]) { _ in }
        } catch let failure as GaugeFailure where failure.saysItNeverCan {
            if rules.kills { try scontrol.beside("scancel").run([name]) { _ in } }
            let what = rules.kills ? "cancelled" : "it runs"
            return settle(job.row, .over(because: "\(what): \(failure)"))
        }
        settle(job.row, .held)
        try? note(HeldBackNote.put(job.row.reason, before: job.comment), with: job.row)
    }

    private func note(_ comment: String, with row: HeldBack) throws {
        let name = SlurmJobName.toUpdate(row.jobName, rawID: row.run.jobID)
        try scontrol.run(["update", "jobid=\(name)", "AdminComment=\(comment)"]) { _ in }
    }
}

extension GaugeFailure {
    /// Not a batch job, or submitted with `--no-requeue`: in Slurm's own words, for it has no code.
    fileprivate var saysItNeverCan: Bool {
        kind == .failed
            && ["Only batch jobs", "presently disabled"].contains { description.contains($0) }
    }
}

extension GaugeCommand {
    /// Another of Slurm's commands, in the folder of this one.
    fileprivate func beside(_ name: String) -> GaugeCommand {
        func renamed(_ path: String) -> String {
            path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
                .map { $0 + "/" }.joined() + name
        }
        var other = self
        // `sudo -n -u slurm /usr/bin/scontrol`: the last word is the command.
        if let last = arguments.last {
            other.arguments[arguments.count - 1] = renamed(last)
        } else {
            other.program = renamed(program)
        }
        return other
    }
}
