/// Corrections on their way to the Bank: a few at once, each with its finding as the reason.

import Bank
import Books
import Foundation
import Reconciliation
import Store
import Synchronization
import Units

extension ReconcileDesk {
    mutating func correctWaiting() throws {
        guard !waiting.isEmpty else { return }
        try awaitQueue()
        let batch = waiting
        waiting = []
        for (found, result) in zip(batch, carryOut(batch)) {
            try settle(found, by: result)
        }
    }

    private func carryOut(_ batch: [(finding: Finding, command: Command)]) -> [BankResult] {
        let results = Mutex<[Int: BankResult]>([:])
        let group = DispatchGroup()
        for (index, it) in batch.enumerated() {
            group.enter()
            var order = Order(
                caller: caller, reason: "reconciliation: \(it.finding.what)", isDryRun: isDryRun,
                command: it.command)
            // What takes a person is found again, should the pass be ended before it is noted.
            order.finding = { [pass = pass.id] outcome in
                guard let finding = Self.settled(it, by: outcome), !finding.takesPerson else {
                    return nil
                }
                return PassFinding(KeptFinding(finding), of: pass)
            }
            bank.submit(order) { result in
                results.withLock { $0[index] = result }
                group.leave()
            }
        }
        group.wait()
        let all = results.withLock { $0 }
        return batch.indices.map { all[$0] ?? .failure(.unavailable("no answer")) }
    }

    /// What was found, as the books took it; nil: they were alike after all, settled since it was read.
    private static func settled(
        _ found: (finding: Finding, command: Command), by outcome: Outcome
    ) -> Finding? {
        var finding = found.finding
        if case .corrected(let done) = outcome {
            finding.settle(done)
            finding.leaveToPerson(done)
            return done.isChanged || finding.takesPerson ? finding : nil
        }
        // A correction that took nothing in has settled nothing.
        if case .correct = found.command {
            finding.what += "; the books took nothing of it"
            finding.remedy = "atoll why \(finding.job); report it"
        }
        return finding
    }

    private mutating func settle(
        _ found: (finding: Finding, command: Command), by result: BankResult
    ) throws {
        var finding = found.finding
        switch result {
        case .success(let outcome):
            guard let settled = Self.settled(found, by: outcome) else { return }
            report(settled, isCorrected: !settled.takesPerson)
        case .failure(.unavailable(let why)), .failure(.outcomeUnknown(let why)):
            throw ReconcileError.unavailable(why)
        case .failure(.setAside(let why)):
            finding.what += "; \(why)"
            finding.remedy = "atoll status; report it"
            report(finding)
        case .failure(.refused(let refusal)):
            finding.what += "; \(refusal.text)"
            finding.remedy = "atoll why \(finding.job)"
            report(finding)
        }
    }

    // MARK: slurmctld's queue

    /// Waits a while until slurmctld has told slurmdbd all: before that nothing is concluded.
    func awaitQueue() throws {
        var left = queueTries
        while true {
            let queue = try watch.readStanding().queue
            guard queue > 0 else { return }
            guard left > 0 else {
                throw ReconcileError.unavailable(
                    "slurmctld has \(queue) messages for slurmdbd still: nothing is concluded before "
                        + "they are there. Is slurmdbd up? What is done is noted; ask again later.")
            }
            left -= 1
            Thread.sleep(forTimeInterval: 2)
        }
    }
}
