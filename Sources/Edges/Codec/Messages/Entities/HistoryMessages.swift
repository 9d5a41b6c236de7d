/// Histories: a row is what one entry changed of one thing, field by field.

import Registry
import Units
import Wire

extension Request.History: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            allocation: try fields.required("allocation"), start: try fields.optional("start"),
            end: try fields.optional("end"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("allocation", allocation)
        writer.field("start", start)
        writer.field("end", end)
    }
}

extension Row.Diff: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            seq: try fields.required("seq"), recordedAt: try fields.required("recorded_at"),
            effectiveAt: try fields.required("effective_at"),
            actor: try fields.required("actor"), kind: try fields.required("kind"),
            what: try fields.required("what"), name: try fields.required("name"),
            changes: try fields.required("changes"), reason: try fields.optional("reason"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("seq", seq)
        writer.field("recorded_at", recordedAt)
        writer.field("effective_at", effectiveAt)
        writer.field("actor", actor)
        writer.field("kind", kind)
        writer.field("what", what)
        writer.field("name", name)
        writer.field("changes", changes)
        writer.field("reason", reason)
    }
}

extension FieldChange: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            try fields.required("field"), try fields.optional("before"),
            try fields.optional("after"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("field", field)
        writer.field("before", before)
        writer.field("after", after)
    }
}

/// One field that says what the value is: `{"text":…}`, `{"usu":…}`, `{"time":…}`.
extension FieldValue: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        if let amount: ServiceUnits = try fields.optional("usu") {
            self = .amount(amount)
        } else if let time: Instant = try fields.optional("time") {
            self = .time(time)
        } else {
            self = .text(try fields.required("text"))
        }
    }

    func writeFields(to writer: inout JSONWriter) {
        switch self {
        case .text(let text): writer.field("text", text)
        case .amount(let amount): writer.field("usu", amount)
        case .time(let time): writer.field("time", time)
        }
    }
}
