/// What a watch remembers from poll to poll.

import Books
import Ledger
import Units

struct WatchMemory {
    /// Of each job as last recorded; what is alike is no news.
    var prints: [Int64: Int] = [:]
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

    /// Claims whose job has not been shown by three polls in a row.
    mutating func forgotten(_ gone: [Claim], begunAt: Instant) -> [ClaimID] {
        var counts: [ClaimID: Int] = [:]
        for claim in gone where claim.outstandingTasks > 0 || claim.state == .bound {
            counts[claim.id] = (missing[claim.id] ?? 0) + 1
        }
        missing = counts
        return counts.filter { $0.value == 3 }.keys.sorted()
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
