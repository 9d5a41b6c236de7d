/// Submissions: asked for, refused or held; their jobs appear, or never do.

import Books
import Ledger
import Registry
import Units

extension Action {
    static let submit = Action(name: "submit", weight: 14) { scene in
        guard scene.world.liveJobs.count < 40 else { return [] }
        var admission = scene.admission()
        if scene.random.isHit(oneIn: 5) {
            admission.begin = scene.now.advanced(bySeconds: scene.random.number(1...400_000))
        }
        return [scene.ask(admission)]
    }

    /// Many at once, as when somebody's script submits; they share a transaction.
    static let submitBurst = Action(name: "submit burst", weight: 2) { scene in
        guard scene.world.liveJobs.count < 40 else { return [] }
        return (0..<scene.random.number(2...8)).map { _ in scene.ask(scene.admission()) }
    }

    /// While atolld was not reachable: the first that is heard of it is the job itself.
    static let submitUnseen = Action(name: "submit unseen", weight: 3) { scene in
        guard scene.world.liveJobs.count < 40 else { return [] }
        var job = scene.job(of: scene.admission(), id: scene.world.number(), at: scene.now)
        job.token = scene.random.isHit(oneIn: 2) ? nil : "lost-\(job.id)"
        // Somebody with the right to set it may write another job's token there.
        if scene.random.isHit(oneIn: 6) {
            job.token = scene.random.pick(scene.world.jobs)?.token
        }
        scene.world.jobs.append(job)
        return []
    }

    /// slurmctld's list shows a job of which only the token was known.
    static let appear = Action(name: "appear", weight: 3) { scene in
        guard let job = scene.random.pick(scene.world.liveJobs) else { return [] }
        return [scene.observe(scene.world.jobs[job].live(at: scene.now))]
    }

    /// A het job's other component was refused.
    static let void = Action(name: "void", weight: 1) { scene in
        let stray = scene.random.pick(scene.world.strayTokens)
        let other = scene.random.pick(scene.world.jobs)
        let meant =
            scene.random.isHit(oneIn: 4)
            ? other.flatMap { job in job.token.map { (job.cluster, $0) } } : stray
        guard let (cluster, token) = meant else { return [] }
        return [Ask(.void(cluster: cluster, token: token), in: &scene.world)]
    }

    /// No job came for it.
    static let lapse = Action(name: "lapse", weight: 1) { scene in
        guard let stray = scene.random.pick(scene.world.strayTokens),
            let index = scene.auditor.claimOfToken[
                TokenKey(cluster: stray.cluster, token: stray.token)],
            let number = scene.auditor.claims[index].number
        else { return [] }
        return [Ask(fact: .release(claim: ClaimID(number), because: "no job came for it"))]
    }
}

extension Scene {
    mutating func footprint() -> TRESCounts {
        var counts = TRESCounts([.node: random.number(1...4)])
        let onlyGPU = random.isHit(oneIn: 7)
        if !onlyGPU {
            counts[.cpu] = random.number(1...48)
            counts[.memory] = random.number(100...90_000)
        }
        if onlyGPU || random.isHit(oneIn: 4) {
            let gpus = random.number(1...6)
            counts[TRESName("gres/gpu")] = gpus
            if random.isHit(oneIn: 2) {
                counts[TRESName("gres/gpu:h200")] = random.number(1...gpus)
            }
        }
        if random.isHit(oneIn: 9) { counts[TRESName("license/x")] = random.number(1...3) }
        return counts
    }

    mutating func limitSeconds() -> Int64 {
        random.isHit(oneIn: 6) ? random.number(1...90) : 60 * random.number(1...600)
    }

    mutating func admission() -> Admission {
        let lineage: [String] =
            random.isHit(oneIn: 25)
            ? ["chem"]
            : random.pick([["astro"], ["astro_gpu", "astro", "root"], ["geo"]]) ?? ["astro"]
        let partitions = random.pick([["cpu"], ["cpu"], ["debug"], ["cpu", "debug"]]) ?? ["cpu"]
        let shape = footprint()
        var admission = Admission(
            token: "t\(world.number())",
            cluster: random.pick(["reef", "reef", "lagoon"]) ?? "reef",
            accountLineage: lineage, userName: random.pick(Site.users) ?? "ada",
            isAssociated: !random.isHit(oneIn: 20),
            options: partitions.map { .init(partition: $0, footprint: shape) },
            qos: random.pick([nil, nil, "low", "high"]) ?? nil,
            tasks: random.isHit(oneIn: 4) ? random.number(2...9) : 1,
            timeLimitSeconds: limitSeconds())
        if admission.tasks > 1, random.isHit(oneIn: 2) {
            admission.concurrency = random.number(1...3)
        }
        admission.admitsShort = random.isHit(oneIn: 15)
        return admission
    }

    /// Where it is admitted its job may appear from now on, nearly always with its token.
    mutating func ask(_ admission: Admission) -> Ask {
        // slurmctld was reset and gives a number out again.
        let now = now
        let old =
            random.isHit(oneIn: 30)
            ? random.pick(
                world.jobs.filter { $0.cluster == admission.cluster && $0.isOlder(than: now) })
            : nil
        let id = old?.id ?? world.number()
        let job = maybeStripped(job(of: admission, id: id, at: now))
        let comes = !random.isHit(oneIn: 10)
        return Ask(.admit(admission), in: &world) { world, answer in
            guard case .admitted = answer else { return }
            world.strayTokens.append((admission.cluster, admission.token))
            if world.strayTokens.count > 30 { world.strayTokens.removeFirst() }
            if comes { world.jobs.append(job) }
        }
    }

    private mutating func maybeStripped(_ job: SimulatedJob) -> SimulatedJob {
        var job = job
        if random.isHit(oneIn: 25) { job.token = nil }
        // The name service knew no name at submission, and does now.
        if random.isHit(oneIn: 30) { job.user = "eva" }
        return job
    }

    mutating func job(of admission: Admission, id: Int64, at now: Instant) -> SimulatedJob {
        let raws = (0..<admission.tasks).map { $0 == 0 ? id : world.number() }
        return SimulatedJob(
            cluster: admission.cluster, id: id, token: admission.token, user: admission.userName,
            lineage: admission.accountLineage, partitions: admission.options.map(\.partition),
            qos: admission.qos, footprint: admission.options[0].footprint,
            limitSeconds: admission.timeLimitSeconds, concurrency: admission.concurrency,
            waiting: raws.map { .init(raw: $0, submit: now) },
            isAssociated: admission.isAssociated)
    }
}
