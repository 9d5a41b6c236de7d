/// What comes back: one line for most requests, rows and an end for the others.

/// One line of an answer.
package struct Answer: Hashable, Sendable {
    /// The request's; nil where the line had no usable one.
    package var id: RequestID?
    package var outcome: Outcome

    package init(id: RequestID?, _ outcome: Outcome) {
        (self.id, self.outcome) = (id, outcome)
    }

    package enum Outcome: Hashable, Sendable {
        /// One of several rows; more lines follow.
        case row(Row)
        /// Done; nothing follows.
        case done(Reply)
        /// Not granted; nothing follows, even after rows.
        case failed(WireError)
    }
}

/// The last or only line of an answer that is granted.
package enum Reply: Hashable, Sendable {
    case admit(Admit)
    case void(Release)
    case modify(Modify)
    case nudge
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
    case edit(Edit)
    case list(List)
    case history(History)
    case status(Status)
    case verify(Verify)
    case export(Export)
    case changeRequest(ChangeRequest)
    case changeRequests(ChangeRequests)
    case feed(Feed)
    case erase(Erase)
    case feedRecords(FeedRecords)
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
    case doctor(Doctor)

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
        case .status: .status
        case .verify: .verify
        case .export: .export
        case .changeRequest: .changeRequest
        case .changeRequests: .changeRequests
        case .feed: .feed
        case .erase: .erase
        case .feedRecords: .feedRecords
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

/// One row of an answer of rows.
package enum Row: Hashable, Sendable {
    case balance(Balance)
    case statement(Statement)
    case hold(Hold)
    case lot(Lot)
    case notice(Notice)
    case change(Change)
    case entity(Entity)
    case diff(Diff)
    case progress(Progress)
    case entry(Entry)
    case changeRequest(ChangeRequest)
    case feedRecord(FeedRecord)
    case reservation(Reservation)
    case rerated(Rerated)
    case setAside(SetAside)
    case backstop(Backstop)
    case reconciled(Reconciled)
    case compared(Compared)
    case mode(ModeSetting)
    case wouldRefuse(WouldRefuse)
}
