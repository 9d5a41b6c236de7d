/// Rerates: the runs that used a resource in a window are found page by page and priced anew one by
/// one; what is done twice changes nothing the second time.

import Bank
import Books
import Dispatch
import Ledger
import Rates
import Registry
import Reports
import Server
import Store
import Synchronization
import Units
import Wire

extension Handler {
    private static let pageRuns = 512

    func rerate(_ request: Request.Rerate, _ peer: Peer, _ answer: AnswerSink) {
        past.async {
            let tip = self.bank.picture.tip
            let resource = tip.registry.rateBook.resource(named: request.resource)
            guard let resource else {
                return answer.failed(
                    .init(.notFound, "there is no resource \(request.resource)."))
            }
            guard let window = Interval(start: request.start, end: request.end), !window.isEmpty
            else {
                return answer.failed(.init(.invalid, "the end has to be later than the start."))
            }
            do {
                let sum = try self.rerate(
                    resource.id, over: window, request, peer, RowSink(answer))
                answer.done(.rerate(sum.reply(request)))
            } catch is ReaderGone {
                return
            } catch let error as BankError {
                answer.failed(plain(error))
            } catch {
                answer.failed(.init(.unavailable, "the runs can't be read: \(error)"))
            }
        }
    }

    private func rerate(
        _ resource: ResourceID, over window: Interval, _ request: Request.Rerate, _ peer: Peer,
        _ sink: RowSink
    ) throws -> RerateSum {
        let tip = bank.picture.tip
        var pricer = Pricer(tip.card)
        var whole = RerateSum()
        var last = RunID(0)
        while true {
            let page = try store.endedRuns(in: window, after: last, limit: Self.pageRuns)
            guard let end = page.last else { return whole }
            last = end.id
            let touched = page.filter { run in
                guard let used = run.end.flatMap({ Interval(start: run.start, end: $0) }),
                    let part = used.intersection(window)
                else { return false }
                return pricer.cost(
                    of: run.counts, cluster: run.key.cluster, partition: run.partition,
                    qos: run.qos, over: part.firstSecond
                ).touched.contains(resource)
            }
            // Page by page: who asked sees that it goes on.
            var sum = RerateSum()
            for (run, result) in zip(touched, rerated(touched, request, peer)) {
                switch result {
                case .success(.rerated(let it)): sum.take(it)
                case .success: break
                // The same each time it is asked: it must not keep those behind it.
                case .failure(.setAside(let why)):
                    sum.setAside += 1
                    try sink.write(.setAside(.init(run, why)))
                case .failure(.refused(let refusal)):
                    sum.setAside += 1
                    try sink.write(.setAside(.init(run, refusal.text)))
                case .failure(let error): throw error
                }
            }
            for row in sum.rows(tip.registry) { try sink.write(.rerated(row)) }
            whole.add(sum)
        }
    }

    /// What came of each, in the order of `runs`.
    private func rerated(
        _ runs: [Run], _ request: Request.Rerate, _ peer: Peer
    ) -> [BankResult] {
        let results = Mutex<[BankResult]>(
            Array(repeating: .failure(.unavailable("no answer")), count: runs.count))
        let group = DispatchGroup()
        for (place, run) in runs.enumerated() {
            var order = Order(
                caller: "uid:\(peer.uid)", reason: request.reason, isDryRun: request.dryRun,
                command: .rerate(run.id))
            // It reads and writes about as much as a few runs of an import.
            order.bulkWeight = 4
            group.enter()
            bank.submit(order) { result in
                results.withLock { $0[place] = result }
                group.leave()
            }
        }
        group.wait()
        return results.withLock { $0 }
    }
}

/// What came of all runs, by allocation and resource.
private struct RerateSum {
    private struct Key: Hashable {
        let allocation: AllocationID
        let resource: ResourceID
    }
    private var parts: [Key: (runs: Int64, before: ServiceUnits, after: ServiceUnits)] = [:]
    private var runs: Int64 = 0
    private var changed: Int64 = 0
    private var left: Int64 = 0
    var setAside: Int64 = 0

    mutating func take(_ it: Rerated) {
        runs += 1
        if it.isChanged { changed += 1 }
        if it.left != nil { left += 1 }
        guard let allocation = it.allocation else { return }
        for part in it.parts {
            let key = Key(allocation: allocation, resource: part.resource)
            var sum = parts[key] ?? (0, .zero, .zero)
            sum.runs += 1
            sum.before += part.before
            sum.after += part.after
            parts[key] = sum
        }
    }

    mutating func add(_ more: RerateSum) {
        runs += more.runs
        changed += more.changed
        left += more.left
        setAside += more.setAside
    }

    func rows(_ registry: Registry) -> [Row.Rerated] {
        parts.map { key, sum in
            Row.Rerated(
                allocation: registry.allocations[key.allocation]?.name ?? "",
                resource: registry.rateBook.resources[key.resource]?.name ?? "",
                runs: sum.runs, before: sum.before, after: sum.after)
        }.sorted { ($0.allocation, $0.resource) < ($1.allocation, $1.resource) }
    }

    func reply(_ request: Request.Rerate) -> Reply.Rerate {
        let verb = request.dryRun ? "would be charged" : "charged"
        let noun = runs == 1 ? "run" : "runs"
        var message =
            "\(runs.grouped) \(noun) used \(request.resource) then, "
            + "\(changed.grouped) \(verb) otherwise."
        if left > 0 { message += " As before, being waived, free or unplaced: \(left.grouped)." }
        if setAside > 0 { message += " Set aside, and as before: \(setAside.grouped)." }
        return Reply.Rerate(
            runs: runs, changed: changed, left: left, setAside: setAside, message: message)
    }
}

extension Row.SetAside {
    fileprivate init(_ run: Run, _ why: String) {
        self.init(cluster: run.key.cluster, job: run.jobName, run: run.id.number, why: why)
    }
}
