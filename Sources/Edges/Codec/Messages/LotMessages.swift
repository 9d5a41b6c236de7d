/// The fields of what is asked and answered about lots.

import Wire

extension Request.Lots: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(allocation: try fields.required("allocation"))
    }

    func writeFields(to writer: inout JSONWriter) { writer.field("allocation", allocation) }
}

extension Row.Lot: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            lot: try fields.required("lot"), kind: try fields.required("kind"),
            state: try fields.required("state"), window: try fields.window())
        issued = try fields.required("issued_usu")
        available = try fields.required("available_usu")
        held = try fields.required("held_usu")
        charged = try fields.required("charged_usu")
        expired = try fields.required("expired_usu")
        withdrawn = try fields.required("withdrawn_usu")
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("lot", lot)
        writer.field("kind", kind)
        writer.field("state", state)
        writer.window(window)
        writer.field("issued_usu", issued)
        writer.field("available_usu", available)
        writer.field("held_usu", held)
        writer.field("charged_usu", charged)
        writer.field("expired_usu", expired)
        writer.field("withdrawn_usu", withdrawn)
    }
}

extension Reply.Lots: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            rows: try fields.required("rows"), pullbacks: try fields.optional("pullbacks") ?? [])
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("rows", rows)
        writer.list("pullbacks", pullbacks)
    }
}

extension Reply.Lots.Pullback: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(at: try fields.required("at"), keep: try fields.required("keep"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("at", at)
        writer.field("keep", keep)
    }
}
