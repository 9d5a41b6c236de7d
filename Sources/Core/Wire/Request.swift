/// What a client asks for, as values; the shape on the wire is `docs/protocol.md`.
///
/// Who asks is never part of a request: the connection's peer credentials say it.

/// One request: an id of the client's own and what is asked.
package struct Request: Hashable, Sendable {
    /// The only version of the protocol there is; any other is answered `unsupported_version`.
    package static let version: Int64 = 1

    /// Comes back with the answer. For an operation that changes something it is the command id:
    /// the same id again gives the same answer and changes nothing.
    package var id: RequestID
    package var operation: Operation

    package init(id: RequestID, _ operation: Operation) {
        (self.id, self.operation) = (id, operation)
    }

    /// What is asked, with its fields. Nested, so that it isn't taken for Foundation's `Operation`.
    package enum Operation: Hashable, Sendable {
        case admit(Admit)
        case void(Release)
        case modify(Modify)
        case nudge(Nudge)
        case start(Start)
        case heldBack(HeldBack)
        case quote(Quote)
        case balance(Balance)
        case statement(Statement)
        case holds(Holds)
        case grant(Grant)
        case withdraw(Withdraw)
        case transfer(Transfer)
        case refund(Refund)
        case refundJob(JobRefund)
        case deadline(Deadline)
        case lots(Lots)
        case why(Why)
        case apply(Apply)
        case edit(Change)
        case list(List)
        case history(History)
        case changeRequest(ChangeRequest)
        case changeRequests(ChangeRequests)
        case feed(Feed)
        case erase(Erase)
        case feedRecords(FeedRecords)
        case status
        case verify(Verify)
        case export(Export)
        case reservation(Reservation)
        case reservations(Reservations)
        case importRecords(Import)
        case rerate(Rerate)
        case backstop(Backstop)
        case reconcile(Reconcile)
        case settle(Settle)
        case compare(Compare)
        case setMode(SetMode)
        case modes(Modes)
        case wouldRefuse(WouldRefuse)
        case doctor
    }
}

/// The names of the operations, as `op` has them.
package enum OperationName: String, Hashable, Sendable, CaseIterable {
    case admit, void, modify, nudge, quote, balance, statement, holds, grant, apply, status, verify
    case edit, list, history, export, withdraw, transfer, refund, deadline, lots, why
    case start
    case heldBack = "held_back"
    case changeRequest = "change_request"
    case changeRequests = "change_requests"
    case feed, erase
    case feedRecords = "feed_records"
    case refundJob = "refund_job"
    case reservation, reservations
    case importRecords = "import"
    case rerate
    case backstop
    case reconcile, settle
    case compare
    case setMode = "set_mode"
    case modes
    case wouldRefuse = "would_refuse"
    case doctor

    /// Whether the answer is rows followed by an end, instead of a single line.
    package var answersRows: Bool {
        switch self {
        case .balance, .statement, .holds, .apply, .edit, .list, .history, .verify, .export,
            .changeRequests, .lots, .feedRecords, .why, .reservations, .rerate, .backstop,
            .reconcile, .compare, .setMode, .modes, .wouldRefuse:
            true
        case .admit, .void, .modify, .nudge, .quote, .grant, .changeRequest, .status, .feed, .erase:
            false
        case .withdraw, .transfer, .refund, .refundJob, .deadline, .start, .heldBack, .reservation,
            .importRecords, .settle, .doctor:
            false
        }
    }
}

extension Request.Operation {
    package var name: OperationName {
        switch self {
        case .admit: .admit
        case .void: .void
        case .modify: .modify
        case .nudge: .nudge
        case .start: .start
        case .heldBack: .heldBack
        case .quote: .quote
        case .balance: .balance
        case .statement: .statement
        case .holds: .holds
        case .grant: .grant
        case .withdraw: .withdraw
        case .transfer: .transfer
        case .refund: .refund
        case .refundJob: .refundJob
        case .deadline: .deadline
        case .lots: .lots
        case .why: .why
        case .apply: .apply
        case .edit: .edit
        case .list: .list
        case .history: .history
        case .changeRequest: .changeRequest
        case .changeRequests: .changeRequests
        case .feed: .feed
        case .erase: .erase
        case .feedRecords: .feedRecords
        case .status: .status
        case .verify: .verify
        case .export: .export
        case .reservation: .reservation
        case .reservations: .reservations
        case .importRecords: .importRecords
        case .rerate: .rerate
        case .backstop: .backstop
        case .reconcile: .reconcile
        case .settle: .settle
        case .compare: .compare
        case .setMode: .setMode
        case .modes: .modes
        case .wouldRefuse: .wouldRefuse
        case .doctor: .doctor
        }
    }
}
