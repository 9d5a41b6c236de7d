/// The fields of what hooks are answered, and of a quote's answer.

import Units
import Wire

extension Reply.Admit: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            message: try fields.optional("message"), account: try fields.optional("account"),
            allocation: try fields.optional("allocation"), qos: try fields.optional("qos"),
            held: try fields.required("held_usu"),
            left: try fields.optional("left_usu"), notes: try fields.optional("notes") ?? [])
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("message", message)
        writer.field("account", account)
        writer.field("allocation", allocation)
        writer.field("qos", qos)
        writer.field("held_usu", held)
        writer.field("left_usu", left)
        writer.list("notes", notes)
    }
}

extension Reply.Release: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(released: try fields.required("released_usu"))
    }

    func writeFields(to writer: inout JSONWriter) { writer.field("released_usu", released) }
}

extension Reply.Modify: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(message: try fields.optional("message"))
    }

    func writeFields(to writer: inout JSONWriter) { writer.field("message", message) }
}

extension Reply.Quote: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            message: try fields.required("message"), account: try fields.required("account"),
            allocation: try fields.required("allocation"), cost: try fields.required("cost_usu"),
            available: try fields.required("available_usu"), fits: try fields.required("fits"),
            fitsMinutes: try fields.optional("fits_minutes"),
            lines: try fields.optional("lines") ?? [], notes: try fields.optional("notes") ?? [])
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("message", message)
        writer.field("account", account)
        writer.field("allocation", allocation)
        writer.field("cost_usu", cost)
        writer.field("available_usu", available)
        writer.field("fits", fits)
        writer.field("fits_minutes", fitsMinutes)
        writer.field("lines", lines)
        writer.field("notes", notes)
    }
}

extension Reply.Quote.Line: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            resource: try fields.required("resource"), count: try fields.required("count"),
            unit: try fields.required("unit"), cost: try fields.required("usu"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("resource", resource)
        writer.field("count", count)
        writer.field("unit", unit)
        writer.field("usu", cost)
    }
}
