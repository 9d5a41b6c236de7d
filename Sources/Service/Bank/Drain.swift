/// How a batch becomes durable: one IMMEDIATE transaction; for each order load → decide → check →
/// append → fold; COMMIT; then the picture is renewed and everybody is answered (money.md 6).

import Books
import Ledger
import Logging
import Registry
import Store
import Synchronization
import Units

extension Bank {
    /// Carries out a batch on the Bank's thread; of what is bulk, more in the same transaction for as
    /// long as nothing else waits.
    func carryOut(_ first: [Waiting]) {
        var batch = first
        guard !hasFailed.load(ordering: .relaxed) else {
            for waiting in batch {
                waiting.completion(.failure(.unavailable("the journal can't be written")))
            }
            return
        }
        var results: [BankResult] = []
        var news = News()
        do {
            let isRebuildable = batch.allSatisfy(\.order.isRebuildable)
            try store.transact(isRebuildable: isRebuildable) { transaction in
                (results, news) = ([], News())
                let now = transaction.recordedAt(clock())
                try settleDue(transaction, at: now, &news)
                try clearNotices(transaction, at: now)
                var next = first
                while !next.isEmpty {
                    for waiting in next {
                        let begun = ContinuousClock.now
                        results.append(try carryOut(waiting.order, transaction, at: now, &news))
                        notePace(of: waiting.order, since: begun)
                    }
                    next = moreBulk(for: batch)
                    batch += next
                }
            }
        } catch {
            answerFailure(error, to: batch)
            return
        }
        picture.take(news, from: store)
        if !news.forgotten.isEmpty { store.clearTraces() }
        for (waiting, result) in zip(batch, results) { waiting.completion(result) }
    }

    private func notePace(of order: Order, since begun: ContinuousClock.Instant) {
        guard let runs = order.bulkWeight, runs >= Self.bulkRunLimit else { return }
        let took = Int64((ContinuousClock.now - begun) / .nanoseconds(1))
        nanosecondsPerRun.store(took / Int64(runs), ordering: .relaxed)
    }

    private func moreBulk(for batch: [Waiting]) -> [Waiting] {
        let weights = batch.compactMap(\.order.bulkWeight)
        // The next is mostly as long as the last.
        guard let last = weights.last,
            weights.reduce(0, +) + last <= Self.bulkTransactionLimit
        else { return [] }
        return queue.takeMoreBulk(atMost: Self.bulkRunLimit)
    }

    /// Now and then: what `atoll why` could tell is kept a bounded time.
    private func clearNotices(_ transaction: StoreTransaction, at now: Instant) throws {
        let last = noticesClearedAt.load(ordering: .relaxed)
        guard abs(now.epochSeconds - last) >= 60 else { return }
        noticesClearedAt.store(now.epochSeconds, ordering: .relaxed)
        try transaction.clearNotices(at: now)
    }

    /// Before anything else: lots whose time has come open and end (money.md 5.3).
    private func settleDue(
        _ transaction: StoreTransaction, at now: Instant, _ news: inout News
    ) throws {
        for allocation in try transaction.dueAllocations(at: now) {
            let problem: String
            do {
                news.entries += try transaction.undoingOnError {
                    let pullbacks = transaction.registry.duePullbacks(of: allocation.id, at: now)
                    let entries = decideDue(
                        try transaction.pool(allocation), pullbacks, at: now)
                    try transaction.append(
                        entries, from: .init(actor: "clock", commandID: "tick:\(now)"), at: now)
                    return entries
                }
                continue
            } catch StoreError.broken(let why) {
                problem = why
            } catch let damaged as DamagedRow {
                problem = damaged.description
            }
            // One allocation's books must not stop all the others'.
            _ = setAside(Order(caller: "clock", command: .tick), because: problem, at: now)
        }
    }

    private func carryOut(
        _ order: Order, _ transaction: StoreTransaction, at now: Instant, _ news: inout News
    ) throws -> BankResult {
        #if ATOLL_PLANTED_BUGS
            var order = order
            if PlantedBug.repeatedCommandDoneAgain.isPlanted { order.id = nil }
        #endif
        do {
            if let id = order.id,
                let earlier = try transaction.earlierAnswer(caller: order.caller, id: id)
            {
                guard earlier.digest == order.digest else {
                    return .failure(.refused(.idTaken(id)))
                }
                return .success(earlier.outcome.again)
            }
            let (outcome, brought) = try transaction.undoingOnError {
                try record(order, transaction, at: now)
            }
            // Only now: what a savepoint undid, users' numbers among it, never gets to the picture.
            news.take(brought)
            return .success(outcome)
        } catch let refusal as Refusal {
            if !order.isDryRun, let left = notice(of: refusal, to: order.command) {
                try transaction.undoingOnError { try transaction.keep(left, at: now) }
            }
            return .failure(.refused(refusal))
        } catch let dryRun as DryRun {
            return .success(dryRun.outcome)
        } catch let broken as BrokenInvariant {
            return setAside(order, because: broken.description, at: now)
        } catch StoreError.broken(let problem) {
            return setAside(order, because: problem, at: now)
        } catch let damaged as DamagedRow {
            return setAside(order, because: damaged.description, at: now)
        }
    }

