/// The fields of `compare`.

import Units
import Wire

extension Request.Compare: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            cluster: try fields.optional("cluster"), start: try fields.required("start"),
            end: try fields.required("end"), rolledUpTo: try fields.optional("rolled_up_to"),
            hourOffsetSeconds: try fields.optional("hour_offset_seconds") ?? 0)
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("cluster", cluster)
        writer.field("start", start)
        writer.field("end", end)
        writer.field("rolled_up_to", rolledUpTo)
        writer.field("hour_offset_seconds", hourOffsetSeconds == 0 ? nil : hourOffsetSeconds)
    }
}

extension NamedUse: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(try fields.required("name"), try fields.required("unit_seconds"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("name", name)
        writer.field("unit_seconds", unitSeconds)
    }
}

extension Row.Compared: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            account: try fields.required("account"), user: try fields.required("user"),
            tres: try fields.required("tres"), ours: try fields.required("unit_seconds"))
        causes = try fields.optional("causes") ?? []
        uncertain = try fields.optional("uncertain_unit_seconds") ?? 0
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("account", account)
        writer.field("user", user)
        writer.field("tres", tres)
        writer.field("unit_seconds", ours)
        if !causes.isEmpty { writer.field("causes", causes) }
        writer.field("uncertain_unit_seconds", uncertain == 0 ? nil : uncertain)
    }
}

extension Reply.Compare: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            cluster: try fields.required("cluster"), start: try fields.required("covered_start"),
            end: try fields.required("covered_end"))
        purgedRuns = try fields.optional("purged_runs") ?? 0
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("cluster", cluster)
        writer.field("covered_start", start)
        // `end` itself closes the answer.
        writer.field("covered_end", end)
        writer.field("purged_runs", purgedRuns == 0 ? nil : purgedRuns)
    }
}
