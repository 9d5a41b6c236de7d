/// One pass of reconciliation: the windows one after another, then what stands open now.

import Bank
import Books
import Estimate
import Foundation
import Ledger
import Logging
import Rates
import Reconciliation
import Records
import Registry
import Store
import Units

/// On one thread; ended by whatever throws, it goes on at the last window that was noted.
struct ReconcileDesk {
    let watch: ClusterWatch
    let bank: Bank
    let store: JournalStore
    let logger: Logger
    let observing: Observing
    let comparing: Comparing
    /// What ended later may still change in slurmdbd.
    let settledBefore: Instant
    let settleSeconds: Int64
    /// What slurmdbd may have purged by now.
    var purged: PurgedPast
    /// What ended before was never this ledger's.
    let bornAt: Instant
    let now: Instant
    var isDryRun = false
    var caller = "reconcile"
    var tell: (ReconcileNews) throws -> Void = { _ in }
    /// How often it is looked whether slurmctld has told slurmdbd all, two seconds apart.
    var queueTries = 15
    private(set) var pass: ReconciliationPass
    /// Runs without a row that reach the end of the last window. A window that proves too heavy leaves
    /// it as it was, and so does one in which the pass is ended: it is noted with `reached`.
    var stretch: MissingStretch?
    /// Not noted yet; and noted, and not told yet.
    private var found: [Finding] = []
    private var untold: [Finding] = []
    /// Of a dry run, what a pass would have kept with its corrections.
    private var wouldCorrect: [Finding] = []
    /// To be corrected, with the reason of each.
    var waiting: [(finding: Finding, command: Command)] = []
    var pace = WindowPace()
    /// The window after the one at hand.
    var ahead: WindowAhead?

    init(
        _ watch: ClusterWatch, bank: Bank, store: JournalStore, logger: Logger, now: Instant
    ) throws {
        guard watch.view.isKnown else {
            throw ReconcileError.unavailable(
                "cluster \(watch.settings.cluster) was not read yet; ask again in a moment.")
        }
        (self.watch, self.bank, self.store, self.now) = (watch, bank, store, now)
        self.logger = logger
        observing = try watch.observing()
        let rates = bank.picture.tip.registry.rateBook
        comparing = Comparing(rated: Set(rates.resources.values.map(\.tres)))
        let rules = watch.rules
        settleSeconds = rules.settleSeconds
        settledBefore = now.advanced(bySeconds: -settleSeconds)
        bornAt = rules.observing.watchedFrom(watch.settings.cluster)
        purged = PurgedPast(try watch.readStanding(), at: now)
        let nothing = Interval(start: now, end: now)!
        pass = ReconciliationPass(
            cluster: watch.settings.cluster, caller: "", isDryRun: true, window: nothing,
            begunAt: now)
    }

    mutating func begin(_ pass: ReconciliationPass) throws {
        self.pass = pass
        stretch = try pass.stretch.flatMap { kept in
            // Some of them may have been settled meanwhile.
            let few = try store.runs(of: kept).filter { comparing.missing($0) != nil }
            return MissingStretch(kept, few)
        }
    }

    /// All windows that are left, and what stands open.
    mutating func walkAll(clock: () -> Instant) throws -> ReconciliationPass {
        // Even where nothing is to be corrected: what waits would look like rows that are missing.
        try awaitQueue()
        logger.info(
            "reconciling", metadata: ["window": "\(pass.window)", "from": "\(pass.reached)"])
        if let left = Interval(start: pass.reached, end: pass.window.end) {
            pace.expect(try store.runCount(on: pass.cluster, endedIn: left), in: left)
        }
        while pass.reached < pass.window.end {
            guard let window = pace.next(from: pass.reached, before: pass.window.end) else { break }
            do {
                let rows = try walk(window)
                pace.took(rows, of: window)
            } catch is WindowTooHeavy {
                pace.wasTooHeavy(window)
                continue
            }
            pass.reached = window.end
            try note()
        }
        // Nothing comes after the last window.
        for finding in stretch?.findings(comparing) ?? [] { report(finding) }
        stretch = nil
        try walkStanding()
        try walkReservations()
        try correctWaiting()
        if let finding = purged.finding { report(finding) }
        (pass.isDone, pass.endedAt) = (true, clock())
        let tip = store.tip
        pass.head = "\(tip.seq):\(tip.hash)"
        try note()
        logger.notice(
            "reconciled",
            metadata: [
                "window": "\(pass.window)", "records": "\(pass.records)",
                "corrected": "\(pass.corrected)", "person": "\(pass.person)",
                "head": "\(pass.head ?? "")",
            ])
        return pass
    }

    /// What is done is written down before anybody is told.
    private mutating func note() throws {
        try correctWaiting()
        try nameRuns()
        pass.stretch = stretch.map { OpenStretch($0) }
        // In the order of a pass that corrects.
        let noted = wouldCorrect + found
        try store.note(pass, found: noted.map { KeptFinding($0) })
        let news = untold + noted
        (found, untold, wouldCorrect) = ([], [], [])
        for finding in news { try tell(.found(finding)) }
        try tell(.progress(pass))
    }

