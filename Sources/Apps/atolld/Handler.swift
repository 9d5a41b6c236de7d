/// Every request by its operation: who may ask it, and who answers it.

import Bank
import Collector
import Dispatch
import Estimate
import Foundation
import Logging
import Registry
import Server
import Store
import Threads
import Units
import Wire

final class Handler: RequestHandler {
    let bank: Bank
    let store: JournalStore
    let collector: Collector
    let policy: LivePolicy
    /// nil: it is not wanted.
    let precedence: Precedence?
    let logger: Logger
    /// The file that it runs by; nil: none that could be named.
    let settingsPath: String?
    let names = UserNames()
    let startedAt = Instant.now
    /// For what reads the disk: event loops must not wait.
    let reading = ReadingQueues()
    /// Imports and rerates go one after another.
    let past = DispatchQueue(label: "past")
    let reconciler: Reconciler
    let admissionTimes = AdmissionTimes()

    init(
        bank: Bank, store: JournalStore, collector: Collector, policy: LivePolicy,
        precedence: Precedence? = nil, logger: Logger, settingsPath: String? = nil
    ) {
        self.settingsPath = settingsPath
        (self.bank, self.store, self.collector) = (bank, store, collector)
        (self.policy, self.precedence, self.logger) = (policy, precedence, logger)
        reconciler = Reconciler(
            collector, bank: bank, store: store, logger: logger, clock: { .now })
    }

    func trusts(_ peer: Peer) -> Bool {
        let policy = policy.now
        return policy.isHook(peer) || policy.isOperator(peer)
    }

    func handle(_ request: Request, from peer: Peer, answer: AnswerSink) {
        let policy = policy.now
        let isHook = policy.isHook(peer)
        let isOperator = policy.isOperator(peer)
        switch request.operation {
        case .admit(let admit) where isHook:
            let timed = admissionTimes.timed(answer, id: request.id)
            self.admit(admit, id: request.id, policy, timed)
        case .void(let void) where isHook: self.void(void, answer)
        case .modify(let modify) where isHook:
            self.modify(modify, id: request.id, policy, answer)
        case .nudge(let nudge) where isHook || isOperator: self.nudge(nudge, answer)
        case .start(let start) where isHook: self.start(start, policy, answer)
        case .heldBack(let it) where isHook: heldBack(it, policy, answer)
        case .quote(let quote) where isHook || isOperator || quote.job.userID == peer.uid:
            self.quote(quote, policy, answer)
        case .quote: answer.failed(.init(.forbidden, "only operators may quote for others."))
        case .balance(let balance): read(as: peer, answer) { try self.balance(balance, $0, $1) }
        case .statement(let it): read(as: peer, answer) { try self.statement(it, $0, $1) }
        case .holds(let holds): read(as: peer, answer) { try self.holds(holds, $0, $1) }
        case .status: answer.done(.status(status(forOperator: isOperator)))
        case .grant(let grant) where isOperator: self.grant(grant, id: request.id, peer, answer)
        case .apply(let apply) where isOperator: self.apply(apply, id: request.id, peer, answer)
        case .edit(let change): self.edit(change, id: request.id, peer, answer)
        case .list(let it): read(as: peer, answer) { try self.list(it, $0, $1) }
        case .history(let it): read(as: peer, answer) { try self.history(it, $0, $1) }
        case .withdraw(let it) where isOperator: withdraw(it, id: request.id, peer, answer)
        case .transfer(let it) where isOperator: transfer(it, id: request.id, peer, answer)
        case .refund(let it) where isOperator: refund(it, id: request.id, peer, answer)
        case .refundJob(let it) where isOperator:
            refundJob(it, id: request.id, peer, answer)
        case .lots(let it): read(as: peer, answer) { try self.lots(it, $0, $1) }
        case .why(let it): read(as: peer, answer) { try self.why(it, $0, $1) }
        case .deadline(let it):
            read(as: peer, answer) { reader, _ in try self.deadline(it, reader, at: .now) }
        case .verify(let verify) where isOperator: self.verify(verify, answer)
        case .changeRequest(let it):
            self.changeRequest(it, id: request.id, policy, peer, answer)
        case .feed(let it) where isOperator: feed(it, peer, answer)
        case .erase(let it) where isOperator: erase(it, id: request.id, peer, answer)
        case .feedRecords(let it) where isOperator:
            read(as: peer, answer) { try self.feedRecords(it, $0, $1) }
        case .changeRequests(let it):
            read(as: peer, answer) { try self.changeRequests(it, $0, $1) }
        case .export(let export) where isOperator:
            read(as: peer, answer) { try self.export(export, $0, $1) }
        case .reservations(let it):
            read(as: peer, answer) { try self.reservations(it, $0, $1) }
        case .backstop(let it) where isOperator:
            read(as: peer, answer) { try self.backstop(it, $1) }
        case .reservation(let it) where isOperator:
            reservation(it, id: request.id, peer, answer)
        case .importRecords(let it) where isOperator: importRecords(it, peer, answer)
        case .rerate(let it) where isOperator: rerate(it, peer, answer)
        case .reconcile(let it) where isOperator: reconcile(it, peer, answer)
        case .settle(let it) where isOperator: settle(it, id: request.id, peer, answer)
        case .compare(let it) where isOperator: compare(it, answer)
        case .setMode(let it) where isOperator: setMode(it, id: request.id, peer, answer)
        case .modes(let it): read(as: peer, answer) { try self.modes(it, $0, $1) }
        case .wouldRefuse(let it):
            read(as: peer, answer) { try self.wouldRefuse(it, $0, $1) }
        case .doctor where isOperator: read(as: peer, answer) { _, _ in try self.doctor(policy) }
        case .admit, .void, .modify, .nudge, .start, .heldBack:
            // A name service that was down at the start must not have every job refused.
            if let name = policy.unknownHooks.first {
                return answer.failed(
                    .init(
                        .unavailable,
                        "[access] hooks names \(name), whom this host did not know; uid \(peer.uid) "
                            + "may be that user: systemctl reload atolld asks again."))
            }
            forbid(peer, "only Slurm's hooks may ask this", lists: "hooks", answer)
        case .grant, .apply, .verify, .export, .withdraw, .transfer, .refund, .refundJob, .feed,
            .feedRecords, .erase, .reservation, .backstop, .importRecords, .rerate,
            .reconcile, .settle, .compare, .setMode, .doctor:
            forbid(peer, "only operators may do this", lists: "operators", answer)
        }
    }

