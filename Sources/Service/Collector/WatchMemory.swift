/// What a watch remembers from poll to poll.

import Books
import Ledger
import Units

struct WatchMemory {
    /// Of each job and run as last recorded; what is alike is no news.
    private var jobPrints: [Int64: Int] = [:]
    private var runPrints: [RunKey: Int] = [:]
    private var pollsMissing = 0
    var hasAccounting = false
    var shapeReadAt: ContinuousClock.Instant?
    var isFirstPoll = true
    private var told: Set<String> = []
    private var lastGoodPoll: ContinuousClock.Instant?
    /// Seconds of good polls since a claim was first seen without its job.
    private var waited: [ClaimID: Double] = [:]
    private var missing: [ClaimID: Int] = [:]
    private var sinceLast = 0.0

    func shapeIsDue(at now: ContinuousClock.Instant, every seconds: Int) -> Bool {
        shapeReadAt.map { now - $0 >= .seconds(seconds) } ?? true
    }

    mutating func isNews(_ problem: String) -> Bool {
        // Bounded: each poll may bring others.
        if told.count > 1_000 { told = [] }
        return told.insert(problem).inserted
    }

    /// Only time between polls that reached slurmctld counts (design 6).
    mutating func countGoodPoll() {
        let now = ContinuousClock.now
        sinceLast = lastGoodPoll.map { min((now - $0) / .seconds(1), 60) } ?? 0
        lastGoodPoll = now
    }

    /// The unclaimed holds whose time is over.
    mutating func lapsed(
        _ claims: [Claim], begunAt: Instant, afterSeconds: Int
    ) -> [ClaimID] {
        let open = claims.filter { $0.state == .unclaimed && $0.createdAt < begunAt }
        var counted: [ClaimID: Double] = [:]
        for claim in open { counted[claim.id] = waited[claim.id].map { $0 + sinceLast } ?? 0 }
        waited = counted
        return open.map(\.id).filter { (counted[$0] ?? 0) >= Double(afterSeconds) }
    }

    /// The jobs that look different from the last time, each with only the runs that do.
    mutating func news(in jobs: [JobObservation]) -> [JobObservation] {
        var prints: [Int64: Int] = [:]
        var ofRuns: [RunKey: Int] = [:]
        var news: [JobObservation] = []
        for job in jobs {
            let print = job.fingerprint
            prints[job.jobID] = print
            var changed = job
            changed.runs = []
            for run in job.runs {
                let runPrint = run.hashValue
                ofRuns[run.key] = runPrint
                if runPrints[run.key] != runPrint { changed.runs.append(run) }
            }
            if jobPrints[job.jobID] != print { news.append(changed) }
        }
        (jobPrints, runPrints) = (prints, ofRuns)
        return news
    }

    /// What could not be recorded is news again at the next poll.
    mutating func forget(_ job: JobObservation) {
        jobPrints[job.jobID] = nil
        for run in job.runs { runPrints[run.key] = nil }
    }

    /// At once and for a few polls; what slurmdbd does not know by then is asked for more seldom.
    mutating func shouldAskHistory(missing: Bool) -> Bool {
        if isFirstPoll { return true }
        pollsMissing = missing ? pollsMissing + 1 : 0
        return missing && (pollsMissing <= 5 || pollsMissing % 30 == 0)
    }

    /// Claims whose job has not been shown by three polls in a row, or more: what could not be
    /// recorded is tried again.
    mutating func forgotten(_ gone: [Claim]) -> [ClaimID] {
        var counts: [ClaimID: Int] = [:]
        for claim in gone { counts[claim.id] = (missing[claim.id] ?? 0) + 1 }
        missing = counts
        return counts.filter { $0.value >= 3 }.keys.sorted()
    }
}

extension JobObservation {
    /// Equal for observations that say the same, whenever they were made.
    var fingerprint: Int {
        var same = self
        same.at = Instant(epochSeconds: 0)
        return same.hashValue
    }
}
