/// Jobs held back at their start as rows, both ways; and how they are read.

import Books
import GRDB
import Ledger
import Rates
import Registry
import Units

extension Schema {
    static let heldBack = """
        CREATE TABLE held_back(
            cluster TEXT NOT NULL, job_id INTEGER NOT NULL,
            submit INTEGER NOT NULL, resize INTEGER NOT NULL,
            job_name TEXT NOT NULL, base_job_id INTEGER NOT NULL,
            claim INTEGER REFERENCES claims(id), allocation INTEGER REFERENCES allocations(id),
            user INTEGER NOT NULL, counts TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('asked', 'held', 'over')),
            source TEXT NOT NULL CHECK (source IN ('hook', 'poll')),
            cause TEXT NOT NULL, reason TEXT NOT NULL,
            at INTEGER NOT NULL, ending TEXT, was_held INTEGER CHECK (was_held = 1),
            entry INTEGER NOT NULL,
            CHECK ((state = 'over') = (ending IS NOT NULL)),
            PRIMARY KEY (cluster, job_id)) STRICT, WITHOUT ROWID;
        CREATE INDEX held_back_open ON held_back(cluster) WHERE state <> 'over';
        CREATE INDEX held_back_of_claim ON held_back(claim) WHERE state <> 'over';

        """
}

extension TableShape {
    static let heldBack = TableShape(
        "held_back", key: ["cluster", "job_id"],
        [
            "submit", "resize", "job_name", "base_job_id", "claim", "allocation", "user",
            "counts", "state", "source", "cause", "reason", "at", "ending", "was_held",
        ])
}

extension RowImage {
    init(_ it: HeldBack) {
        self.init(
            .heldBack,
            [
                it.run.cluster, it.run.jobID, it.run.submit.epochSeconds, it.run.resize,
                it.jobName, it.baseJobID, it.claim?.number, it.allocation, it.user,
                it.counts.description, it.state.rawValue, it.source.rawValue,
                it.cause.rawValue, it.reason, it.at.epochSeconds, it.ending,
                it.wasHeld ? 1 : nil,
            ])
    }
}

extension HeldBack {
    init(_ row: Row) throws {
        self.init(
            run: RunKey(
                cluster: row["cluster"], jobID: row["job_id"],
                submit: Instant(epochSeconds: row["submit"]), resize: row["resize"]),
            jobName: row["job_name"], baseJobID: row["base_job_id"],
            claim: (row["claim"] as Int64?).map(ClaimID.init), allocation: row["allocation"],
            user: row["user"], counts: try tresCounts(row, "counts"),
            state: try word(row, "state"), source: try word(row, "source"),
            cause: try word(row, "cause"), reason: row["reason"],
            at: Instant(epochSeconds: row["at"]))
        ending = row["ending"]
        wasHeld = (row["was_held"] as Int64?) == 1
    }
}

extension JournalStore {
    /// Jobs that are held back, or are to be; the oldest first.
    package func heldBack(on cluster: String) throws -> [HeldBack] {
        try pool.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM held_back WHERE cluster = ? AND state <> 'over'
                    ORDER BY at, job_id
                    """, arguments: [cluster]
            ).map { try HeldBack($0) }
        }
    }

    /// What is recorded of one job, also of one that is over; by its raw id.
    package func heldBack(cluster: String, jobID: Int64) throws -> HeldBack? {
        try pool.read { db in
            try Row.fetchOne(
                db, sql: "SELECT * FROM held_back WHERE cluster = ? AND job_id = ?",
                arguments: [cluster, jobID]
            ).map { try HeldBack($0) }
        }
    }

    /// Jobs that are held back, by the claim that holds their credit.
    package func heldBackByClaim() throws -> [ClaimID: [HeldBack]] {
        try pool.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM held_back WHERE state <> 'over' AND claim IS NOT NULL
                    ORDER BY claim, job_id
                    """
            ).map { try HeldBack($0) }
            var found: [ClaimID: [HeldBack]] = [:]
            for row in rows {
                if let claim = row.claim { found[claim, default: []].append(row) }
            }
            return found
        }
    }
}

// MARK: Facts

extension StoreTransaction {
    func load(_ facts: inout Facts, for order: StartOrder) throws {
        switch order {
        case .settle(let cluster, let job, _):
            facts.heldBack[job] = try heldBack(cluster, job)
        case .ask(let request), .review(let request, _):
            try load(&facts, for: request.observation)
            facts.wasJudged = try wasJudgedAtSubmission(request.observation)
            try loadRaisesAtStart(&facts)
            guard let payer = facts.payer(of: request) else { return }
            facts.use = try use(of: facts.userOf(request), in: payer.id)
            if payer.id.number != facts.pool?.allocation { facts.target = try pool(payer) }
        }
    }

    /// What of a job was held back; and the lots of allocations that runs of it began in before its
    /// hold moved to another.
    func loadStarts(_ facts: inout Facts, of observation: JobObservation) throws {
        for run in observation.runs {
            facts.heldBack[run.key.jobID] = try heldBack(run.key.cluster, run.key.jobID)
        }
        let others = Set(facts.runs.values.compactMap(\.allocation))
            .subtracting([facts.pool?.allocation].compactMap { $0 })
        facts.runPools = try others.sorted().compactMap { number in
            try registry.allocations[AllocationID(number)].map(pool)
        }
        guard let number = facts.claim?.allocation,
            let current = registry.allocations[AllocationID(number)]
        else { return }
        for run in observation.runs where facts.runs[run.key] == nil {
            guard let next = facts.successor(of: current, for: run),
                facts.pools[next.id.number] == nil
            else { continue }
            facts.pools[next.id.number] = try pool(next)
        }
    }

    private func heldBack(_ cluster: String, _ job: Int64) throws -> HeldBack? {
        let statement = try db.cachedStatement(
            sql: "SELECT * FROM held_back WHERE cluster = ? AND job_id = ?")
        return try Row.fetchOne(statement, arguments: [cluster, job]).map { try HeldBack($0) }
    }
}
