/// What a watch remembers from poll to poll.

import Books
import Ledger
import Units

struct WatchMemory {
    /// Of each job and run as last recorded; what is alike is no news.
    private var jobPrints: [Int64: Int] = [:]
    private var runPrints: [RunKey: Int] = [:]
    /// Of the rates by which what waits was last looked at; nil: not yet.
    private var ratesVersion: Int64?
    var hasAccounting = false
    var shapeReadAt: ContinuousClock.Instant?
    /// Why the view could not be renewed.
    var shapeProblem: String?
    /// At first since the last entry, later since polls that were too far apart.
    var historyOwed = HistoryDebts()
    /// Of it and of what may become of it, as it was last noted in the journal.
    var notedOwed: Instant?
    /// Seconds of this poll that count as slurmctld's work.
    var readSeconds = 0.0
    /// Seconds that this poll's readings took, whatever they waited for.
    var tookSeconds = 0.0
    var isUnreachable = false
    var load: ReadingLoad
    /// When slurmctld was last read in full; nil: not yet.
    var lastShownAt: Instant?
    /// The last poll before those of which not everything was recorded.
    private var unrecordedSince: Instant?
    private var absences: [Absent: Absence] = [:]
    /// Why slurmdbd's answer is missing.
    var historyProblem: GaugeFailure?
    private var historyFailedAt: ContinuousClock.Instant?
    private static let historyRetry = Duration.seconds(60)
    /// slurmctld forgets ended jobs after MinJobAge, 300 s by default.
    private static let surelyShownSeconds: Int64 = 120
    var reservations = ReservationMemory()
    private var told: Set<String> = []
    private var lastGoodPoll: ContinuousClock.Instant?
    /// Seconds of good polls since a claim was first seen without its job.
    private var waited: [ClaimID: Double] = [:]
    private var missing: [ClaimID: Int] = [:]
    private var sinceLast = 0.0

    init(load: ReadingLoad = ReadingLoad(pollSeconds: 10, share: 0.02)) { self.load = load }

    func shapeIsDue(at now: ContinuousClock.Instant, every seconds: Int) -> Bool {
        shapeReadAt.map { now - $0 >= .seconds(seconds) } ?? true
    }

    mutating func isNews(_ problem: String) -> Bool {
        // Bounded: each poll may bring others.
        if told.count > 1_000 { told = [] }
        return told.insert(problem).inserted
    }

    /// Only time between polls that reached slurmctld counts (design 6).
    mutating func countGoodPoll(begunAt: Instant, now: ContinuousClock.Instant = .now) {
        if let last = lastShownAt, begunAt.seconds(since: last) > Self.surelyShownSeconds {
            historyOwed.add(since: last, at: now)
        }
        sinceLast = lastGoodPoll.map { min((now - $0) / .seconds(1), 60) } ?? 0
        lastGoodPoll = now
    }

    /// What slurmctld showed while nothing could be recorded, and has forgotten since, is
    /// slurmdbd's to tell once there is room for it.
    mutating func noteRecorded(
        _ isRecorded: Bool, begunAt: Instant, now: ContinuousClock.Instant = .now
    ) {
        guard isRecorded else {
            unrecordedSince = unrecordedSince ?? lastShownAt ?? begunAt
            return
        }
        guard let since = unrecordedSince else { return }
        unrecordedSince = nil
        historyOwed.add(since: since, at: now)
    }

    /// Since when slurmdbd would have to be asked if the daemon ended now.
    ///
    /// - Parameter failed: whether slurmctld could not be read just now.
    func owedAtEnd(failed: Bool) -> Instant? {
        [historyOwed.since, unrecordedSince, failed ? lastShownAt : nil].compactMap { $0 }.min()
    }

    /// The unclaimed holds whose time is over; that of a test is at the first poll.
    ///
    /// - Parameter shown: tokens of jobs that are there, recorded or not.
    mutating func lapsed(
        _ claims: [Claim], shown: Set<String>, begunAt: Instant, afterSeconds: Int
    ) -> [ClaimID] {
        let open = claims.filter {
            $0.state == .unclaimed && $0.createdAt < begunAt
                && !($0.token.map(shown.contains) ?? false)
        }
        var counted: [ClaimID: Double] = [:]
        for claim in open { counted[claim.id] = waited[claim.id].map { $0 + sinceLast } ?? 0 }
        waited = counted
        return open.filter {
            $0.remark == Claim.perhapsTest || (counted[$0.id] ?? 0) >= Double(afterSeconds)
        }.map(\.id)
    }

