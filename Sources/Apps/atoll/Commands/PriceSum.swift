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

        var count: Int64 { neverRan + notEnded + free + repeated + outsideWindow }
    }

    private(set) var report: PriceReport
    private(set) var skipped = Skipped()
    /// Runs of clusters that no resource of the card is for.
    private(set) var unratedClusters: [String: Int64] = [:]
    private var pricer: Pricer
    private let window: Interval?
    /// A few: looking at each takes less than hashing.
    private let freeStates: [JobState]
    private var seen = RunSet()
    private var lastCluster = (name: "", number: Int64(-1), isRated: true)
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
            skipped.notEnded += 1
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
        // Cancelled while it waited, as the books take it.
        guard start != end || job.state != .cancelled && !job.allocTRES.isEmpty else {
            skipped.neverRan += 1
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
        // Looked up with the run's key.
        if !lastCluster.isRated { unratedClusters[job.cluster, default: 0] += 1 }
        report.add(
            PriceReport.Run(
                account: job.account ?? "(none)", user: job.user ?? "(unknown)",
                partition: job.partition, interval: usage.interval, pricing: pricer.price(usage)))
    }

    private mutating func key(of job: RunRecord, end: Instant) -> RunSet.Key {
        if lastCluster.number < 0 || lastCluster.name != job.cluster {
            let number = clusterNumbers[job.cluster] ?? Int64(clusterNumbers.count)
            clusterNumbers[job.cluster] = number
            let isRated = report.card.resources.contains {
                $0.scope.clusters?.contains(job.cluster) ?? true
            }
            lastCluster = (job.cluster, number, isRated)
        }
        return RunSet.Key(
            cluster: lastCluster.number, jobID: job.rawJobID,
            submitSeconds: job.submit.epochSeconds, endSeconds: end.epochSeconds)
    }
}

extension PriceSum {
    /// How many rows made how many runs, where these are fewer; then why.
    func rowNotes(unreadable: Int) -> [String] {
        let rows = report.total.runs + skipped.count + Int64(unreadable)
        guard rows > report.total.runs else { return [] }
        return ["\(rows.of("row")): \(report.total.runs.of("run")) priced."]
            + skipped.notes(freeStates: Set(freeStates))
    }

    var hasRatedCluster: Bool {
        unratedClusters.values.reduce(0, +) < report.total.runs
    }

    /// A line for each cluster that the rates of `file` are not for.
    func clusterNotes(_ file: String) -> [String] {
        let there = report.card.resources.map { resource in
            let clusters = resource.scope.clusters.map {
                " (\($0.sorted().joined(separator: ", ")))"
            }
            return resource.name + (clusters ?? "")
        }.joined(separator: ", ")
        return unratedClusters.sorted { $0.key < $1.key }.map { cluster, runs in
            "unrated: \(runs.of("run")) of cluster \(cluster): no resource of \(file) is for it, only "
                + "\(there). Declare it there, and in their clusters; -M is for records that name none."
        }
    }
}

extension PriceSum.Skipped {
    /// Reason and count in the words of an import, those with none left out.
    func notes(freeStates: Set<JobState>) -> [String] {
        let free = freeStates.map(\.rawValue).sorted().joined(separator: ", ")
        let reasons = [
            (neverRan, "never ran"), (notEnded, "not ended then"), (self.free, "free (\(free))"),
            (repeated, "there already, in an earlier row"), (outsideWindow, "outside the window"),
        ]
        return reasons.filter { $0.0 > 0 }.map { "\($0.0.of("row")) passed over: \($0.1)." }
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
