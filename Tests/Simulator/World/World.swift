/// What there is outside of the books: the site as it was applied, the jobs of two clusters, and what
/// was shown and asked of them.

import Bank
import Books
import Registry
import Units

package struct World {
    package var site: Site
    package var jobs: [SimulatedJob] = []
    /// Submissions that were admitted and whose job did not come yet, or never will.
    package var strayTokens: [(cluster: String, token: String)] = []
    /// Observations as they were handed over, to be repeated or to come late.
    package var shown: [JobObservation] = []
    /// Orders with ids, as they were answered.
    package var answered: [(order: Order, answer: Outcome)] = []
    /// Runs as dumps had them, to be handed over again.
    package var imported: [ImportedRun] = []
    private var lastNumber: Int64 = 1_000

    package init(site: Site) { self.site = site }

    /// A number that was not given out before: job ids, tokens, command ids.
    package mutating func number() -> Int64 {
        lastNumber += 1
        return lastNumber
    }

    package mutating func keep(_ observation: JobObservation) {
        shown.append(observation)
        if shown.count > 80 { shown.removeFirst(20) }
    }

    package mutating func keep(_ order: Order, _ answer: Outcome) {
        answered.append((order, answer))
        if answered.count > 60 { answered.removeFirst(20) }
    }

    package mutating func keep(_ runs: [ImportedRun]) {
        imported += runs
        if imported.count > 60 { imported.removeFirst(imported.count - 40) }
    }

    /// Jobs that wait or run.
    package var liveJobs: [Int] { jobs.indices.filter { jobs[$0].isLive } }

    /// Lets go of jobs that nobody asks for any more.
    package mutating func forgetOldJobs(at now: Instant) {
        guard jobs.count > 120 else { return }
        jobs.removeAll { $0.isSettled && !$0.isShown(at: now) }
    }
}
