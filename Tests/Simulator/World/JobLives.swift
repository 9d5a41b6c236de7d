/// The lives of some jobs and everything that was ever shown of them, for telling it in any order.

import Books
import Rates
import Registry
import Units

package struct JobLives {
    /// Submissions that were admitted before anything was shown.
    package let admissions: [Admission]
    /// All that polls and history showed, oldest first; the last ones show how each job ended.
    package let facts: [JobObservation]
    package let end: Instant

    /// One project with one allocation on each cluster that lasts all the time.
    package static func site(seed: UInt64) throws -> Site {
        var random = Random(seed: seed)
        var site = try Site.simulated(&random)
        site.projects = [
            SiteProject(
                name: "astro", accounts: ["astro"],
                allocations: try site.clusters.map { cluster in
                    SiteAllocation(
                        name: cluster.name, clusters: [cluster.name],
                        initial: ServiceUnits(microSU: 100_000_000), window: try .days("2026-01-01")
                    )
                })
        ]
        return site
    }

    package init(seed: UInt64, jobs count: Int, auditor: Auditor = Auditor()) throws {
        let start = try Instant(parsing: "2026-06-01")
        var scene = Scene(
            world: World(site: Site()), random: Random(seed: seed), now: start, auditor: auditor)
        var (admissions, facts): ([Admission], [JobObservation]) = ([], [])
        var last = start
        for _ in 0..<count {
            var admission = scene.admission()
            admission.accountLineage = ["astro"]
            admission.isAssociated = true
            // What can't be paid is held all the same: here only the order counts.
            admission.admitsShort = true
            var job = scene.job(of: admission, id: scene.world.number(), at: start)
            if scene.random.isHit(oneIn: 3) {
                job.token = nil
            } else {
                admissions.append(admission)
            }
            var now = start
            while job.isLive {
                now = now.advanced(bySeconds: scene.random.number(1...4_000))
                Self.change(&job, at: now, &scene)
                facts.append(job.live(at: now))
                if scene.random.isHit(oneIn: 4) { facts.append(job.history(at: now)) }
            }
            facts.append(job.live(at: now.advanced(bySeconds: 1)))
            facts.append(job.history(at: now.advanced(bySeconds: 1)))
            last = max(last, now)
        }
        self.admissions = admissions
        self.facts = facts.filter { $0.pending != nil || !$0.runs.isEmpty || $0.showsPending }
            .sorted { $0.at < $1.at }
        end = last.advanced(bySeconds: 10)
    }

    private static func change(_ job: inout SimulatedJob, at now: Instant, _ scene: inout Scene) {
        let dice = scene.random.number(1...10)
        if !job.waiting.isEmpty, dice <= 5 {
            job.partitions = [scene.random.pick(job.partitions) ?? "cpu"]
            return job.start(0, at: now, counts: job.footprint)
        }
        if let run = scene.random.pick(job.running) {
            switch dice {
            case 6: return job.requeue(run, at: now)
            case 7: return job.resize(run, at: now, to: scene.footprint())
            default: return job.end(run, at: now, state: "COMPLETED", suspendedSeconds: dice)
            }
        }
        // Now and then what waits is cancelled.
        if dice == 10 { job.waiting = [] }
    }
}

extension Simulation {
    /// What the books come to: charges by run, and by allocation and user what is held and charged.
    package func ending() throws -> [String: Int64] {
        let news = try session.tables.news(after: 0)
        var ending: [String: Int64] = [:]
        for run in news.runs {
            ending["run \(run.cluster) \(run.job) \(run.submit) \(run.resize)"] = run.charged
        }
        // By name: numbers are given out as users are met.
        let users = Dictionary(
            uniqueKeysWithValues: try session.tables.numbers(of: "users").map { ($1, $0) })
        for use in news.uses where use.charged > 0 || use.held > 0 {
            let name = "\(use.allocation) \(users[use.user] ?? "?")"
            ending["use \(name) charged"] = use.charged
            ending["use \(name) held"] = use.held
        }
        for lot in news.lots {
            let balances = lot.balances
            ending["held \(lot.allocation)", default: 0] += balances.held
            ending["charged \(lot.allocation)", default: 0] += balances.charged
            ending["available \(lot.allocation)", default: 0] += balances.available
            ending["expired \(lot.allocation)", default: 0] += balances.expired
        }
        return ending
    }
}
