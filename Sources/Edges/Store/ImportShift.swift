/// Whether an import's runs stand in the books already, by another clock: a dump that was read in the
/// wrong time zone has other submit times and so other keys, and would be charged once more.

import Books
import GRDB
import Ledger
import Units

extension StoreTransaction {
    /// Time zones lie by whole quarters of an hour apart, 26 hours at most.
    private static let quarterSeconds: Int64 = 900
    private static let mostSeconds: Int64 = 26 * 3_600
    /// Where so many of a batch have no twin, the others are not looked at.
    private static let probes = 3
    /// Fewer jobs prove nothing: an occurrence of scrontab keeps its job id, may wait and run as long
    /// as the one before, and comes at whole quarters of an hour.
    private static let leastJobs = 4

    /// The shift of the batch against the books; nil where fewer than half of its runs have a twin
    /// there at the same distance, or where some stand there as they are.
    func shift(of batch: ImportBatch, _ importing: ImportFacts) throws -> ImportFacts.Shift? {
        guard importing.known.isEmpty else { return nil }
        let find = try BareStatement(
            db,
            sql: """
                SELECT submit FROM runs
                WHERE job_id = ?1 AND submit BETWEEN ?2 - ?7 AND ?2 + ?7 AND submit <> ?2
                  AND (submit - ?2) % ?8 = 0 AND resize = ?3 AND cluster = ?4
                  AND start - submit = ?5 AND end - start = ?6
                ORDER BY abs(submit - ?2) LIMIT 1
                """)
        // One a job: of a job that was requeued the last.
        let runs = batch.runs.map(\.facts).filter { facts in
            facts.state != "REQUEUED" && facts.end.map { $0 > facts.start } ?? false
        }
        guard Set(runs.map(\.key.jobID)).count >= Self.leastJobs else { return nil }
        var shifts: [Int64: Set<Int64>] = [:]
        for (place, facts) in runs.enumerated() {
            guard place < Self.probes || !shifts.isEmpty else { return nil }
            let (key, start) = (facts.key, facts.start)
            guard let end = facts.end else { continue }
            let submit = try find.first {
                $0.add(key.jobID)
                $0.add(key.submit.epochSeconds)
                $0.add(key.resize)
                $0.add(key.cluster)
                $0.add(start.seconds(since: key.submit))
                $0.add(end.seconds(since: start))
                $0.add(Self.mostSeconds)
                $0.add(Self.quarterSeconds)
            } _: {
                $0.integer(0)
            }
            guard let submit else { continue }
            shifts[submit - key.submit.epochSeconds, default: []].insert(key.jobID)
        }
        guard
            let most = shifts.max(by: { ($0.value.count, $1.key) < ($1.value.count, $0.key) }),
            most.value.count >= Self.leastJobs, most.value.count * 2 >= runs.count
        else { return nil }
        return .init(seconds: most.key, runs: most.value.count)
    }
}
