/// One window: slurmdbd's rows that end in it beside the books' runs that end in it, both by their key.

import Bank
import Books
import Ledger
import Logging
import Reconciliation
import Records
import Store
import Threads
import Units

extension ReconcileDesk {
    /// Returns how many rows there were, or runs where the books have more.
    mutating func walk(_ window: Interval) throws -> Int {
        let runCount = try store.runCount(on: pass.cluster, endedIn: window)
        if runCount > pace.rowLimit, pace.mayCut(window) { throw WindowTooHeavy() }
        let answer = try answer(about: window)
        // The gauge goes on to the next one while this one is taken apart.
        readAhead(after: window, rowCount: max(answer.rowCount, runCount))
        let rows = try rows(of: answer, endedIn: window)
        let runs = try store.runs(of: pass.cluster, endedIn: window)
        var endings: [Ending] = []
        var onlyRecorded: [Recorded] = []
        var onlyBooks: [Run] = []
        var (i, j) = (0, 0)
        var courtesy = Courtesy(to: bank.rightOfWay)
        while i < rows.count || j < runs.count {
            courtesy.pause()
            if j == runs.count || i < rows.count && RunKey.isBefore(rows[i].key, runs[j].key) {
                onlyRecorded.append(rows[i])
                endings.append(Ending(at: rows[i].facts.end ?? window.start, missing: nil))
                i += 1
            } else if i == rows.count || RunKey.isBefore(runs[j].key, rows[i].key) {
                onlyBooks.append(runs[j])
                j += 1
            } else {
                // A row may come twice: the last of them stands.
                while i + 1 < rows.count, rows[i + 1].key == rows[i].key { i += 1 }
                try take(rows[i], runs[j])
                endings.append(Ending(at: runs[j].end ?? window.start, missing: nil))
                (i, j) = (i + 1, j + 1)
            }
        }
        try takeUnmatched(onlyRecorded)
        let missing = try findElsewhere(onlyBooks)
        endings += missing.map { Ending(at: $0.end ?? window.start, missing: $0) }
        for finding in missingRows(among: endings, after: &stretch, comparing) { report(finding) }
        count(records: rows.count, runs: runs.count)
        return max(answer.rowCount, runCount)
    }

    mutating func take(_ recorded: Recorded, _ run: Run) throws {
        if let end = recorded.facts.end, end >= settledBefore { return }
        let row = counted(recorded, for: run)
        switch comparing.verdict(row, run) {
        case .alike: break
        case .person(let finding): report(finding)
        case .correct(let finding):
            try takeUp(finding, .correct(correction(row, finding)))
        }
    }

    /// Rows whose run the books have elsewhere, or not at all.
    private mutating func takeUnmatched(_ rows: [Recorded]) throws {
        let known = try store.runs(named: rows.map(\.key))
        var seen: Set<RunKey> = []
        for row in rows where seen.insert(row.key).inserted {
            if let run = known[row.key] {
                try take(row, run)
            } else if isToBeCharged(row) {
                let finding = comparing.neverSeen(row)
                try takeUp(finding, .correct(correction(row, finding)))
            }
        }
    }

    private func isToBeCharged(_ row: Recorded) -> Bool {
        guard !row.isExempt, let end = row.facts.end, end > bornAt, end < settledBefore else {
            return false
        }
        // Cancelled while pending, or gone within its first second: nothing was used.
        return end > row.facts.start
    }

    /// Of runs that ended in a window and have no row that did, those that have none at all: a row's end
    /// may have been set back, may lie later, or be open still.
    private mutating func findElsewhere(_ runs: [Run]) throws -> [Run] {
        var missing: [Run] = []
        for batch in Self.batches(of: runs) {
            let found = try readRows(of: batch)
            for run in batch {
                guard let row = found[run.key] else {
                    // slurmdbd purges by when a job was submitted, however late it ended.
                    if run.key.submit >= purged.horizon {
                        missing.append(run)
                    } else if comparing.missing(run) != nil {
                        purged.laterRuns += 1
                    }
                    continue
                }
                // What ended within this pass is taken up where it ended, before or later.
                if row.facts.end.map({ $0 < pass.window.start }) ?? true { try take(row, run) }
            }
        }
        return missing
    }

    // MARK: Rows

    /// slurmdbd's answer about `window`: most of it came while the window before was compared.
    private mutating func answer(about window: Interval) throws -> WindowAnswer {
        let ahead = self.ahead.flatMap { $0.window == window ? $0 : nil }
        self.ahead = nil
        let answer = try reading {
            // How many rows the first window has, or one that was cut, the books can't tell.
            let reading =
                ahead
                ?? WindowAhead(
                    window, gauge, rowLimit: pace.rowLimit, expected: nil,
                    givingWayTo: bank.rightOfWay)
            return try reading.answer()
        }
        guard answer.rowCount <= pace.rowLimit || !pace.mayCut(window) else {
            throw WindowTooHeavy()
        }
        return answer
    }

    /// slurmdbd's rows that end in `window`, by their key.
    private func rows(of answer: WindowAnswer, endedIn window: Interval) throws -> [Recorded] {
        let rows = try collect { rows in
            try answer.bytes.withUnsafeBytes { try rows.take($0, recorded) }
        }
        return rows.filter { $0.facts.end.map(window.contains) ?? false }
    }

    /// Has the gauge ask for the window that comes next, as far as is known by now.
    private mutating func readAhead(after window: Interval, rowCount: Int) {
        var pace = pace
        pace.took(rowCount, of: window)
        guard let next = pace.next(from: window.end, before: pass.window.end), !next.isEmpty else {
            return
        }
        let expected = Int64(rowCount) * next.seconds / max(window.seconds, 1)
        ahead = WindowAhead(
            next, gauge, rowLimit: pace.rowLimit, expected: Int(expected),
            givingWayTo: bank.rightOfWay)
    }