    private struct DryRun: Error { let outcome: Outcome }

    private func record(
        _ order: Order, _ transaction: StoreTransaction, at now: Instant
    ) throws -> (outcome: Outcome, news: News) {
        var facts = try transaction.facts(for: order.command, at: now)
        if case .modify(let asked) = order.command {
            facts.passedRaises = passedRaises.withLock {
                $0.forgetShown(to: asked)
                return $0
            }
        }
        let decision = try decide(order.command, facts, at: now)
        try checkInvariants(of: decision, on: facts)
        let origin = StoreTransaction.Origin(
            actor: order.caller, commandID: order.id ?? order.command.name, reason: order.reason)
        try transaction.append(decision.entries, from: origin, at: now)
        for person in decision.people { try transaction.keep(person) }
        if let forgotten = decision.forgotten { try transaction.forget(forgotten) }
        for notice in decision.notices { try transaction.keep(notice, at: now) }
        // Also where the batch fails: they only count too much then, and until the next poll.
        passedRaises.withLock { for raise in decision.passedRaises { $0.note(raise) } }
        var news = News(entries: decision.entries, users: facts.users)
        if let name = decision.forgotten?.name {
            news.users[name] = nil
            news.forgotten.insert(name)
        }
        for stray in facts.elsewhere {
            var rest = order
            (rest.command, rest.finding) = (.observe(stray), nil)
            news.take(try record(rest, transaction, at: now).news)
        }
        if order.isDryRun { throw DryRun(outcome: decision.outcome) }
        if let found = order.finding?(decision.outcome) {
            try transaction.keep(found.finding, of: found.pass)
        }
        if let id = order.id, decision.outcome.isKept {
            try transaction.remember(
                decision.outcome, caller: order.caller, id: id, digest: order.digest)
        }
        return (decision.outcome, news)
    }

    private func setAside(_ order: Order, because problem: String, at now: Instant) -> BankResult {
        let name = order.command.name
        logger.critical(
            "a command broke an invariant and was set aside; report this",
            metadata: [
                "caller": "\(order.caller)", "command": "\(name)", "problem": "\(problem)",
            ])
        quarantine.withLock { set in
            // Bounded: a command that comes again and again must not fill memory.
            if set.count >= 100 { set.removeFirst() }
            set.append(
                Quarantined(at: now, caller: order.caller, command: name, problem: problem))
        }
        return .failure(.setAside("this command was set aside: \(problem)"))
    }

    private func answerFailure(_ error: StoreError, to batch: [Waiting]) {
        logger.error("a batch was not recorded", metadata: ["error": "\(error)"])
        let answer: BankError
        switch error {
        case .outcomeUnknown(let why):
            answer = .outcomeUnknown(why)
            // After a failed COMMIT nothing is known of the file: only a new start reads it again.
            hasFailed.store(true, ordering: .relaxed)
            onFailure("\(error)")
        case .superseded:
            answer = .unavailable("\(error)")
            hasFailed.store(true, ordering: .relaxed)
            onFailure("\(error)")
        case .notCommitted, .broken, .cannotOpen: answer = .unavailable("\(error)")
        }
        for waiting in batch { waiting.completion(.failure(answer)) }
    }
}

extension Command {
    /// What it is called in logs and entries.
    var name: String {
        switch self {
        case .tick: "tick"
        case .apply: "apply"
        case .edit(let edit, _): "edit:\(edit.thing.kind)"
        case .setMode: "mode"
        case .grant: "grant"
        case .request: "request"
        case .feed: "feed"
        case .erase: "erase"
        case .withdraw: "withdraw"
        case .transfer: "transfer"
        case .refund: "refund"
        case .refundJob: "refund"
        case .admit(let admission): "admit:\(admission.token)"
        case .void(_, let token): "void:\(token)"
        case .release(let claim, _): "release:\(claim)"
        case .reservation(let it): "reservation:\(it.name)"
        case .observe(let observation): "observe:\(observation.cluster):\(observation.jobID)"
        case .modify(let asked): "modify:\(asked.cluster):\(asked.job)"
        case .importRuns(let batch): "import:\(batch.cluster)"
        case .rerate(let run): "rerate:\(run)"
        case .correct(let it): "correct:\(it.observation.cluster):\(it.observation.jobID)"
        case .settle(let it): "settle:\(it.request.job)"
        case .start(let order): "start:\(order.job.cluster):\(order.job.id)"
        }
    }
}
