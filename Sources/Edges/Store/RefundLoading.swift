/// What a refund is decided on: the runs a job's name means, and where the charge of one stands.

import Books
import GRDB
import Ledger
import Registry
import Units

extension StoreTransaction {
    func load(_ facts: inout Facts, for request: RefundRequest) throws {
        var refund = try runs(of: request)
        defer { facts.refund = refund }
        // Which run it is, or that none is chosen, is `decide`'s to say.
        guard let run = try? request.chooseRun(refund), let number = run.allocation,
            let allocation = registry.allocations[AllocationID(number)]
        else { return }
        facts.pool = try pool(allocation)
        refund.standing = try standing(of: run)
        refund.paid = try overdraftPaid(by: allocation.id)
    }

    /// A job's own runs, those of an array's tasks and of a het job's components.
    private func runs(of request: RefundRequest) throws -> RefundFacts {
        // `123` also names 123_4 and 123+1: after `_` and `+` in ASCII come a grave accent and `,`.
        let filter = """
            FROM runs WHERE (job_name = ?1
                OR (job_name > ?1 || '_' AND job_name < ?1 || '`')
                OR (job_name > ?1 || '+' AND job_name < ?1 || ','))
              AND (?2 IS NULL OR cluster = ?2) AND (?3 IS NULL OR id = ?3)
            """
        let arguments: StatementArguments = [
            request.job, request.cluster, request.run?.number,
        ]
        let count = try Int64.fetchOne(db, sql: "SELECT count(*) \(filter)", arguments: arguments)
        let rows = try Row.fetchAll(
            db, sql: "SELECT * \(filter) ORDER BY id DESC LIMIT \(RefundFacts.limit)",
            arguments: arguments)
        return RefundFacts(runs: try rows.map { try Run($0) }, count: count ?? 0)
    }

    /// What a run was charged and refunded in each lot; together what the run says of itself.
    func standing(of run: Run) throws -> [RunInLot] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT coalesce(from_lot, to_lot) AS lot,
                  sum(CASE WHEN to_bucket = 'charged' THEN amount ELSE 0 END) AS charged,
                  sum(CASE WHEN from_bucket = 'charged' THEN amount ELSE 0 END) AS refunded
                FROM postings
                WHERE run = ? AND (to_bucket = 'charged' OR from_bucket = 'charged')
                GROUP BY 1 ORDER BY 1
                """, arguments: [run.id.number])
        var left = ServiceUnits.zero
        let standing = try rows.map { row in
            let (charged, refunded): (Int64, Int64) = (row["charged"], row["refunded"])
            guard refunded <= charged else {
                throw DamagedRow(description: "run \(run.id): refunded more than charged in a lot")
            }
            let one = RunInLot(
                lot: LotID(row["lot"]), charged: ServiceUnits(microSU: charged),
                refunded: ServiceUnits(microSU: refunded))
            left += one.left
            return one
        }
        guard left == run.charged - run.refunded else {
            throw DamagedRow(description: "run \(run.id): its postings come to \(left) SU")
        }
        return standing
    }

    /// Overdraft that lots have paid: their payments are nobody's use.
    func overdraftPaid(by allocation: AllocationID) throws -> [LotID: ServiceUnits] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT to_lot AS lot,
                  sum(CASE WHEN to_bucket = 'charged' THEN amount ELSE -amount END) AS paid
                FROM postings
                WHERE allocation = ? AND run IS NULL
                  AND (to_bucket = 'charged' OR from_bucket = 'charged')
                GROUP BY 1
                """, arguments: [allocation.number])
        return Dictionary(
            uniqueKeysWithValues: rows.map {
                (LotID($0["lot"]), ServiceUnits(microSU: $0["paid"]))
            }
        ).filter { $0.value > .zero }
    }

    /// The books of an allocation that is to be deleted.
    func closing(_ allocation: Allocation) throws -> Closing {
        let open = try Int64.fetchOne(
            db, sql: "SELECT count(*) FROM claims WHERE allocation = ? AND state <> 'closed'",
            arguments: [allocation.id.number])
        return Closing(pool: try pool(allocation), openClaims: open ?? 0)
    }
}
