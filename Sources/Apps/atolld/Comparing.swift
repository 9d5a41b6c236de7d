/// `compare`: raw use in the books, and why sreport counts another.

import Collector
import Foundation
import Logging
import Reconciliation
import Server
import Units
import Wire

extension Handler {
    func compare(_ request: Request.Compare, _ answer: AnswerSink) {
        reading.operators.async {
            let sink = RowSink(answer)
            do {
                let clusters = try self.accountedClusters(request.cluster)
                guard clusters.count == 1, let cluster = clusters.first else {
                    throw WireError(
                        .invalid, "say --cluster: \(clusters.joined(separator: ", ")).")
                }
                guard let asked = Interval(start: request.start, end: request.end) else {
                    throw WireError(.invalid, "--end is before --start.")
                }
                guard (0..<3_600).contains(request.hourOffsetSeconds) else {
                    throw WireError(.invalid, "hour_offset_seconds is 0 or more, and below 3600.")
                }
                let found = try self.reconciler.compare(
                    cluster, asked, rolledUpTo: request.rolledUpTo,
                    hourOffsetSeconds: request.hourOffsetSeconds)
                for row in found.uses.flatMap(\.rows) { try sink.write(.compared(row)) }
                var done = Reply.Compare(
                    cluster: cluster, start: found.window.covered.start,
                    end: found.window.covered.end)
                done.purgedRuns = found.purgedRuns
                answer.done(.compare(done))
            } catch let error as WireError {
                answer.failed(error)
            } catch let error as ReconcileError {
                answer.failed(WireError(error))
            } catch is ReaderGone {
                self.logger.debug("a comparison was left")
            } catch {
                answer.failed(.init(.unavailable, "not compared: \(error)"))
            }
        }
    }
}

extension ComparedUse {
    /// One a TRES that either side has any of.
    fileprivate var rows: [Row.Compared] {
        let names = causes.values.reduce(into: Set(ours.keys)) { $0.formUnion($1.keys) }
        return names.sorted().compactMap { name in
            var row = Row.Compared(
                account: account, user: user, tres: "\(name)", ours: ours[name] ?? 0)
            row.causes = causes.sorted { $0.key.rawValue < $1.key.rawValue }.compactMap {
                cause, amounts in
                let amount = amounts[name] ?? 0
                return amount == 0 ? nil : NamedUse(cause.rawValue, amount)
            }
            row.uncertain = uncertain[name] ?? 0
            return row.ours == 0 && row.causes.isEmpty ? nil : row
        }
    }
}
