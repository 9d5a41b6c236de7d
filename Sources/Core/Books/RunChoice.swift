/// Which run a job's name means: a job that was requeued, an array, and a job on two clusters have
/// several.

import Ledger
import Units

extension RefundRequest {
    /// The one run that is meant.
    package func chooseRun(_ facts: RefundFacts) throws(Refusal) -> Run {
        // A reservation's charge is named by its run.
        guard isJobName || run != nil else {
            throw .invalid("\(job) is no job; write 123, an array task 123_4, or 123+1.")
        }
        guard let first = facts.runs.first else {
            let place = cluster.map { " of cluster \($0)" } ?? ""
            throw .notFound(
                run.map { "there is no run \($0) of job \(job)\(place) in the books." }
                    ?? "there is no run of job \(job)\(place) in the books; "
                    + "a job is charged when it ends.")
        }
        guard facts.count > 1 else { return first }
        let clusters = Set(facts.runs.map(\.key.cluster)).sorted()
        guard clusters.count == 1 else {
            throw .conflict(
                "job \(job) ran on \(clusters.joined(separator: " and ")); "
                    + "name one with --cluster.")
        }
        var lines = ["job \(job) has \(facts.count) runs; name one of them with --run:"]
        lines += facts.runs.map { "  \($0.inOneLine)" }
        let more = facts.count - Int64(facts.runs.count)
        if more > 0 { lines.append("  and \(more) older ones; name a task, as in \(job)_4.") }
        throw .conflict(lines.joined(separator: "\n"))
    }

    /// Digits, with `_4` or `+1` after them.
    var isJobName: Bool {
        let parts = job.split(maxSplits: 1, omittingEmptySubsequences: false) {
            $0 == "_" || $0 == "+"
        }
        return parts.allSatisfy { part in
            (1...18).contains(part.utf8.count)
                && part.utf8.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        }
    }
}

extension Run {
    /// `17: 123_4 from 2026-06-01T00:00:00Z, TIMEOUT, charged 0.60 SU, refunded 0.00 SU`
    fileprivate var inOneLine: String {
        "\(id): \(jobName) from \(start), \(outcome ?? "running"), charged \(charged) SU"
            + (refunded > .zero ? ", refunded \(refunded) SU" : "")
    }
}
