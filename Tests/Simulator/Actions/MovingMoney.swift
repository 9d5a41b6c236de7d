/// What operators take back, move and give back, right and wrong.

import Books
import Ledger
import Registry
import Units

extension Action {
    static let withdraw = Action(name: "withdraw", weight: 2) { scene in
        guard let allocation = scene.random.pick(scene.allocations) else { return [] }
        let request = WithdrawRequest(
            allocation: allocation.name, amount: scene.someAmount(), lot: scene.someLot())
        return [Ask(.withdraw(request), in: &scene.world)]
    }

    static let transfer = Action(name: "transfer", weight: 2) { scene in
        guard let from = scene.random.pick(scene.allocations),
            let to = scene.random.pick(scene.allocations)
        else { return [] }
        let request = TransferRequest(
            from: from.name, to: to.name, amount: scene.someAmount(), lot: scene.someLot())
        return [Ask(.transfer(request), in: &scene.world)]
    }

    /// In whole or in part, now and then too much or of a run that goes on.
    static let refund = Action(name: "refund", weight: 3) { scene in
        let runs = scene.auditor.actual.runs.values.filter {
            $0.charged > 0 || scene.now.epochSeconds % 5 == 0
        }.sorted { $0.id < $1.id }
        guard let run = scene.random.pick(runs) else { return [] }
        // What would return to a lot that has ended goes to another, where one is named.
        let into =
            scene.random.isHit(oneIn: 2)
            ? scene.random.pick(scene.lots(of: run.allocation)) : scene.someLot()
        let request = RefundRequest(
            job: "\(run.job)", cluster: run.cluster, run: RunID(run.id),
            amount: scene.random.isHit(oneIn: 3) ? nil : scene.someAmount(), into: into)
        return [Ask(.refund(request), in: &scene.world)]
    }
}

extension Scene {
    fileprivate mutating func someAmount() -> ServiceUnits {
        ServiceUnits(microSU: random.number(0...(random.isHit(oneIn: 3) ? 80_000_000 : 3_000_000)))
    }

    /// The open lots of the allocation of that number.
    fileprivate func lots(of allocation: Int64?) -> [LotID] {
        guard let name = allocation.flatMap({ auditor.actual.allocationNames[$0] }) else {
            return []
        }
        return (auditor.lotsOf[name] ?? []).filter {
            auditor.lots[$0].map { $0.state == .open && !$0.isOverdraft } ?? false
        }.map(LotID.init)
    }

    fileprivate mutating func someLot() -> LotID? {
        random.isHit(oneIn: 4) ? random.pick(auditor.lots.keys.sorted()).map { LotID($0) } : nil
    }
}
