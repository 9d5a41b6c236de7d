/// The fields of what people are answered at the end.

import Units
import Wire

extension Reply.Balance: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(rows: try fields.required("rows"))
    }

    func writeFields(to writer: inout JSONWriter) { writer.field("rows", rows) }
}

extension Reply.Statement: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            rows: try fields.required("rows"), opening: try fields.required("opening_usu"),
            closing: try fields.required("closing_usu"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("rows", rows)
        writer.field("opening_usu", opening)
        writer.field("closing_usu", closing)
    }
}

extension Reply.Holds: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(rows: try fields.required("rows"), held: try fields.required("held_usu"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("rows", rows)
        writer.field("held_usu", held)
    }
}

extension Reply.Grant: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            lot: try fields.optional("lot"), available: try fields.required("available_usu"),
            message: try fields.required("message"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("lot", lot)
        writer.field("available_usu", available)
        writer.field("message", message)
    }
}

extension Reply.Apply: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(rows: try fields.required("rows"), message: try fields.required("message"))
        warnings = try fields.optional("warnings") ?? []
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("rows", rows)
        writer.field("message", message)
        writer.list("warnings", warnings)
    }
}

extension Reply.Verify: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            entries: try fields.required("entries"), seconds: try fields.required("seconds"),
            entriesPerSecond: try fields.optional("entries_per_second"),
            head: try fields.required("head"), isSound: try fields.required("sound"),
            finding: try fields.optional("finding"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("entries", entries)
        writer.field("seconds", seconds)
        writer.field("entries_per_second", entriesPerSecond)
        writer.field("head", head)
        writer.field("sound", isSound)
        writer.field("finding", finding)
    }
}
