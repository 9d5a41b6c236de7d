/// Starts that PrologSlurmctld asks about: the job runs, or Slurm queues it again and holds it.

import Books
import Ledger
import Units

extension Action {
    static let askStart = Action(name: "ask to start", weight: 6) { scene in
        guard let index = scene.waitingJob() else { return [] }
        let job = scene.world.jobs[index]
        let request = scene.startRequest(of: job)
        // Now and then it doesn't wait for the answer, or Slurm starts it all the same.
        let obeys = !scene.random.isHit(oneIn: 12)
        var ask = Ask(fact: .start(.ask(request)))
        ask.onAnswer = { world, answer in
            guard
                let place = world.jobs.firstIndex(where: {
                    $0.id == job.id && $0.cluster == job.cluster && $0.isLive
                }),
                let task = world.jobs[place].waiting.firstIndex(where: {
                    $0.raw == request.run.key.jobID && $0.submit == request.run.key.submit
                })
            else { return }
            world.jobs[place].partitions = [request.run.partition]
            world.jobs[place].start(task, at: request.run.start, counts: request.run.counts)
            guard case .start(.mayNot) = answer, obeys,
                let run = world.jobs[place].running.last
            else { return }
            // The hook took its time; nothing of the job ran in it.
            world.jobs[place].requeue(run, at: request.run.start.advanced(bySeconds: 3))
        }
        return [ask]
    }

    /// May a job that is held back go by now?
    static let reviewStart = Action(name: "review a start", weight: 2) { scene in
        guard let index = scene.waitingJob() else { return [] }
        let request = scene.startRequest(of: scene.world.jobs[index])
        let promised = scene.random.isHit(oneIn: 2) ? 0 : scene.random.number(0...20_000_000)
        return [
            Ask(fact: .start(.review(request, promised: ServiceUnits(microSU: promised))))
        ]
    }

    /// Slurm is seen holding it, or it is over.
    static let settleStart = Action(name: "settle a start", weight: 2) { scene in
        let rows = scene.auditor.heldBack.keys.sorted {
            ($0.cluster, $0.job) < ($1.cluster, $1.job)
        }
        guard let key = scene.random.pick(rows) else { return [] }
        let step: HeldBackStep =
            scene.random.isHit(oneIn: 3) ? .over(because: "let go") : .held
        return [Ask(fact: .start(.settle(cluster: key.cluster, jobID: key.job, step)))]
    }
}

extension Scene {
    /// One of its tasks is about to start, with what was asked for or with what Slurm chose to give.
    mutating func startRequest(of job: SimulatedJob) -> StartRequest {
        let task = random.pick(job.waiting) ?? job.waiting[0]
        var counts = job.footprint
        if random.isHit(oneIn: 3) { counts[.cpu] = counts[.cpu] + random.number(0...30) }
        let run = RunFacts(
            key: RunKey(cluster: job.cluster, jobID: task.raw, submit: task.submit),
            jobName: "\(task.raw)", partition: random.pick(job.partitions) ?? "cpu", qos: job.qos,
            counts: counts, start: now, end: nil, suspendedSeconds: 0,
            timeLimitSeconds: job.limitSeconds, state: "RUNNING")
        return StartRequest(
            of: job.live(at: now), run: run, from: .hook,
            admitsShort: random.isHit(oneIn: 10))
    }
}
