/// Whether an import's runs stand in the books already, by another clock: a dump that was read in the
/// wrong time zone has other submit times and so other keys, and would be charged once more.

import Books
import GRDB
import Ledger
import Units

extension JournalStore {
    /// Whether no run of a job is there at all.
    package func hasNoRuns() throws -> Bool {
        try pool.read { db in
            try Row.fetchOne(db, sql: "SELECT 1 FROM runs WHERE job_id <> 0 LIMIT 1") == nil
        }
    }

    /// The shift of the runs against the books; nil where fewer than half of them have a twin there at
    /// the same distance, or where some stand there as they are.
    package func shift(of runs: [ImportedRun]) throws -> ImportShift? {
        try pool.read { db in
            guard let shift = try ShiftSearch(db).shift(of: runs) else { return nil }
            // Looked up last, for what is new has no twin.
            let find = try BareStatement(
                db,
                sql: """
                    SELECT 1 FROM runs WHERE (state = 'running' OR remark IS NOT ? OR kept IS NOT NULL)
                      AND job_id = ? AND submit = ? AND resize = ? AND cluster = ?
                    """)
            for run in runs {
                let known = try find.first {
                    $0.add(RunFacts.beforeCutover)
                    $0.add(run.facts.key)
                } _: { _ in
                    true
                }
                if known == true { return nil }
            }
            return shift
        }
    }
}

private struct ShiftSearch {
    /// Time zones lie by whole quarters of an hour apart, 26 hours at most.
    private static let quarterSeconds: Int64 = 900
    private static let mostSeconds: Int64 = 26 * 3_600
    /// Where so many have no twin, the others are not looked at.
    private static let probes = 3
    /// Fewer jobs prove nothing: an occurrence of scrontab keeps its job id, may wait and run as long
    /// as the one before, and comes at whole quarters of an hour.
    private static let leastJobs = 4

    private let find: BareStatement

    init(_ db: Database) throws {
        find = try BareStatement(
            db,
            sql: """
                SELECT submit FROM runs
                WHERE job_id = ?1 AND submit BETWEEN ?2 - ?7 AND ?2 + ?7 AND submit <> ?2
                  AND (submit - ?2) % ?8 = 0 AND resize = ?3 AND cluster = ?4
                  AND start - submit = ?5 AND end - start = ?6
                ORDER BY abs(submit - ?2) LIMIT 1
                """)
    }

    func shift(of imported: [ImportedRun]) throws -> ImportShift? {
        // One a job: of a job that was requeued the last.
        let runs = imported.map(\.facts).filter { facts in
            facts.state != "REQUEUED" && facts.end.map { $0 > facts.start } ?? false
        }
        guard Set(runs.map(\.key.jobID)).count >= Self.leastJobs else { return nil }
        var shifts: [Int64: Set<Int64>] = [:]
        for (place, facts) in runs.enumerated() {
            guard place < Self.probes || !shifts.isEmpty else { return nil }
            guard let submit = try twin(of: facts) else { continue }
            let key = facts.key
            shifts[submit - key.submit.epochSeconds, default: []].insert(key.jobID)
        }
        guard
            let most = shifts.max(by: { ($0.value.count, $1.key) < ($1.value.count, $0.key) }),
            most.value.count >= Self.leastJobs, most.value.count * 2 >= runs.count
        else { return nil }
        return ImportShift(seconds: most.key, runs: most.value.count, of: imported.count)
    }

    /// When the run's twin was submitted, the nearest one.
    private func twin(of facts: RunFacts) throws -> Int64? {
        guard let end = facts.end else { return nil }
        return try find.first {
            $0.add(facts.key.jobID)
            $0.add(facts.key.submit.epochSeconds)
            $0.add(facts.key.resize)
            $0.add(facts.key.cluster)
            $0.add(facts.start.seconds(since: facts.key.submit))
            $0.add(end.seconds(since: facts.start))
            $0.add(Self.mostSeconds)
            $0.add(Self.quarterSeconds)
        } _: {
            $0.integer(0)
        }
    }
}
