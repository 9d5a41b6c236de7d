/// Loads what a change of a job is decided on, and what a claim's raises stand on.

import Books
import GRDB
import Ledger
import Rates
import Registry
import Units

extension StoreTransaction {
    func load(_ facts: inout Facts, for asked: Modification) throws {
        facts.users[asked.callerName] = try userID(named: asked.callerName)
        let owner = try userID(named: asked.ownerName)
        facts.users[asked.ownerName] = owner
        var found = try openClaims(meantBy: asked)
        if found.isEmpty {
            // Submitted, but shown by no poll yet: one of its owner's.
            found = try claims(
                """
                SELECT * FROM claims WHERE user = ? AND cluster = ? AND state = 'unclaimed'
                AND number IS NULL AND raises IS NULL ORDER BY id DESC LIMIT 100
                """, [owner.number, asked.cluster])
            facts.modified.isGuess = true
        }
        for claim in found {
            facts.modified.subjects.append(
                .init(
                    claim: claim, runs: try runningRuns(of: claim.id),
                    raises: try openRaises(of: claim.id)))
            try loadPool(&facts, AllocationID(claim.allocation), user: UserID(claim.user))
            let runs = facts.modified.subjects.last?.runs ?? []
            try loadPaid(
                &facts, Set(([claim.reservation] + runs.map(\.reservation)).compactMap(\.self)),
                on: asked.cluster)
            facts.userNames[UserID(claim.user)] = try userName(UserID(claim.user))
            guard let lineage = asked.accountLineage, lineage.first != claim.account,
                let project = registry.project(ofAccountLineage: lineage)
            else { continue }
            for target in registry.allocations(of: project.id)
            where target.clusters.contains(asked.cluster) {
                try loadPool(&facts, target.id, user: UserID(claim.user))
            }
        }
    }

    /// Open claims of the job's number; of a het job as a whole those of all its components.
    private func openClaims(meantBy asked: Modification) throws -> [Claim] {
        let numbered = { (number: Int64) throws -> [Claim] in
            try self.claims(
                """
                SELECT * FROM claims WHERE number = ? AND cluster = ? AND state <> 'closed'
                AND raises IS NULL ORDER BY id DESC LIMIT 1
                """, [number, asked.cluster])
        }
        let leader = try numbered(asked.job)
        guard asked.job < Int64.max - 128 else { return leader }
        // The components' ids follow the leader's; a name tells that it is one.
        let isHet: Bool
        if case .component = asked.part {
            isHet = true
        } else {
            isHet = leader.first?.hetName != nil
        }
        guard isHet else { return leader }
        let all = try claims(
            """
            SELECT * FROM claims WHERE number BETWEEN ?1 AND ?1 + 128 AND cluster = ?2
            AND state <> 'closed' AND raises IS NULL AND het_name LIKE ?1 || '+%' ORDER BY id
            """, [asked.job, asked.cluster])
        guard case .component(let offset) = asked.part else { return all }
        return all.filter { $0.hetName == "\(asked.job)+\(offset)" }
    }

    private func loadPool(_ facts: inout Facts, _ id: AllocationID, user: UserID) throws {
        let key = Membership.Key(id, user)
        if facts.memberUses[key] == nil { facts.memberUses[key] = try use(of: user, in: id) }
        guard facts.pools[id.number] == nil, let allocation = registry.allocations[id] else {
            return
        }
        facts.pools[id.number] = try pool(allocation)
    }

    private func runningRuns(of claim: ClaimID) throws -> [Run] {
        let statement = try db.cachedStatement(
            sql: "SELECT * FROM runs WHERE claim = ? AND state = 'running' ORDER BY id")
        return try Row.fetchAll(statement, arguments: [claim.number]).map { try Run($0) }
    }

    /// Raises of a claim that are not settled, oldest first.
    func openRaises(of claim: ClaimID) throws -> [Claim] {
        try claims(
            "SELECT * FROM claims WHERE raises = ? AND state <> 'closed' ORDER BY id",
            [claim.number])
    }

    private func userName(_ user: UserID) throws -> String? {
        let statement = try db.cachedStatement(sql: "SELECT name FROM users WHERE id = ?")
        return try String.fetchOne(statement, arguments: [user.number])
    }

    private func claims(_ sql: String, _ arguments: StatementArguments) throws -> [Claim] {
        let statement = try db.cachedStatement(sql: sql)
        return try Row.fetchAll(statement, arguments: arguments).map { try Claim($0) }
    }

    /// The claim that a raise raises, and what a notice of it names.
    func loadRaised(_ facts: inout Facts, by raise: Raise) throws {
        facts.raised = try claims("SELECT * FROM claims WHERE id = ?", [raise.of.number]).first
        if let user = facts.claim.map({ UserID($0.user) }) {
            facts.userNames[user] = try userName(user)
        }
    }

    /// The raises of a claim of which something starts.
    func loadRaisesAtStart(_ facts: inout Facts) throws {
        guard let claim = facts.claim else { return }
        facts.raises = try openRaises(of: claim.id)
        for number in Set(facts.raises.map(\.allocation)).subtracting([claim.allocation]) {
            guard let allocation = registry.allocations[AllocationID(number)] else { continue }
            facts.pools[number] = try pool(allocation)
        }
    }

    /// The raises that an observation may settle, and where its claim goes by another account.
    func loadRaises(_ facts: inout Facts, for observation: JobObservation) throws {
        guard let claim = facts.claim, observation.showsPending else { return }
        facts.raises = try openRaises(of: claim.id)
        var others = Set(facts.raises.map(\.allocation))
        if observation.showsOneAccount, facts.runningCount == 0,
            let account = observation.accountLineage.first, !account.isEmpty,
            account.lowercased() != claim.account.lowercased()
        {
            facts.movesTo = placeUnheld(observation)?.id
            if let target = facts.movesTo { others.insert(target.number) }
        }
        others.remove(claim.allocation)
        for number in others {
            guard let allocation = registry.allocations[AllocationID(number)] else { continue }
            facts.pools[number] = try pool(allocation)
        }
    }
}
