/// Which operation reads and writes which fields.

import Wire

extension Request.Operation {
    init(_ name: OperationName, from fields: inout Fields) throws(FieldError) {
        switch name {
        case .admit: self = .admit(try .init(from: &fields))
        case .void: self = .void(try .init(from: &fields))
        case .modify: self = .modify(try .init(from: &fields))
        case .nudge: self = .nudge(try .init(from: &fields))
        case .start: self = .start(try .init(from: &fields))
        case .heldBack: self = .heldBack(try .init(from: &fields))
        case .quote: self = .quote(try .init(from: &fields))
        case .balance: self = .balance(try .init(from: &fields))
        case .statement: self = .statement(try .init(from: &fields))
        case .holds: self = .holds(try .init(from: &fields))
        case .grant: self = .grant(try .init(from: &fields))
        case .withdraw: self = .withdraw(try .init(from: &fields))
        case .transfer: self = .transfer(try .init(from: &fields))
        case .refund: self = .refund(try .init(from: &fields))
        case .refundJob: self = .refundJob(try .init(from: &fields))
        case .deadline: self = .deadline(try .init(from: &fields))
        case .lots: self = .lots(try .init(from: &fields))
        case .why: self = .why(try .init(from: &fields))
        case .apply: self = .apply(try .init(from: &fields))
        case .edit: self = .edit(try .init(from: &fields))
        case .list: self = .list(try .init(from: &fields))
        case .history: self = .history(try .init(from: &fields))
        case .status: self = .status
        case .verify: self = .verify(try .init(from: &fields))
        case .changeRequest: self = .changeRequest(try .init(from: &fields))
        case .changeRequests: self = .changeRequests(try .init(from: &fields))
        case .feed: self = .feed(try .init(from: &fields))
        case .erase: self = .erase(try .init(from: &fields))
        case .feedRecords: self = .feedRecords(try .init(from: &fields))
        case .export: self = .export(try .init(from: &fields))
        case .reservation: self = .reservation(try .init(from: &fields))
        case .reservations: self = .reservations(try .init(from: &fields))
        case .importRecords: self = .importRecords(try .init(from: &fields))
        case .rerate: self = .rerate(try .init(from: &fields))
        case .backstop: self = .backstop(try .init(from: &fields))
        case .reconcile: self = .reconcile(try .init(from: &fields))
        case .settle: self = .settle(try .init(from: &fields))
        case .doctor: self = .doctor
        }
    }

    func writeFields(to writer: inout JSONWriter) {
        switch self {
        case .admit(let admit): admit.writeFields(to: &writer)
        case .void(let release): release.writeFields(to: &writer)
        case .modify(let modify): modify.writeFields(to: &writer)
        case .nudge(let nudge): nudge.writeFields(to: &writer)
        case .start(let start): start.writeFields(to: &writer)
        case .heldBack(let it): it.writeFields(to: &writer)
        case .quote(let quote): quote.writeFields(to: &writer)
        case .balance(let balance): balance.writeFields(to: &writer)
        case .statement(let statement): statement.writeFields(to: &writer)
        case .holds(let holds): holds.writeFields(to: &writer)
        case .grant(let grant): grant.writeFields(to: &writer)
        case .withdraw(let withdraw): withdraw.writeFields(to: &writer)
        case .transfer(let transfer): transfer.writeFields(to: &writer)
        case .refund(let refund): refund.writeFields(to: &writer)
        case .refundJob(let it): it.writeFields(to: &writer)
        case .deadline(let deadline): deadline.writeFields(to: &writer)
        case .lots(let lots): lots.writeFields(to: &writer)
        case .why(let it): it.writeFields(to: &writer)
        case .apply(let apply): apply.writeFields(to: &writer)
        case .edit(let edit): edit.writeFields(to: &writer)
        case .list(let list): list.writeFields(to: &writer)
        case .history(let history): history.writeFields(to: &writer)
        case .status, .doctor: break
        case .verify(let verify): verify.writeFields(to: &writer)
        case .changeRequest(let it): it.writeFields(to: &writer)
        case .changeRequests(let it): it.writeFields(to: &writer)
        case .feed(let it): it.writeFields(to: &writer)
        case .erase(let it): it.writeFields(to: &writer)
        case .feedRecords(let it): it.writeFields(to: &writer)
        case .export(let export): export.writeFields(to: &writer)
        case .reservation(let it): it.writeFields(to: &writer)
        case .reservations(let it): it.writeFields(to: &writer)
        case .importRecords(let it): it.writeFields(to: &writer)
        case .rerate(let it): it.writeFields(to: &writer)
        case .backstop(let it): it.writeFields(to: &writer)
        case .reconcile(let it): it.writeFields(to: &writer)
        case .settle(let it): it.writeFields(to: &writer)
        }
    }
}
