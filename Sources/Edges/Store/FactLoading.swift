/// Loads what a command is decided on, by key, on the transaction's own connection.

import Books
import GRDB
import Ledger
import Rates
import Registry
import Units

extension StoreTransaction {
    package func facts(for command: Command, at now: Instant) throws -> Facts {
        var facts = Facts(registry: registry, card: card)
        facts.next = head.next
        switch command {
        case .tick: break
        case .apply(let site, _): try load(&facts, for: site)
        case .request(let order): try load(&facts, for: order, at: now)
        case .feed(let order): try load(&facts, for: order, at: now)
        case .erase(let request): try load(&facts, for: request)
        case .setMode: break
        case .edit(let edit, let asker): try load(&facts, for: edit, by: asker)
        case .grant(let request):
            facts.pool = try registry.allocation(named: request.allocation).map(pool)
        case .withdraw(let request):
            facts.pool = try registry.allocation(named: request.allocation).map(pool)
        case .transfer(let request):
            facts.pool = try registry.allocation(named: request.from).map(pool)
            facts.target = try registry.allocation(named: request.to).map(pool)
        case .refund(let request): try load(&facts, for: request)
        case .refundJob(let request): try load(&facts, for: request)
        case .admit(let admission): try load(&facts, for: admission, at: now)
        case .void(let cluster, let token):
            try load(&facts, claim: claim(token: token, cluster: cluster))
        case .release(let id, _):
            try load(
                &facts,
                claim: claim("SELECT * FROM claims WHERE id = ?", [id.number]))
        case .observe(let observation):
            try load(&facts, for: observation)
            try loadTrial(&facts, of: observation, at: now)
        case .modify(let asked): try load(&facts, for: asked)
        case .start(let order): try load(&facts, for: order)
        case .reservation(let it): try load(&facts, for: it)
        case .importRuns(let batch): try load(&facts, for: batch)
        case .rerate(let run): try load(&facts, rerating: run)
        case .correct(let correction): try load(&facts, for: correction)
        case .settle(let settlement): try load(&facts, for: settlement)
        }
        return facts
    }

