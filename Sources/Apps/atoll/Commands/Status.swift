import ArgumentParser
import Reports
import Units
import Wire

/// `atoll status`
struct Status: AtollCommand {
    static let configuration = CommandConfiguration(
        abstract: "Whether atolld runs, how its clusters fare, how far its journal is.",
        discussion: """
            Exit code 0: it answers. What of the journal is told to operators only. Polled is when
            slurmctld's queue was last read, Next when it is read again at the latest, or `now`
            while that is under way; where it takes longer than it should, Problem says so. While
            slurmctld can't be reached it is tried each 15 s (each poll_seconds, where that is more);
            other failures double the pause, up to 300 s. The first good reading ends that at once.

            EXAMPLES
              atoll status
              atoll status --json | jq -r .head
            """)

    @OptionGroup var output: OutputOptions
    @OptionGroup var chosen: ColumnOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in surroundings: Surroundings) throws {
        guard case .status(var status) = try surroundings.ask(.status, connection) else {
            throw Failure.oddAnswer
        }
        if !output.isParsable, !output.isJSON { try surroundings.out(Self.text(status)) }
        guard output.isParsable || output.isJSON || !status.clusters.isEmpty else { return }
        let now = surroundings.clock.now
        for place in status.clusters.indices where status.clusters[place].problem == nil {
            status.clusters[place].problem = status.clusters[place].lateness(at: now)
        }
        try surroundings.report(
            status.clusters,
            Reply.Status.Cluster.columns(now: output.isParsable ? nil : now), output, chosen,
            json: status.json)
    }

    private static func text(_ status: Reply.Status) -> String {
        var lines = [
            "atolld \(status.version), up \(slurmDuration(seconds: status.uptimeSeconds))"
        ]
        if let head = status.head {
            let parts = [
                status.entries.map { "\($0.grouped) entries" }, "head \(head)",
                status.epoch.map { "epoch \($0)" },
            ]
            lines.append("journal: " + parts.compactMap(\.self).joined(separator: ", "))
        }
        if let queue = status.queue, let quarantined = status.quarantined {
            lines.append("commands: \(queue.grouped) waiting, \(quarantined.grouped) quarantined")
        }
        return lines.map { $0.printable + "\n" }.joined() + (status.clusters.isEmpty ? "" : "\n")
    }
}

extension Reply.Status.Cluster {
    /// What is to be known where the queue was not read for longer than it should be; nil: it was.
    func lateness(at now: Instant) -> String? {
        guard let polledAt else { return nil }
        let age = now.seconds(since: polledAt)
        guard age > max(60, 6 * (pollSeconds ?? 10)) else { return nil }
        var words = "the queue was last read \(age.grouped) s ago"
        if let pollSeconds { words += ", poll_seconds is \(pollSeconds)" }
        if let nextPollAt {
            let left = nextPollAt.seconds(since: now)
            words += left > 0 ? "; next in \(left.grouped) s" : "; it is being read, or hangs"
        }
        if let read = readMilliseconds, read >= 1_000 {
            words += "; reading it took \(read / 1_000).\(read % 1_000 / 100) s"
        }
        return words
    }

    /// - Parameter now: to tell of a reading under way that it is; nil: programs read times.
    fileprivate static func columns(now: Instant?) -> Columns<Reply.Status.Cluster> {
        .init([
            Column("Cluster") { .text($0.name) },
            Column("Mode") { Cell($0.mode) },
            Column("Polled") { Cell($0.polledAt) },
            Column("Next", .whereFilled) { row in
                if let now, let next = row.nextPollAt, next < now { return .text("now") }
                return Cell(row.nextPollAt)
            },
            Column("Jobs") { Cell($0.jobs) },
            Column("Problem", .whereFilled) { Cell($0.problem) },
        ])
    }

    fileprivate var json: JSONText {
        .object([
            .init("name", .string(name)), .init("mode", Cell(mode).json),
            .init("polled_at", Cell(polledAt).json),
            .init("next_poll_at", Cell(nextPollAt).json),
            .init("poll_seconds", Cell(pollSeconds).json),
            .init("read_milliseconds", Cell(readMilliseconds).json),
            .init("jobs", Cell(jobs).json), .init("problem", Cell(problem).json),
        ])
    }
}

extension Reply.Status {
    fileprivate var json: JSONText {
        .object([
            .init("version", .string(version)),
            .init("uptime_seconds", Cell.count(uptimeSeconds).json),
            .init("epoch", Cell(epoch).json),
            .init("entries", Cell(entries).json),
            .init("head", Cell(head).json),
            .init("queue", Cell(queue).json),
            .init("quarantined", Cell(quarantined).json),
            .init("clusters", .array(clusters.map(\.json))),
        ])
    }
}