    /// Says who it is that may not: by name, where the uid has one.
    private func forbid(_ peer: Peer, _ what: String, lists: String, _ answer: AnswerSink) {
        names.resolve(peer.uid) { name in
            let who = name.map { "\($0) (uid \(peer.uid))" } ?? "uid \(peer.uid)"
            answer.failed(
                .init(.forbidden, "\(what); \(who) is not in [access] \(lists)."))
        }
    }

    private func nudge(_ nudge: Request.Nudge, _ answer: AnswerSink) {
        guard collector.nudge(nudge.cluster) else { return answer.failed(noCluster(nudge.cluster)) }
        answer.done(.nudge)
    }

    func noCluster(_ name: String) -> WireError {
        .init(
            .notFound,
            "atoll: cluster \(name) is not in atolld's settings; add a [[cluster]] with its name.")
    }

    /// To slurmctld of a cluster that the settings don't name: nothing is known of its jobs, and its
    /// plugin's `when_unreachable` decides. A wrong name must not stop a cluster by itself.
    func mustPassOver(_ name: String) -> WireError {
        let why = noCluster(name).message
        logger.warning("a hook can't be answered", metadata: ["why": "\(why)"])
        return .init(.unavailable, why)
    }

    private func status(forOperator isOperator: Bool) -> Reply.Status {
        let clusters = collector.health.map { health in
            var cluster = Reply.Status.Cluster(
                name: health.cluster, mode: mode(of: nil, on: health.cluster).rawValue,
                polledAt: health.polledAt,
                jobs: health.jobs, problem: isOperator ? health.problem : health.problemInShort)
            cluster.nextPollAt = health.nextPollAt
            cluster.pollSeconds = Int64(health.pollSeconds)
            cluster.readMilliseconds = health.readSeconds.map { Int64($0 * 1_000) }
            return cluster
        }
        var status = Reply.Status(
            version: Atolld.version, uptimeSeconds: Instant.now.seconds(since: startedAt),
            clusters: clusters)
        guard isOperator else { return status }
        let tip = bank.picture.tip
        status.epoch = bank.epoch
        status.entries = tip.seq
        status.head = "\(tip.seq):\(tip.hash)"
        status.queue = Int64(bank.waiting)
        status.quarantined = Int64(bank.quarantined.count)
        return status
    }
}
