/// Who pays for a job that starts: its hold's allocation, or the successor of one that has ended.

import Ledger
import Rates
import Registry
import Units

extension Facts {
    /// Whose share it will be: its hold's user, by whatever name the provider calls them now.
    package func userOf(_ request: StartRequest) -> UserID {
        claim.map { UserID($0.user) } ?? user(request.observation.userName)
    }

    /// nil: the project has no allocation on the cluster, or the account has no project.
    package func payer(of request: StartRequest) -> Allocation? {
        let run = request.run
        // Of a run that the books know, what pays is settled.
        if let known = runs[run.key] {
            return known.allocation.flatMap { registry.allocations[AllocationID($0)] }
        }
        let number = claim?.allocation ?? pool?.allocation
        guard let current = number.flatMap({ registry.allocations[AllocationID($0)] }) else {
            return nil
        }
        return successor(of: current, for: run) ?? current
    }

    /// What pays in the place of an allocation that has ended when the run starts; nil: nothing does,
    /// or it has not ended.
    package func successor(of current: Allocation, for run: RunFacts) -> Allocation? {
        guard current.window.end <= run.start else { return nil }
        let touched = card.cost(
            of: run.counts, cluster: run.key.cluster, partition: run.partition, qos: run.qos,
            over: run.span
        ).touched
        let next = registry.allocation(
            of: current.project, on: run.key.cluster, at: run.start, covering: Set(touched))
        return next.flatMap { $0.id != current.id && $0.window.contains(run.start) ? $0 : nil }
    }

    /// The lots of what pays: the claim's own, a known run's, or the successor's.
    var poolOfPayer: Pool? { target ?? pool }
}

extension Observer {
    /// The hold of an allocation that has ended moves, for all tasks that still wait (money.md 3.2).
    mutating func moveClaim(to successor: Pool, for run: RunFacts) {
        guard var held = claim, held.allocation != successor.allocation, facts.runs[run.key] == nil
        else { return }
        pools[held.allocation]?.release(held.pins, for: held.dimensions)
        held.allocation = successor.allocation
        held.pins = .none
        claim = held
        held.pins = pin(held, tasks: held.outstandingTasks)
        claim = held
    }

    /// The same for a start that nobody asked about: it is seen by a poll, or told by slurmdbd.
    mutating func moveClaimAtStart(of run: RunFacts) {
        guard let number = claim?.allocation, facts.runs[run.key] == nil,
            let current = facts.registry.allocations[AllocationID(number)],
            let next = facts.successor(of: current, for: run), let pool = pools[next.id.number]
        else { return }
        moveClaim(to: pool, for: run)
    }

    /// How much more of an allocation these entries hold for a user; below zero: less.
    func heldMore(by user: Int64, in allocation: Int64) -> ServiceUnits {
        var sum = ServiceUnits.zero
        for posting in entries.flatMap(\.postings)
        where posting.dimensions.user == user && posting.dimensions.allocation == allocation {
            if case .lot(_, .held) = posting.to { sum += posting.amount }
            if case .lot(_, .held) = posting.from { sum -= posting.amount }
        }
        return sum
    }
}
