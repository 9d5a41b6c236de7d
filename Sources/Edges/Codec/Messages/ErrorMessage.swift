/// An error as it stands in an answer: its kind follows from its code.

import Wire

extension WireError: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            try fields.required("code"), try fields.required("message"),
            figures: try Figures(from: &fields))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("kind", kind.rawValue)
        writer.field("code", code)
        writer.field("message", message)
        figures.writeFields(to: &writer)
    }
}

extension WireError.Figures {
    init(from fields: inout Fields) throws(FieldError) {
        self.init()
        cost = try fields.optional("cost_usu")
        available = try fields.optional("available_usu")
        granted = try fields.optional("granted_usu")
        held = try fields.optional("held_usu")
        charged = try fields.optional("charged_usu")
        cap = try fields.optional("cap_usu")
        used = try fields.optional("used_usu")
        fitsMinutes = try fields.optional("fits_minutes")
        account = try fields.optional("account")
        allocation = try fields.optional("allocation")
        resource = try fields.optional("resource")
        level = try fields.optional("level")
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("cost_usu", cost)
        writer.field("available_usu", available)
        writer.field("granted_usu", granted)
        writer.field("held_usu", held)
        writer.field("charged_usu", charged)
        writer.field("cap_usu", cap)
        writer.field("used_usu", used)
        writer.field("fits_minutes", fitsMinutes)
        writer.field("account", account)
        writer.field("allocation", allocation)
        writer.field("resource", resource)
        writer.field("level", level)
    }
}
