/// What the collector tells: polls, history, again, late, and what it concludes from them.

import Books
import Ledger
import Registry
import Units

extension Action {
    /// All that slurmctld shows, in one batch.
    static let poll = Action(name: "poll", weight: 3) { scene in
        let now = scene.now
        let shown = scene.world.jobs.filter { $0.isShown(at: now) }.map { $0.live(at: now) }
        return shown.map { scene.observe($0) }
    }

    static let pollOne = Action(name: "poll one", weight: 6) { scene in
        let now = scene.now
        guard let job = scene.random.pick(scene.world.jobs.filter({ $0.isShown(at: now) })) else {
            return []
        }
        return [scene.observe(job.live(at: now))]
    }

    /// The rates have changed: what waits is told again, to be priced by them.
    static let priceAnew = Action(name: "price anew", weight: 2) { scene in
        let now = scene.now
        let waiting = scene.world.jobs.filter { $0.isShown(at: now) }.map { $0.live(at: now) }
            .filter { $0.pending != nil && scene.auditor.isSettled($0) }
        guard var seen = scene.random.pick(waiting) else { return [] }
        // A poll tells nothing of runs that look as before.
        seen.runs = []
        seen.isPricedAnew = true
        return [scene.observe(seen)]
    }

    /// What ended unseen is asked of slurmdbd; of a job that still waits the poll says what waits.
    static let askHistory = Action(name: "ask history", weight: 3) { scene in
        let now = scene.now
        let asked = scene.world.jobs.indices.filter { _ in scene.random.isHit(oneIn: 5) }
        return asked.compactMap { index in
            var seen = scene.world.jobs[index].history(at: now)
            guard !seen.runs.isEmpty else { return nil }
            if !scene.world.jobs[index].isLive { scene.world.jobs[index].isSettled = true }
            if scene.random.isHit(oneIn: 3) { seen.token = nil }
            if scene.world.jobs[index].isShown(at: now), scene.random.isHit(oneIn: 2) {
                seen.pending = scene.world.jobs[index].live(at: now).pending
                seen.showsPending = true
            }
            return scene.observe(seen)
        }
    }

    /// Something that was shown before comes again, or late.
    static let showAgain = Action(name: "show again", weight: 4) { scene in
        guard let old = scene.random.pick(scene.world.shown) else { return [] }
        return [Ask(fact: .observe(old))]
    }

    /// slurmctld has forgotten the job: what it still holds for waiting tasks goes.
    static let release = Action(name: "release", weight: 3) { scene in
        let now = scene.now
        let gone = scene.auditor.claims.filter { claim in
            guard claim.state == .bound, let id = claim.job else { return false }
            return !scene.world.jobs.contains {
                $0.cluster == claim.cluster && $0.id == id && $0.isShown(at: now)
            }
        }
        return gone.compactMap(\.number).map {
            Ask(fact: .release(claim: ClaimID($0), because: "its job is gone"))
        }
    }

    /// A caller who got no answer asks again; or one who mixes up ids.
    static let repeatCommand = Action(name: "repeat a command", weight: 3) { scene in
        guard let (order, answer) = scene.random.pick(scene.world.answered) else { return [] }
        var ask = Ask(again: order, answered: answer)
        if scene.random.isHit(oneIn: 4) {
            ask.mixUp()
        }
        return [ask]
    }

    /// Decided in full and then undone.
    static let dryRun = Action(name: "dry run", weight: 2) { scene in
        var ask =
            scene.random.isHit(oneIn: 2)
            ? Ask(.admit(scene.admission()), in: &scene.world)
            : scene.apply(Site.grown(scene.world.site, at: scene.now))
        ask.makeDry()
        return [ask]
    }

    static let tick = Action(name: "tick", weight: 1) { _ in [Ask(fact: .tick)] }
}
