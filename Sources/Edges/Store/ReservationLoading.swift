/// What commands about reservations, and jobs that name one, are decided on.

import Books
import GRDB
import Ledger
import Rates
import Registry
import Units

extension StoreTransaction {
    func load(_ facts: inout Facts, for command: ReservationCommand) throws {
        var books = ReservationBooks()
        switch command {
        case .observe(let it):
            try load(&books, cluster: it.cluster, name: it.name)
            for seen in [it.shown].compactMap(\.self) + it.recorded {
                try name(seen.users, in: &facts)
                try load(&books, owner(of: seen, on: it.cluster, books.rule))
            }
        case .settle(let id):
            let found = try version("SELECT * FROM reservations WHERE id = ?", [id.number])
            guard let found else { return }
            books.version = found
            books.claim = try found.claim.flatMap(claim)
            try load(&books, books.claim?.allocation)
            try loadInside(&books, of: found)
            books.run = try found.run.flatMap(run)
            if let run = books.run { try load(&books, charged: run) }
        case .assign(let it):
            try load(&books, cluster: it.cluster, name: it.name)
            let named = it.allocation.flatMap { registry.allocation(named: $0) }
            try load(&books, named?.id.number)
            try name([], in: &facts)
        case .plan(let it):
            try load(&books, cluster: it.cluster, name: it.name)
            try load(&books, registry.allocation(named: it.allocation)?.id.number)
            try name(it.facts.users, in: &facts)
        case .drop(let cluster, let name, _):
            try load(&books, cluster: cluster, name: name)
        }
        facts.reservation = books
    }

    private func name(_ users: [String], in facts: inout Facts) throws {
        for user in users + [reservationUserName] {
            facts.users[user] = try userID(named: user)
        }
    }

    /// The open version of a name, what holds for it, and the lots of who pays.
    private func load(
        _ books: inout ReservationBooks, cluster: String, name: String
    ) throws {
        books.version = try version(
            "SELECT * FROM reservations WHERE name = ? AND cluster = ? AND state <> 'ended'",
            [name, cluster])
        books.lastEnded = try version(
            """
            SELECT * FROM reservations
            WHERE name = ? AND cluster = ? AND state = 'ended' AND end > start
            ORDER BY start DESC LIMIT 1
            """, [name, cluster])
        books.goneSince = try Int64.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT max(observed_at) FROM reservations
                    WHERE name = ? AND cluster = ? AND state = 'ended'
                    """), arguments: [name, cluster]
        ).map(Instant.init(epochSeconds:))
        let statement = try db.cachedStatement(
            sql: "SELECT * FROM reservation_rules WHERE name = ? AND cluster = ?")
        books.rule = try Row.fetchOne(statement, arguments: [name, cluster])
            .map { try ReservationRule($0) }
        books.claim = try books.version?.claim.flatMap(claim)
        try load(&books, books.claim?.allocation)
        try load(&books, books.version?.allocation)
        try load(&books, books.rule?.allocation)
        if let version = books.version { try loadInside(&books, of: version) }
    }

    private func load(_ books: inout ReservationBooks, _ allocation: Int64?) throws {
        guard let allocation, books.pools[allocation] == nil,
            let known = registry.allocations[AllocationID(allocation)]
        else { return }
        books.pools[allocation] = try pool(known)
    }

    private func owner(
        of seen: ReservationFacts, on cluster: String, _ rule: ReservationRule?
    ) throws -> Int64? {
        guard let second = Interval(start: seen.start, end: seen.start.advanced(bySeconds: 1))
        else { return nil }
        let touched = head.pricer.cost(
            of: seen.counts, cluster: cluster, partition: seen.partition, qos: nil, over: second
        ).touched
        return registry.owner(of: seen, on: cluster, rule: rule, touching: touched).allocation
    }

    // MARK: Jobs inside

    private func loadInside(
        _ books: inout ReservationBooks, of version: ReservationVersion
    ) throws {
        guard version.charge == .idle else { return }
        let statement = try db.cachedStatement(
            sql: """
                SELECT * FROM runs WHERE reservation = ? AND cluster = ? AND start < ?
                  AND (end IS NULL OR end > ?)
                """)
        books.inside = try Row.fetchAll(
            statement,
            arguments: [
                version.name, version.cluster, version.end.epochSeconds,
                version.start.epochSeconds,
            ]
        ).map { try Run($0) }
        guard let allocation = books.claim?.allocation, version.state != .ended else { return }
        let waiting = try Int64.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT coalesce(sum(held), 0) FROM claims WHERE reservation = ? AND cluster = ?
                      AND allocation = ? AND provider <> 'reservation' AND state <> 'closed'
                    """), arguments: [version.name, version.cluster, allocation])
        books.heldByWaiting = ServiceUnits(microSU: waiting ?? 0)
    }

    /// The version that a run is the charge of, and what was used inside of it.
    func charged(_ run: Run) throws -> ReservationBooks {
        var books = ReservationBooks()
        guard
            let found = try version(
                "SELECT * FROM reservations WHERE id = ? AND run = ?",
                [run.key.resize, run.id.number])
        else { throw DamagedRow(description: "run \(run.id) charges no reservation there is") }
        books.version = found
        try loadInside(&books, of: found)
        return books
    }

    /// What a version was charged, lot by lot and resource by resource.
    private func load(_ books: inout ReservationBooks, charged run: Run) throws {
        books.standing = try standing(of: run)
        if let allocation = run.allocation {
            books.paid = try overdraftPaid(by: AllocationID(allocation))
        }
        books.chargedFor = try chargedFor(run)
    }

    /// For a submission: the reservation it names, with its hold.
    func load(_ facts: inout Facts, reservation name: String?, on cluster: String) throws {
        guard let name else { return }
        var books = ReservationBooks()
        books.version = try version(
            "SELECT * FROM reservations WHERE name = ? AND cluster = ? AND state <> 'ended'",
            [name, cluster])
        books.claim = try books.version?.claim.flatMap(claim)
        facts.reservation = books
    }

    /// Versions of these names that are paid for in whole.
    func loadPaid(_ facts: inout Facts, _ names: Set<String>, on cluster: String) throws {
        for name in names.sorted() {
            let statement = try db.cachedStatement(
                sql: """
                    SELECT * FROM reservations
                    WHERE name = ? AND cluster = ? AND charge = 'all' AND claim IS NOT NULL
                    ORDER BY start
                    """)
            let found = try Row.fetchAll(statement, arguments: [name, cluster])
                .map { try ReservationVersion($0) }
            if !found.isEmpty { facts.paidReservations[name] = found }
        }
    }

    // MARK: Single rows

    private func version(
        _ sql: String, _ arguments: StatementArguments
    ) throws -> ReservationVersion? {
        let statement = try db.cachedStatement(sql: sql)
        return try Row.fetchOne(statement, arguments: arguments)
            .map { try ReservationVersion($0) }
    }

    private func claim(_ id: ClaimID) throws -> Claim? {
        let statement = try db.cachedStatement(sql: "SELECT * FROM claims WHERE id = ?")
        return try Row.fetchOne(statement, arguments: [id.number]).map { try Claim($0) }
    }

    private func run(_ id: RunID) throws -> Run? {
        let statement = try db.cachedStatement(sql: "SELECT * FROM runs WHERE id = ?")
        return try Row.fetchOne(statement, arguments: [id.number]).map { try Run($0) }
    }
}
