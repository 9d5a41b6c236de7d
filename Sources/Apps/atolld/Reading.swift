/// What people read: balances, statements, holds, verification. Each sees what is theirs to see.

import Bank
import Collector
import Estimate
import Foundation
import Ledger
import Logging
import Rates
import Registry
import Server
import Store
import Units
import Wire

/// Who reads, as far as it matters for what is shown.
struct Reader: Sendable {
    let name: String
    let seesAll: Bool
}

extension Handler {
    /// Works off the event loop, as the peer's user; what it throws becomes the answer.
    func read(
        as peer: Peer, _ answer: AnswerSink,
        _ body: @escaping @Sendable (Reader, RowSink) throws -> Reply
    ) {
        let seesAll = policy.now.isOperator(peer)
        names.resolve(peer.uid) { name in
            self.reading.queue(of: peer.uid, isOperator: seesAll).async {
                let reader = Reader(name: name ?? "uid:\(peer.uid)", seesAll: seesAll)
                let sink = RowSink(answer)
                do {
                    answer.done(try body(reader, sink))
                } catch let error as WireError {
                    answer.failed(error)
                } catch is ReaderGone {
                    return
                } catch {
                    self.logger.error("a read failed", metadata: ["error": "\(error)"])
                    answer.failed(.init(.unavailable, "the books can't be read now: \(error)"))
                }
            }
        }
    }

    /// The allocations a reader may see, that the filters leave: by project and name.
    func visible(
        _ reader: Reader, account: String?, project: String? = nil, allocation: String?
    ) throws -> [Allocation] {
        let registry = bank.picture.tip.registry
        let wanted = registry.allocations.values.filter { it in
            let owner = registry.projects[it.project]
            return (allocation.map { $0 == it.name } ?? true)
                && (project.map { $0 == owner?.name } ?? true)
                && (account.map { registry.accounts[$0] == it.project } ?? true)
                && (reader.seesAll || isTheirs(it, named: reader.name))
        }
        if wanted.isEmpty, let name = allocation ?? project ?? account {
            let what = allocation != nil ? "allocation" : project != nil ? "project" : "account"
            throw WireError(.notFound, "there is no \(what) \(name), or it is not yours to see.")
        }
        return wanted.sorted { ($0.project, $0.name) < ($1.project, $1.name) }
    }

    func isTheirs(_ it: Allocation, _ reader: Reader, _ registry: Registry) -> Bool {
        isTheirs(it, named: reader.name)
    }

    /// To the books, or to Slurm.
    private func isKnown(_ user: String) -> Bool {
        bank.picture.user(named: user) != nil
            || collector.clusterNames.contains { cluster in
                collector.view(of: cluster)?.associations.accounts(of: user).isEmpty == false
            }
    }

    private func isTheirs(_ it: Allocation, named name: String) -> Bool {
        let registry = bank.picture.tip.registry
        let user = bank.picture.user(named: name)
        if let user, registry.projects[it.project]?.pi == user { return true }
        if let user, registry.memberships[.init(it.id, user)] != nil { return true }
        // As at admission: an account without a project belongs to its nearest ancestor's.
        return it.clusters.contains { cluster in
            guard let associations = collector.view(of: cluster)?.associations else { return false }
            return associations.accounts(of: name).contains { account in
                let lineage = associations.lineage(of: account)
                return registry.project(ofAccountLineage: lineage)?.id == it.project
            }
        }
    }

    /// Whether the reader sees what others did: operators and the project's PI.
    func seesOthers(_ reader: Reader, _ allocation: Allocation) -> Bool {
        guard !reader.seesAll else { return true }
        let registry = bank.picture.tip.registry
        guard let user = bank.picture.user(named: reader.name) else { return false }
        return registry.projects[allocation.project]?.pi == user
    }

    // MARK: Balances

    func balance(_ request: Request.Balance, _ reader: Reader, _ sink: RowSink) throws -> Reply {
        let found = try visible(
            reader, account: request.account, project: request.project,
            allocation: request.allocation
        ).filter { allocation in
            request.user.map { isTheirs(allocation, named: $0) } ?? true
        }
        if let user = request.user, found.isEmpty, !isKnown(user) {
            throw WireError(.notFound, "there is no user \(user) here.")
        }
        for allocation in found {
            try sink.write(.balance(try balanceRow(allocation, request.user, reader)))
        }
        return .balance(.init(rows: Int64(found.count)))
    }

    private func balanceRow(
        _ allocation: Allocation, _ user: String?, _ reader: Reader
    ) throws -> Row.Balance {
        let tip = bank.picture.tip
        let project = tip.registry.projects[allocation.project]
        var row = Row.Balance(
            project: project?.name ?? "", allocation: allocation.name,
            status: tip.registry.effectiveStatus(of: allocation), window: allocation.window)
        let pool = Pool(
            allocation: allocation.id.number, overdraftLimit: allocation.overdraftLimit,
            lots: try store.lots(of: allocation.id))
        let totals = pool.totals
        (row.granted, row.available, row.held) = (totals.granted, totals.available, totals.held)
        // Admission counts what is valid now; so does this.
        row.later = pool.later(than: .now)
        row.available -= row.later
        (row.charged, row.expired) = (totals.charged, totals.expired)
        row.withdrawn = totals.withdrawn
        (row.overdraft, row.overdraftLimit) = (pool.overdrawn, allocation.overdraftLimit)
        row.inFlight = try inFlight(allocation, tip.card)
        row.members = try members(of: allocation, user, reader, tip.registry)
        return row
    }

