/// Reservations: shown to whom they concern; given an owner, made and deleted by operators.

import Bank
import Books
import Collector
import Dispatch
import Estimate
import Ledger
import Registry
import Server
import SiteFiles
import Store
import Units
import Wire

extension Handler {
    /// Operators see all, others those that their allocations pay for.
    func reservations(
        _ request: Request.Reservations, _ reader: Reader, _ sink: RowSink
    ) throws -> Reply {
        let found =
            request.allocation == nil && reader.seesAll
            ? nil : try visible(reader, account: nil, allocation: request.allocation)
        let names = Dictionary(
            uniqueKeysWithValues: bank.picture.tip.registry.allocations.map {
                ($0.key.number, $0.value.name)
            })
        let users = try store.userNames()
        let theirs = found.map { Set($0.map(\.id.number)) }
        var rows: Int64 = 0
        for it in try store.reservations(
            cluster: request.cluster, name: request.name, all: request.all)
        where theirs.map({ it.version.allocation.map($0.contains) ?? false }) ?? true {
            rows += 1
            try sink.write(.reservation(row(it, names, users)))
        }
        if let name = request.name, rows == 0 {
            throw WireError(
                .notFound, "there is no reservation \(name), or it is not yours to see.")
        }
        return .reservations(.init(rows: rows))
    }

    private func row(
        _ it: ReservationRow, _ names: [Int64: String], _ users: [UserID: String]
    ) -> Row.Reservation {
        let version = it.version
        var row = Row.Reservation(
            cluster: version.cluster, name: version.name, state: version.state.rawValue,
            start: version.start, end: version.end, nodes: version.nodes,
            tres: version.counts.description, charge: version.charge.rawValue)
        (row.flags, row.accounts) = (version.flags, version.accounts)
        row.users = version.users.map { users[UserID($0)] ?? "user \($0)" }
        row.allocation = version.allocation.flatMap { names[$0] }
        (row.freeBecause, row.jobs) = (version.freeBecause, it.jobs)
        (row.held, row.charged, row.refunded) = (it.held, it.charged, it.refunded)
        row.run = version.run?.number
        return row
    }

    func reservation(
        _ request: Request.Reservation, id: RequestID, _ peer: Peer, _ answer: AnswerSink
    ) {
        let clusters = collector.clusterNames
        guard let cluster = request.cluster ?? (clusters.count == 1 ? clusters[0] : nil) else {
            return answer.failed(
                .init(
                    .invalid,
                    "there are several clusters (\(clusters.joined(separator: ", "))); say which."))
        }
        guard let tool = collector.reservationTool(of: cluster) else {
            return answer.failed(noCluster(cluster))
        }
        do {
            switch request.action {
            case .assign(let allocation, let charge, let next):
                let command = ReservationCommand.assign(
                    ReservationAssignment(
                        cluster: cluster, name: request.name, allocation: allocation,
                        charge: try self.charge(charge), isForNext: next))
                order(command, request, id, peer, answer) { answer.done(.reservation($0)) }
            case .create(let new):
                let (plan, making) = try self.plan(new, request.name, on: cluster)
                order(.plan(plan), request, id, peer, answer) { reply in
                    guard !request.dryRun else { return answer.done(.reservation(reply)) }
                    self.make(making, with: tool, on: cluster, reply, answer)
                }
            case .delete: delete(request, with: tool, on: cluster, peer, answer)
            }
        } catch let error as WireError {
            answer.failed(error)
        } catch {
            answer.failed(.init(.unavailable, "\(error)"))
        }
    }

    private func order(
        _ command: ReservationCommand, _ request: Request.Reservation, _ id: RequestID,
        _ peer: Peer, _ answer: AnswerSink,
        then: @escaping @Sendable (Reply.Reservation) -> Void
    ) {
        let order = Order(
            caller: "uid:\(peer.uid)", id: id.description,
            digest: digest(of: .reservation(request)), reason: request.reason,
            isDryRun: request.dryRun, command: .reservation(command))
        bank.submit(order) { result in
            switch result {
            case .success(.reserved(let it)): then(.init(it, isDryRun: request.dryRun))
            case .success:
                answer.failed(.init(.conflict, "this id was used for something else."))
            case .failure(let error): answer.failed(plain(error))
            }
        }
    }

    private func charge(_ text: String?) throws -> ReservationCharge? {
        guard let text else { return nil }
        guard let charge = ReservationCharge(rawValue: text) else {
            throw WireError(.invalid, "charge: expected idle, all or none.")
        }
        return charge
    }

    // MARK: Making