    /// The allocations of which a lot opens or ends by `now`, or a pull-back is due.
    package func dueAllocations(at now: Instant) throws -> [Allocation] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT allocation FROM lots WHERE state = 'pending' AND start <= ?
                UNION SELECT allocation FROM lots
                WHERE state = 'open' AND kind = 'grant' AND end <= ?
                UNION SELECT allocation FROM pullbacks WHERE state = 'pending' AND at <= ?
                """)
        let due = try Int64.fetchAll(
            statement, arguments: [now.epochSeconds, now.epochSeconds, now.epochSeconds])
        return due.compactMap { registry.allocations[AllocationID($0)] }
    }

    func load(
        _ facts: inout Facts, for admission: Admission, at now: Instant
    ) throws {
        facts.users[admission.userName] = try userID(named: admission.userName)
        facts.claim = try claim(token: admission.token, cluster: admission.cluster)
        // A refusal to place it is `decide`'s to give.
        facts.placement = try? registry.place(admission, pricer: &head.pricer, at: now)
        guard let allocation = facts.placement?.allocation else { return }
        facts.pool = try pool(allocation)
        facts.use = try use(of: facts.user(admission.userName), in: allocation.id)
        try load(&facts, reservation: admission.reservation, on: admission.cluster)
        try loadPaid(
            &facts, Set([admission.reservation].compactMap(\.self)), on: admission.cluster)
    }

    func load(_ facts: inout Facts, claim: Claim?) throws {
        facts.claim = claim
        guard let claim else { return }
        facts.pool = try registry.allocations[AllocationID(claim.allocation)].map(pool)
        let statement = try db.cachedStatement(
            sql: "SELECT count(*) FROM runs WHERE claim = ? AND state = 'running'")
        facts.runningCount =
            try Int64.fetchOne(statement, arguments: [claim.id.number]) ?? 0
        if let raise = claim.raise { try loadRaised(&facts, by: raise) }
    }

    /// - Parameter ofRecord: it is long over, and its job id may have been given out again since.
    func load(
        _ facts: inout Facts, for observation: JobObservation, ofRecord: Bool = false
    ) throws {
        facts.users[observation.userName] = try userID(named: observation.userName)
        for run in observation.runs {
            facts.runs[run.key] = try self.run(run.key)
        }
        let byToken = try observation.token.flatMap {
            try claim(token: $0, cluster: observation.cluster)
        }
        let isOurs = byToken.map {
            $0.reference.number == nil || $0.reference.number == observation.jobID
        }
        facts.tokenIsTaken = isOurs == false
        var found = isOurs == true ? byToken : nil
        // A run that goes on knows its claim better than a job id, which may be given out again.
        found =
            try found ?? claimOfRuns(facts.runs.values.filter { $0.state == .running })
            ?? openClaim(
                of: observation, by: facts.user(observation.userName), mustAgree: ofRecord)
            ?? claimOfRuns(facts.runs.values)
        try load(&facts, claim: found)
        try loadRaises(&facts, for: observation)
        facts.elsewhere = strays(from: observation, facts)
        if observation.isPricedAnew || !refuses(observation), let found {
            let user = UserID(found.user)
            for allocation in [AllocationID(found.allocation), facts.movesTo].compactMap(\.self) {
                facts.memberUses[.init(allocation, user)] = try use(of: user, in: allocation)
            }
        }
        let reservations =
            [observation.reservation, found?.reservation] + observation.runs.map(\.reservation)
            + facts.runs.values.map(\.reservation)
        try loadPaid(&facts, Set(reservations.compactMap(\.self)), on: observation.cluster)
        if facts.claim == nil {
            facts.pool = try placeUnheld(observation).map(pool)
        }
        try loadStarts(&facts, of: observation)
    }

    /// Not somebody else's with another token: its job's id was given out again.
    ///
    /// - Parameter mustAgree: whether it must be the same user's and account's; else the id does.
    private func openClaim(
        of observation: JobObservation, by user: UserID, mustAgree: Bool
    ) throws -> Claim? {
        try claim(
            """
            SELECT * FROM claims WHERE number = ?1 AND cluster = ?2 AND state <> 'closed'
            AND raises IS NULL AND (token IS NULL OR ?3 IS NULL OR token = ?3 OR user = ?4)
            AND (NOT ?5 OR user = ?4 AND lower(account) = lower(?6))
            ORDER BY id DESC LIMIT 1
            """,
            [
                observation.jobID, observation.cluster, observation.token, user.number, mustAgree,
                observation.accountLineage.first ?? "",
            ])
    }

    private func claimOfRuns(_ runs: some Sequence<Run>) throws -> Claim? {
        // Of a number that was adopted twice the newest, as where one is open.
        guard let id = runs.compactMap(\.claim).max(by: { $0.number < $1.number }) else {
            return nil
        }
        return try claim("SELECT * FROM claims WHERE id = ?", [id.number])
    }

    /// What `observation` says of runs that belong to another claim than the one it is taken for.
    private func strays(from observation: JobObservation, _ facts: Facts) -> [JobObservation] {
        let runs = Dictionary(grouping: observation.runs) { facts.runs[$0.key]?.claim }
        return runs.sorted { ($0.key?.number ?? 0) < ($1.key?.number ?? 0) }.compactMap {
            claim, runs in
            guard let claim, claim != facts.claim?.id,
                runs.contains(where: { facts.runs[$0.key]?.state == .running })
            else { return nil }
            var stray = observation
            (stray.token, stray.pending, stray.showsPending) = (nil, nil, false)
            stray.runs = runs
            return stray
        }
    }

    func placeUnheld(_ observation: JobObservation) -> Allocation? {
        let shown = observation.runs.first
        let start = shown?.start ?? observation.at
        let counts = observation.pending?.footprint ?? shown?.counts ?? TRESCounts()
        guard let second = Interval(start: start, end: start.advanced(bySeconds: 1)) else {
            return nil
        }
        let touched = head.pricer.cost(
            of: counts, cluster: observation.cluster,
            partition: shown?.partition ?? observation.partition, qos: observation.qos,
            over: second
        ).touched
        return registry.placeUnheld(
            accountLineage: observation.accountLineage, cluster: observation.cluster,
            touching: touched, at: start)
    }

    // MARK: Single rows

    package func pool(_ allocation: Allocation) throws -> Pool {
        let statement = try BareStatement(db, sql: Lot.byAllocation)
        let lots = try statement.all {
            $0.add(allocation.id.number)
        } _: {
            try Lot($0)
        }
        return Pool(
            allocation: allocation.id.number, overdraftLimit: allocation.overdraftLimit, lots: lots)
    }

    func use(of user: UserID, in allocation: AllocationID) throws -> MemberUse {
        let statement = try db.cachedStatement(
            sql: "SELECT * FROM member_use WHERE allocation = ? AND user = ?")
        let row = try Row.fetchOne(statement, arguments: [allocation.number, user.number])
        return row.map(MemberUse.init) ?? MemberUse()
    }

    private func claim(token: String, cluster: String) throws -> Claim? {
        try claim("SELECT * FROM claims WHERE token = ? AND cluster = ?", [token, cluster])
    }

    func claim(_ sql: String, _ arguments: StatementArguments) throws -> Claim? {
        let statement = try db.cachedStatement(sql: sql)
        return try Row.fetchOne(statement, arguments: arguments).map { try Claim($0) }
    }

    func run(_ key: RunKey) throws -> Run? {
        var counts = StoredCounts()
        return try BareStatement(db, sql: Run.byKey).first {
            $0.add(key)
        } _: {
            try Run($0, &counts)
        }
    }

    /// The user's number; a name that is new gets one.
    func userID(named name: String) throws -> UserID {
        if let known = userNumbers.number(of: name) { return known }
        let find = try BareStatement(db, sql: "SELECT id FROM users WHERE name = ?")
        let found = try find.first({ $0.add(name) }, { $0.integer(0) })
        if found == nil {
            try db.execute(sql: "INSERT INTO users(name) VALUES (?)", arguments: [name])
        }
        let number = UserID(found ?? db.lastInsertedRowID)
        userNumbers.note(number, of: name, isFresh: found == nil)
        return number
    }
}

extension MemberUse {
    init(_ row: Row) {
        self.init(
            held: ServiceUnits(microSU: row["held"]),
            charged: ServiceUnits(microSU: row["charged"]),
            refunded: ServiceUnits(microSU: row["refunded"]))
    }
}
