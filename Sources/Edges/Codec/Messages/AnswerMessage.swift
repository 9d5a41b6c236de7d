/// One line of an answer: a row, a reply or an error. Which reply it is follows from what was asked.

import Wire

extension Answer.Outcome {
    init(to name: OperationName, from fields: inout Fields) throws(FieldError) {
        guard try fields.required("ok") else {
            self = .failed(try fields.required("error"))
            return
        }
        guard name.answersRows else {
            self = .done(try Reply(to: name, from: &fields))
            return
        }
        if try fields.optional("end") == true {
            self = .done(try Reply(to: name, from: &fields))
        } else {
            self = .row(try Row(of: name, from: &fields))
        }
    }

    func writeFields(to writer: inout JSONWriter) {
        switch self {
        case .row(let row):
            writer.field("ok", true)
            row.writeField(to: &writer)
        case .done(let reply):
            writer.field("ok", true)
            if reply.name.answersRows { writer.field("end", true) }
            reply.writeFields(to: &writer)
        case .failed(let error):
            writer.field("ok", false)
            writer.field("error", error)
        }
    }
}

extension Reply {
    init(to name: OperationName, from fields: inout Fields) throws(FieldError) {
        switch name {
        case .admit: self = .admit(try .init(from: &fields))
        case .void: self = .void(try .init(from: &fields))
        case .modify: self = .modify(try .init(from: &fields))
        case .nudge: self = .nudge
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
        case .status: self = .status(try .init(from: &fields))
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
        case .compare: self = .compare(try .init(from: &fields))
        case .setMode: self = .setMode(try .init(from: &fields))
        case .modes: self = .modes(try .init(from: &fields))
        case .wouldRefuse: self = .wouldRefuse(try .init(from: &fields))
        case .doctor: self = .doctor(try .init(from: &fields))
        }
    }

    func writeFields(to writer: inout JSONWriter) {
        switch self {
        case .admit(let admit): admit.writeFields(to: &writer)
        case .void(let release): release.writeFields(to: &writer)
        case .modify(let modify): modify.writeFields(to: &writer)
        case .nudge: break
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
        case .status(let status): status.writeFields(to: &writer)
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
        case .compare(let it): it.writeFields(to: &writer)
        case .setMode(let it): it.writeFields(to: &writer)
        case .modes(let it): it.writeFields(to: &writer)
        case .wouldRefuse(let it): it.writeFields(to: &writer)
        case .doctor(let it): it.writeFields(to: &writer)
        }
    }
}

extension Row {
    /// - Precondition: the operation answers rows.
    init(of name: OperationName, from fields: inout Fields) throws(FieldError) {
        switch name {
        case .balance: self = .balance(try fields.required("row"))
        case .statement: self = .statement(try fields.required("row"))
        case .holds: self = .hold(try fields.required("row"))
        case .apply, .edit, .setMode: self = .change(try fields.required("row"))
        case .list: self = .entity(try fields.required("row"))
        case .history: self = .diff(try fields.required("row"))
        case .lots: self = .lot(try fields.required("row"))
        case .why: self = .notice(try fields.required("row"))
        case .verify: self = .progress(try fields.required("row"))
        case .export: self = .entry(try fields.required("row"))
        case .changeRequests: self = .changeRequest(try fields.required("row"))
        case .feedRecords: self = .feedRecord(try fields.required("row"))
        case .reservations: self = .reservation(try fields.required("row"))
        case .rerate:
            let row: RerateRow = try fields.required("row")
            self = row.row
        case .backstop: self = .backstop(try fields.required("row"))
        case .reconcile: self = .reconciled(try fields.required("row"))
        case .compare: self = .compared(try fields.required("row"))
        case .modes: self = .mode(try fields.required("row"))
        case .wouldRefuse: self = .wouldRefuse(try fields.required("row"))
        case .admit, .void, .modify, .nudge, .quote, .grant, .changeRequest, .status, .withdraw,
            .transfer, .refund, .refundJob, .deadline, .feed, .erase, .start, .heldBack,
            .reservation, .importRecords, .settle, .doctor:
            preconditionFailure("\(name) has no rows")
        }
    }

    func writeField(to writer: inout JSONWriter) {
        switch self {
        case .balance(let row): writer.field("row", row)
        case .statement(let row): writer.field("row", row)
        case .hold(let row): writer.field("row", row)
        case .lot(let row): writer.field("row", row)
        case .notice(let row): writer.field("row", row)
        case .change(let row): writer.field("row", row)
        case .entity(let row): writer.field("row", row)
        case .diff(let row): writer.field("row", row)
        case .progress(let row): writer.field("row", row)
        case .entry(let row): writer.field("row", row)
        case .changeRequest(let row): writer.field("row", row)
        case .feedRecord(let row): writer.field("row", row)
        case .reservation(let row): writer.field("row", row)
        case .rerated(let row): writer.field("row", RerateRow.sum(row))
        case .setAside(let it): writer.field("row", RerateRow.setAside(it))
        case .backstop(let row): writer.field("row", row)
        case .reconciled(let row): writer.field("row", row)
        case .compared(let row): writer.field("row", row)
        case .mode(let row): writer.field("row", row)
        case .wouldRefuse(let row): writer.field("row", row)
        }
    }
}