    /// What the runs that go on have used so far, at the rates in force; part of what is held.
    private func inFlight(_ allocation: Allocation, _ card: RateCard) throws -> ServiceUnits {
        var total: Int128 = 0
        for run in try store.runningRuns(of: allocation.id) {
            let end = max(.now, run.start)
            guard let span = Interval(start: run.start, end: end) else { continue }
            total +=
                card.price(
                    Usage(
                        cluster: run.key.cluster, partition: run.partition, qos: run.qos,
                        counts: run.counts, interval: span,
                        suspensions: run.suspensions.intervals(until: end))
                ).totalMicroSU
        }
        return ServiceUnits(exactly: total) ?? .zero
    }

    private func members(
        of allocation: Allocation, _ user: String?, _ reader: Reader, _ registry: Registry
    ) throws -> [Row.Member] {
        let uses = try store.uses(of: allocation.id)
        let users = try store.userNames()
        var rows: [String: Row.Member] = uses.mapValues {
            Row.Member(user: "", status: .active, used: $0.used)
        }
        for (key, membership) in registry.memberships where key.allocation == allocation.id {
            let name = users[key.user] ?? "user \(key.user)"
            let used = rows[name]?.used ?? .zero
            rows[name] = Row.Member(
                user: name, status: membership.status, cap: membership.cap, used: used)
        }
        let seesOthers = seesOthers(reader, allocation)
        return rows.sorted { $0.key < $1.key }.compactMap { name, row in
            guard seesOthers || name == reader.name, user == nil || name == user else { return nil }
            var row = row
            row.user = name
            return row
        }
    }

    // MARK: Holds

    func holds(_ request: Request.Holds, _ reader: Reader, _ sink: RowSink) throws -> Reply {
        let allocations = try visible(
            reader, account: request.account, allocation: request.allocation)
        var (rows, total) = (Int64(0), ServiceUnits.zero)
        let heldBack = try store.heldBackByClaim()
        for allocation in allocations {
            let seesOthers = seesOthers(reader, allocation)
            for hold in try store.openHolds(of: allocation.id) {
                guard seesOthers || hold.user == reader.name,
                    request.user.map({ $0 == hold.user }) ?? true
                else { continue }
                let held = hold.claim.pins.total + hold.runningHeld
                rows += 1
                total += held
                var row = Row.Hold(
                    cluster: hold.claim.reference.cluster,
                    job: hold.job.map(String.init) ?? hold.claim.shownName,
                    token: hold.claim.token ?? "", user: hold.user,
                    allocation: allocation.name,
                    state: hold.claim.raise == nil ? hold.claim.state.rawValue : "raise",
                    tasks: hold.claim.outstandingTasks, running: hold.running,
                    perTask: hold.claim.amountPerTask, held: held,
                    since: hold.claim.createdAt)
                if hold.claim.isShort { row.shortage = Self.shortage }
                row.heldBack = heldBack[hold.claim.id].map(heldBackText)
                try sink.write(.hold(row))
            }
        }
        return .holds(.init(rows: rows, held: total))
    }

    private static let shortage =
        "too little credit when it was priced, and its mode refuses nothing: atoll why tells what it "
        + "would need"

    // MARK: Verification

    func verify(_ request: Request.Verify, _ answer: AnswerSink) {
        reading.operators.async {
            let sink = RowSink(answer)
            let begun = ContinuousClock.now
            do {
                let expected = try request.expect.map(self.head)
                let found = try self.store.verify(expected: expected) { read, total in
                    try sink.write(.progress(.init(entries: read, total: total)))
                }
                let taken = ContinuousClock.now - begun
                answer.done(
                    .verify(
                        .init(
                            entries: found.entries, seconds: taken.components.seconds,
                            entriesPerSecond: self.perSecond(found.entries, in: taken),
                            head: "\(found.headSeq):\(found.headHash)",
                            isSound: found.finding == nil, finding: found.finding)))
            } catch let error as WireError {
                answer.failed(error)
            } catch is ReaderGone {
                return
            } catch {
                answer.failed(.init(.unavailable, "the journal can't be verified: \(error)"))
            }
        }
    }

    private func perSecond(_ count: Int64, in taken: Duration) -> Int64? {
        let seconds = taken / .seconds(1)
        return count > 0 && seconds > 0 ? Int64(Double(count) / seconds) : nil
    }

    private func head(_ text: String) throws -> (seq: Int64, hash: String) {
        let parts = text.split(separator: ":")
        guard parts.count == 2, let seq = Int64(parts[0]), parts[1].count == 64 else {
            throw WireError(.invalid, "\(text) is not SEQ:HASH, as atoll status prints it.")
        }
        return (seq, String(parts[1]))
    }
}
