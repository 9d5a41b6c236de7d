/// `scontrol update` as slurmctld asks about it: by the owner, by strangers, by operators; then
/// Slurm does it, does half of it, or refuses.

import Books
import Ledger
import Registry
import Units

extension Action {
    static let askToModify = Action(name: "ask to modify", weight: 6) { scene in
        guard let index = scene.random.pick(scene.world.liveJobs) else { return [] }
        let job = scene.world.jobs[index]
        let caller = scene.random.isHit(oneIn: 4) ? "eve" : job.user
        var asked = Modification(
            cluster: job.cluster, job: job.id, ownerName: job.user, callerName: caller,
            callerMayAll: scene.random.isHit(oneIn: 6))
        if scene.random.isHit(oneIn: 8) { asked.coordinated = [job.lineage[0]] }
        asked.ownerIsAssociated = job.isAssociated
        asked.admitsShort = scene.random.isHit(oneIn: 10)
        asked.pollsBegun = scene.random.number(1...3)
        asked.pollsShown = scene.random.number(0...3)
        asked.admitsUnknownAccount = scene.random.isHit(oneIn: 2)
        if !scene.random.isHit(oneIn: 5) {
            // Mostly longer than before: only such are held for.
            asked.timeLimitSeconds =
                scene.random.isHit(oneIn: 3)
                ? scene.limitSeconds() : job.limitSeconds + 60 * scene.random.number(1...90)
        }
        if scene.random.isHit(oneIn: 4) { asked.qos = scene.random.pick(["low", "high", "odd"]) }
        if scene.random.isHit(oneIn: 5) {
            asked.accountLineage = scene.random.pick([["astro"], ["geo"], ["chem"]])
        }
        let isDone = !scene.random.isHit(oneIn: 3)
        let isHalf = scene.random.isHit(oneIn: 3)
        return [
            Ask(.modify(asked), in: &scene.world) { [asked] world, answer in
                guard case .modified = answer, isDone,
                    let place = world.jobs.firstIndex(where: {
                        $0.id == asked.job && $0.cluster == asked.cluster && $0.isLive
                    })
                else { return }
                world.jobs[place].change(to: asked, isHalf: isHalf)
            }
        ]
    }

    /// No poll has shown the change.
    static let lapseRaise = Action(name: "lapse a raise", weight: 2) { scene in
        let open = scene.auditor.claims.filter { $0.raise != nil && $0.state != .closed }
        guard let number = scene.random.pick(open)?.number else { return [] }
        return [Ask(fact: .release(claim: ClaimID(number), because: "no job came for it"))]
    }
}

extension SimulatedJob {
    fileprivate mutating func change(to asked: Modification, isHalf: Bool) {
        if let limit = asked.timeLimitSeconds {
            limitSeconds = limit
            for run in running { runs[run].timeLimitSeconds = limit }
        }
        guard !isHalf else { return }
        if let name = asked.qos {
            qos = name
            for run in running { runs[run].qos = name }
        }
        // Slurm changes the account of what waits alone.
        if let lineage = asked.accountLineage, running.isEmpty { self.lineage = lineage }
    }
}
