/// From the records of jobs to a price report: which rows are runs to be priced, and why not.

import Rates
import Records
import Reports
import Units

struct PriceSum {
    /// Rows that were read and not priced, by reason.
    struct Skipped {
        var neverRan: Int64 = 0
        var notEnded: Int64 = 0
        var free: Int64 = 0
        var repeated: Int64 = 0
        var outsideWindow: Int64 = 0
    }

    private(set) var report: PriceReport
    private(set) var skipped = Skipped()
    private var pricer: Pricer
    private let window: Interval?
    /// A few: looking at each takes less than hashing.
    private let freeStates: [JobState]
    private var seen = RunSet()
    private var lastCluster = (name: "", number: Int64(-1))
    private var clusterNumbers: [String: Int64] = [:]

    init(
        _ card: RateCard, by dimensions: [PriceReport.Dimension], window: Interval?,
        freeStates: Set<JobState>
    ) {
        report = PriceReport(card: card, by: dimensions)
        // A site's jobs ask for the same some thousand footprints all year.
        pricer = Pricer(card, keptFootprints: 4_096)
        (self.window, self.freeStates) = (window, Array(freeStates))
    }

    mutating func add(_ job: RunRecord) {
        guard job.state.isFinished else {
            if job.state == .pending { skipped.neverRan += 1 } else { skipped.notEnded += 1 }
            return
        }
        guard let start = job.start else {
            skipped.neverRan += 1
            return
        }
        guard let end = job.end else {
            skipped.notEnded += 1
            return
        }
        // The row after a RESIZING row has the first row's start and counts from its own submit.
        let from = min(max(start, job.submit), end)
        guard let interval = Interval(start: from, end: end), start <= end else {
            skipped.neverRan += 1
            return
        }
        guard seen.insert(key(of: job, end: end)) else {
            skipped.repeated += 1
            return
        }
        if freeStates.contains(job.state) {
            skipped.free += 1
            return
        }
        let usage = Usage(
            cluster: job.cluster, partition: job.partition, qos: job.qos, counts: job.allocTRES,
            interval: interval, suspendedSeconds: job.suspendedSeconds)
        guard let window else { return add(usage, of: job) }
        guard let part = usage.clipped(to: window) else {
            skipped.outsideWindow += 1
            return
        }
        add(part, of: job)
    }

    private mutating func add(_ usage: Usage, of job: RunRecord) {
        report.add(
            PriceReport.Run(
                account: job.account ?? "(none)", user: job.user ?? "(unknown)",
                partition: job.partition, interval: usage.interval, pricing: pricer.price(usage)))
    }

    private mutating func key(of job: RunRecord, end: Instant) -> RunSet.Key {
        if lastCluster.number < 0 || lastCluster.name != job.cluster {
            let number = clusterNumbers[job.cluster] ?? Int64(clusterNumbers.count)
            clusterNumbers[job.cluster] = number
            lastCluster = (job.cluster, number)
        }
        return RunSet.Key(
            cluster: lastCluster.number, jobID: job.rawJobID,
            submitSeconds: job.submit.epochSeconds, endSeconds: end.epochSeconds)
    }
}

extension PriceSum.Skipped {
    /// Reason and count, those with none left out.
    func notes(freeStates: Set<JobState>) -> [String] {
        let free = freeStates.map(\.rawValue).sorted().joined(separator: ", ")
        let reasons = [
            (neverRan, "never ran"), (notEnded, "not ended yet"), (self.free, "free (\(free))"),
            (repeated, "there already, in an earlier row"), (outsideWindow, "outside the window"),
        ]
        return reasons.filter { $0.0 > 0 }.map {
            "not priced: \(groupingThousands(String($0.0))) \($0.0 == 1 ? "row" : "rows"): \($0.1)"
        }
    }

    func json(unreadable: Int) -> JSONText {
        .object([
            .init("unreadable", .integer(Int64(unreadable))),
            .init("never_ran", .integer(neverRan)), .init("not_ended", .integer(notEnded)),
            .init("free", .integer(free)), .init("repeated", .integer(repeated)),
            .init("outside_window", .integer(outsideWindow)),
        ])
    }
}
