/// Imports: the rows of a message become runs of the past, in one order, or in several while hooks ask;
/// each row is answered by what became of it.

import Bank
import Books
import Collector
import Dispatch
import Ledger
import Records
import Registry
import Server
import Store
import Synchronization
import Units
import Wire

extension Handler {
    /// Runs that are looked at together for whether they stand in the books by another clock.
    private static let checkedRuns = 64

    func importRecords(_ request: Request.Import, _ peer: Peer, _ answer: AnswerSink) {
        past.async {
            let registry = self.bank.picture.tip.registry
            guard registry.clusters[request.cluster] != nil else {
                return answer.failed(
                    .init(
                        .notFound,
                        "cluster \(request.cluster) is not in the books; declare it in the site "
                            + "file, or add it with atoll cluster add."))
            }
            do {
                let rows = try ImportRows(
                    request, self.collector.historyImport(of: request.cluster, at: .now))
                guard request.check == .done || self.fits(rows, answer) else { return }
                guard request.check != .only else {
                    var reply = Reply.Import()
                    reply.areBooksEmpty = try self.store.hasNoRuns()
                    return answer.done(.importRecords(reply))
                }
                self.record(rows, request, peer, answer)
            } catch {
                answer.failed(.init(.invalid, "these records can't be read: \(error)"))
            }
        }
    }

    /// Whether the rows are none that stand in the books by another clock; where they are, all of them
    /// are refused.
    private func fits(_ rows: ImportRows, _ answer: AnswerSink) -> Bool {
        do {
            for slice in rows.runs.evenSlices(atMost: Self.checkedRuns) {
                guard let shift = try store.shift(of: slice.map(\.run)) else { continue }
                answer.failed(plain(.refused(shift.refusal)))
                return false
            }
            return true
        } catch {
            answer.failed(.init(.unavailable, "the books can't be read: \(error)"))
            return false
        }
    }

    private func record(
        _ rows: ImportRows, _ request: Request.Import, _ peer: Peer, _ answer: AnswerSink
    ) {
        let slices = rows.runs.evenSlices(atMost: bank.bulkRunsPerOrder)
        order(slices, request, peer) { results in
            // What is set aside is so each time: run by run, one costs none of those beside it.
            let broken = results.filter { $0.result.isSetAside && $0.slice.count > 1 }
            let whole = results.filter { !$0.result.isSetAside || $0.slice.count == 1 }
            guard !broken.isEmpty else { return self.answer(whole, rows, answer) }
            self.order(broken.flatMap { $0.slice.map { [$0] } }, request, peer) { more in
                self.answer(whole + more, rows, answer)
            }
        }
    }

    private typealias Recorded = (slice: [ImportRows.Row], result: BankResult)

    private func order(
        _ slices: [[ImportRows.Row]], _ request: Request.Import, _ peer: Peer,
        then body: @escaping @Sendable ([Recorded]) -> Void
    ) {
        let collected = Mutex<[BankResult?]>(Array(repeating: nil, count: slices.count))
        let group = DispatchGroup()
        for (place, slice) in slices.enumerated() {
            var order = Order(
                caller: "uid:\(peer.uid)", reason: request.reason, isDryRun: request.dryRun,
                command: .importRuns(
                    ImportBatch(cluster: request.cluster, runs: slice.map(\.run))))
            order.bulkWeight = slice.count
            group.enter()
            bank.submit(order) { result in
                collected.withLock { $0[place] = result }
                group.leave()
            }
        }
        group.notify(queue: past) {
            body(
                zip(slices, collected.withLock { $0 }).map {
                    ($0, $1 ?? .failure(.unavailable("the import was not recorded.")))
                })
        }
    }

