/// What the refund of a whole job is decided on: all its runs, and where their charges stand.

import Books
import GRDB
import Ledger
import Registry
import Units

extension StoreTransaction {
    func load(_ facts: inout Facts, for request: JobRefundRequest) throws {
        let (named, arguments) = runFilter(
            RefundRequest(job: request.job, cluster: request.cluster))
        // A reservation may be called like a number; its charge is no job's.
        let filter = "\(named) AND job_id <> 0"
        let count = try Int64.fetchOne(
            db, sql: "SELECT count(*) FROM runs WHERE \(filter)", arguments: arguments)
        let rows = try Row.fetchAll(
            db,
            sql: "SELECT * FROM runs WHERE \(filter) ORDER BY id LIMIT \(JobRefundFacts.limit)",
            arguments: arguments)
        var job = JobRefundFacts(runs: try rows.map { try Run($0) }, count: count ?? 0)
        for id in Set(job.runs.compactMap(\.allocation)) {
            guard let allocation = registry.allocations[AllocationID(id)] else { continue }
            job.pools[allocation.id] = try pool(allocation)
            job.paid[allocation.id] = try overdraftPaid(by: allocation.id)
        }
        for run in job.runs where run.state == .ended && run.charged > run.refunded {
            job.standing[run.id] = try standing(of: run)
        }
        facts.jobRefund = job
    }
}

// MARK: Answers

/// What came back of a whole job, as it is kept with its command.
struct StoredJobRefund: Codable {
    struct Part: Codable {
        var allocation: String
        var runs: Int64
        var amount: Int64
        var available: Int64
    }

    var job: String
    var cluster: String
    var parts: [Part]
    var settled: Int64
    var running: Int64

    init(_ it: JobRefunded) {
        (job, cluster, settled, running) = (it.job, it.cluster, it.settledRuns, it.runningRuns)
        parts = it.parts.map {
            Part(
                allocation: $0.allocation, runs: $0.runs, amount: $0.amount.microSU,
                available: $0.available.microSU)
        }
    }

    var refunded: JobRefunded {
        JobRefunded(
            job: job, cluster: cluster,
            parts: parts.map {
                .init(
                    allocation: $0.allocation, runs: $0.runs,
                    amount: ServiceUnits(microSU: $0.amount),
                    available: ServiceUnits(microSU: $0.available))
            }, settledRuns: settled, runningRuns: running)
    }
}