    /// The jobs that look different from the last time, each with only the runs that do.
    ///
    /// - Parameter version: of the rates; where it is another than the last time, all that waits is news.
    mutating func news(in jobs: [JobObservation], rates version: Int64 = 0) -> [JobObservation] {
        let haveRatesChanged = ratesVersion.map { $0 != version } ?? false
        ratesVersion = version
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
            changed.isPricedAnew = haveRatesChanged && job.pending != nil
            if jobPrints[job.jobID] != print || changed.isPricedAnew { news.append(changed) }
        }
        (jobPrints, runPrints) = (prints, ofRuns)
        return news
    }

    /// Whether the last poll told of a run.
    func hasTold(of run: RunKey) -> Bool { runPrints[run] != nil }

    /// What could not be recorded is news again at the next poll.
    mutating func forget(_ job: JobObservation) {
        if job.isPricedAnew { ratesVersion = ratesVersion.map { _ in -1 } }
        jobPrints[job.jobID] = nil
        for run in job.runs { runPrints[run.key] = nil }
    }

    /// What slurmctld does not show any more, and since when; of it the times that slurmdbd is to be
    /// asked about now.
    ///
    /// Each is asked for at once and for a few polls, what slurmdbd does not know by then more and
    /// more seldom. What is missing for days is asked for apart, by the day in which it was last
    /// there: its run's row lies in that one, too.
    mutating func historyIsDue(
        for absent: [(what: Absent, begunAt: Instant)], at now: Instant
    ) -> [HistorySpan] {
        var counted: [Absent: Absence] = [:]
        for (what, begunAt) in absent {
            counted[what] =
                absences[what] ?? Absence(since: max(lastShownAt ?? begunAt, begunAt), polls: 0)
            counted[what]?.polls += 1
        }
        let part = HistoryDebt.partSeconds
        let dayAgo = now.advanced(bySeconds: -part)
        let due = counted.values.filter(\.isDue).map(\.since)
        var spans: [HistorySpan] = []
        if let since = due.filter({ $0 >= dayAgo }).min() {
            spans.append(HistorySpan(from: since, to: now, isOwed: false))
        }
        if let since = due.filter({ $0 < dayAgo }).min() {
            let end = since.advanced(bySeconds: part)
            spans.append(HistorySpan(from: since, to: end, isOwed: false))
            // Those of later days have their turn at the next poll.
            for (what, absence) in counted
            where absence.isDue && absence.since > end && absence.since < dayAgo {
                counted[what]?.polls -= 1
            }
        }
        absences = counted
        return spans
    }

    /// Not while slurmdbd is down: that would slow the polls of slurmctld.
    func mayAskHistory(at now: ContinuousClock.Instant) -> Bool {
        historyFailedAt.map { now - $0 >= Self.historyRetry } ?? true
    }

    mutating func historyFailed(_ failure: GaugeFailure, at now: ContinuousClock.Instant) {
        (historyProblem, historyFailedAt) = (failure, now)
        // What got no answer was not asked: all of it is due as soon as slurmdbd is back.
        absences = absences.mapValues { Absence(since: $0.since, polls: 0) }
    }

    /// Claims whose job has not been shown by three polls in a row, or more: what could not be
    /// recorded is tried again.
    mutating func forgotten(_ gone: [Claim]) -> [ClaimID] {
        var counts: [ClaimID: Int] = [:]
        for claim in gone { counts[claim.id] = (missing[claim.id] ?? 0) + 1 }
        missing = counts
        // Again where it could not be recorded: then it still holds something.
        return gone.filter { claim in
            let polls = counts[claim.id] ?? 0
            return polls == 3 || polls > 3 && (claim.outstandingTasks > 0 || !claim.pins.isEmpty)
        }.map(\.id).sorted()
    }
}

/// What the books hold open and slurmctld does not show.
enum Absent: Hashable {
    case claim(ClaimID)
    case run(RunKey)
}

private struct Absence {
    /// When slurmctld showed it last, or when it began.
    let since: Instant
    var polls: Int

    /// The first five polls, then the 10th, 20th, 40th and so on, but about once a day at least.
    var isDue: Bool {
        guard polls > 5 else { return true }
        let fives = polls / 5
        return polls % 5 == 0 && (fives & (fives - 1) == 0 || polls % 8_000 == 0)
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
