/// Rows that are read by the place of their columns: each value comes back where it was.

import Books
import GRDB
import Ledger
import Registry
import Testing
import Units

@testable import Store

@Suite struct RunRowsTests {
    private func withTables(_ body: (Database) throws -> Void) throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(configuration: configuration)
        try Schema.migrator.migrate(queue)
        try queue.write(body)
    }

    private func write(_ change: Change, into db: Database) throws {
        let row = RowImage(change)
        try BareStatement(db, sql: row.shape.upsert).execute { parameters in
            for value in row.values { parameters.add(value) }
            parameters.add(Int64(77))
        }
    }

    private static let counts = TRESCounts([.cpu: 4, .memory: 4_000, TRESName("gres/gpu:h200"): 2])

    private static let plain = Run(
        id: RunID(1), key: RunKey(cluster: "reef", jobID: 12, submit: Instant(epochSeconds: 100)),
        jobName: "12", claim: nil, allocation: nil, user: 3, account: "astro", partition: "cpu",
        qos: nil, counts: TRESCounts(), start: Instant(epochSeconds: 110), timeLimitSeconds: 60)

    private static let full: Run = {
        var run = Run(
            id: RunID(2),
            key: RunKey(
                cluster: "reef", jobID: 13, submit: Instant(epochSeconds: 101), resize: 5),
            jobName: "11_2", claim: ClaimID(6), allocation: 7, user: 8, account: "a|b",
            partition: "gpu", qos: "low", counts: counts, start: Instant(epochSeconds: 111),
            timeLimitSeconds: 61)
        (run.state, run.end) = (.ended, Instant(epochSeconds: 211))
        (run.suspendedSeconds, run.outcome) = (9, "TIMEOUT")
        (run.cardVersion, run.remark, run.reservation) = (14, "free: TIMEOUT", "maint")
        (run.charged, run.refunded) = (ServiceUnits(microSU: 16), ServiceUnits(microSU: 15))
        run.isKept = true
        run.suspensions = Suspensions(
            intervals: [
                Interval(start: Instant(epochSeconds: 120), end: Instant(epochSeconds: 129))!
            ])
        return run
    }()

    private static let waived: Run = {
        var run = full
        (run.isWaived, run.isKept, run.refunded) = (true, false, run.charged)
        return run
    }()

    private static let running: Run = {
        var run = plain
        run.share = Pins([LotID(4): ServiceUnits(microSU: 20), LotID(9): ServiceUnits(microSU: 1)])
        run.suspensions = Suspensions(since: Instant(epochSeconds: 130))
        return run
    }()

    @Test(arguments: ["plain", "full", "waived", "running"])
    func `a run comes back as it was written, by place and by name`(which: String) throws {
        let runs = [
            "plain": Self.plain, "full": Self.full, "waived": Self.waived,
            "running": Self.running,
        ]
        let run = try #require(runs[which])
        try withTables { db in
            try write(.run(run), into: db)
            var counts = StoredCounts()
            let byPlace = try BareStatement(db, sql: Run.byKey).first {
                $0.add(run.key)
            } _: {
                try Run($0, &counts)
            }
            #expect(byPlace == run)
            let byName = try Row.fetchOne(db, sql: "SELECT * FROM runs").map { try Run($0) }
            #expect(byName == run)
        }
    }

    @Test(arguments: [false, true])
    func `a claim comes back as it was written, by place and by name`(isFull: Bool) throws {
        var claim = Claim(
            id: ClaimID(1),
            reference: ClaimReference(
                provider: "slurm", cluster: "reef", number: isFull ? 12 : nil),
            token: isFull ? "t1" : nil, allocation: 2, user: 3, account: "astro", partition: "cpu",
            qos: isFull ? "low" : nil, footprint: Self.counts, timeLimitSeconds: 60,
            state: .unclaimed, createdAt: Instant(epochSeconds: 100))
        if isFull {
            (claim.outstandingTasks, claim.concurrency) = (5, 6)
            claim.amountPerTask = ServiceUnits(microSU: 7)
            claim.pins = Pins([LotID(4): ServiceUnits(microSU: 35)])
            claim.observedAt = Instant(epochSeconds: 108)
            (claim.observedRequest, claim.remark) = ("asked", "adopted")
            (claim.extra, claim.hetName) = (ServiceUnits(microSU: -9), "80+1")
            claim.reservation = "maint"
            var raise = Raise(of: ClaimID(10))
            raise.timeLimitSeconds = 120
            claim.raise = raise
        }
        try withTables { db in
            try write(.claim(claim), into: db)
            var counts = StoredCounts()
            let byPlace = try BareStatement(db, sql: "SELECT \(Claim.columns) FROM claims")
                .first({ _ in }) { try Claim($0, &counts) }
            #expect(byPlace == claim)
            let byName = try Row.fetchOne(db, sql: "SELECT * FROM claims").map { try Claim($0) }
            #expect(byName == claim)
        }
    }

    @Test func `counts that can't be read are damage, and named`() throws {
        var counts = StoredCounts()
        #expect(throws: DamagedRow.self) { try counts.counts("cpu=many", of: "counts") }
        #expect(try counts.counts("cpu=4", of: "counts") == TRESCounts([.cpu: 4]))
        #expect(try counts.counts("cpu=4", of: "counts") == TRESCounts([.cpu: 4]))
    }
}
