/// A seeded simulation: random actions through the real Bank and Store, an auditor beside them, and
/// crashes between any two writes. The same seed gives the same story.

import Bank
import Books
import Ledger
import Registry
import Store
import TestKit
import Units

package final class Simulation {
    package let seed: UInt64
    /// Steps taken so far.
    package private(set) var steps = 0
    /// Orders that were answered, and crashes lived through.
    package private(set) var orders = 0
    package private(set) var crashes = 0
    /// How often each action asked something, and what was answered: so that none is idle unseen.
    package private(set) var tally: [String: Int] = [:]

    /// What was asked for when so many writes had been made.
    private(set) var moments: [(writes: Int64, commands: String)] = []

    package let session: Session
    let auditor = Auditor()
    private var world: World
    private var random: Random
    private let actions: [Action]
    private let totalWeight: Int64
    private var lastRecorded = Instant(epochSeconds: 0)
    private var trace = Trace()

    /// - Parameters:
    ///   - crashes: whether writes fail and the power goes now and then.
    ///   - strike: tells the disk when to fail, before the journal is made.
    ///   - site: nil: one of the seed's own.
    package init(
        seed: UInt64, actions: [Action] = Action.all, crashes: Bool = true, site: Site? = nil,
        strike: ((Disk) -> Void)? = nil
    ) throws {
        self.seed = seed
        self.actions = actions
        doesCrash = crashes
        totalWeight = actions.reduce(0) { $0 + $1.weight }
        random = Random(seed: seed)
        let first = try site ?? .simulated(&random)
        world = World(site: first)
        session = try Session(strike: strike)
        try perform([Ask(.apply(first, backdate: true), in: &world)], of: "the first site")
    }

    private let doesCrash: Bool

    deinit { session.close() }

    /// Goes on for so many steps, and now and then looks at everything.
    ///
    /// - Throws: the `Finding` with the steps that led to it.
    package func run(steps count: Int) throws {
        for _ in 0..<count {
            try step()
            if steps % 1_000 == 0 { try lookAtEverything() }
        }
    }

    private func step() throws {
        steps += 1
        passTime()
        var choice = random.number(1...totalWeight)
        let action = actions.first {
            choice -= $0.weight
            return choice <= 0
        }
        guard let action else { return }
        var scene = Scene(world: world, random: random, now: now, auditor: auditor)
        let asks = try action.propose(&scene)
        (world, random) = (scene.world, scene.random)
        world.forgetOldJobs(at: now)
        try perform(asks, of: action.name, riskily: doesCrash)
    }

    /// Asks for just this; the disk may fail in it.
    package func ask(_ command: Command, id: Bool = true) throws {
        let ask = id ? Ask(command, in: &world) : Ask(fact: command)
        try perform([ask], of: "asked for", riskily: doesCrash)
    }

    /// Lets go of what claims of jobs that are gone still hold, as the collector does.
    package func releaseAll() throws {
        for claim in auditor.claims where claim.state != .closed {
            guard let number = claim.number else { continue }
            try ask(.release(claim: ClaimID(number), because: "its job is gone"), id: false)
        }
    }

    package func advanceClock(to instant: Instant) {
        session.clock.advance(bySeconds: instant.seconds(since: session.clock.now))
    }

    private func perform(_ asks: [Ask], of action: String, riskily: Bool) throws {
        if riskily { loadTheDice() }
        try perform(asks, of: action)
        if riskily { session.disk.fail(atWrite: 0) }
    }

    /// When what is asked now is recorded: never before what was (money.md 5.3).
    private var now: Instant { max(session.clock.now, lastRecorded) }

    private func passTime() {
        let seconds: Int64 =
            switch random.number(1...200) {
            case 1: random.number(1...250_000)
            case 2...8: random.number(1...20_000)
            case 9...13: -random.number(1...90)
            case 14...60: 0
            default: random.number(1...120)
            }
        session.clock.advance(bySeconds: seconds)
    }

    /// Something may go wrong with the disk in this step.
    private func loadTheDice() {
        let (dice, write) = (random.number(1...120), random.number(1...14))
        if dice == 1 { session.disk.stop(atWrite: write) }
        if dice == 2 { session.disk.fail(atWrite: write) }
    }

    // MARK: Asking

    /// Asks until everything is answered, over as many crashes as there are.
    private func perform(_ asks: [Ask], of action: String) throws {
        trace.begin(step: steps, action, at: now)
        let commands = Set(asks.map { "\($0.order.command)".prefix { $0 != "(" } })
        moments.append((session.disk.writes, commands.sorted().joined(separator: " + ")))
        if !asks.isEmpty { tally[action, default: 0] += 1 }
        var open = asks
        var isRedone = false
        do {
            for _ in 0..<6 where !open.isEmpty {
                let answers = session.perform(open.map(\.order))
                var answered: Set<Int> = []
                for (place, answer) in answers where try take(answer, to: open[place], isRedone) {
                    answered.insert(place)
                }
                open = open.indices.filter { !answered.contains($0) }.map { open[$0] }
                if session.hasFailed { try crash() }
                isRedone = true
            }
            guard open.isEmpty else { throw Finding("\(open.count) orders were never answered") }
            lastRecorded = try auditor.compare(with: session.tables, admitted: admitted(asks))
        } catch let finding as Finding {
            throw Finding(trace.report(finding, seed: seed))
        }
    }

    /// Whether it is answered for good.
    private func take(_ answer: BankResult, to ask: Ask, _ isRedone: Bool) throws -> Bool {
        trace.add(ask, answer)
        switch answer {
        case .failure(.unavailable), .failure(.outcomeUnknown):
            guard session.hasFailed || session.disk.hasStruck || isRedone else { break }
            return false
        default: break
        }
        orders += 1
        count(answer)
        auditor.passTime(to: now)
        if ask.order.isDryRun { return true }
        if ask.isConflict {
            guard case .failure(.refused(.idTaken)) = answer else {
                throw Finding("an id with another content was answered \(answer)")
            }
            return true
        }
        if let earlier = ask.earlierAnswer {
            guard case .success(earlier.again.asKept) = answer else {
                throw Finding("asked again it was answered \(answer), before \(earlier)")
            }
            return true
        }
        try auditor.take(ask.order.command, answer, at: now, isRedone: isRedone)
        if case .success(let outcome) = answer {
            ask.onAnswer(&world, outcome)
            if ask.order.id != nil, outcome.isKept { world.keep(ask.order, outcome) }
        }
        return true
    }

    private func count(_ answer: BankResult) {
        switch answer {
        case .success(.admitted(let it)): tally[it.isShort ? "→ short" : "→ held", default: 0] += 1
        case .success(.released(let amount)):
            tally[amount > .zero ? "→ released" : "→ nothing released", default: 0] += 1
        case .success(.modified(let it)):
            tally[it.held > .zero ? "→ raised" : "→ nothing raised", default: 0] += 1
        case .success(.imported(let it)):
            for run in it.runs {
                let fate = "\(run.fate)".prefix { $0 != "(" }
                tally["→ imported: \(run.wasUnplaced ? "placed" : fate)", default: 0] += 1
            }
        case .failure(.refused(let refusal)):
            let reason = Auditor.Reason(refusal)
            tally["→ refused: \(reason.map(\.rawValue) ?? "else")", default: 0] += 1
        default: break
        }
    }

    /// What its split over lots can be judged by: one submission alone, just admitted.
    private func admitted(
        _ asks: [Ask]
    ) -> (allocation: String, claim: Int64, start: Instant)? {
        guard asks.count == 1, case .admit(let admission) = asks[0].order.command,
            asks[0].earlierAnswer == nil,
            let claim = auditor.claimOfToken[
                TokenKey(cluster: admission.cluster, token: admission.token)],
            let number = auditor.claims[claim].number
        else { return nil }
        return (
            auditor.claims[claim].allocation, number, max(admission.begin ?? now, now)
        )
    }

    private func crash() throws {
        crashes += 1
        trace.add("a crash")
        try session.reopen(seed: seed &+ UInt64(crashes))
    }

    // MARK: Looking

    /// Every row against the auditor's, and the journal replayed.
    package func lookAtEverything() throws {
        do {
            try auditor.compare(with: session.tables, whole: true)
            try auditor.checkShares()
            if let finding = try session.store.verify().finding { throw Finding(finding) }
            if let broken = session.bank.quarantined.first { throw Finding("\(broken)") }
        } catch let finding as Finding {
            throw Finding(trace.report(finding, seed: seed))
        }
    }

    /// Lets everything end and be shown: then nothing is held any more.
    package func settle() throws {
        for index in world.jobs.indices {
            world.jobs[index].waiting = []
            for run in world.jobs[index].running {
                world.jobs[index].end(run, at: now, state: "COMPLETED")
            }
        }
        for shows in [true, false] {
            let facts = world.jobs.map { shows ? $0.live(at: now) : $0.history(at: now) }
            for fact in facts { try perform([Ask(fact: .observe(fact))], of: "settle") }
        }
        try releaseAll()
        try lookAtEverything()
        for (key, use) in auditor.uses where use.held != 0 {
            throw Finding(trace.report(Finding("\(use.held) is held for \(key)"), seed: seed))
        }
    }
}

extension Outcome {
    /// Whether somebody was passed over is looked into at the first answer, and not kept with it.
    fileprivate var asKept: Outcome {
        guard case .modified(var modified) = self else { return self }
        modified.isPassedOver = false
        return .modified(modified)
    }
}