    /// Whose run it is the books know, where no row tells.
    private mutating func nameRuns() throws {
        let places = found.indices.filter {
            found[$0].run != nil && (found[$0].user == nil || found[$0].allocation == nil)
        }
        guard !places.isEmpty else { return }
        let known = try store.names(ofRuns: places.compactMap { found[$0].run })
        for place in places {
            guard let run = found[place].run, let names = known[run] else { continue }
            found[place].user = found[place].user ?? names.user
            found[place].allocation = found[place].allocation ?? names.allocation
        }
    }

    mutating func count(records: Int, runs: Int) {
        pass.records += Int64(records)
        pass.runs += Int64(runs)
    }

    // MARK: Findings

    /// - Parameter isCorrected: and kept with its correction, but in a dry run; else it is noted where
    ///   the window ends.
    mutating func report(_ finding: Finding, isCorrected: Bool = false) {
        if finding.takesPerson {
            pass.person += 1
        } else if finding.kind != .purged {
            pass.corrected += 1
            if let before = finding.before, let after = finding.after {
                if after > before { pass.more += after - before }
                if before > after { pass.less += before - after }
            }
        }
        guard isCorrected else { return found.append(finding) }
        if isDryRun { wouldCorrect.append(finding) } else { untold.append(finding) }
    }

    mutating func takeUp(_ finding: Finding, _ command: Command) throws {
        waiting.append((finding, command))
        if waiting.count >= Self.atOnce { try correctWaiting() }
    }

    /// As many corrections at once as one transaction takes in at most: an admission waits for one
    /// such batch.
    static let atOnce = 32
}

extension KeptFinding {
    package init(_ finding: Finding) {
        self.init(kind: finding.kind.rawValue, job: finding.job, what: finding.what)
        (run, user, account) = (finding.run?.number, finding.user, finding.account)
        (allocation, at) = (finding.allocation, finding.at)
        (before, after, remedy) = (finding.before, finding.after, finding.remedy)
    }
}

extension OpenStretch {
    fileprivate init(_ stretch: MissingStretch) {
        self.init(
            count: stretch.count, first: stretch.first, last: stretch.last,
            charged: stretch.charged, few: stretch.few.map(\.id))
    }
}

extension MissingStretch {
    /// - Parameter few: the runs of one that is no gap yet; nil where none of them is left.
    fileprivate init?(_ kept: OpenStretch, _ few: [Run]) {
        guard kept.few.isEmpty else {
            guard let first = few.first else { return nil }
            self.init(of: first, at: first.end ?? kept.first)
            for run in few.dropFirst() { append(run, at: run.end ?? kept.last) }
            return
        }
        self.init(
            count: kept.count, first: kept.first, last: kept.last, charged: kept.charged)
    }
}

/// How long windows are: about as many rows, or runs of the books, in each.
struct WindowPace {
    /// More rows, or runs, than this are not kept in memory at once.
    let rowLimit: Int
    /// As many may end in one second as will. Of what only overlaps a window, no shorter one has less
    /// than what goes on all the time.
    let leastSeconds: Int64
    private static let mostSeconds: Int64 = 32 * 86_400
    /// Of the first window only the books have told, and not slurmdbd.
    private static let mostFirstSeconds: Int64 = 8 * 86_400
    private var seconds: Int64 = 86_400

    init(rowLimit: Int = 60_000, leastSeconds: Int64 = 1) {
        (self.rowLimit, self.leastSeconds) = (rowLimit, leastSeconds)
    }

    func next(from start: Instant, before end: Instant) -> Interval? {
        Interval(start: start, end: min(start.advanced(bySeconds: seconds), end))
    }

    /// Before the first window: the books have so many runs in all of `span`. Where they have few,
    /// slurmdbd may have many all the same, and short windows cost little.
    mutating func expect(_ runs: Int, in span: Interval) {
        guard runs > rowLimit else { return }
        seconds = min(length(of: runs, in: span), Self.mostFirstSeconds)
    }

    /// Towards half of the limit, and never more than twice as long as the last one.
    mutating func took(_ rows: Int, of window: Interval) {
        seconds = min(
            length(of: rows, in: window), max(window.seconds, seconds, leastSeconds) * 2,
            Self.mostSeconds)
    }

    /// How long a window has half of the limit, where there are so many in `span`.
    private func length(of rows: Int, in span: Interval) -> Int64 {
        max(Int64(rowLimit / 2) * max(span.seconds, 1) / Int64(max(rows, 1)), leastSeconds)
    }

    mutating func wasTooHeavy(_ window: Interval) {
        seconds = max(window.seconds / 2, leastSeconds)
    }

    /// Whether a window may be cut in two.
    func mayCut(_ window: Interval) -> Bool { window.seconds > leastSeconds }
}

struct WindowTooHeavy: Error {}
