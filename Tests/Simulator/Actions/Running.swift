/// What happens to jobs: the books hear of it when it is shown.

import Books
import Ledger
import Units

extension Action {
    static let start = Action(name: "start", weight: 10) { scene in
        guard let index = scene.waitingJob() else { return [] }
        // Some or all of its tasks; with what was asked for, or with what Slurm chose to give.
        let most = Int64(scene.world.jobs[index].waiting.count)
        for _ in 0..<scene.random.number(1...most) {
            var counts = scene.world.jobs[index].footprint
            if scene.random.isHit(oneIn: 4) {
                counts[.cpu] = counts[.cpu] + scene.random.number(0...8)
            }
            if scene.world.jobs[index].partitions.count > 1 {
                let chosen = scene.random.pick(scene.world.jobs[index].partitions) ?? "cpu"
                scene.world.jobs[index].partitions = [chosen]
            }
            scene.world.jobs[index].start(0, at: scene.past(60), counts: counts)
        }
        return scene.maybeShow(index)
    }

    static let finish = Action(name: "finish", weight: 10) { scene in
        guard let (index, run) = scene.runningJob() else { return [] }
        let state = scene.random.pick(["COMPLETED", "COMPLETED", "FAILED", "TIMEOUT", "NODE_FAIL"])
        let suspended = scene.random.isHit(oneIn: 5) ? scene.random.number(0...2_000) : 0
        scene.world.jobs[index].end(
            run, at: scene.past(30), state: state ?? "COMPLETED", suspendedSeconds: suspended)
        return scene.maybeShow(index)
    }

    static let requeue = Action(name: "requeue", weight: 3) { scene in
        guard let (index, run) = scene.runningJob() else { return [] }
        scene.world.jobs[index].requeue(run, at: scene.now)
        return scene.maybeShow(index)
    }

    static let resize = Action(name: "resize", weight: 1) { scene in
        guard let (index, run) = scene.runningJob() else { return [] }
        scene.world.jobs[index].resize(run, at: scene.now, to: scene.footprint())
        return scene.maybeShow(index)
    }

    static let cancel = Action(name: "cancel", weight: 2) { scene in
        guard let index = scene.random.pick(scene.world.liveJobs) else { return [] }
        scene.world.jobs[index].waiting = []
        for run in scene.world.jobs[index].running {
            scene.world.jobs[index].end(run, at: scene.now, state: "CANCELLED")
        }
        return scene.maybeShow(index)
    }

    /// scontrol update: another time limit, another footprint, another throttle.
    static let modify = Action(name: "modify", weight: 3) { scene in
        guard let index = scene.random.pick(scene.world.liveJobs) else { return [] }
        let limit = scene.random.isHit(oneIn: 12) ? 0 : scene.limitSeconds()
        scene.world.jobs[index].limitSeconds = limit
        for run in scene.world.jobs[index].running {
            scene.world.jobs[index].runs[run].timeLimitSeconds = limit
        }
        if scene.random.isHit(oneIn: 3) { scene.world.jobs[index].footprint = scene.footprint() }
        return scene.maybeShow(index)
    }
}

extension Scene {
    /// Some seconds ago: what is shown has happened before.
    mutating func past(_ seconds: Int64) -> Instant {
        now.advanced(bySeconds: -random.number(0...seconds))
    }

    mutating func waitingJob() -> Int? {
        random.pick(world.liveJobs.filter { !world.jobs[$0].waiting.isEmpty })
    }

    mutating func runningJob() -> (job: Int, run: Int)? {
        guard let index = random.pick(world.liveJobs.filter { !world.jobs[$0].running.isEmpty }),
            let run = random.pick(world.jobs[index].running)
        else { return nil }
        return (index, run)
    }

    /// Often a poll sees it soon; else it stays unseen until a later one, or for good.
    mutating func maybeShow(_ index: Int) -> [Ask] {
        guard random.isHit(oneIn: 2) else { return [] }
        return [observe(world.jobs[index].live(at: now))]
    }
}