    private func answer(_ results: [Recorded], _ rows: ImportRows, _ answer: AnswerSink) {
        var reply = rows.reply
        let allocations = bank.picture.tip.registry.allocations
        var sums = ImportSums()
        for (slice, result) in results {
            switch result {
            case .success(.imported(let imported)):
                for (row, run) in zip(slice, imported.runs) {
                    let name = run.allocation.flatMap { allocations[$0]?.name }
                    sums.add(run, of: row.run, in: name)
                    reply.take(run.fate, of: row)
                    if run.wasUnplaced { reply.counts.placed += 1 }
                }
            case .failure(.setAside(let why)):
                reply.counts.setAside += Int64(slice.count)
                reply.rejected += slice.map { .init(row: $0.place, reason: why) }
            case .success:
                return answer.failed(.init(.unavailable, "the import was not recorded."))
            case .failure(let error): return answer.failed(plain(error))
            }
        }
        reply.sums = sums.all
        reply.rejected.sort { $0.row < $1.row }
        answer.done(.importRecords(reply))
    }
}

extension Array {
    /// Slices of nearly the same size: a rest of a few runs would be too few to show that they stand in
    /// the books by another clock.
    func evenSlices(atMost most: Int) -> [[Element]] {
        let count = (self.count + most - 1) / most
        return (0..<count).map { place in
            Array(self[place * self.count / count..<(place + 1) * self.count / count])
        }
    }
}

extension BankResult {
    fileprivate var isSetAside: Bool {
        if case .failure(.setAside) = self { true } else { false }
    }
}

/// The rows of a message, taken for what they are.
private struct ImportRows {
    struct Row: Sendable {
        let place: Int64
        let run: ImportedRun
    }

    private(set) var runs: [Row] = []
    private(set) var reply = Reply.Import()

    init(_ request: Request.Import, _ history: HistoryImport) throws {
        var reader = JobReader(
            ReadSettings(defaultCluster: request.cluster, maxProblemsKept: .max))
        let records = try reader.read(Array(request.records.utf8))
        try reader.finish()
        guard reader.passedOverCount == 0 else {
            throw WireError(.invalid, "a job's steps are not for import.")
        }
        // Lines 1 and 2 are the first line and the header.
        reply.rejected = reader.problems.map { problem in
            let column = problem.column.map { "\($0): " } ?? ""
            return RejectedRow(row: Int64(problem.line) - 3, reason: column + problem.reason)
        }
        let unreadable = Set(reply.rejected.map(\.row))
        var place: Int64 = 0
        for record in records {
            while unreadable.contains(place) { place += 1 }
            take(record, at: place, history, of: request.cluster)
            place += 1
        }
    }

    private mutating func take(
        _ record: JobRecord, at place: Int64, _ history: HistoryImport, of cluster: String
    ) {
        switch history.take(record) {
        case .run(let run): runs.append(Row(place: place, run: run))
        case .open: reply.counts.open += 1
        case .neverRan: reply.counts.neverRan += 1
        case .exempt: reply.counts.exempt += 1
        case .live: reply.counts.live += 1
        case .rejected(let reason): reply.rejected.append(.init(row: place, reason: reason))
        }
    }
}

extension Reply.Import {
    fileprivate mutating func take(_ fate: Imported.Fate, of row: ImportRows.Row) {
        switch fate {
        case .charged: counts.charged += 1
        case .free: counts.free += 1
        case .unrated: counts.unrated += 1
        case .unplaced: counts.unplaced += 1
        case .known: counts.known += 1
        case .live: counts.live += 1
        case .differs(let start, let end):
            let until = end.map { "\($0)" } ?? "now"
            rejected.append(
                .init(
                    row: row.place,
                    reason: "this run is in the books from \(start) to \(until); "
                        + "one of the two is wrong"))
        }
    }
}

/// What was recorded, by account and allocation.
private struct ImportSums {
    private struct Key: Hashable { let account, allocation: String? }
    private var sums: [Key: ImportSum] = [:]

    mutating func add(_ run: Imported.Run, of row: ImportedRun, in allocation: String?) {
        switch run.fate {
        case .known, .live, .differs: return
        case .charged, .free, .unrated, .unplaced: break
        }
        let account = row.accountLineage.first ?? ""
        let key = Key(account: account, allocation: allocation)
        var sum =
            sums[key]
            ?? ImportSum(account: account, allocation: allocation, runs: 0, amount: .zero)
        sum.runs += 1
        sum.amount += run.amount
        sums[key] = sum
    }

    var all: [ImportSum] {
        sums.values.sorted { ($0.account, $0.allocation ?? "") < ($1.account, $1.allocation ?? "") }
    }
}
