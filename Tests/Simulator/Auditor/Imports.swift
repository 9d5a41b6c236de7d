/// Runs of the past: each once by its key, charged as if it had been seen, refused never.

import Bank
import Books
import Ledger
import Registry
import Units

extension Auditor {
    func importRuns(_ batch: ImportBatch, _ answer: BankResult, isRedone: Bool) throws {
        guard case .success(.imported(let imported)) = answer,
            imported.runs.count == batch.runs.count
        else { throw Finding("an import of \(batch.runs.count) runs was answered \(answer)") }
        var recorded: Set<RunKey> = []
        for (shown, said) in zip(batch.runs, imported.runs) {
            // What this very order has recorded stays as it has; another one may place it.
            let isDone = recorded.contains(shown.facts.key)
            let come = take(shown, mayPlace: !isDone)
            if come.isNew { recorded.insert(shown.facts.key) }
            // What came in before a crash is known by now.
            if isRedone, come.isNew, said.fate == .known { continue }
            let place = come.allocation.flatMap { actual.allocationNumbers[$0] }
            guard said.fate == come.fate, said.allocation?.number == place,
                said.amount.microSU == come.amount, said.wasUnplaced == come.wasUnplaced
            else {
                throw Finding(
                    "an imported run was answered \(said), not \(come)",
                    about: ["jobID: \(shown.facts.key.jobID),"])
            }
        }
    }

    /// What has to come of a run.
    private struct Coming {
        var fate: Imported.Fate
        var allocation: String?
        var amount: Int64 = 0
        var wasUnplaced = false
        var isNew: Bool {
            switch fate {
            case .charged, .free, .unrated, .unplaced: true
            case .known, .live, .differs: false
            }
        }
    }

    private func take(_ shown: ImportedRun, mayPlace: Bool) -> Coming {
        let facts = shown.facts
        guard let end = facts.end else { return Coming(fate: .live) }
        guard let known = runs[facts.key] else {
            var run = AuditedRun(
                claim: nil, allocation: place(shown), user: shown.userName,
                partition: facts.partition, qos: facts.qos, counts: facts.counts,
                start: facts.start, limitSeconds: facts.timeLimitSeconds, isRunning: false,
                share: 0)
            (run.end, run.suspendedSeconds) = (end, facts.suspendedSeconds)
            return charge(run, facts)
        }
        guard !known.isRunning else { return Coming(fate: .live) }
        guard known.start == facts.start, known.end == end else {
            return Coming(fate: .differs(from: known.start, to: known.end))
        }
        guard mayPlace, known.allocation == nil, let place = place(shown) else {
            return Coming(fate: .known)
        }
        // Of what stands in the books only the place is new.
        var run = known
        run.allocation = place
        var come = charge(run, facts)
        come.wasUnplaced = true
        return come
    }

    /// Usage that is older than any allocation of its project has no place.
    private func place(_ shown: ImportedRun) -> String? {
        let facts = shown.facts
        let load = NaiveRates.Load(
            counts: facts.counts, cluster: facts.key.cluster, partition: facts.partition,
            qos: facts.qos)
        let touched = rates.hold(load, from: facts.start.epochSeconds, seconds: 1).touched
        let found = project(of: shown.accountLineage).flatMap {
            allocation(of: $0, on: facts.key.cluster, touching: touched, at: facts.start)
        }
        guard let found, let window = allocations[found]?.declared.window,
            window.start <= facts.start
        else { return nil }
        return found
    }

    private func charge(_ known: AuditedRun, _ facts: RunFacts) -> Coming {
        var run = known
        let end = run.end ?? run.start
        let price = rates.charge(
            .init(
                counts: run.counts, cluster: facts.key.cluster, partition: run.partition,
                qos: run.qos),
            from: run.start.epochSeconds, to: end.epochSeconds, suspended: run.suspendedSeconds)
        let isFree = facts.freeBecause != nil
        let amount = isFree ? 0 : Int64(price.microSU)
        guard let allocation = run.allocation else {
            keep(run, as: facts.key)
            return Coming(fate: .unplaced, amount: amount)
        }
        run.charged = amount
        keep(run, as: facts.key)
        pay(amount, from: allocation, at: max(run.start, end.advanced(bySeconds: -1)))
        return Coming(
            fate: isFree ? .free : price.hasUnpriced ? .unrated : .charged,
            allocation: allocation, amount: amount)
    }

    // MARK: Out of which lots

    /// First what expired in lots that were valid then, next what is left in lots that are, in the
    /// order of their ends; the rest is overdraft, which an open lot pays.
    private func pay(_ amount: Int64, from allocation: String, at instant: Instant) {
        var due = amount
        let valid = (lotsOf[allocation] ?? []).compactMap { id in lots[id].map { (id, $0) } }
            .filter { !$0.1.isOverdraft && $0.1.window.contains(instant) }
            .sorted { ($0.1.window.end, $0.0) < ($1.1.window.end, $1.0) }
        for (bucket, isEnded) in [("expired", true), ("available", false)] {
            for (id, lot) in valid where (lot.state == .ended) == isEnded {
                let part = min(lot.balances[bucket], due)
                lots[id]?.balances[bucket] -= part
                lots[id]?.balances.charged += part
                due -= part
            }
        }
        if let (debt, _) = overdraft(of: allocation) {
            lots[debt]?.balances.available -= due
            lots[debt]?.balances.charged += due
        }
        payDebt(of: allocation)
        for id in lotsOf[allocation] ?? [] { splits[id] = lots[id]?.balances }
    }
}