    /// What is to be held, and what Slurm is to be told.
    private func plan(
        _ new: NewReservation, _ name: String, on cluster: String
    ) throws -> (ReservationPlan, ReservationTool.Making) {
        guard let view = collector.view(of: cluster), view.isKnown else {
            throw WireError(.unavailable, "cluster \(cluster) has not been read yet.")
        }
        let words =
            [name, new.nodes ?? "", new.partition ?? ""] + new.accounts + new.users + new.flags
        guard !name.isEmpty, words.allSatisfy(\.isOneWord) else {
            throw WireError(.invalid, "names have letters, digits and . _ - [ ] , @ : + alone.")
        }
        let counts: TRESCounts
        let partition = view.pricingPartition(of: new.partition, nodes: new.nodes ?? "")
        switch (new.nodes, new.nodeCount) {
        case (let nodes?, nil):
            counts = view.reservedCounts(
                nodes: nodes, tres: TRESCounts(), licences: nil, partition: partition)
            guard counts[.node] > 0 else {
                throw WireError(.invalid, "cluster \(cluster) has no nodes \(nodes).")
            }
        case (nil, let count?):
            guard let most = view.mostReservedCounts(nodeCount: count, partition: partition) else {
                throw WireError(
                    .invalid, "partition \(partition) has no \(count) nodes to reserve.")
            }
            counts = most
        default: throw WireError(.invalid, "name the nodes or say how many, not both.")
        }
        var facts = ReservationFacts(
            start: new.start, end: new.end, counts: counts, partition: partition,
            charge: collector.reservationCharge(on: cluster))
        var making = ReservationTool.Making(name: name, start: new.start, end: new.end)
        (making.nodes, making.nodeCount) = (new.nodes, new.nodeCount)
        (making.partition, making.flags) = (new.partition, new.flags)
        (making.accounts, making.users) = (new.accounts, new.users)
        if making.accounts.isEmpty, making.users.isEmpty {
            making.accounts = accounts(of: new.allocation)
        }
        (facts.nodes, facts.flags) = (new.nodes ?? "", new.flags.map { $0.uppercased() })
        (facts.accounts, facts.users) = (making.accounts, making.users)
        let plan = ReservationPlan(
            cluster: cluster, name: name, allocation: new.allocation, facts: facts,
            charge: try charge(new.charge))
        return (plan, making)
    }

    private func accounts(of allocation: String) -> [String] {
        let registry = bank.picture.tip.registry
        guard let project = registry.allocation(named: allocation)?.project else { return [] }
        return registry.accounts.filter { $0.value == project }.map(\.key).sorted()
    }

    /// The credit is held: now Slurm is asked. What it refuses gives the credit back.
    private func make(
        _ making: ReservationTool.Making, with tool: ReservationTool, on cluster: String,
        _ reply: Reply.Reservation, _ answer: AnswerSink
    ) {
        reading.operators.async {
            do {
                let known = try self.store.reservations(
                    cluster: cluster, name: making.name, all: false)
                switch known.first?.version.state {
                // The same command once more, with the same id.
                case .open: break
                case .planned: try tool.create(making)
                case .ended, nil:
                    let text =
                        "what was held for \(making.name) has gone back since: it was deleted. To make "
                        + "it again, ask with another id."
                    return answer.failed(.init(.conflict, text))
                }
                _ = self.collector.nudge(cluster)
                answer.done(.reservation(reply))
            } catch {
                let why = "Slurm made no reservation: \(error)"
                // One that is there will be shown; what is held for it stays.
                guard !why.contains("Duplicate") else {
                    return answer.failed(.init(.conflict, why))
                }
                let order = Order(
                    caller: "reservations",
                    command: .reservation(
                        .drop(cluster: cluster, name: making.name, because: "Slurm refused it")))
                self.bank.submit(order) { _ in answer.failed(.init(.conflict, why)) }
            }
        }
    }
}

extension Reply.Reservation {
    /// What an assignment or a plan came to, in words.
    init(_ it: Reserved, isDryRun: Bool) {
        let be = isDryRun ? "would be" : "are"
        let end = isDryRun ? " (dry run)." : "."
        let costs = isDryRun ? "would cost" : "costs"
        let what =
            if let allocation = it.allocation {
                "\(it.held) SU \(be) held in \(allocation) for reservation \(it.name) "
                    + "(charge \(it.charge.rawValue)), \(it.available) SU \(be) available\(end)"
            } else if it.isToCome {
                "the books know no reservation \(it.name), now or before"
                    + (it.isForNext ? ": the next of that name \(costs) nobody" : "") + end
            } else {
                "reservation \(it.name) \(it.isOver ? "is over and " : "")\(costs) nobody\(end)"
            }
        let next =
            switch (it.isOver, it.isToCome, it.isForNext) {
            case (true, _, true): " The next one of that name \(costs) nobody, either."
            case (true, _, false): " The next one of that name has an owner of its own."
            case (_, true, false): " With --next it counts for the next one of that name."
            default: ""
            }
        let since = it.since.map {
            " It counts from its start, \($0), on. What jobs inside were charged since stays; "
                + "atoll refund JOB gives it back."
        }
        self.init(
            name: it.name, allocation: it.allocation, charge: it.charge.rawValue, held: it.held,
            available: it.allocation == nil ? nil : it.available, message: what + (since ?? next))
    }
}

extension Claim {
    /// The job's number, or the reservation's name; nil while no job has come for it.
    var shownName: String? {
        reference.provider == ClaimReference.reservationProvider
            ? reservation : reference.number.map(String.init)
    }
}

extension String {
    /// Nothing that scontrol could take for another word.
    var isOneWord: Bool {
        utf8.allSatisfy { byte in
            byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
                || byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
                || byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")
                || "._-[],@:+".utf8.contains(byte)
        }
    }
}

extension ReservationPolicy {
    var ledger: ReservationCharge {
        switch self {
        case .idle: .idle
        case .all: .all
        case .none: .none
        }
    }
}

extension ClusterReservationPolicy {
    /// nil: as everywhere.
    var ledger: ReservationCharge? {
        switch self {
        case .default: nil
        case .idle: .idle
        case .all: .all
        case .none: ReservationCharge.none
        }
    }
}
