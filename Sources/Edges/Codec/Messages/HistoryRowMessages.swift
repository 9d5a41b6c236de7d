/// The fields of rows that say what happened.

import Units
import Wire

extension Row.Statement: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            seq: try fields.required("seq"), recordedAt: try fields.required("recorded_at"),
            effectiveAt: try fields.required("effective_at"), kind: try fields.required("kind"),
            amount: try fields.required("amount_usu"),
            balance: try fields.required("balance_usu"))
        user = try fields.optional("user")
        job = try fields.optional("job")
        resource = try fields.optional("resource")
        detail = try fields.optional("detail")
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("seq", seq)
        writer.field("recorded_at", recordedAt)
        writer.field("effective_at", effectiveAt)
        writer.field("kind", kind)
        writer.field("amount_usu", amount)
        writer.field("balance_usu", balance)
        writer.field("user", user)
        writer.field("job", job)
        writer.field("resource", resource)
        writer.field("detail", detail)
    }
}

extension Row.Change: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            action: try fields.required("action"), what: try fields.required("what"),
            name: try fields.required("name"), detail: try fields.required("detail"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("action", action)
        writer.field("what", what)
        writer.field("name", name)
        writer.field("detail", detail)
    }
}

extension Row.Progress: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(entries: try fields.required("entries"), total: try fields.required("total"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("entries", entries)
        writer.field("total", total)
    }
}
