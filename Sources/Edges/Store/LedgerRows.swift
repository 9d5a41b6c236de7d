/// Lots, claims and runs as rows, both ways.

import Books
import GRDB
import Ledger
import Rates
import Registry
import Units

extension RowImage {
    init(_ change: Change) {
        switch change {
        case .registry(let change): self.init(change)
        case .lot(let lot): self.init(lot)
        case .claim(let claim): self.init(claim)
        case .run(let run): self.init(run)
        case .reservation(let version): self.init(version)
        case .reservationRule(let rule): self.init(rule)
        case .request(let request): self.init(request)
        case .requestEvent(let event): self.init(event)
        case .feed(let arrival): self.init(arrival)
        case .erasure(let erasure): self.init(erasure)
        case .heldBack(let row): self.init(row)
        }
    }

    private init(_ lot: Lot) {
        self.init(
            .lots,
            [
                lot.id.number, lot.allocation, lot.kind.rawValue, lot.window.start.epochSeconds,
                lot.window.storedEnd, lot.state.rawValue,
            ])
    }

    private init(_ claim: Claim) {
        self.init(
            .claims,
            [
                claim.id.number, claim.reference.provider, claim.reference.cluster,
                claim.reference.number, claim.token, claim.allocation, claim.user, claim.account,
                claim.partition, claim.qos, claim.footprint.description, claim.timeLimitSeconds,
                claim.state.rawValue, claim.outstandingTasks, claim.concurrency,
                claim.amountPerTask.microSU, claim.pins.stored, claim.pins.total.microSU,
                claim.createdAt.epochSeconds, claim.observedAt?.epochSeconds,
                claim.observedRequest, claim.remark,
                claim.extra == .zero ? nil : claim.extra.microSU, claim.hetName,
                claim.raise?.of.number, claim.raise?.stored,
                claim.reservation,
            ])
    }

    // Runs are many: their values are made one by one, and not as values of any kind.
    private init(_ run: Run) {
        let key = run.key
        self.init(
            .runs,
            values: [
                run.id.number.databaseValue, key.cluster.databaseValue, key.jobID.databaseValue,
                key.submit.epochSeconds.databaseValue, key.resize.databaseValue,
                run.jobName.databaseValue, (run.claim?.number).databaseValue,
                run.allocation.databaseValue, run.user.databaseValue, run.account.databaseValue,
                run.partition.databaseValue, run.qos.databaseValue,
                run.state.rawValue.databaseValue, run.counts.description.databaseValue,
                run.start.epochSeconds.databaseValue, (run.end?.epochSeconds).databaseValue,
                run.suspendedSeconds.databaseValue, run.timeLimitSeconds.databaseValue,
                run.outcome.databaseValue, run.share.stored.databaseValue,
                run.share.total.microSU.databaseValue, run.cardVersion.databaseValue,
                run.charged.microSU.databaseValue, run.refunded.microSU.databaseValue,
                run.remark.databaseValue, Self.flag(run.isWaived),
                run.suspensions.stored.databaseValue, run.reservation.databaseValue,
                Self.flag(run.isKept),
                (run.limitSpentSeconds == 0 ? nil : run.limitSpentSeconds).databaseValue,
            ])
    }

    /// 1, or nothing.
    private static func flag(_ isSet: Bool) -> DatabaseValue { isSet ? 1.databaseValue : .null }
}

extension Lot {
    init(_ row: Row) throws {
        var balances = Balances()
        for bucket in Bucket.allCases {
            balances[bucket] = ServiceUnits(microSU: row[bucket.rawValue])
        }
        self.init(
            id: LotID(row["id"]), allocation: row["allocation"], kind: try word(row, "kind"),
            window: try readWindow(row), state: try word(row, "state"), balances: balances)
    }

    /// In the order in which `init(_: BareStatement.Columns)` takes them.
    static let columns =
        (["id", "allocation", "kind", "start", "end", "state"] + Bucket.allCases.map(\.rawValue))
        .joined(separator: ", ")

    static let byAllocation = "SELECT \(columns) FROM lots WHERE allocation = ?"

    init(_ row: BareStatement.Columns) throws {
        var balances = Balances()
        for (place, bucket) in Bucket.allCases.enumerated() {
            balances[bucket] = ServiceUnits(microSU: row.integer(6 + Int32(place)))
        }
        guard let kind = LotKind(rawValue: row.text(2)),
            let state = LotState(rawValue: row.text(5)),
            let window = Interval(
                start: Instant(epochSeconds: row.integer(3)),
                end: row.optionalInteger(4).map(Instant.init(epochSeconds:)))
        else { throw DamagedRow(description: "lot \(row.integer(0)) can't be read") }
        self.init(
            id: LotID(row.integer(0)), allocation: row.integer(1), kind: kind, window: window,
            state: state, balances: balances)
    }
}

extension Claim {
    init(_ row: Row) throws {
        self.init(
            id: ClaimID(row["id"]),
            reference: ClaimReference(
                provider: row["provider"], cluster: row["cluster"], number: row["number"]),
            token: row["token"], allocation: row["allocation"], user: row["user"],
            account: row["account"], partition: row["partition"], qos: row["qos"],
            footprint: try tresCounts(row, "footprint"),
            timeLimitSeconds: row["time_limit_seconds"], state: try word(row, "state"),
            createdAt: Instant(epochSeconds: row["created_at"]))
        outstandingTasks = row["outstanding_tasks"]
        concurrency = row["concurrency"]
        amountPerTask = ServiceUnits(microSU: row["amount_per_task"])
        pins = try Pins(stored: row["pins"])
        observedAt = (row["observed_at"] as Int64?).map(Instant.init(epochSeconds:))
        observedRequest = row["observed_request"]
        remark = row["remark"]
        extra = ServiceUnits(microSU: (row["extra"] as Int64?) ?? 0)
        hetName = row["het_name"]
        raise = try (row["raises"] as Int64?).map {
            try Raise(of: ClaimID($0), stored: (row["aim"] as String?) ?? "")
        }
        reservation = row["reservation"]
    }
}

extension Run {
    init(_ row: Row) throws {
        self.init(
            id: RunID(row["id"]),
            key: RunKey(
                cluster: row["cluster"], jobID: row["job_id"],
                submit: Instant(epochSeconds: row["submit"]), resize: row["resize"]),
            jobName: row["job_name"], claim: (row["claim"] as Int64?).map(ClaimID.init),
            allocation: row["allocation"], user: row["user"], account: row["account"],
            partition: row["partition"], qos: row["qos"],
            counts: try tresCounts(row, "counts"),
            start: Instant(epochSeconds: row["start"]),
            timeLimitSeconds: row["time_limit_seconds"])
        state = try word(row, "state")
        end = (row["end"] as Int64?).map(Instant.init(epochSeconds:))
        suspendedSeconds = row["suspended_seconds"]
        outcome = row["outcome"]
        share = try Pins(stored: row["share"])
        cardVersion = row["card_version"]
        charged = ServiceUnits(microSU: row["charged"])
        refunded = ServiceUnits(microSU: row["refunded"])
        isWaived = (row["waived"] as Int64?) == 1
        suspensions = try Suspensions(stored: row["suspensions"])
        remark = row["remark"]
        reservation = row["reservation"]
        isKept = (row["kept"] as Int64?) == 1
        limitSpentSeconds = row["limit_spent"] ?? 0
    }
}
