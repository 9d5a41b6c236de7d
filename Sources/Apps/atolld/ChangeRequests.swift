/// Change requests: each step decided as the one who asks, and shown to whom it concerns.

import Bank
import Books
import Dispatch
import Registry
import Requests
import Server
import Store
import Units
import Wire

extension Handler {
    func changeRequest(
        _ request: Request.ChangeRequest, id: RequestID, _ policy: Policy, _ peer: Peer,
        _ answer: AnswerSink
    ) {
        names.resolve(peer.uid) { name in
            let asker = self.asker(named: name ?? "uid:\(peer.uid)", peer)
            let isOperator = asker.isOperator
            let order = Order(
                caller: "uid:\(peer.uid)", id: id.description,
                digest: digest(of: .changeRequest(request)), reason: request.reason,
                isDryRun: request.dryRun,
                command: .request(
                    RequestOrder(
                        request.action.command, by: asker,
                        approvesOwn: policy.approvesOwnRequests)))
            self.bank.submit(order) { result in
                switch result {
                case .success(.requested(let it)):
                    // The Bank's thread has others to serve.
                    self.reading.queue(of: peer.uid, isOperator: isOperator).async {
                        var reply = Reply.ChangeRequest(it, isDryRun: request.dryRun)
                        reply.warnings = self.warnings(of: request.action, it)
                        answer.done(.changeRequest(reply))
                    }
                case .success:
                    answer.failed(.init(.conflict, "this id was used for something else."))
                case .failure(let error): answer.failed(plain(error))
                }
            }
        }
    }

    /// Operators see all, a PI those of the own project, others their own.
    func changeRequests(
        _ request: Request.ChangeRequests, _ reader: Reader, _ sink: RowSink
    ) throws -> Reply {
        let state = try request.state.map { text in
            guard let state = RequestState(rawValue: text.uppercased()) else {
                let words = RequestState.allCases.map(\.rawValue).joined(separator: ", ")
                throw WireError(.invalid, "state: expected one of \(words).")
            }
            return state
        }
        let found = try visible(reader, account: nil, allocation: request.allocation)
        let allocations = Dictionary(uniqueKeysWithValues: found.map { ($0.id, $0) })
        let names = try store.userNames()
        let own = bank.picture.user(named: reader.name)
        let name = { (user: UserID) in names[user] ?? "user \(user)" }
        var rows: Int64 = 0
        let requests = try store.changeRequests(
            of: Set(allocations.keys), id: request.id.map { ChangeRequestID($0) }, state: state)
        for (it, reason) in requests {
            guard let allocation = allocations[it.allocation],
                it.requester == own || seesOthers(reader, allocation)
            else { continue }
            var row = Row.ChangeRequest(
                id: it.id.number, allocation: allocation.name, user: name(it.requester),
                wish: it.wish.message(name), state: it.state.rawValue, createdAt: it.createdAt)
            (row.approvedAmount, row.decidedAt) = (it.approvedAmount, it.decidedAt)
            row.reason = reason
            if request.id != nil {
                row.events = try store.events(of: it.id).map {
                    RequestEventMessage(
                        number: $0.event.number, state: $0.event.state.rawValue, at: $0.event.at,
                        user: name($0.event.user), amount: $0.event.amount, reason: $0.reason)
                }
            }
            rows += 1
            try sink.write(.changeRequest(row))
        }
        if let id = request.id, rows == 0 {
            throw WireError(.notFound, "there is no request \(id), or it is not yours to see.")
        }
        return .changeRequests(.init(rows: rows))
    }
}

extension Request.ChangeRequest.Action {
    fileprivate var command: RequestOrder.Action {
        switch self {
        case .open(let allocation, let wish): .open(allocation: allocation, wish.named)
        case .approve(let id, let amount): .step(ChangeRequestID(id), .approve(amount: amount))
        case .reject(let id): .step(ChangeRequestID(id), .reject)
        case .withdraw(let id): .step(ChangeRequestID(id), .withdraw)
        }
    }
}

extension WishMessage {
    fileprivate var named: NamedWish {
        switch self {
        case .more(let amount): .more(amount)
        case .less(let amount): .less(amount)
        case .status(let status): .status(status)
        case .end(let end): .end(end)
        case .cap(let user, let cap): .cap(user: user, cap)
        }
    }
}

extension Wish {
    fileprivate func message(_ name: (UserID) -> String) -> WishMessage {
        switch self {
        case .more(let amount): .more(amount)
        case .less(let amount): .less(amount)
        case .status(let status): .status(status)
        case .end(let end): .end(end)
        case .cap(let user, let cap): .cap(user: name(user), cap)
        }
    }
}

extension Reply.ChangeRequest {
    fileprivate init(_ it: Requested, isDryRun: Bool) {
        let verb = isDryRun ? "would be" : "is"
        let subject = isDryRun && it.state == .pending ? "the request" : "request \(it.id)"
        self.init(
            id: it.id.number, allocation: it.allocation, state: it.state.rawValue,
            effect: it.effect,
            message: "\(subject) for \(it.allocation) \(verb) \(it.state.rawValue)"
                + (it.effect.map { ": \($0)." } ?? "."))
    }
}