    /// So many runs are asked for by their job ids at a time.
    static let mostNamed = 100

    static func batches(of runs: [Run]) -> [ArraySlice<Run>] {
        stride(from: 0, to: runs.count, by: mostNamed).map {
            runs[$0..<min($0 + mostNamed, runs.count)]
        }
    }

    /// slurmdbd's rows of these runs, wherever they end. It is asked for their job ids: however long ago
    /// they began, it looks at no other job's rows and the answer is short.
    ///
    /// - Parameter runs: at most `mostNamed`.
    func readRows(of runs: ArraySlice<Run>) throws -> [RunKey: Recorded] {
        precondition(runs.count <= Self.mostNamed)
        guard let first = runs.map(\.key.submit).min(),
            let span = Interval(start: first.advanced(bySeconds: -86_400), end: now)
        else { return [:] }
        let keys = Set(runs.map(\.key))
        let ids = Set(keys.map(\.jobID)).sorted().map(String.init)
        let rows = try read(span, ["--jobs", ids.joined(separator: ",")]) {
            keys.contains($0.key)
        }
        return Dictionary(rows.map { ($0.key, $0) }, uniquingKeysWith: { _, last in last })
    }

    /// slurmdbd's rows that overlap `span`, by their key.
    ///
    /// - Parameter keep: which are wanted; the others take no memory.
    func read(
        _ span: Interval, _ more: [String] = [], keep: (Recorded) -> Bool
    ) throws -> [Recorded] {
        let words =
            ["history", "--start", String(span.start.epochSeconds)]
            + ["--end", String(span.end.epochSeconds)] + more
        return try collect { rows in
            try gauge.run(words) { chunk in
                try rows.take(chunk) { job in recorded(job).flatMap { keep($0) ? $0 : nil } }
            }
        }
    }

    /// What `read` has taken, by its key.
    private func collect(_ read: (inout RecordedRows) throws -> Void) throws -> [Recorded] {
        var rows = RecordedRows(givingWayTo: bank.rightOfWay)
        try reading {
            try read(&rows)
            try rows.reader.finish()
        }
        if let problem = rows.reader.problems.first {
            logger.warning(
                "slurmdbd's rows can't all be read",
                metadata: ["count": "\(rows.reader.problemCount)", "first": "\(problem)"])
        }
        return rows.sorted
    }

    /// What goes wrong with the gauge or with what it printed ends the pass, to be asked for again.
    private func reading<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as RecordError {
            throw ReconcileError.unavailable("atoll-gauge history: \(error)")
        } catch let failure as GaugeFailure {
            throw ReconcileError.unavailable("\(failure)")
        }
    }

    /// slurmdbd may take longer over a window than slurmctld may over a poll.
    var gauge: GaugeCommand {
        var gauge = watch.gauge
        gauge.deadlineSeconds = max(gauge.deadlineSeconds, 600)
        return gauge
    }

    func recorded(_ job: JobRecord) -> Recorded? {
        guard let facts = observing.facts(of: job, at: now, isLive: false) else { return nil }
        return Recorded(
            facts, baseJobID: job.baseJobID, account: job.account ?? "", user: job.userName,
            isOver: job.state.isFinished, isExempt: observing.policy.exempts(job))
    }

    func correction(_ row: Recorded, _ finding: Finding) -> Correction {
        var observation = JobObservation(
            cluster: pass.cluster, jobID: row.baseJobID, token: nil, userName: row.user,
            isAssociated: observing.isAssociated(row.user, row.account),
            accountLineage: observing.lineage(row.account), partition: row.facts.partition,
            qos: row.facts.qos, at: now)
        observation.reservation = row.facts.reservation
        observation.runs = [row.facts]
        var correction = Correction(observation)
        correction.finding = finding.what
        return correction
    }
}

/// Rows out of the gauge's bytes, as they come.
private struct RecordedRows {
    var reader = RecordReader<JobDecoder>(ReadSettings(maxProblemsKept: 20))
    private(set) var all: [Recorded] = []
    private var courtesy: Courtesy

    init(givingWayTo way: RightOfWay) { courtesy = Courtesy(to: way) }

    mutating func take(
        _ chunk: UnsafeRawBufferPointer, _ recorded: (JobRecord) -> Recorded?
    ) throws {
        var (all, courtesy) = (all, courtesy)
        self.all = []
        defer { (self.all, self.courtesy) = (all, courtesy) }
        try reader.read(chunk) { job in
            courtesy.pause()
            if let row = recorded(job) { all.append(row) }
        }
    }

    /// By their keys. What is moved about while they are put in order is these alone, not the rows.
    var sorted: [Recorded] {
        let keys = all.indices.map { place -> SortKey in
            let key = all[place].key
            return SortKey(
                jobID: key.jobID, submit: key.submit.epochSeconds, resize: key.resize, place: place)
        }
        return keys.sorted { $0.isBefore($1) }.map { all[$0.place] }
    }

    private struct SortKey {
        let jobID, submit, resize: Int64
        let place: Int

        /// As `RunKey.isBefore`; of the same key what came first.
        func isBefore(_ other: SortKey) -> Bool {
            if jobID != other.jobID { return jobID < other.jobID }
            if submit != other.submit { return submit < other.submit }
            if resize != other.resize { return resize < other.resize }
            return place < other.place
        }
    }
}
