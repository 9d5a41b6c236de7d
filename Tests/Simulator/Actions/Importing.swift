/// Runs of the past from dumps: of jobs of long ago, of jobs that the collector sees too, again, and
/// with other times.

import Books
import Ledger
import Registry
import Units

extension Action {
    static let importRuns = Action(name: "import runs", weight: 4) { scene in
        let cluster = scene.random.pick(["reef", "reef", "lagoon"]) ?? "reef"
        var batch = ImportBatch(cluster: cluster, runs: [])
        for _ in 0..<scene.random.number(1...6) {
            batch.runs.append(scene.run(from: batch))
        }
        scene.world.keep(batch.runs)
        return [Ask(fact: .importRuns(batch))]
    }
}

extension Scene {
    fileprivate mutating func run(from batch: ImportBatch) -> ImportedRun {
        let before = world.imported.filter { $0.facts.key.cluster == batch.cluster }
        let (standing, dice) = (random.pick(before), random.number(0...9))
        switch dice {
        case 0: if let run = random.pick(batch.runs) { return again(run) }
        case 1...3: if let standing { return again(standing) }
        case 4: if let standing { return next(standing) }
        case 5...7: if let run = seenRun(on: batch.cluster) { return run }
        default: break
        }
        return oldRun(on: batch.cluster)
    }

    /// Of a job that nobody has seen; some of it is older than any allocation.
    private mutating func oldRun(on cluster: String) -> ImportedRun {
        let asked = admission()
        let start = past(random.isHit(oneIn: 2) ? 200_000 : 3_600_000)
        let id = world.number()
        var facts = RunFacts(
            key: RunKey(
                cluster: cluster, jobID: id,
                submit: start.advanced(bySeconds: -random.number(0...900))),
            jobName: "\(id)", partition: asked.options[0].partition, qos: asked.qos,
            counts: asked.options[0].footprint, start: start, end: nil, suspendedSeconds: 0,
            timeLimitSeconds: asked.timeLimitSeconds, state: "COMPLETED")
        let seconds = min(random.number(0...50_000), now.seconds(since: start))
        facts.end = start.advanced(bySeconds: seconds)
        if random.isHit(oneIn: 6) { facts.suspendedSeconds = random.number(0...seconds) }
        if random.isHit(oneIn: 12) {
            (facts.state, facts.freeBecause) = ("NODE_FAIL", "free: NODE_FAIL")
        }
        // An account that no project has yet.
        let lineage = random.isHit(oneIn: 5) ? ["chem"] : asked.accountLineage
        return ImportedRun(facts: facts, userName: asked.userName, accountLineage: lineage)
    }

    /// As it was, or with another end; or its account has come to be below another one.
    private mutating func again(_ run: ImportedRun) -> ImportedRun {
        var run = run
        if random.isHit(oneIn: 6) {
            run.facts.end = run.facts.end?.advanced(bySeconds: random.number(1...90))
        }
        if run.accountLineage == ["chem"], random.isHit(oneIn: 2) {
            run.accountLineage = ["chem", "astro"]
        }
        return run
    }

    /// It was requeued, or went on in another size.
    private mutating func next(_ run: ImportedRun) -> ImportedRun {
        var run = run
        guard let end = run.facts.end else { return run }
        let key = run.facts.key
        let isResized = random.isHit(oneIn: 2)
        run.facts.key = RunKey(
            cluster: key.cluster, jobID: key.jobID,
            submit: isResized ? key.submit : max(end, key.submit.advanced(bySeconds: 1)),
            resize: isResized ? key.resize + 1 : 0)
        run.facts.start = max(end, run.facts.key.submit)
        let later = run.facts.start.advanced(bySeconds: random.number(0...9_000))
        run.facts.end = max(run.facts.start, min(now, later))
        run.facts.suspendedSeconds = 0
        if isResized { run.facts.counts = footprint() }
        return run
    }

    /// Of a job that there is, whatever the collector told of it; slurmdbd has no end of some.
    private mutating func seenRun(on cluster: String) -> ImportedRun? {
        let jobs = world.jobs.filter { $0.cluster == cluster && !$0.runs.isEmpty }
        guard let job = random.pick(jobs), let facts = random.pick(job.runs) else { return nil }
        return ImportedRun(facts: facts, userName: job.user, accountLineage: job.lineage)
    }
}
